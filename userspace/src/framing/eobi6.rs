//! Eurex T7 EOBI as captures of the years 2014 to 2018 have it: as [`super::eobi`], with packet numbers of 32 bits.
//!
//! The header has the same length and template as the later one, so nothing in a packet says which it is.

use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    little_endian::{I32, U16, U32, U64},
};

use super::{Facts, Kind, Malformed, Segment, StreamKey, eobi};
use crate::codec::Codec;

pub(super) const FACTS: Facts = Facts { sequence_bits: 32, codecs: &[Codec::Eobi6], ..eobi::FACTS };

/// What every datagram begins with ("Packet Header" of the EOBI manual).
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Bytes of this header.
    pub body_len: U16,
    /// [`eobi::PACKET_HEADER`].
    pub template_id: U16,
    /// None: 0xFFFFFFFF.
    pub msg_seq_num: U32,
    /// The packet's number; behind 4,294,967,295 comes 0.
    pub appl_seq_num: U32,
    /// The product.
    pub market_segment_id: I32,
    /// The partition, which is the sequence space.
    pub partition_id: u8,
    /// 1 when what the exchange did at once ends with this packet, 0 when it goes on in the next.
    pub completion_indicator: u8,
    /// 1 in the first packets after the sender started.
    pub appl_seq_reset_indicator: u8,
    /// Padding.
    pub pad: [u8; 5],
    /// When it was sent, nanoseconds since 1970 UTC.
    pub transact_time: U64,
}

const _: () = assert!(size_of::<Header>() == 32);

/// When it was sent, nanoseconds since 1970 UTC; a header without a time has 0 there.
pub(super) fn send_time_ns(payload: &[u8]) -> Option<u64> {
    let (header, _) = Header::ref_from_prefix(payload).ok()?;
    Some(header.transact_time.get()).filter(|ns| *ns > 0)
}

#[inline]
pub(super) fn segment(payload: &[u8]) -> Result<Segment, Malformed> {
    let (header, _) = Header::ref_from_prefix(payload).map_err(|_| Malformed::ShortHeader)?;
    let trailing = eobi::trailing(payload)?;
    let first = header.appl_seq_num.get();
    let reset = header.appl_seq_reset_indicator == 1 && first == 1;
    let key = StreamKey::new([header.partition_id]);
    Ok(Segment { reset, ..Segment::new(key, Kind::Data, first.into(), 1, trailing) })
}

pub(super) use eobi::messages;
