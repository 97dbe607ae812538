//! Eurex T7 EOBI: a packet header, which is itself shaped like a message, then messages to the end of the datagram,
//! little-endian. The packet is numbered.
//!
//! Packet numbers are contiguous on a multicast address, over all its products, and an address carries one partition: so
//! the partition is the stream, not the product. A heartbeat is a packet like any other: it has a number of its own.
//! Messages have numbers too, per product; they say nothing that the packets' do not. Older
//! releases have another header: see [`eobi6`](super::eobi6).

use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    little_endian::{I32, U16, U32, U64},
};

use super::{Facts, Kind, Malformed, Segment, StreamKey, Unit};
use crate::codec::Codec;

#[cfg(test)]
mod tests;

pub(super) const FACTS: Facts = Facts {
    unit: Unit::Packet,
    sequence_bits: 64,
    origin: Some(1),
    parallel: true,
    // Heartbeats come at an interval that is configured per product, and the manual does not give it.
    silence_ns: 0,
    codecs: &[Codec::Eobi],
};

/// What every datagram begins with ("Packet Header" of the EOBI manual).
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Bytes of this header.
    pub body_len: U16,
    /// [`PACKET_HEADER`].
    pub template_id: U16,
    /// None: 0xFFFFFFFF.
    pub msg_seq_num: U32,
    /// The packet's number.
    pub appl_seq_num: U64,
    /// The product.
    pub market_segment_id: I32,
    /// The partition, which is the sequence space.
    pub partition_id: u8,
    /// 1 when what the exchange did at once ends with this packet, 0 when it goes on in the next.
    pub completion_indicator: u8,
    /// 1 in the first packets after the sender started.
    pub appl_seq_reset_indicator: u8,
    /// Padding.
    pub pad: u8,
    /// When it was sent, nanoseconds since 1970 UTC.
    pub transact_time: U64,
}

const _: () = assert!(size_of::<Header>() == 32);

/// When it was sent, nanoseconds since 1970 UTC; a header without a time has 0 there.
pub(super) fn send_time_ns(payload: &[u8]) -> Option<u64> {
    let (header, _) = Header::ref_from_prefix(payload).ok()?;
    Some(header.transact_time.get()).filter(|ns| *ns > 0)
}

/// Template of the packet header.
pub const PACKET_HEADER: u16 = 13002;

/// Length, template and number: what every message begins with.
const MESSAGE_HEADER: usize = 8;

/// The packet header's length, checked; the header has at least 32 bytes, of which the first say so.
#[inline]
fn header_len(payload: &[u8]) -> Result<usize, Malformed> {
    let [a, b, c, d, ..] = *payload else { return Err(Malformed::ShortHeader) };
    if u16::from_le_bytes([c, d]) != PACKET_HEADER {
        return Err(Malformed::WrongVersion);
    }
    let len = usize::from(u16::from_le_bytes([a, b]));
    if len < size_of::<Header>() { Err(Malformed::LengthUnderrun) } else { Ok(len) }
}

/// A message, and what lies behind it.
type Split<'a> = (&'a [u8], &'a [u8]);

/// The first message and what lies behind it; `None` where the bytes left are too few to be one.
#[inline]
fn split(bytes: &[u8]) -> Result<Option<Split<'_>>, Malformed> {
    let [low, high, ..] = *bytes else { return Ok(None) };
    if bytes.len() < MESSAGE_HEADER {
        return Ok(None);
    }
    let len = usize::from(u16::from_le_bytes([low, high]));
    if len < MESSAGE_HEADER {
        return Err(Malformed::LengthUnderrun);
    }
    bytes.split_at_checked(len).map(Some).ok_or(Malformed::LengthOverrun)
}

/// Checks header and messages and returns how many bytes are left behind them.
#[inline]
pub(super) fn trailing(payload: &[u8]) -> Result<usize, Malformed> {
    let mut bytes = payload.get(header_len(payload)?..).ok_or(Malformed::LengthOverrun)?;
    while let Some((_, behind)) = split(bytes)? {
        bytes = behind;
    }
    Ok(bytes.len())
}

#[inline]
pub(super) fn segment(payload: &[u8]) -> Result<Segment, Malformed> {
    let (header, _) = Header::ref_from_prefix(payload).map_err(|_| Malformed::ShortHeader)?;
    let trailing = trailing(payload)?;
    let first = header.appl_seq_num.get();
    first.checked_add(1).ok_or(Malformed::SequenceOverrun)?;
    // Set in several packets after a start: the sequence starts again with the first of them alone.
    let reset = header.appl_seq_reset_indicator == 1 && first == 1;
    let key = StreamKey::new([header.partition_id]);
    Ok(Segment { reset, ..Segment::new(key, Kind::Data, first, 1, trailing) })
}

#[inline]
pub(super) fn messages<'a>(payload: &'a [u8], skip: u64, take: u64, mut message: impl FnMut(&'a [u8])) {
    if skip > 0 || take == 0 {
        return;
    }
    let Ok(len) = header_len(payload) else { return };
    let Some(mut bytes) = payload.get(len..) else { return };
    while let Ok(Some((first, behind))) = split(bytes) {
        message(first);
        bytes = behind;
    }
}
