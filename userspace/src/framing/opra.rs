//! OPRA blocks (version 6): a header, then `messages_in_block` messages, then a pad byte where the size would be odd;
//! big-endian ("Block Header" of the "OPRA Pillar Output Specification").
//!
//! Messages do not say how long they are: their categories do. Behind one of an unknown category nothing can be found,
//! so the rest of the block is handed out with it, as one message, and the messages left are handed out empty: every
//! number keeps its message. The next block's number is this one's and its messages. Line integrity alone has the next
//! number and uses none: it is the heartbeat.

use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    big_endian::{U16, U32},
};

use super::{
    Facts, Malformed, Segment, measured,
    siac::{self, Control},
};
use crate::codec::{Codec, Unread, opra};

#[cfg(test)]
mod tests;

pub(super) const FACTS: Facts = Facts { codecs: &[Codec::Opra], ..siac::FACTS };

/// The block header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Header {
    /// [`VERSION`].
    pub version: u8,
    /// Bytes of the block: this header, all messages, and the pad byte.
    pub block_size: U16,
    /// `O`: OPRA.
    pub data_feed_indicator: u8,
    /// Blank, or `V` for a block that is sent again, with its own number.
    pub retransmission_indicator: u8,
    /// 0 regular, `X` pre-market session.
    pub session_indicator: u8,
    /// Sequence of the first message; the next one in line integrity.
    pub block_sequence_number: U32,
    /// Messages that follow.
    pub messages_in_block: u8,
    /// When it was made, seconds since 1970 UTC.
    pub seconds: U32,
    /// And nanoseconds.
    pub nanoseconds: U32,
    /// Sum of all other bytes of the block, modulo 2¹⁶.
    pub block_checksum: U16,
}

const _: () = assert!(size_of::<Header>() == 21);

/// The version whose messages are known.
pub const VERSION: u8 = 6;

/// Participant, category, type, indicator and two numbers: what every message begins with.
const MESSAGE_HEADER: usize = 12;

/// Measures messages one behind the other: the closure remembers where it lost its way.
#[inline]
fn measure() -> impl FnMut(&[u8]) -> Result<usize, Malformed> {
    let mut lost = false;
    move |bytes| {
        if lost {
            return Ok(0);
        }
        if bytes.len() < MESSAGE_HEADER {
            return Err(Malformed::CountOverrun);
        }
        match opra::length(bytes) {
            Ok(length) => Ok(length),
            Err(Unread::UnknownType) => {
                lost = true;
                Ok(bytes.len())
            }
            Err(Unread::Empty | Unread::Short | Unread::Invalid) => Err(Malformed::LengthOverrun),
        }
    }
}

/// What a block says by its one control message.
#[inline]
fn control(header: &Header, messages: &[u8]) -> Control {
    match *messages {
        [_, opra::CONTROL, kind, ..] if header.messages_in_block == 1 => match kind {
            b'N' => Control::LineIntegrity,
            b'C' | b'K' => Control::Reset,
            _ => Control::Other,
        },
        _ => Control::Other,
    }
}

#[inline]
pub(super) fn segment(payload: &[u8]) -> Result<Segment, Malformed> {
    let (header, _) = Header::ref_from_prefix(payload).map_err(|_| Malformed::ShortHeader)?;
    if header.version != VERSION {
        return Err(Malformed::WrongVersion);
    }
    let (size, checksum) = (header.block_size.get(), header.block_checksum.get());
    let (block, beyond) = siac::block(payload, size, size_of::<Header>(), checksum)?;
    let messages = &block[size_of::<Header>()..];
    let left = measured::check(messages, header.messages_in_block, measure())?;
    let trailing = siac::behind_pad(left, size) + beyond;
    let sequence = header.block_sequence_number.get();
    siac::segment(sequence, header.messages_in_block, control(header, messages), trailing)
}

#[inline]
pub(super) fn messages<'a>(payload: &'a [u8], skip: u64, take: u64, message: impl FnMut(&'a [u8])) {
    if let Ok((header, bytes)) = Header::ref_from_prefix(payload) {
        let announced = usize::from(header.block_size.get()).saturating_sub(size_of::<Header>());
        let announced = &bytes[..bytes.len().min(announced)];
        if control(header, announced) != Control::LineIntegrity {
            measured::each(announced, header.messages_in_block, skip, take, measure(), message);
        }
    }
}
