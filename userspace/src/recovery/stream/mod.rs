//! What every recovery protocol over TCP has in common: cutting the byte stream, heartbeats, the connection.

mod connection;
mod cut;
mod dial;
mod protocol;
mod pulse;
#[cfg(test)]
mod tests;

pub use connection::Connection;
pub use cut::{Cutter, Malformed, Prefix};
pub use protocol::{Hangup, Protocol};
pub use pulse::{IDLE_NS, Pulse, SILENT_NS};
