//! MoldUDP64 V1.00 downstream packets: a header, then `count` × (`length u16`, message), big-endian.
//!
//! The header's sequence is that of the first message, or the next one on heartbeats and at the end of a session.
//! Messages of length 0 are legal and use up a sequence number.

use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    big_endian::{U16, U64},
};

use super::{Facts, Kind, Malformed, Segment, StreamKey, Visit, blocks};
use crate::codec::Codec;

pub(super) const FACTS: Facts = Facts {
    codecs: &[Codec::Itch50, Codec::AsxItch, Codec::AsxTradeItch, Codec::JpxItch],
    ..Facts::SESSIONS
};

/// The downstream packet header ("Downstream Packet" of the specification).
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Identifies the sequence space: ten characters.
    pub session: [u8; 10],
    /// Sequence of the first message, or the next one where there is none.
    pub sequence: U64,
    /// Message blocks that follow, [`HEARTBEAT`] or [`END_OF_SESSION`].
    pub count: U16,
}

const _: () = assert!(size_of::<Header>() == 20);

/// Message count of a packet that only tells the next sequence.
pub const HEARTBEAT: u16 = 0;
/// Message count of a packet that tells the session is over: no count, never added to a sequence.
pub const END_OF_SESSION: u16 = u16::MAX;

impl Header {
    /// Blocks behind the header.
    fn blocks(&self) -> u16 {
        match self.count.get() {
            END_OF_SESSION => 0,
            count => count,
        }
    }

    /// The session's ten bytes, then zeros.
    fn key(&self) -> StreamKey {
        StreamKey::new(self.session)
    }
}

#[inline(always)]
pub(super) fn segment(payload: &[u8]) -> Result<Segment, Malformed> {
    let (header, bytes) = Header::ref_from_prefix(payload).map_err(|_| Malformed::ShortHeader)?;
    let count = header.blocks();
    let trailing = blocks::check(bytes, count, u16::from_be_bytes)?;
    let first = header.sequence.get();
    first.checked_add(u64::from(count)).ok_or(Malformed::SequenceOverrun)?;
    let kind = match header.count.get() {
        HEARTBEAT => Kind::Heartbeat,
        END_OF_SESSION => Kind::EndOfSession,
        _ => Kind::Data,
    };
    Ok(Segment::new(header.key(), kind, first, u64::from(count), trailing))
}

#[inline]
pub(super) fn messages<'a>(payload: &'a [u8], skip: u64, take: u64, mut message: impl FnMut(&'a [u8])) {
    visit(payload, skip, take, &mut message);
}

#[inline(always)]
pub(super) fn visit<'a>(payload: &'a [u8], skip: u64, take: u64, to: &mut impl Visit<'a>) {
    if let Ok((header, bytes)) = Header::ref_from_prefix(payload) {
        blocks::visit(bytes, header.blocks(), (skip, take), u16::from_be_bytes, to);
    }
}
