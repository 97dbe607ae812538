use super::*;
use etherparse::{PacketBuilder, PacketBuilderStep, UdpHeader, VlanId, ip_number};

const PAYLOAD: &[u8] = b"sequenced feed";

fn ether() -> PacketBuilderStep<etherparse::Ethernet2Header> {
    PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [1, 0, 0x5e, 2, 3, 10])
}

fn built(step: PacketBuilderStep<UdpHeader>) -> Vec<u8> {
    let mut frame = Vec::new();
    step.write(&mut frame, PAYLOAD).unwrap();
    frame
}

fn v4() -> Vec<u8> {
    built(ether().ipv4([10, 0, 0, 1], [224, 2, 3, 10], 16).udp(4000, 16648))
}

fn v6() -> Vec<u8> {
    let group = [0xff, 0x3e, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    built(ether().ipv6([0xfe; 16], group, 16).udp(4000, 16648))
}

fn v4_options(words: usize) -> Vec<u8> {
    let mut ip = etherparse::Ipv4Header::new(0, 16, ip_number::UDP, [10, 0, 0, 1], [224, 2, 3, 10]).unwrap();
    ip.options = vec![1u8; words * 4].as_slice().try_into().unwrap();
    built(ether().ip(etherparse::IpHeaders::Ipv4(ip, etherparse::Ipv4Extensions::default())).udp(4000, 16648))
}

fn tagged(frame: &[u8], tags: &[[u8; 4]]) -> Vec<u8> {
    [&frame[..12], &tags.concat(), &frame[12..]].concat()
}

const C_TAG: [u8; 4] = [0x81, 0, 0, 7];
const S_TAG: [u8; 4] = [0x88, 0xa8, 0x20, 9];

fn with(mut frame: Vec<u8>, at: usize, bytes: &[u8]) -> Vec<u8> {
    frame[at..at + bytes.len()].copy_from_slice(bytes);
    frame
}

/// Every kind of packet that holds a datagram.
fn datagrams() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("ipv4", v4()),
        ("ipv4, one word of options", v4_options(1)),
        ("ipv4, all options", v4_options(10)),
        ("ipv6", v6()),
        ("802.1Q ipv4", tagged(&v4(), &[C_TAG])),
        ("802.1ad ipv4", tagged(&v4(), &[S_TAG])),
        ("QinQ ipv4", tagged(&v4(), &[S_TAG, C_TAG])),
        ("two 802.1Q, options", tagged(&v4_options(3), &[C_TAG, C_TAG])),
        ("QinQ ipv6", tagged(&v6(), &[S_TAG, C_TAG])),
    ]
}

#[test]
fn every_kind_is_found_and_ends_by_its_udp_length() {
    for (kind, frame) in datagrams() {
        for padding in [0, 1, 46] {
            let padded = [&frame[..], &vec![0xee; padding]].concat();
            let found = ethernet(&padded).unwrap_or_else(|reason| panic!("{kind}: {reason:?}"));
            assert_eq!(found.payload, PAYLOAD, "{kind}");
            assert_eq!((found.source.port(), found.destination.port()), (4000, 16648), "{kind}");
            let expected = if kind.contains("ipv6") { "ff3e::1" } else { "224.2.3.10" };
            assert_eq!(found.destination.ip(), expected.parse::<std::net::IpAddr>().unwrap(), "{kind}");
        }
    }
}

#[test]
fn a_builder_of_its_own_agrees_on_tags() {
    let id = |n| VlanId::try_new(n).unwrap();
    for frame in [
        built(ether().single_vlan(id(7)).ipv4([10, 0, 0, 1], [224, 2, 3, 10], 16).udp(4000, 16648)),
        built(ether().double_vlan(id(9), id(7)).ipv4([10, 0, 0, 1], [224, 2, 3, 10], 16).udp(4000, 16648)),
    ] {
        assert_eq!(ethernet(&frame).map(|found| found.payload), Ok(PAYLOAD));
    }
}

