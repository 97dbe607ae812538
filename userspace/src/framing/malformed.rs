//! Why a datagram has no place in its feed.

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
    /// A length, the payload's or a message's, is less than what it has to cover.
    #[error("announces fewer bytes than it needs")]
    LengthUnderrun,
    /// Its messages have numbers of their own, and they do not follow one another.
    #[error("its messages' sequences do not follow one another")]
    SequenceBroken,
    /// The checksum it carries is not that of its bytes.
    #[error("its checksum is not that of its bytes")]
    Checksum,
}

impl Malformed {
    /// Every cause, in the order of [`Malformed::index`].
    pub const ALL: [Self; 8] = [
        Self::ShortHeader,
        Self::WrongVersion,
        Self::LengthOverrun,
        Self::CountOverrun,
        Self::SequenceOverrun,
        Self::LengthUnderrun,
        Self::SequenceBroken,
        Self::Checksum,
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
            Self::LengthUnderrun => "length_underrun",
            Self::SequenceBroken => "sequence_broken",
            Self::Checksum => "checksum",
        }
    }

    /// Position in [`Malformed::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}
