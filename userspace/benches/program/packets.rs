//! What is sent: one packet for each way of being matched.

use etherparse::PacketBuilder;
use xdpfeed::program::Match;

/// A small message's datagram; the program's work does not depend on it.
const PAYLOAD: [u8; 64] = [0x5a; 64];
const SOURCE: [u8; 4] = [10, 0, 0, 1];

/// Packets matched in different ways.
pub(crate) fn packets() -> Vec<(&'static str, Vec<u8>)> {
    let ether = || PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [1, 0, 0x5e, 1, 1, 1]);
    let vlan = 7u16.try_into().unwrap();
    let group6 = [0xff, 0x3e, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    [
        ("ipv4", ether().ipv4(SOURCE, [239, 1, 1, 1], 16).udp(4000, 5001)),
        ("ipv4, one VLAN tag", ether().single_vlan(vlan).ipv4(SOURCE, [239, 1, 1, 1], 16).udp(4000, 5001)),
        ("ipv4, by source", ether().ipv4(SOURCE, [232, 1, 1, 1], 16).udp(4000, 5002)),
        ("ipv6", ether().ipv6([0xfd; 16], group6, 16).udp(4000, 5003)),
    ]
    .into_iter()
    .map(|(name, builder)| {
        let mut packet = Vec::new();
        builder.write(&mut packet, &PAYLOAD).unwrap();
        (name, packet)
    })
    .collect()
}

/// What the program is to match for all of them to be redirected.
pub(crate) fn matches() -> Vec<Match> {
    [("239.1.1.1:5001", None), ("232.1.1.1:5002", Some(SOURCE.into())), ("[ff3e::1]:5003", None)]
        .into_iter()
        .zip(0..)
        .map(|((to, source), index)| Match { destination: to.parse().unwrap(), source, index })
        .collect()
}
