//! What is sent: one packet for each way of being matched.

use std::net::IpAddr;

use etherparse::{PacketBuilder, PacketBuilderStep, UdpHeader};
use xdpfeed::program::Match;

/// A small message's datagram; the program's work does not depend on it.
const PAYLOAD: [u8; 64] = [0x5a; 64];
const SOURCE: [u8; 4] = [10, 0, 0, 1];

/// Lines an xdpfeed receives, and packets of theirs.
pub(crate) struct Feed {
    /// Any-source or source-specific multicast; in the names of interfaces.
    pub(crate) label: &'static str,
    pub(crate) matches: Vec<Match>,
    /// By name: a packet, or several that are sent in turn.
    pub(crate) packets: Vec<(&'static str, Vec<Vec<u8>>)>,
}

/// Numbers of groups whose look-up is compared, and their names in the figures.
pub(crate) const GROUPS: [(u16, &str); 4] =
    [(1, "1 group"), (16, "16 groups"), (256, "256 groups"), (4096, "4096 groups")];

/// Of so many groups as there may be, packets to this many of them are sent, spread evenly.
const SENT_TO: u16 = 32;

/// A feed of so many groups for each of [`GROUPS`].
pub(crate) fn by_groups() -> Vec<Feed> {
    let feed = |(groups, name): (u16, &'static str)| {
        let label = name.split(' ').next().unwrap();
        let address = |n: u16| [239, 2, n.to_be_bytes()[0], n.to_be_bytes()[1]];
        let to = |n: u16| format!("{}:5001", std::net::Ipv4Addr::from(address(n)));
        let spread = (0..groups.min(SENT_TO)).map(|n| n * (groups / groups.min(SENT_TO)));
        let ether = || PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [1, 0, 0x5e, 2, 1, 1]);
        let packets = spread.map(|n| whole(ether().ipv4(SOURCE, address(n), 16).udp(4000, 5001))).collect();
        Feed {
            label,
            matches: (0..groups).map(|n| wanted(n, &to(n), None)).collect(),
            packets: vec![(name, packets)],
        }
    };
    GROUPS.map(feed).into()
}

/// Feeds whose packets are matched in different ways.
pub(crate) fn feeds() -> [Feed; 2] {
    let ether = || PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [1, 0, 0x5e, 1, 1, 1]);
    let vlan = 7u16.try_into().unwrap();
    let group6 = [0xff, 0x3e, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    [
        Feed {
            label: "asm",
            matches: vec![wanted(0, "239.1.1.1:5001", None), wanted(1, "[ff3e::1]:5003", None)],
            packets: vec![
                ("ipv4", vec![whole(ether().ipv4(SOURCE, [239, 1, 1, 1], 16).udp(4000, 5001))]),
                (
                    "ipv4, VLAN",
                    vec![whole(ether().single_vlan(vlan).ipv4(SOURCE, [239, 1, 1, 1], 16).udp(4000, 5001))],
                ),
                ("ipv6", vec![whole(ether().ipv6([0xfd; 16], group6, 16).udp(4000, 5003))]),
            ],
        },
        Feed {
            label: "ssm",
            matches: vec![
                wanted(0, "232.1.1.1:5002", Some(SOURCE.into())),
                wanted(1, "[ff3e::1]:5003", Some([0xfd; 16].into())),
            ],
            packets: vec![
                ("ipv4 by source", vec![whole(ether().ipv4(SOURCE, [232, 1, 1, 1], 16).udp(4000, 5002))]),
                ("ipv6 by source", vec![whole(ether().ipv6([0xfd; 16], group6, 16).udp(4000, 5003))]),
            ],
        },
    ]
}

fn wanted(index: u16, destination: &str, source: Option<IpAddr>) -> Match {
    Match { destination: destination.parse().unwrap(), source, vlan: None, index, generation: 0 }
}

fn whole(builder: PacketBuilderStep<UdpHeader>) -> Vec<u8> {
    let mut packet = Vec::new();
    builder.write(&mut packet, &PAYLOAD).unwrap();
    packet
}
