//! What goes into arbitration and what comes out of it.

use super::limits::MAX_UNITS;
use crate::framing::{Kind, StreamKey};

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

/// Index of a stream within its channel, in the order of appearance. Never used for another stream.
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
    /// Keeps the datagram being offered; `None` when there is no room for it. Asked again for the same datagram
    /// only after `None`, when a release in between may have made room.
    fn hold(&mut self) -> Option<Self::Held>;
    /// Ends the wait of a kept datagram. Called exactly once for each [`Outlet::hold`] that gave `Some`.
    fn release(&mut self, held: Self::Held);
    /// Something happened in the stream.
    fn event(&mut self, stream: StreamIndex, event: Event);
}

/// A datagram's range of its stream, without what says where it came from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) kind: Kind,
    /// Sequence of the first unit; the next one where there is none.
    pub(super) first: u64,
    /// One past the last unit; `first` where there is none.
    pub(super) end: u64,
    pub(super) stamp_ns: u64,
}

impl Piece {
    /// The range of an arrival; `None` if no datagram can have it.
    pub(super) fn of(arrival: &Arrival) -> Option<Self> {
        let &Arrival { kind, first, count, stamp_ns, .. } = arrival;
        let (kind, units) = match kind {
            Kind::Data if count == 0 => (Kind::Heartbeat, 0),
            Kind::Data if count > MAX_UNITS => return None,
            Kind::Data => (Kind::Data, count),
            Kind::Heartbeat | Kind::EndOfSession => (kind, 0),
        };
        Some(Self { kind, first, end: first.checked_add(units)?, stamp_ns })
    }

    pub(super) fn units(&self) -> u64 {
        self.end - self.first
    }
}

/// Where the bytes of a [`Piece`] are.
pub(super) enum Body<H> {
    /// In the datagram being offered.
    Offered,
    /// In one that was kept.
    Held(H),
}

/// A line in a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    pub(super) stream: StreamIndex,
    pub(super) line: usize,
}
