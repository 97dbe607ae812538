//! Every kind of packet, built with etherparse. What etherparse would not build is one of its packets with a field
//! changed.

use etherparse::{
    ArpHardwareId, ArpOperation, ArpPacket, EtherType, Ethernet2Header, IgmpType, IpFragOffset, IpHeaders,
    IpNumber, Ipv4Extensions, Ipv4Header, PacketBuilder, PacketBuilderStep, UdpHeader, igmp, ip_number,
};
use xdpfeed::program::Match;

pub(crate) const PAYLOAD: &[u8] = b"sequenced feed";
pub(crate) const SOURCE: [u8; 4] = [10, 0, 0, 1];
pub(crate) const SOURCE_V6: [u8; 16] = [0xfd; 16];
const GROUP: [u8; 4] = [224, 2, 3, 10];
const GROUP_V6: [u8; 16] = [0xff, 0x3e, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

/// Bytes of an Ethernet header: where IP starts in an untagged packet.
pub(crate) const IP: usize = 14;

/// What the datagrams here are sent to.
pub(crate) fn matches() -> Vec<Match> {
    // Index bytes that differ, so that neither order nor width can go wrong unseen.
    vec![
        wanted(0x0102, "224.2.3.10:16648"),
        wanted(0x0304, "[ff3e::1]:16648"),
        // Never the source here, until it is damaged into it.
        wanted_from(0x0506, "10.0.0.3", "224.2.3.10:16648"),
        wanted_from(0x0708, "fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdff", "[ff3e::1]:16648"),
    ]
}

pub(crate) fn wanted(index: u16, destination: &str) -> Match {
    Match { destination: destination.parse().unwrap(), source: None, vlan: None, index, generation: 0 }
}

pub(crate) fn wanted_from(index: u16, source: &str, destination: &str) -> Match {
    Match { source: Some(source.parse().unwrap()), ..wanted(index, destination) }
}

fn ether() -> PacketBuilderStep<Ethernet2Header> {
    PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [1, 0, 0x5e, 2, 3, 10])
}

fn whole(step: PacketBuilderStep<UdpHeader>, payload: &[u8]) -> Vec<u8> {
    let mut packet = Vec::new();
    step.write(&mut packet, payload).unwrap();
    packet
}

/// UDP from anywhere to anywhere.
pub(crate) fn udp_v4(source: [u8; 4], destination: [u8; 4], port: u16) -> Vec<u8> {
    whole(ether().ipv4(source, destination, 16).udp(4000, port), PAYLOAD)
}

/// UDP over IPv6, likewise.
pub(crate) fn udp_v6(source: [u8; 16], destination: [u8; 16], port: u16) -> Vec<u8> {
    whole(ether().ipv6(source, destination, 16).udp(4000, port), PAYLOAD)
}

pub(crate) fn v4() -> Vec<u8> {
    udp_v4(SOURCE, GROUP, 16648)
}

pub(crate) fn v6() -> Vec<u8> {
    udp_v6(SOURCE_V6, GROUP_V6, 16648)
}

/// With so many words of options.
pub(crate) fn v4_options(words: usize) -> Vec<u8> {
    v4_with(|ip| ip.options = vec![1; words * 4].as_slice().try_into().unwrap())
}

fn v4_with(change: impl FnOnce(&mut Ipv4Header)) -> Vec<u8> {
    let mut ip = Ipv4Header::new(0, 16, ip_number::UDP, SOURCE, GROUP).unwrap();
    change(&mut ip);
    whole(ether().ip(IpHeaders::Ipv4(ip, Ipv4Extensions::default())).udp(4000, 16648), PAYLOAD)
}

fn fragment(more: bool, offset: u16) -> Vec<u8> {
    v4_with(|ip| {
        ip.more_fragments = more;
        ip.fragment_offset = IpFragOffset::try_new(offset).unwrap();
    })
}

/// IPv6 whose first header is `number`, 8 bytes long, with UDP behind it.
pub(crate) fn v6_extension(number: u8) -> Vec<u8> {
    let mut packet = v6();
    packet.splice(IP + 40..IP + 40, [17, 0, 1, 4, 0, 0, 0, 0]);
    let payload_len = (8 + 8 + PAYLOAD.len()) as u16;
    with(with(packet, IP + 6, &[number]), IP + 4, &payload_len.to_be_bytes())
}

/// The packet with these bytes at `at`.
pub(crate) fn with(mut packet: Vec<u8>, at: usize, bytes: &[u8]) -> Vec<u8> {
    packet[at..at + bytes.len()].copy_from_slice(bytes);
    packet
}

