//! LSE Millennium unit header (MITCH): the header that Cboe's is made after, byte for byte. The unit is called market
//! data group, and is the stream; a count of 0 is a heartbeat with the next sequence, and sequence 0 stands outside
//! every sequence.

use super::{Facts, cboe};
use crate::codec::Codec;

#[cfg(test)]
mod tests;

/// Heartbeats come at an interval that the venue configures: some seconds of silence are told as Cboe's are.
pub(super) const FACTS: Facts = Facts { codecs: &[Codec::Mitch], ..cboe::FACTS };

pub(super) use cboe::{messages, segment};
