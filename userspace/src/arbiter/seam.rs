//! What goes into arbitration and what comes out of it.

use super::limits::MAX_UNITS;
use crate::framing::{Kind, StreamKey};

/// A datagram as the arbiter sees it.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// Which of the channel's lines brought it (0 for A). [`super::Limits::lines`], one past the last of them:
    /// recovery did. Such a datagram is not judged, only put where it belongs.
    pub line: usize,
    /// Its sequence space.
    pub key: StreamKey,
    /// What it is for.
    pub kind: Kind,
    /// Sequence of its first unit, or the next one for heartbeat and end of session: as wide as it is on the
    /// wire, see [`super::Limits::sequence_bits`].
    pub first: u64,
    /// Units it carries.
    pub count: u64,
    /// Receive stamp in ns.
    pub stamp_ns: u64,
    /// The sender says that its sequence starts again with this datagram.
    pub reset: bool,
}

/// Index of a stream within its channel, in the order of appearance. Used for another stream only after
/// [`Event::End`] was told of this one, and when [`super::Limits::max_streams`] are open; [`super::Arbiter::key`]
/// says which it is.
pub type StreamIndex = usize;

/// Why a stream no longer says how things are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaleCause {
    /// Units are missing though their window closed, and what is known beyond them is not delivered yet.
    Hole,
    /// No line of the stream was heard for [`super::Limits::silence_ns`].
    Silence,
}

/// What happened in a stream, told between the units it stands between. Sequences have 64 bits; see
/// [`super::Limits::sequence_bits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Units `first..first + count` are given up: they did not come in time.
    Gap {
        /// First missing sequence.
        first: u64,
        /// Missing units.
        count: u64,
    },
    /// The units told next, `first..first + count`, were brought by recovery after their window had closed.
    Recovered {
        /// First of them.
        first: u64,
        /// How many.
        count: u64,
    },
    /// What was told of the stream may be out of date. The units told next are the end of a silence; see
    /// `docs/arbitration.md` for the end of a stall at a hole.
    Stale {
        /// Next expected sequence.
        next: u64,
        /// Why.
        cause: StaleCause,
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

impl Event {
    /// With its sequences as they are on the wire, where they have only the bits of `mask`.
    #[must_use]
    pub fn on_wire(self, mask: u64) -> Self {
        match self {
            Self::Gap { first, count } => Self::Gap { first: first & mask, count },
            Self::Recovered { first, count } => Self::Recovered { first: first & mask, count },
            Self::Stale { next, cause } => Self::Stale { next: next & mask, cause },
            Self::Reset { next } => Self::Reset { next: next & mask },
            Self::End { next } => Self::End { next: next & mask },
        }
    }
}

/// What a datagram of the common case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoesOn {
    /// All its units are next in a stream.
    Next {
        /// The stream.
        stream: StreamIndex,
        /// Sequence of its first unit, in 64 bits.
        first: u64,
    },
    /// All its units were there before.
    Again,
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
    /// Units `first..first + count` are missing and their window has closed: recovery may ask for them. Called once
    /// for each hole, under [`super::OnGap::Recover`] alone. Nothing else is ever asked of a stream before its
    /// units reach [`Outlet::offered`]; a reset makes it void.
    fn wanted(&mut self, _stream: StreamIndex, _first: u64, _count: u64) {}
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
    /// The sender says that its sequence starts again here.
    pub(super) reset: bool,
}

impl Piece {
    /// The range of an arrival; `None` if no datagram can have it.
    pub(super) fn of(arrival: &Arrival) -> Option<Self> {
        let &Arrival { kind, first, count, stamp_ns, reset, .. } = arrival;
        let (kind, units) = match kind {
            Kind::Data if count == 0 => (Kind::Heartbeat, 0),
            Kind::Data if count > MAX_UNITS => return None,
            Kind::Data => (Kind::Data, count),
            Kind::Heartbeat | Kind::EndOfSession => (kind, 0),
        };
        Some(Self { kind, first, end: first.checked_add(units)?, stamp_ns, reset })
    }

    pub(super) fn units(&self) -> u64 {
        self.end - self.first
    }

    /// The same, elsewhere: `by` may be negative, wrapped around.
    pub(super) fn shifted(&self, by: u64) -> Self {
        Self { first: self.first.wrapping_add(by), end: self.end.wrapping_add(by), ..*self }
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
