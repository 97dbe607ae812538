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
    pub(crate) packets: Vec<(&'static str, Vec<u8>)>,
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
                ("ipv4", whole(ether().ipv4(SOURCE, [239, 1, 1, 1], 16).udp(4000, 5001))),
                (
                    "ipv4, VLAN",
                    whole(ether().single_vlan(vlan).ipv4(SOURCE, [239, 1, 1, 1], 16).udp(4000, 5001)),
                ),
                ("ipv6", whole(ether().ipv6([0xfd; 16], group6, 16).udp(4000, 5003))),
            ],
        },
        Feed {
            label: "ssm",
            matches: vec![
                wanted(0, "232.1.1.1:5002", Some(SOURCE.into())),
                wanted(1, "[ff3e::1]:5003", Some([0xfd; 16].into())),
            ],
            packets: vec![
                ("ipv4 by source", whole(ether().ipv4(SOURCE, [232, 1, 1, 1], 16).udp(4000, 5002))),
                ("ipv6 by source", whole(ether().ipv6([0xfd; 16], group6, 16).udp(4000, 5003))),
            ],
        },
    ]
}

fn wanted(index: u16, destination: &str, source: Option<IpAddr>) -> Match {
    Match { destination: destination.parse().unwrap(), source, vlan: None, index }
}

fn whole(builder: PacketBuilderStep<UdpHeader>) -> Vec<u8> {
    let mut packet = Vec::new();
    builder.write(&mut packet, &PAYLOAD).unwrap();
    packet
}
