//! Cboe's recovery protocols: the Gap Request Proxy (GRP) and the Spin server, both over TCP.
//!
//! Source: Cboe US Equities/Options Multicast Depth of Book (PITCH) Specification, "Gap Request Proxy and Message
//! Retransmission" and "Spin Servers".

#[cfg(test)]
mod captured;
pub mod grp;
pub mod quota;
mod session;
pub mod spin;
mod status;
#[cfg(test)]
mod tests;
pub mod units;
pub mod wire;

pub use session::{Credentials, NoCredentials};
pub use status::{GapStatus, LoginStatus, SpinStatus};

use crate::framing::StreamKey;

/// The stream of a unit, as the framing keys it: the header's unit byte, then zeros.
#[must_use]
pub const fn key(unit: u8) -> StreamKey {
    let mut key = [0; 16];
    key[0] = unit;
    StreamKey(key)
}

/// The unit of a stream; `None` for keys of other framings.
#[must_use]
pub fn unit(stream: StreamKey) -> Option<u8> {
    let [unit, rest @ ..] = stream.0;
    rest.iter().all(|byte| *byte == 0).then_some(unit)
}
