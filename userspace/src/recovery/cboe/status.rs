//! The status letters of answers.

/// Declares an enumeration of letters.
macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $status:ident = $letter:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum $name {
            $($(#[$about])* $status = $letter,)*
        }

        impl $name {
            /// Every status there is.
            pub const ALL: &'static [Self] = &[$(Self::$status,)*];

            /// The status with this letter.
            #[must_use]
            pub fn from_letter(letter: u8) -> Option<Self> {
                Self::ALL.iter().copied().find(|status| status.letter() == letter)
            }

            /// Its letter on the wire.
            #[must_use]
            pub const fn letter(self) -> u8 {
                self as u8
            }
        }
    )*};
}

statuses! {
    /// Of a login.
    LoginStatus {
        /// Logged in.
        Accepted = b'A',
        /// User name or password are wrong.
        NotAuthorised = b'N',
        /// The session is logged in already.
        InUse = b'B',
        /// There is no such session.
        InvalidSession = b'S',
    }

    /// Of a gap request.
    GapStatus {
        /// The messages will be sent again.
        Accepted = b'A',
        /// Too old, or not sent yet.
        OutOfRange = b'O',
        /// No request any more today.
        DailyQuota = b'D',
        /// No request any more in this minute.
        MinuteQuota = b'M',
        /// No request any more in this second.
        SecondQuota = b'S',
        /// For more messages than one request may be.
        CountLimit = b'C',
        /// There is no such unit.
        InvalidUnit = b'I',
        /// The unit cannot be had at present.
        UnitUnavailable = b'U',
    }

    /// Of a spin request.
    SpinStatus {
        /// The spin follows.
        Accepted = b'A',
        /// No image with this sequence.
        OutOfRange = b'O',
        /// One spin at a time.
        InProgress = b'S',
    }
}
