//! IEX-TP 1.25 outbound segments: a header, then `message_count` × (`length u16`, message), little-endian.
//!
//! `payload_length` bounds the messages: what the datagram has beyond it is trailing, as are bytes within it behind
//! the last message. A message count of 0 is a heartbeat; should its payload length not be 0, against the specification,
//! it still tells the next sequence and nothing else, and the bytes are trailing. Any message protocol is carried
//! (DEEP, TOPS, DEEP+): which it is, the user says.

use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    little_endian::{U16, U32, U64},
};

use super::{Facts, Kind, Malformed, Segment, StreamKey, blocks};
use crate::codec::Codec;

pub(super) const FACTS: Facts =
    Facts { codecs: &[Codec::Deep, Codec::Tops, Codec::DeepPlus], ..Facts::SESSIONS };

/// The outbound segment header ("Outbound Segment" of the specification).
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Header {
    /// [`VERSION`].
    pub version: u8,
    /// Reserved.
    pub reserved: u8,
    /// The messages' protocol: [`TOPS`], [`DEEP`], [`DEEP_PLUS`].
    pub message_protocol_id: U16,
    /// The stream of messages within the protocol.
    pub channel_id: U32,
    /// One run of the sender; sequences and offsets start again with it.
    pub session_id: U32,
    /// Bytes of all message blocks.
    pub payload_length: U16,
    /// Message blocks; 0 in a heartbeat.
    pub message_count: U16,
    /// Bytes of the stream before this payload.
    pub stream_offset: U64,
    /// Sequence of the first message; the next one in a heartbeat.
    pub first_message_sequence_number: U64,
    /// When it was sent, nanoseconds since 1970 UTC.
    pub send_time: U64,
}

const _: () = assert!(size_of::<Header>() == 40);

/// When it was sent, nanoseconds since 1970 UTC; a header without a time has 0 there.
pub(super) fn send_time_ns(payload: &[u8]) -> Option<u64> {
    let (header, _) = Header::ref_from_prefix(payload).ok()?;
    Some(header.send_time.get()).filter(|ns| *ns > 0)
}

/// The version of the transport protocol there is.
pub const VERSION: u8 = 1;

/// Message protocol id of TOPS.
pub const TOPS: u16 = 0x8003;
/// Message protocol id of DEEP.
pub const DEEP: u16 = 0x8004;
/// Message protocol id of DEEP+.
pub const DEEP_PLUS: u16 = 0x8005;

impl Header {
    /// Channel id and session id as they are on the wire, then zeros.
    fn key(&self) -> StreamKey {
        let ([a, b, c, d], [e, f, g, h]) = (self.channel_id.to_bytes(), self.session_id.to_bytes());
        StreamKey::new([a, b, c, d, e, f, g, h])
    }
}

#[inline(always)]
pub(super) fn segment(payload: &[u8]) -> Result<Segment, Malformed> {
    let (header, bytes) = Header::ref_from_prefix(payload).map_err(|_| Malformed::ShortHeader)?;
    if header.version != VERSION {
        return Err(Malformed::WrongVersion);
    }
    let (announced, beyond) =
        bytes.split_at_checked(usize::from(header.payload_length.get())).ok_or(Malformed::LengthOverrun)?;
    let count = header.message_count.get();
    let trailing = blocks::check(announced, count, u16::from_le_bytes)? + beyond.len();
    let (first, count) = (header.first_message_sequence_number.get(), u64::from(count));
    first.checked_add(count).ok_or(Malformed::SequenceOverrun)?;
    let kind = if count == 0 { Kind::Heartbeat } else { Kind::Data };
    Ok(Segment::new(header.key(), kind, first, count, trailing))
}

#[inline]
pub(super) fn messages<'a>(payload: &'a [u8], skip: u64, take: u64, message: impl FnMut(&'a [u8])) {
    if let Ok((header, bytes)) = Header::ref_from_prefix(payload) {
        let announced = &bytes[..bytes.len().min(usize::from(header.payload_length.get()))];
        blocks::each(announced, header.message_count.get(), skip, take, u16::from_le_bytes, message);
    }
}
