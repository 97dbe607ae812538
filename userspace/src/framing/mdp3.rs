//! CME MDP 3.0 packets: `sequence u32 · sending time u64`, then messages that begin with their size, little-endian.
//!
//! Sequences count packets. Each multicast group has its own, so a channel is one stream; they start again at 1 every
//! week. A heartbeat is a message in a packet of its own, with a sequence number like any other. The reset of a
//! channel (template 4) empties its books and is a message too: it does not touch the sequence.

use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    little_endian::{U32, U64},
};

use super::{Facts, Kind, Malformed, Segment, StreamKey, Unit};
use crate::codec::{Codec, mdp3::HEADER_LEN};

#[cfg(test)]
mod tests;

pub(super) const FACTS: Facts = Facts {
    unit: Unit::Packet,
    sequence_bits: 32,
    origin: Some(1),
    parallel: false,
    // Heartbeats come every 30 s.
    silence_ns: 100_000_000_000,
    codecs: &[Codec::Mdp3],
};

/// The binary packet header ("MDP 3.0 - SBE Technical Headers").
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Of the packet.
    pub sequence: U32,
    /// When it was sent, nanoseconds since 1970 UTC.
    pub sending_time: U64,
}

const _: () = assert!(size_of::<Header>() == 12);

/// When it was sent, nanoseconds since 1970 UTC; a header without a time has 0 there.
pub(super) fn send_time_ns(payload: &[u8]) -> Option<u64> {
    let (header, _) = Header::ref_from_prefix(payload).ok()?;
    Some(header.sending_time.get()).filter(|ns| *ns > 0)
}

/// The first message with its size in front, and what lies behind it.
#[inline]
fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let &size = bytes.first_chunk().ok_or(Malformed::LengthOverrun)?;
    let size = usize::from(u16::from_le_bytes(size));
    if size < HEADER_LEN {
        return Err(Malformed::LengthUnderrun);
    }
    bytes.split_at_checked(size).ok_or(Malformed::LengthOverrun)
}

#[inline]
pub(super) fn segment(payload: &[u8]) -> Result<Segment, Malformed> {
    let (header, mut bytes) = Header::ref_from_prefix(payload).map_err(|_| Malformed::ShortHeader)?;
    while !bytes.is_empty() {
        (_, bytes) = split(bytes)?;
    }
    let first = u64::from(header.sequence.get());
    Ok(Segment::new(StreamKey::default(), Kind::Data, first, 1, 0))
}

/// All messages of the packet, if it is to be handed out at all.
#[inline]
pub(super) fn messages<'a>(payload: &'a [u8], skip: u64, take: u64, mut message: impl FnMut(&'a [u8])) {
    if skip > 0 || take == 0 {
        return;
    }
    let Ok((_, mut bytes)) = Header::ref_from_prefix(payload) else { return };
    while let Ok((first, behind)) = split(bytes) {
        message(first);
        bytes = behind;
    }
}
