//! Cboe Sequenced Unit Header (Multicast PITCH 2.41 and Cboe's other feeds): a header, then `count` messages that
//! begin with their own length, little-endian.
//!
//! Each unit is a stream of its own, and a channel carries several. A count of 0 is a heartbeat with the unit's next
//! sequence. Sequence 0 stands outside every sequence: heartbeats of the gap groups and of the servers, and the
//! servers' own messages. `End of Session` (0x2D) is a message like any other: it has its sequence number and is
//! delivered as such, and that no more of the unit follows is the codec's user's to conclude.

use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    little_endian::{U16, U32},
};

use super::{Facts, Kind, Malformed, Segment, StreamKey, Unit, measured};
use crate::codec::Codec;

#[cfg(test)]
mod tests;

pub(super) const FACTS: Facts = Facts {
    unit: Unit::Message,
    sequence_bits: 32,
    origin: Some(1),
    parallel: true,
    // A unit without messages sends a heartbeat a second.
    silence_ns: 10_000_000_000,
    codecs: &[Codec::Pitch],
};

/// The header ("Sequenced Unit Header" of the specification).
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Bytes of this header and all messages.
    pub length: U16,
    /// Messages that follow; 0 in a heartbeat.
    pub count: u8,
    /// The unit, which is the sequence space.
    pub unit: u8,
    /// Sequence of the first message; the next one in a heartbeat; [`UNSEQUENCED`].
    pub sequence: U32,
}

const _: () = assert!(size_of::<Header>() == 8);

/// Sequence of what stands outside every sequence.
pub const UNSEQUENCED: u32 = 0;

/// Length and type: what every message begins with.
const MESSAGE_HEADER: usize = 2;

/// The first message's length, which is its first byte and counts itself.
#[inline]
fn measure(bytes: &[u8]) -> Result<usize, Malformed> {
    let [length, _, ..] = *bytes else { return Err(Malformed::CountOverrun) };
    let length = usize::from(length);
    if length < MESSAGE_HEADER { Err(Malformed::LengthUnderrun) } else { Ok(length) }
}

#[inline(always)]
pub(super) fn segment(payload: &[u8]) -> Result<Segment, Malformed> {
    let (header, bytes) = Header::ref_from_prefix(payload).map_err(|_| Malformed::ShortHeader)?;
    let announced =
        usize::from(header.length.get()).checked_sub(size_of::<Header>()).ok_or(Malformed::LengthUnderrun)?;
    let (announced, beyond) = bytes.split_at_checked(announced).ok_or(Malformed::LengthOverrun)?;
    let trailing = measured::check(announced, header.count, measure)? + beyond.len();
    let first = header.sequence.get();
    first.checked_add(header.count.into()).ok_or(Malformed::SequenceOverrun)?;
    let kind = if header.count == 0 { Kind::Heartbeat } else { Kind::Data };
    let key = StreamKey::new([header.unit]);
    let unsequenced = first == UNSEQUENCED;
    Ok(Segment { unsequenced, ..Segment::new(key, kind, first.into(), header.count.into(), trailing) })
}

#[inline]
pub(super) fn messages<'a>(payload: &'a [u8], skip: u64, take: u64, message: impl FnMut(&'a [u8])) {
    if let Ok((header, bytes)) = Header::ref_from_prefix(payload) {
        let announced = usize::from(header.length.get()).saturating_sub(size_of::<Header>());
        let announced = &bytes[..bytes.len().min(announced)];
        measured::each(announced, header.count, skip, take, measure, message);
    }
}
