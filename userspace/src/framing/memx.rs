//! MEMX UDP packets: a header of 18 bytes; those with messages go on with their count and, for each, its length
//! (u16) and its bytes. Big-endian.
//!
//! The header says how long it is, so that it may grow: what lies behind its known fields is passed over. The sequence
//! is that of the first message, or the next one where there is none. Any MEMOIR feed is framed like this; its
//! messages' SBE schema tells which it is.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, big_endian::U64};

use super::{Facts, Kind, Malformed, Segment, StreamKey, blocks};
use crate::codec::Codec;

#[cfg(test)]
mod tests;

pub(super) const FACTS: Facts = Facts { codecs: &[Codec::Memx], ..Facts::SESSIONS };

/// The common header of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Header {
    /// [`HEARTBEAT`], [`SESSION_SHUTDOWN`] or [`SEQUENCED`].
    pub message_type: u8,
    /// Bytes of this header.
    pub header_length: u8,
    /// Identifies the sequence space.
    pub session_id: U64,
    /// Sequence of the first message, or the next one where there is none.
    pub sequence_number: U64,
}

const _: () = assert!(size_of::<Header>() == 18);

/// Message type of a packet that only tells the next sequence.
pub const HEARTBEAT: u8 = 0;
/// Message type of a packet that tells the session is over.
pub const SESSION_SHUTDOWN: u8 = 1;
/// Message type of a packet with messages.
pub const SEQUENCED: u8 = 2;

/// What lies behind the header, as long as it says it is.
#[inline]
fn behind<'a>(header: &Header, payload: &'a [u8]) -> Result<&'a [u8], Malformed> {
    let length = usize::from(header.header_length);
    if length < size_of::<Header>() {
        return Err(Malformed::LengthUnderrun);
    }
    payload.get(length..).ok_or(Malformed::LengthOverrun)
}

/// How many messages follow, and their blocks.
#[inline]
fn counted(behind: &[u8]) -> Result<(u16, &[u8]), Malformed> {
    let (&count, blocks) = behind.split_first_chunk().ok_or(Malformed::CountOverrun)?;
    Ok((u16::from_be_bytes(count), blocks))
}

#[inline]
pub(super) fn segment(payload: &[u8]) -> Result<Segment, Malformed> {
    let (header, _) = Header::ref_from_prefix(payload).map_err(|_| Malformed::ShortHeader)?;
    if header.message_type > SEQUENCED {
        return Err(Malformed::WrongVersion);
    }
    let bytes = behind(header, payload)?;
    let (kind, count, trailing) = match header.message_type {
        HEARTBEAT => (Kind::Heartbeat, 0, bytes.len()),
        SESSION_SHUTDOWN => (Kind::EndOfSession, 0, bytes.len()),
        _ => {
            let (count, blocks) = counted(bytes)?;
            let kind = if count == 0 { Kind::Heartbeat } else { Kind::Data };
            (kind, u64::from(count), blocks::check(blocks, count, u16::from_be_bytes)?)
        }
    };
    let first = header.sequence_number.get();
    first.checked_add(count).ok_or(Malformed::SequenceOverrun)?;
    Ok(Segment::new(StreamKey::new(header.session_id.to_bytes()), kind, first, count, trailing))
}

#[inline]
pub(super) fn messages<'a>(payload: &'a [u8], skip: u64, take: u64, message: impl FnMut(&'a [u8])) {
    let Ok((header, _)) = Header::ref_from_prefix(payload) else { return };
    if header.message_type != SEQUENCED {
        return;
    }
    if let Ok((count, bytes)) = behind(header, payload).and_then(counted) {
        blocks::each(bytes, count, skip, take, u16::from_be_bytes, message);
    }
}
