//! Arbitration: message ranges of redundant lines → one stream, in order, once, with every gap named.
//!
//! Pure: no clock, no I/O, no allocation after [`Arbiter::new`]. One arbiter serves one channel.

use crate::framing::{Kind, StreamKey};

/// Where a channel's streams begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With the first sequence seen.
    First,
    /// With sequence 1: what was sent before the receiver came is a gap.
    One,
}

/// The bounds of one channel's arbitration.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Redundant lines of the channel.
    pub lines: usize,
    /// Where its streams begin.
    pub start: Start,
    /// Datagrams that wait, over all streams of the channel, before the oldest gap is declared.
    pub window_packets: usize,
    /// Nanoseconds of receive stamps a hole stays open before its gap is declared.
    pub window_ns: u64,
    /// Streams a channel may open; further ones are counted and refused.
    pub max_streams: usize,
    /// Units a sequence may lie ahead of the next expected before one datagram alone is not believed.
    pub max_jump: u64,
}

/// A datagram as the arbiter sees it.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// Which of the channel's lines brought it (0 for A).
    pub line: usize,
    /// Its sequence space.
    pub key: StreamKey,
    /// What it is for.
    pub kind: Kind,
    /// Sequence of its first unit, or the next one for heartbeat and end of session.
    pub first: u64,
    /// Units it carries.
    pub count: u64,
    /// Receive stamp in ns.
    pub stamp_ns: u64,
}

/// Index of a stream within its channel, in the order of appearance.
pub type StreamIndex = usize;

/// What happened in a stream, told between the units it stands between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Units `first..first + count` did not come before their window closed.
    Gap {
        /// First missing sequence.
        first: u64,
        /// Missing units.
        count: u64,
    },
    /// The stream starts again at `next`: a new epoch.
    Reset {
        /// Next expected sequence of the new epoch.
        next: u64,
    },
    /// The session ended before `next`.
    End {
        /// One past the last sequence.
        next: u64,
    },
}

/// What the arbiter needs from its surroundings: where units go and how a datagram is kept.
pub trait Outlet {
    /// Token of a datagram that waits.
    type Held;
    /// Units `skip..skip + take` of the datagram being offered are next; the first of them is `sequence`.
    fn offered(&mut self, stream: StreamIndex, sequence: u64, skip: u64, take: u64);
    /// The same for a datagram that waited.
    fn held(&mut self, stream: StreamIndex, sequence: u64, skip: u64, take: u64, held: &Self::Held);
    /// Keeps the datagram being offered; `None` when there is no room for it.
    fn hold(&mut self) -> Option<Self::Held>;
    /// Ends the wait of a kept datagram. Called exactly once for each [`Outlet::hold`] that gave `Some`.
    fn release(&mut self, held: Self::Held);
    /// Something happened in the stream.
    fn event(&mut self, stream: StreamIndex, event: Event);
}
