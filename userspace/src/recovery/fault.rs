//! Faults that a recovery server shows on purpose, so that what clients make of them can be seen.

use std::{str::FromStr, time::Duration};

/// What a server does wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Refuses every request with the protocol's refusal; where it has none, does not answer.
    Refuse,
    /// Refuses every login; where there is none, as [`Fault::Refuse`].
    RefuseLogin,
    /// Answers only after this long.
    Slow(Duration),
    /// Answers a request with the first half of it, rounded up; a snapshot lacks its second half.
    Partial,
    /// Dies, once, in the middle of an answer: after this many bytes the connection is closed; without one, the
    /// rest of the answer is not sent. What is asked for after that is answered in full.
    Die(u64),
}

/// Why a word names no fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no fault: say none, refuse, refuse-login, slow=MILLISECONDS, partial or die=BYTES")]
pub struct NoFault(String);

impl FromStr for Fault {
    type Err = NoFault;

    /// `none`, `refuse`, `refuse-login`, `slow=MILLISECONDS`, `partial`, `die=BYTES`.
    fn from_str(word: &str) -> Result<Self, NoFault> {
        let no_fault = || NoFault(word.to_owned());
        let (name, number) = match word.split_once('=') {
            Some((name, digits)) => (name, Some(digits.parse::<u64>().map_err(|_| no_fault())?)),
            None => (word, None),
        };
        match (name, number) {
            ("none", None) => Ok(Self::None),
            ("refuse", None) => Ok(Self::Refuse),
            ("refuse-login", None) => Ok(Self::RefuseLogin),
            ("partial", None) => Ok(Self::Partial),
            ("slow", Some(milliseconds)) => Ok(Self::Slow(Duration::from_millis(milliseconds))),
            ("die", Some(bytes)) => Ok(Self::Die(bytes)),
            _ => Err(no_fault()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_faults() {
        let named = [
            ("none", Fault::None),
            ("refuse", Fault::Refuse),
            ("refuse-login", Fault::RefuseLogin),
            ("slow=250", Fault::Slow(Duration::from_millis(250))),
            ("partial", Fault::Partial),
            ("die=0", Fault::Die(0)),
        ];
        for (word, fault) in named {
            assert_eq!(word.parse(), Ok(fault), "{word}");
        }
    }

    #[test]
    fn other_words_are_refused_and_the_choice_told() {
        for word in ["", "slow", "slow=", "slow=1s", "die", "die=-1", "none=1", "partial=2", "dies=3"] {
            let told = word.parse::<Fault>().unwrap_err().to_string();
            assert!(told.contains("slow=MILLISECONDS"), "{told}");
        }
    }
}