/// The packet with these VLAN tags.
pub(crate) fn tagged(packet: &[u8], tags: &[u16]) -> Vec<u8> {
    let tags = tags.iter().flat_map(|tpid| [tpid.to_be_bytes(), [0x20, 9]].concat());
    packet[..12].iter().copied().chain(tags).chain(packet[12..].iter().copied()).collect()
}

/// Up to three tags, of either EtherType and of the old one of QinQ, which is none.
pub(crate) fn tag_stacks() -> Vec<Vec<u16>> {
    let mut stacks: Vec<Vec<u16>> = vec![vec![]];
    for from in [0, 1, 3] {
        let longer: Vec<Vec<u16>> = stacks[from..]
            .iter()
            .flat_map(|stack| [0x8100, 0x88A8].map(|tpid| [&stack[..], &[tpid]].concat()))
            .collect();
        stacks.extend(longer);
    }
    stacks.extend([vec![0x9100], vec![0x9100, 0x8100], vec![0x8100, 0x9100]]);
    stacks
}

/// Packets that hold a datagram which is asked for.
pub(crate) fn datagrams() -> Vec<(String, Vec<u8>)> {
    let mut kinds = vec![
        ("ipv4".to_string(), v4()),
        ("ipv6".into(), v6()),
        ("ipv4, empty".into(), whole(ether().ipv4(SOURCE, GROUP, 16).udp(4000, 16648), &[])),
        ("ipv6, empty".into(), whole(ether().ipv6(SOURCE_V6, GROUP_V6, 16).udp(4000, 16648), &[])),
        ("ipv4, padded to 60".into(), [v4(), vec![0xee; 4]].concat()),
        ("ipv6, padded".into(), [v6(), vec![0xee; 9]].concat()),
        ("ipv4, udp short of ip".into(), with(v4(), IP + 24, &[0, 12])),
        ("ipv6, udp short of ip".into(), with(v6(), IP + 44, &[0, 12])),
        ("ipv4, no fragment wanted".into(), with(v4(), IP + 6, &[0x40, 0])),
        ("ipv4, reserved flag".into(), with(v4(), IP + 6, &[0x80, 0])),
    ];
    kinds.extend((1..=10).map(|words| (format!("ipv4, {words} words of options"), v4_options(words))));
    kinds
}

/// Packets that hold none.
pub(crate) fn others() -> Vec<(String, Vec<u8>)> {
    let mut tcp = Vec::new();
    ether().ipv4(SOURCE, GROUP, 16).tcp(4000, 16648, 1, 1024).write(&mut tcp, PAYLOAD).unwrap();
    let mut tcp6 = Vec::new();
    ether().ipv6(SOURCE_V6, GROUP_V6, 16).tcp(4000, 16648, 1, 1024).write(&mut tcp6, PAYLOAD).unwrap();
    let mut ping = Vec::new();
    ether().ipv4(SOURCE, GROUP, 16).icmpv4_echo_request(1, 1).write(&mut ping, PAYLOAD).unwrap();
    let mut ping6 = Vec::new();
    ether().ipv6(SOURCE_V6, GROUP_V6, 16).icmpv6_echo_request(1, 1).write(&mut ping6, PAYLOAD).unwrap();
    let mut report = Vec::new();
    let join = IgmpType::MembershipReportV2(igmp::MembershipReportV2Type { group_address: GROUP.into() });
    ether().ipv4(SOURCE, GROUP, 1).igmp(join).write(&mut report, &[]).unwrap();
    let mut arp = Vec::new();
    let request = ArpPacket::new(
        ArpHardwareId::ETHERNET,
        EtherType::IPV4,
        ArpOperation::REQUEST,
        &[2, 0, 0, 0, 0, 1],
        &SOURCE,
        &[0; 6],
        &GROUP,
    );
    ether().arp(request.unwrap()).write(&mut arp).unwrap();
    let mut kinds = vec![
        ("tcp".to_string(), tcp),
        ("tcp over ipv6".into(), tcp6),
        ("icmp".into(), ping),
        ("icmpv6".into(), ping6),
        ("igmp".into(), report),
        ("arp".into(), arp),
        ("802.3 length".into(), with(v4(), 12, &42u16.to_be_bytes())),
        ("ptp".into(), with(v4(), 12, &[0x88, 0xf7])),
        ("first fragment".into(), fragment(true, 0)),
        ("middle fragment".into(), fragment(true, 185)),
        ("last fragment".into(), fragment(false, 370)),
        ("no next header".into(), v6_extension(IpNumber::IPV6_NO_NEXT_HEADER.0)),
    ];
    let extensions = [0, 43, 44, 50, 51, 60, 135, 139, 140];
    kinds.extend(extensions.map(|number| (format!("ipv6 extension {number}"), v6_extension(number))));
    kinds
}

/// All of them.
pub(crate) fn all() -> Vec<(String, Vec<u8>)> {
    [datagrams(), others()].concat()
}