#[test]
fn cut_anywhere_every_kind_is_truncated() {
    for (kind, frame) in datagrams() {
        for len in 0..frame.len() {
            assert_eq!(ethernet(&frame[..len]), Err(Reason::Truncated), "{kind} cut to {len}");
        }
    }
}

#[test]
fn what_is_no_datagram_has_a_reason() {
    const IP: usize = 14;
    let cases: Vec<(&str, Vec<u8>, Reason)> = vec![
        ("arp", with(v4(), 12, &[8, 6]), Reason::NotIp),
        ("802.3 length", with(v4(), 12, &[0, 46]), Reason::NotIp),
        ("old QinQ type", with(tagged(&v4(), &[C_TAG]), 12, &[0x91, 0]), Reason::NotIp),
        ("arp behind a tag", with(tagged(&v4(), &[C_TAG]), 16, &[8, 6]), Reason::NotIp),
        ("three tags", tagged(&v4(), &[S_TAG, C_TAG, C_TAG]), Reason::VlanDepth),
        ("third tag only announced", tagged(&v4(), &[S_TAG, C_TAG, C_TAG])[..22].to_vec(), Reason::VlanDepth),
        ("tcp", with(v4(), IP + 9, &[6]), Reason::NotUdp),
        ("icmpv6", with(v6(), IP + 6, &[58]), Reason::NotUdp),
        ("ipv6 without next", with(v6(), IP + 6, &[59]), Reason::NotUdp),
        ("first fragment", with(v4(), IP + 6, &[0x20, 0]), Reason::Fragment),
        ("last fragment", with(v4(), IP + 6, &[0, 1]), Reason::Fragment),
        ("total length 27", with(v4(), IP + 2, &[0, 27]), Reason::BadLength),
        ("ipv6 fragment", with(v6(), IP + 6, &[44]), Reason::Fragment),
        ("version 6 as 0x0800", with(v4(), IP, &[0x65]), Reason::BadLength),
        ("version 4 as 0x86DD", with(v6(), IP, &[0x45]), Reason::BadLength),
        ("header length 4", with(v4(), IP, &[0x44]), Reason::BadLength),
        ("header longer than the packet", with(v4(), IP, &[0x4f]), Reason::Truncated),
        ("total length 0", with(v4(), IP + 2, &[0, 0]), Reason::BadLength),
        ("total length beyond", with(v4(), IP + 2, &[0, 43]), Reason::Truncated),
        ("payload length 7", with(v6(), IP + 4, &[0, 7]), Reason::BadLength),
        ("payload length 0", with(v6(), IP + 4, &[0, 0]), Reason::BadLength),
        ("payload length beyond", with(v6(), IP + 4, &[0, 23]), Reason::Truncated),
        ("udp length 0", with(v4(), IP + 24, &[0, 0]), Reason::BadLength),
        ("udp length 7", with(v4(), IP + 24, &[0, 7]), Reason::BadLength),
        ("udp length beyond", with(v4(), IP + 24, &[0, 23]), Reason::BadLength),
        ("udp length beyond, v6", with(v6(), IP + 44, &[0xff, 0xff]), Reason::BadLength),
    ];
    for (what, frame, reason) in cases {
        assert_eq!(ethernet(&frame), Err(reason), "{what}");
    }
    for next in [0, 43, 50, 51, 60, 135, 139, 140] {
        assert_eq!(ethernet(&with(v6(), IP + 6, &[next])), Err(Reason::Ipv6Extension), "next header {next}");
    }
}

#[test]
fn a_shorter_udp_length_shortens_the_payload() {
    for (frame, at) in [(v4(), 38), (v6(), 58)] {
        let short = with(frame.clone(), at, &[0, 12]);
        assert_eq!(ethernet(&short).map(|found| found.payload), Ok(&PAYLOAD[..4]));
        let empty = with(frame, at, &[0, 8]);
        assert_eq!(ethernet(&empty).map(|found| found.payload), Ok(&[][..]));
    }
}

