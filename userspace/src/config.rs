//! What the user typed about the feed, validated: channels, their protocols, their lines.

mod feed; // every channel and line
mod protocol; // what --protocol says
#[cfg(test)]
mod tests;

use std::net::{IpAddr, SocketAddr};

pub use feed::Feed;
pub use protocol::{Protocol, ProtocolChoice, ProtocolSpec};

/// Name of the channel whose lines were given without one.
pub const DEFAULT_CHANNEL: &str = "feed";

/// Lines there can be at one time: the frame header's group index is 16 bits wide, and one value means "none".
pub const MAX_LINES: usize = u16::MAX as usize;

/// One sequenced feed, carried by one or more lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// As the user named it.
    pub name: String,
    /// How its datagrams are read.
    pub protocol: ProtocolChoice,
    /// Its lines: indices into [`Feed::lines`], A first. Without its recovery groups and those that were removed.
    pub lines: Vec<usize>,
}

/// One line of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its own name: `A`.
    pub name: String,
    /// Index of its channel in [`Feed::channels`].
    pub channel: usize,
    /// Its place among the channel's lines, which no other has while it is there; behind them for a recovery group.
    pub index: usize,
    /// It is a recovery group: what was asked for is sent again there. It is received as a line is, but is none of
    /// the channel's.
    pub recovery: bool,
    /// The interface it arrives at.
    pub interface: Option<String>,
    /// The only VLAN it is taken from; 0 for no tag at all.
    pub vlan: Option<u16>,
    /// The only source it is taken from.
    pub source: Option<IpAddr>,
    /// Where it is sent to.
    pub destination: SocketAddr,
    /// It was removed: its index is free for another.
    pub removed: bool,
}
