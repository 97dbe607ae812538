//! A protocol over a byte stream, without the stream.

use super::Malformed;
use crate::recovery::{Answers, Tally};

/// Why a connection is to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Hangup {
    /// It has served its purpose.
    #[error("done")]
    Done,
    /// The other side has not been heard for too long.
    #[error("the other side is silent")]
    Silent,
    /// The other side closed the connection, or it broke.
    #[error("the connection is gone")]
    Closed,
    /// The other side refused the login.
    #[error("login refused")]
    Refused,
    /// The other side said that the session is over.
    #[error("end of session")]
    EndOfSession,
    /// What the other side offers is not what was asked for.
    #[error("not what was asked for")]
    Unusable,
    /// The other side was too slow with its part.
    #[error("timed out")]
    TimedOut,
    /// What was received is not of the protocol.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

/// A client's side of a protocol over a byte stream. It holds no socket and no clock: bytes received go in, bytes to
/// send are appended to `out`, and `now_ns` never goes back. Bytes may come split in any way; the outcome is the same.
pub trait Protocol {
    /// Whether a connection is wanted now.
    fn wants_connection(&self) -> bool;

    /// A connection is up.
    fn opened(&mut self, now_ns: u64, out: &mut Vec<u8>);

    /// Bytes were received.
    ///
    /// # Errors
    /// Why the connection is to be closed; `out` is still sent first.
    fn feed(
        &mut self,
        bytes: &[u8],
        now_ns: u64,
        answers: &mut dyn Answers,
        out: &mut Vec<u8>,
    ) -> Result<(), Hangup>;

    /// Does what is due, connected or not (nothing is appended to `out` then), and tells when to call again at the
    /// latest.
    ///
    /// # Errors
    /// As [`Protocol::feed`].
    fn poll(&mut self, now_ns: u64, answers: &mut dyn Answers, out: &mut Vec<u8>) -> Result<u64, Hangup>;

    /// The connection is gone, for whatever reason. Returns whether it had got as far as being logged in.
    fn closed(&mut self, now_ns: u64) -> bool;

    /// The counters.
    fn tally(&mut self) -> &mut Tally;
}