#[test]
fn other_link_layers_lead_to_the_same_datagram() {
    let (four, six) = (v4()[14..].to_vec(), v6()[14..].to_vec());
    let cooked = |device: u16, protocol: [u8; 2], ip: &[u8]| {
        [&[0, 0], &device.to_be_bytes()[..], &[0; 10], &protocol, ip].concat()
    };
    let cooked2 = |device: u16, protocol: [u8; 2], ip: &[u8]| {
        [&protocol, &[0; 6][..], &device.to_be_bytes(), &[0; 10], ip].concat()
    };
    let tag = [&[0, 7, 8, 0], &four[..]].concat();
    let cases: Vec<(u32, Vec<u8>)> = vec![
        (101, four.clone()),
        (12, six.clone()),
        (14, four.clone()),
        (228, four.clone()),
        (229, six.clone()),
        (113, cooked(1, [8, 0], &four)),
        (113, cooked(772, [0x86, 0xdd], &six)),
        (113, cooked(1, [0x81, 0], &tag)),
        (276, cooked2(1, [8, 0], &four)),
        (276, cooked2(1, [0x86, 0xdd], &six)),
        (0, [&2u32.to_le_bytes(), &four[..]].concat()),
        (0, [&2u32.to_be_bytes(), &four[..]].concat()),
        (0, [&30u32.to_le_bytes(), &six[..]].concat()),
        (108, [&24u32.to_be_bytes(), &six[..]].concat()),
    ];
    for (linktype, packet) in &cases {
        let link = Link::from_linktype(*linktype).unwrap();
        assert_eq!(link.datagram(packet).map(|found| found.payload), Ok(PAYLOAD), "{link:?}");
        for len in 0..packet.len() {
            assert_eq!(link.datagram(&packet[..len]), Err(Reason::Truncated), "{link:?} cut to {len}");
        }
    }
    assert_eq!(Link::LinuxCooked.datagram(&cooked(824, [8, 0], &four)), Err(Reason::NotIp));
    assert_eq!(Link::LinuxCooked2.datagram(&cooked2(778, [8, 0], &four)), Err(Reason::NotIp));
    assert_eq!(Link::RawIp.datagram(&[0x55; 40]), Err(Reason::NotIp));
    assert_eq!(Link::Loopback.datagram(&[&7u32.to_le_bytes(), &four[..]].concat()), Err(Reason::NotIp));
    assert_eq!(Link::from_linktype(105), None);
}

const LINKS: [Link; 7] = [
    Link::Ethernet,
    Link::LinuxCooked,
    Link::LinuxCooked2,
    Link::RawIp,
    Link::Ipv4,
    Link::Ipv6,
    Link::Loopback,
];

#[test]
fn arbitrary_bytes_never_panic_and_yield_only_bytes_of_their_own() {
    bolero::check!().with_type::<Vec<u8>>().for_each(|packet: &Vec<u8>| {
        for link in LINKS {
            if let Ok(found) = link.datagram(packet) {
                assert!(found.payload.len() + 8 <= packet.len());
                assert!(packet.as_ptr_range().contains(&found.payload.as_ptr()) || found.payload.is_empty());
            }
        }
    });
}

/// Arbitrary bytes hardly ever get past the EtherType: here single bytes of whole packets are what varies.
#[test]
fn damaged_packets_never_panic() {
    let kinds = datagrams();
    bolero::check!().with_type::<(u8, Vec<(u8, u8)>, u8)>().for_each(|(kind, damage, cut)| {
        let mut frame = kinds[usize::from(*kind) % kinds.len()].1.clone();
        for (at, value) in damage {
            let at = usize::from(*at) % frame.len();
            frame[at] = *value;
        }
        frame.truncate(usize::from(*cut) + 1);
        if let Ok(found) = ethernet(&frame) {
            assert!(found.payload.len() + 42 <= frame.len());
        }
    });
}
