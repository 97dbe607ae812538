//! An answer that need not be there.

use std::io;

use serde::Serialize;

/// What asking the kernel or a driver brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Asked<T> {
    /// This.
    Is(T),
    /// It could not be found out, for the reason given.
    Unknown {
        /// Why.
        unknown: String,
    },
    /// There is no such thing here: the driver has no answer to give.
    Nothing,
}

impl<T> Asked<T> {
    /// The answer, if there was one.
    pub const fn is(&self) -> Option<&T> {
        match self {
            Self::Is(answer) => Some(answer),
            Self::Unknown { .. } | Self::Nothing => None,
        }
    }

    /// Not found out, and why.
    pub fn unknown(why: impl Into<String>) -> Self {
        Self::Unknown { unknown: why.into() }
    }
}

impl<T> From<io::Result<T>> for Asked<T> {
    fn from(answer: io::Result<T>) -> Self {
        match answer {
            Ok(answer) => Self::Is(answer),
            Err(error) if error.raw_os_error() == Some(libc::EOPNOTSUPP) => Self::Nothing,
            Err(error) => Self::unknown(error.to_string()),
        }
    }
}
