//! HKEX Orion Market Data (OMD): a packet header, then `msg_count` messages that begin with their own size, little-endian.
//!
//! A channel is one multicast group and one stream, numbered from 1. A packet that begins with a sequence reset (100) says
//! itself what the next sequence is; its own number means nothing then, and the reset uses none up. What follows in the
//! packet, if anything does, is numbered from there.

use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    little_endian::{U16, U32, U64},
};

use super::{Facts, Kind, Malformed, Segment, StreamKey, Unit, measured};
use crate::codec::Codec;

#[cfg(test)]
mod tests;

pub(super) const FACTS: Facts = Facts {
    unit: Unit::Message,
    sequence_bits: 32,
    origin: Some(1),
    parallel: false,
    // A channel without messages sends a heartbeat every two seconds.
    silence_ns: 20_000_000_000,
    codecs: &[Codec::Hkex],
};

/// The packet header ("Packet Header" of the specification).
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Bytes of this header and all messages.
    pub pkt_size: U16,
    /// Messages that follow; 0 in a heartbeat.
    pub msg_count: u8,
    /// Padding.
    pub filler: u8,
    /// Sequence of the first message; the next one in a heartbeat.
    pub seq_num: U32,
    /// When it was sent, nanoseconds since 1970 UTC.
    pub send_time: U64,
}

const _: () = assert!(size_of::<Header>() == 16);

/// When it was sent, nanoseconds since 1970 UTC; a header without a time has 0 there.
pub(super) fn send_time_ns(payload: &[u8]) -> Option<u64> {
    let (header, _) = Header::ref_from_prefix(payload).ok()?;
    Some(header.send_time.get()).filter(|ns| *ns > 0)
}

/// Message type of a sequence reset: size, type, the next sequence.
pub const SEQUENCE_RESET: u16 = 100;

/// Size and type: what every message begins with.
const MESSAGE_HEADER: usize = 4;

/// The first message's size, which is its first field and counts itself.
#[inline]
fn measure(bytes: &[u8]) -> Result<usize, Malformed> {
    let [low, high, _, _, ..] = *bytes else { return Err(Malformed::CountOverrun) };
    let size = usize::from(u16::from_le_bytes([low, high]));
    if size < MESSAGE_HEADER { Err(Malformed::LengthUnderrun) } else { Ok(size) }
}

/// The next sequence, where the first of `count` messages is a sequence reset.
#[inline]
fn reset(count: u8, messages: &[u8]) -> Result<Option<u32>, Malformed> {
    let [low, high, a, b, ..] = *messages else { return Ok(None) };
    if count == 0 || u16::from_le_bytes([a, b]) != SEQUENCE_RESET {
        return Ok(None);
    }
    let size = usize::from(u16::from_le_bytes([low, high]));
    match messages.get(..size.min(messages.len())) {
        Some(&[_, _, _, _, a, b, c, d, ..]) => Ok(Some(u32::from_le_bytes([a, b, c, d]))),
        _ => Err(Malformed::LengthUnderrun),
    }
}

#[inline]
pub(super) fn segment(payload: &[u8]) -> Result<Segment, Malformed> {
    let (header, bytes) = Header::ref_from_prefix(payload).map_err(|_| Malformed::ShortHeader)?;
    let announced = usize::from(header.pkt_size.get())
        .checked_sub(size_of::<Header>())
        .ok_or(Malformed::LengthUnderrun)?;
    let (announced, beyond) = bytes.split_at_checked(announced).ok_or(Malformed::LengthOverrun)?;
    let trailing = measured::check(announced, header.msg_count, measure)? + beyond.len();
    let reset = reset(header.msg_count, announced)?;
    let (first, count) = match reset {
        Some(next) => (next, header.msg_count - 1),
        None => (header.seq_num.get(), header.msg_count),
    };
    first.checked_add(count.into()).ok_or(Malformed::SequenceOverrun)?;
    let kind = if count == 0 { Kind::Heartbeat } else { Kind::Data };
    let segment = Segment::new(StreamKey::default(), kind, first.into(), count.into(), trailing);
    Ok(Segment { reset: reset.is_some(), ..segment })
}

#[inline]
pub(super) fn messages<'a>(payload: &'a [u8], skip: u64, take: u64, message: impl FnMut(&'a [u8])) {
    if let Ok((header, bytes)) = Header::ref_from_prefix(payload) {
        let announced = usize::from(header.pkt_size.get()).saturating_sub(size_of::<Header>());
        let announced = &bytes[..bytes.len().min(announced)];
        let Ok(reset) = reset(header.msg_count, announced) else { return };
        let skip = skip.saturating_add(reset.is_some().into());
        measured::each(announced, header.msg_count, skip, take, measure, message);
    }
}
