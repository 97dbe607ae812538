//! What is to be published: checked, whatever it was typed as.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use super::{loss::Share, pace::Rate, packer::MessagesPerPacket, retransmit::Retransmit};

/// A feed and the lines it leaves by.
#[derive(Clone, Debug)]
pub struct Plan {
    /// MoldUDP64 session, padded with spaces on the right.
    pub session: [u8; 10],
    /// What the order flow, the packing and the losses are made from.
    pub seed: u64,
    /// Securities that trade; at least 1.
    pub securities: u16,
    /// Distribution of the messages over packets.
    pub per_packet: MessagesPerPacket,
    /// Bytes of the largest IP packet.
    pub mtu: usize,
    /// Packets per second and line.
    pub rate: Rate,
    /// Where it ends.
    pub limit: Limit,
    /// The lines; at least one.
    pub lines: Vec<Line>,
    /// Routers a multicast packet may pass, plus 1.
    pub ttl: u8,
    /// Whether sockets of this host get the multicast packets too.
    pub multicast_loop: bool,
    /// CPU the sender is pinned to.
    pub cpu: Option<usize>,
    /// What was sent can be asked for again.
    pub retransmit: Option<Retransmit>,
}

/// Where a feed ends: at whatever comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limit {
    /// After so long.
    pub time: Option<Duration>,
    /// After so many packets with messages; at least 1.
    pub packets: Option<u64>,
    /// After so many messages; at least 1.
    pub messages: Option<u64>,
}

/// One line to send on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its name: `A`.
    pub name: String,
    /// The interface it leaves by; the routing table's choice if none.
    pub interface: Option<String>,
    /// The address it comes from; the kernel's choice if none.
    pub source: Option<IpAddr>,
    /// Where it goes, a group or a host.
    pub destination: SocketAddr,
    /// What it loses on purpose.
    pub loss: Share,
}

/// Bytes of IP and UDP header in front of a payload to that destination.
const fn overhead(destination: SocketAddr) -> usize {
    match destination {
        SocketAddr::V4(_) => 20 + 8,
        SocketAddr::V6(_) => 40 + 8,
    }
}

impl Plan {
    /// Bytes of the largest payload that fits [`Plan::mtu`] on all lines: they carry the same datagrams.
    #[must_use]
    pub fn largest_payload(&self) -> usize {
        let overhead = self.lines.iter().map(|line| overhead(line.destination)).max().unwrap_or(0);
        self.mtu.saturating_sub(overhead)
    }
}
