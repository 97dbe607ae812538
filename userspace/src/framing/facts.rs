//! What is to be known of a framing beside its bytes.

use crate::codec::Codec;

/// What sequence numbers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Each message has its own number.
    Message,
    /// Each datagram has one number, however many messages it carries.
    Packet,
}

/// What is to be known of a framing beside its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What sequence numbers count.
    pub unit: Unit,
    /// Bits of a sequence number on the wire: behind the highest comes 0.
    pub sequence_bits: u32,
    /// The first sequence of a stream, where the protocol fixes it. What is missing in front of a later session
    /// or epoch is then known to be lost.
    pub origin: Option<u64>,
    /// Streams of one channel run side by side (Cboe's units), rather than follow each other (sessions).
    pub parallel: bool,
    /// Nanoseconds without a datagram after which a stream is stale: some heartbeat intervals. 0 where the
    /// protocol has no heartbeat, so that silence says nothing.
    pub silence_ns: u64,
    /// The codecs its messages may be in. If there is one, it needs no naming.
    pub codecs: &'static [Codec],
}

impl Facts {
    /// Bits of a sequence that are on the wire.
    #[inline]
    #[must_use]
    pub const fn sequence_mask(&self) -> u64 {
        u64::MAX >> (64 - self.sequence_bits)
    }

    /// Of a protocol like MoldUDP64: messages numbered from 1 in 64 bits, one session after the other, a
    /// heartbeat a second.
    pub(super) const SESSIONS: Self = Self {
        unit: Unit::Message,
        sequence_bits: 64,
        origin: Some(1),
        parallel: false,
        silence_ns: 10_000_000_000,
        codecs: &[],
    };
}
