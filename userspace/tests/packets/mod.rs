//! Every kind of packet the XDP program has an opinion of.

/// A packet and what it is.
pub(crate) struct Packet {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

const PAYLOAD: &[u8] = b"SESSION001 and some more bytes behind it";
const FROM_V4: [u8; 4] = [10, 0, 0, 7];
const GROUP_V4: [u8; 4] = [239, 1, 1, 1];
const PORT: u16 = 5000;

const UDP: u8 = 17;
const VLAN: u16 = 0x8100;
const QINQ: u16 = 0x88A8;
const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86DD;

fn ethernet(tags: &[u16], ethertype: u16, behind: &[u8]) -> Vec<u8> {
    let mut bytes = vec![1, 0, 0x5e, 1, 1, 1, 2, 0, 0, 0, 0, 1];
    for (number, tpid) in tags.iter().enumerate() {
        bytes.extend(tpid.to_be_bytes());
        bytes.extend((number as u16 + 100).to_be_bytes());
    }
    bytes.extend(ethertype.to_be_bytes());
    bytes.extend(behind);
    bytes
}

fn udp(port: u16, len: Option<u16>, payload: &[u8]) -> Vec<u8> {
    let len = len.unwrap_or(payload.len() as u16 + 8);
    let header = [40_000u16, port, len, 0].map(u16::to_be_bytes).concat();
    [&header[..], payload].concat()
}

/// Flags and fragment offset, bytes of options, total length if it is to lie.
struct V4 {
    fragment: u16,
    options: usize,
    total: Option<u16>,
    protocol: u8,
}

const PLAIN: V4 = V4 { fragment: 0x4000, options: 0, total: None, protocol: UDP };

fn ipv4(V4 { fragment, options, total, protocol }: V4, to: [u8; 4], from: [u8; 4], behind: &[u8]) -> Vec<u8> {
    let header = 20 + options;
    let total = total.unwrap_or((header + behind.len()) as u16);
    let mut bytes = vec![0x40 | (header / 4) as u8, 0];
    bytes.extend(total.to_be_bytes());
    bytes.extend([0, 1]);
    bytes.extend(fragment.to_be_bytes());
    bytes.extend([1, protocol, 0, 0]);
    bytes.extend(from);
    bytes.extend(to);
    bytes.extend(vec![1; options]); // no-operation
    bytes.extend(behind);
    bytes
}

fn ipv6(next: u8, payload_len: Option<u16>, behind: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x60, 0, 0, 0];
    bytes.extend(payload_len.unwrap_or(behind.len() as u16).to_be_bytes());
    bytes.extend([next, 1]);
    bytes.extend([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    bytes.extend([0xff, 0x15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    bytes.extend(behind);
    bytes
}

/// A whole UDP datagram over IPv4.
pub(crate) fn udp_v4(from: [u8; 4], to: [u8; 4], port: u16, payload: &[u8]) -> Vec<u8> {
    ethernet(&[], IPV4, &ipv4(PLAIN, to, from, &udp(port, None, payload)))
}

/// A whole UDP datagram over IPv6.
pub(crate) fn udp_v6(port: u16, payload: &[u8]) -> Vec<u8> {
    ethernet(&[], IPV6, &ipv6(UDP, None, &udp(port, None, payload)))
}

/// All kinds, behind no tag and behind tags.
pub(crate) fn all() -> Vec<Packet> {
    let mut packets = Vec::new();
    let mut add = |name: String, bytes: Vec<u8>| packets.push(Packet { name, bytes });
    let whole = udp(PORT, None, PAYLOAD);
    let v4 = |v4: V4| ipv4(v4, GROUP_V4, FROM_V4, &whole);
    for tags in [
        &[][..],
        &[VLAN],
        &[QINQ],
        &[QINQ, VLAN],
        &[VLAN, VLAN],
        &[VLAN, QINQ],
        &[QINQ, QINQ, VLAN],
        &[VLAN, VLAN, VLAN],
    ] {
        add(format!("IPv4 behind {tags:04x?}"), ethernet(tags, IPV4, &v4(PLAIN)));
        add(format!("IPv6 behind {tags:04x?}"), ethernet(tags, IPV6, &ipv6(UDP, None, &whole)));
    }
    for options in (4..=40).step_by(4) {
        add(format!("{options} bytes of options"), ethernet(&[], IPV4, &v4(V4 { options, ..PLAIN })));
    }
    for (name, fragment) in [("first", 0x2000), ("middle", 0x2010), ("last", 0x0010)] {
        add(format!("{name} fragment"), ethernet(&[], IPV4, &v4(V4 { fragment, ..PLAIN })));
    }
    for total in [0, 19, 20, 27, 28, 30, 200, u16::MAX] {
        let lying = v4(V4 { total: Some(total), ..PLAIN });
        add(format!("IPv4 total length {total}"), ethernet(&[], IPV4, &lying));
    }
    for protocol in [1, 2, 6, 50] {
        add(format!("IPv4 protocol {protocol}"), ethernet(&[], IPV4, &v4(V4 { protocol, ..PLAIN })));
    }
    for len in [0, 7, 8, 9, 47, 49, u16::MAX] {
        let lying = udp(PORT, Some(len), PAYLOAD);
        add(format!("IPv4, UDP length {len}"), ethernet(&[], IPV4, &ipv4(PLAIN, GROUP_V4, FROM_V4, &lying)));
        add(format!("IPv6, UDP length {len}"), ethernet(&[], IPV6, &ipv6(UDP, None, &lying)));
    }
    for next in [0, 43, 44, 50, 51, 60, 135, 139, 140, 6, 58, 59] {
        add(format!("IPv6 next header {next}"), ethernet(&[], IPV6, &ipv6(next, None, &whole)));
    }
    for len in [0, 7, 8, 47, 49, u16::MAX] {
        add(format!("IPv6 payload length {len}"), ethernet(&[], IPV6, &ipv6(UDP, Some(len), &whole)));
    }
    for (name, ethertype) in [("ARP", 0x0806), ("802.3", 0x0040), ("PTP", 0x88F7), ("MPLS", 0x8847)] {
        add(name.into(), ethernet(&[], ethertype, &v4(PLAIN)));
    }
    for version in [0x05, 0x35, 0x65, 0x41, 0x44] {
        let mut wrong = v4(PLAIN);
        wrong[0] = version;
        add(format!("IPv4 begins with {version:02x}"), ethernet(&[], IPV4, &wrong));
    }
    add("empty payload".into(), udp_v4(FROM_V4, GROUP_V4, PORT, b""));
    add("another port".into(), udp_v4(FROM_V4, GROUP_V4, PORT + 1, PAYLOAD));
    add("another group".into(), udp_v4(FROM_V4, [239, 1, 1, 9], PORT, PAYLOAD));
    add("another source".into(), udp_v4([10, 0, 0, 8], [239, 1, 1, 2], PORT, PAYLOAD));
    packets
}
