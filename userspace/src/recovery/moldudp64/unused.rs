//! What a client does not hand on.

/// Why something received is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unused {
    /// It came from an address that was not asked.
    Stranger,
    /// It is no downstream packet.
    Malformed,
    /// It is longer than can be handed on.
    TooLong,
    /// It is of a session that nothing was asked of.
    WrongSession,
    /// Nothing in it is missing any more.
    Late,
    /// It has no messages: the server says that it does not have what was asked for.
    Empty,
}

impl Unused {
    /// Every cause, in the order of [`Unused::index`].
    pub const ALL: [Self; 6] =
        [Self::Stranger, Self::Malformed, Self::TooLong, Self::WrongSession, Self::Late, Self::Empty];

    /// The label under which the cause is counted.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stranger => "stranger",
            Self::Malformed => "malformed",
            Self::TooLong => "too_long",
            Self::WrongSession => "wrong_session",
            Self::Late => "late",
            Self::Empty => "empty",
        }
    }

    /// Position in [`Unused::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}
