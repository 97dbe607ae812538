//! The order-update feed: messages one behind the other to the end of the datagram, each with its length and its own
//! sequence. Little-endian. There is no header in front of them, no heartbeat and no session.
//!
//! A datagram's messages have consecutive sequences, whatever their types: only so does it stand at one place in the
//! feed. One that breaks the row is refused whole.

use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    little_endian::{U16, U64},
};

use super::{Facts, Kind, Malformed, Segment, StreamKey, Unit};
use crate::codec::Codec;

#[cfg(test)]
mod tests;

pub(super) const FACTS: Facts = Facts {
    unit: Unit::Message,
    sequence_bits: 64,
    origin: None,
    parallel: false,
    silence_ns: 0,
    codecs: &[Codec::OrderUpdate],
};

/// What every message begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Header {
    /// The message's type: 1 is an order update.
    pub msg_type: u8,
    /// Bytes of the message, this header included.
    pub msg_len: U16,
    /// The message's sequence.
    pub sequence: U64,
    /// Nanoseconds since 1970 UTC.
    pub timestamp: U64,
}

const _: () = assert!(size_of::<Header>() == 19);

/// The first message, its sequence, and what lies behind it.
#[inline]
fn split(bytes: &[u8]) -> Result<(&[u8], u64, &[u8]), Malformed> {
    let (header, _) = Header::ref_from_prefix(bytes).map_err(|_| Malformed::ShortHeader)?;
    let len = usize::from(header.msg_len.get());
    if len < size_of::<Header>() {
        return Err(Malformed::LengthUnderrun);
    }
    let (message, behind) = bytes.split_at_checked(len).ok_or(Malformed::LengthOverrun)?;
    Ok((message, header.sequence.get(), behind))
}

#[inline(always)]
pub(super) fn segment(payload: &[u8]) -> Result<Segment, Malformed> {
    let (_, first, mut bytes) = split(payload)?;
    let mut next = first.checked_add(1).ok_or(Malformed::SequenceOverrun)?;
    while !bytes.is_empty() {
        let (_, sequence, behind) = split(bytes)?;
        if sequence != next {
            return Err(Malformed::SequenceBroken);
        }
        next = next.checked_add(1).ok_or(Malformed::SequenceOverrun)?;
        bytes = behind;
    }
    Ok(Segment::new(StreamKey::default(), Kind::Data, first, next - first, 0))
}

#[inline]
pub(super) fn messages<'a>(payload: &'a [u8], skip: u64, take: u64, mut message: impl FnMut(&'a [u8])) {
    let mut bytes = payload;
    let mut place = 0;
    while place < skip.saturating_add(take)
        && let Ok((first, _, behind)) = split(bytes)
    {
        if place >= skip {
            message(first);
        }
        place += 1;
        bytes = behind;
    }
}
