//! Framing: what a datagram of a sequenced feed says about its place in the feed.
//!
//! Every protocol reduces to (stream, first sequence, count) plus heartbeat and end of session; arbitration
//! needs nothing else. Adding a protocol touches its own file and [`Framing`].

mod blocks;
pub mod iextp;
pub mod moldudp64;

#[cfg(test)]
mod tests;

/// Identifies one sequence space within a channel. The bytes are the protocol's own, as they are on the wire,
/// left-justified and zero-padded: MoldUDP64's session (10), IEX-TP's channel id and session id (4 + 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamKey(pub [u8; 16]);

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

/// What sequence numbers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Each message has its own number.
    Message,
    /// Each datagram has one number, however many messages it carries.
    Packet,
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
    /// Bytes behind the last message (behind the header, where there is none). Harmless, but counted.
    pub trailing: usize,
}

/// Why a datagram is not one of its protocol. Each is a counter of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Malformed {
    /// Shorter than the protocol's header.
    #[error("shorter than the protocol's header")]
    ShortHeader,
    /// A version or protocol id this framing does not speak.
    #[error("another version or protocol")]
    WrongVersion,
    /// A length, the payload's or a message's, announces more bytes than there are.
    #[error("announces more bytes than there are")]
    LengthOverrun,
    /// The header announces more messages than its bytes hold.
    #[error("announces more messages than its bytes hold")]
    CountOverrun,
    /// `first + count`, the next sequence, is not in the protocol's range.
    #[error("sequence leaves its range")]
    SequenceOverrun,
}

impl Malformed {
    /// Every cause, in the order of [`Malformed::index`].
    pub const ALL: [Self; 5] = [
        Self::ShortHeader,
        Self::WrongVersion,
        Self::LengthOverrun,
        Self::CountOverrun,
        Self::SequenceOverrun,
    ];

    /// The label under which the cause is counted.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ShortHeader => "short_header",
            Self::WrongVersion => "wrong_version",
            Self::LengthOverrun => "length_overrun",
            Self::CountOverrun => "count_overrun",
            Self::SequenceOverrun => "sequence_overrun",
        }
    }

    /// Position in [`Malformed::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// The framings there are, by the name `--protocol` takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// MoldUDP64 1.00 (Nasdaq).
    MoldUdp64,
    /// IEX Transport Protocol 1.
    IexTp,
}

impl Framing {
    /// Every framing with its name.
    pub const ALL: &'static [(&'static str, Self)] =
        &[("moldudp64", Self::MoldUdp64), ("iextp", Self::IexTp)];

    /// What sequence numbers count.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::MoldUdp64 | Self::IexTp => Unit::Message,
        }
    }

    /// Reads and checks a datagram: all its lengths lie within `payload` when this returns `Ok`.
    ///
    /// # Errors
    /// The first cause that makes it no datagram of this protocol.
    #[inline]
    pub fn segment(self, payload: &[u8]) -> Result<Segment, Malformed> {
        match self {
            Self::MoldUdp64 => moldudp64::segment(payload),
            Self::IexTp => iextp::segment(payload),
        }
    }

    /// Calls `message` with the bytes of units `skip..skip + take` of a datagram that [`Framing::segment`]
    /// accepted, in order (with [`Unit::Packet`], with every message of it). Bytes it did not accept may
    /// yield fewer messages, never bytes outside `payload`, never a panic.
    #[inline]
    pub fn messages<'a>(self, payload: &'a [u8], skip: u64, take: u64, message: impl FnMut(&'a [u8])) {
        match self {
            Self::MoldUdp64 => moldudp64::messages(payload, skip, take, message),
            Self::IexTp => iextp::messages(payload, skip, take, message),
        }
    }
}
