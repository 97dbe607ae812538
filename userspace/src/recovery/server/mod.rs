//! The other side of recovery over TCP: servers to try clients against, with the faults that servers have.
//!
//! They keep to the protocols, but are no exchange: a server has one login, and serves a bounded number of connections,
//! each on a thread of its own.

mod cboe;
mod glimpse;
mod listener;
#[cfg(test)]
mod tests;

pub use cboe::{Grp, GrpConfig, Spin, SpinConfig};
pub use glimpse::{Glimpse, Image, glimpse};
pub use listener::Listening;

use super::stream::Hangup;

/// A server's side of one connection, without the connection: bytes received go in, bytes to send are appended to
/// `out`. `now_ns` never goes back.
pub trait Session {
    /// Bytes were received.
    ///
    /// # Errors
    /// Why the connection is to be closed; `out` is still sent first.
    fn feed(&mut self, bytes: &[u8], now_ns: u64, out: &mut Vec<u8>) -> Result<(), Hangup>;

    /// Does what is due, and tells when to call again at the latest.
    ///
    /// # Errors
    /// As [`Session::feed`].
    fn poll(&mut self, now_ns: u64, out: &mut Vec<u8>) -> Result<u64, Hangup>;
}
