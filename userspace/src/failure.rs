//! How a command ends when it does not end well: one type, one exit code a meaning.

use std::fmt;

/// Why a command stopped.
#[derive(Debug)]
pub enum Failure {
    /// What was typed makes no sense: exit code 2. One sentence with the cause and the fix.
    Usage(String),
    /// A requirement the user stated is not met (`--require zero-copy`): exit code 3.
    Requirement(String),
    /// It failed while setting up or running: exit code 1.
    Failed(anyhow::Error),
}

impl Failure {
    /// The process's exit code.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::Requirement(_) => 3,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Requirement(text) => f.write_str(text),
            // `{:#}`: the causes on one line, outermost first.
            Self::Failed(error) => write!(f, "{error:#}"),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}
