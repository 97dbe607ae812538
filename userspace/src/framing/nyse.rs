//! NYSE XDP and Pillar feeds: a packet header, then `number_msgs` messages that begin with their own size,
//! little-endian ("XDP Common Client Specification").
//!
//! A channel of a product is one multicast group and one stream. What a packet is, its delivery flag says: heartbeats
//! carry the next sequence; a sequence number reset is itself the message its packet numbers, usually 1; what is sent
//! again has its original numbers and is data like any other. Refreshes have numbers of their own and stand outside the
//! sequence. A message unavailable answers a request and has the stream's numbers no more than they do.

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
    parallel: false,
    // A channel without messages sends a heartbeat a minute: two may be lost before it is called silent.
    silence_ns: 180_000_000_000,
    codecs: &[Codec::Pillar],
};

/// The packet header ("Packet Header" of the specification).
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Bytes of this header and all messages.
    pub pkt_size: U16,
    /// What the packet is: one of the constants below.
    pub delivery_flag: u8,
    /// Messages that follow; 0 in a heartbeat.
    pub number_msgs: u8,
    /// Sequence of the first message; the next one in a heartbeat.
    pub seq_num: U32,
    /// When it was sent, seconds since 1970 UTC.
    pub seconds: U32,
    /// And nanoseconds.
    pub nanoseconds: U32,
}

const _: () = assert!(size_of::<Header>() == 16);

/// When it was sent, nanoseconds since 1970 UTC; a header without a time has 0 there.
pub(super) fn send_time_ns(payload: &[u8]) -> Option<u64> {
    let (header, _) = Header::ref_from_prefix(payload).ok()?;
    Some(u64::from(header.seconds.get()) * 1_000_000_000 + u64::from(header.nanoseconds.get()))
        .filter(|ns| *ns > 0)
}

/// Delivery flag: no messages, the next sequence.
pub const HEARTBEAT: u8 = 1;
/// Delivery flag: original messages, sent by the backup publisher after a failover.
pub const FAILOVER: u8 = 10;
/// Delivery flag: original messages.
pub const ORIGINAL: u8 = 11;
/// Delivery flag: the sequence starts again, with this packet's message.
pub const SEQUENCE_RESET: u8 = 12;
/// Delivery flag: messages sent again, all in this packet.
pub const RETRANSMISSION: u8 = 13;
/// Delivery flag: messages sent again, part of several packets.
pub const RETRANSMISSION_PART: u8 = 15;
/// Delivery flag: a refresh, all in this packet.
pub const REFRESH: u8 = 17;
/// Delivery flag: a refresh begins.
pub const REFRESH_START: u8 = 18;
/// Delivery flag: a refresh goes on.
pub const REFRESH_PART: u8 = 19;
/// Delivery flag: a refresh ends.
pub const REFRESH_END: u8 = 20;
/// Delivery flag: messages that were asked for cannot be sent again.
pub const MESSAGE_UNAVAILABLE: u8 = 21;

/// Size and type: what every message begins with.
const MESSAGE_HEADER: usize = 4;

/// The first message's size, which is its first field and counts itself.
#[inline]
fn measure(bytes: &[u8]) -> Result<usize, Malformed> {
    let [low, high, _, _, ..] = *bytes else { return Err(Malformed::CountOverrun) };
    let size = usize::from(u16::from_le_bytes([low, high]));
    if size < MESSAGE_HEADER { Err(Malformed::LengthUnderrun) } else { Ok(size) }
}

#[inline(always)]
pub(super) fn segment(payload: &[u8]) -> Result<Segment, Malformed> {
    let (header, bytes) = Header::ref_from_prefix(payload).map_err(|_| Malformed::ShortHeader)?;
    let announced = usize::from(header.pkt_size.get())
        .checked_sub(size_of::<Header>())
        .ok_or(Malformed::LengthUnderrun)?;
    let (announced, beyond) = bytes.split_at_checked(announced).ok_or(Malformed::LengthOverrun)?;
    let trailing = measured::check(announced, header.number_msgs, measure)? + beyond.len();
    let first = header.seq_num.get();
    first.checked_add(header.number_msgs.into()).ok_or(Malformed::SequenceOverrun)?;
    let kind = if header.number_msgs == 0 { Kind::Heartbeat } else { Kind::Data };
    Ok(Segment {
        reset: header.delivery_flag == SEQUENCE_RESET,
        unsequenced: matches!(header.delivery_flag, REFRESH..=MESSAGE_UNAVAILABLE),
        ..Segment::new(StreamKey::default(), kind, first.into(), header.number_msgs.into(), trailing)
    })
}

#[inline]
pub(super) fn messages<'a>(payload: &'a [u8], skip: u64, take: u64, message: impl FnMut(&'a [u8])) {
    if let Ok((header, bytes)) = Header::ref_from_prefix(payload) {
        let announced = usize::from(header.pkt_size.get()).saturating_sub(size_of::<Header>());
        let announced = &bytes[..bytes.len().min(announced)];
        measured::each(announced, header.number_msgs, skip, take, measure, message);
    }
}
