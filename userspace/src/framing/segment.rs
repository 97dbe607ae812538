//! A datagram's place in its feed.

use super::StreamKey;

/// What a datagram is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Carries `count` units from `first`.
    Data,
    /// Carries none; `first` is the next sequence the sender will use.
    Heartbeat,
    /// The session is over; `first` is one past its last sequence.
    EndOfSession,
}

/// A datagram's place in its feed, checked against its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The sequence space.
    pub key: StreamKey,
    /// What the datagram is for.
    pub kind: Kind,
    /// Sequence of the first unit carried; for [`Kind::Heartbeat`] and [`Kind::EndOfSession`] the next one.
    pub first: u64,
    /// Units carried; 0 unless [`Kind::Data`].
    pub count: u64,
    /// The sender says that its sequence starts again, with this datagram.
    pub reset: bool,
    /// The sender says that the messages stand outside every sequence (Cboe: sequence 0). They are handed on as
    /// they come, from every line, and never arbitrated; `first` means nothing.
    pub unsequenced: bool,
    /// Bytes behind the last message (behind the header, where there is none). Harmless, but counted.
    pub trailing: usize,
}

impl Segment {
    /// One that is neither a reset nor outside the sequence.
    #[inline]
    #[must_use]
    pub const fn new(key: StreamKey, kind: Kind, first: u64, count: u64, trailing: usize) -> Self {
        Self { key, kind, first, count, reset: false, unsequenced: false, trailing }
    }
}
