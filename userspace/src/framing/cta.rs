//! CTA blocks (CTS and CQS, 1.91 to 2.11): a header, then `messages_in_block` messages that begin with their own length,
//! then a pad byte where the size would be odd; big-endian ("Block Header" of the "CTS Pillar Multicast Output Binary
//! Specification" and of CQS's).
//!
//! The next block's number is this one's and its messages. Line integrity alone has the next number and uses none: it
//! is the heartbeat.

use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    big_endian::{U16, U32},
};

use super::{
    Facts, Malformed, Segment, measured,
    siac::{self, Control},
};
use crate::codec::Codec;

#[cfg(test)]
mod tests;

pub(super) const FACTS: Facts = Facts { codecs: &[Codec::Cta], ..siac::FACTS };

/// The block header. Its version is not looked at: it is the messages' rather than the block's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Header {
    /// 0 before 2.0, 2 since.
    pub version: u8,
    /// Bytes of the block: this header, all messages, and the pad byte.
    pub block_size: U16,
    /// `T` trades (CTS), `Q` quotes (CQS).
    pub data_feed_indicator: u8,
    /// `O`, or `V` for a block that is sent again, with its own number.
    pub retransmission_indicator: u8,
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

const _: () = assert!(size_of::<Header>() == 20);

/// Length, category and type: what every message begins with.
const MESSAGE_HEADER: usize = 4;

/// The first message's length, which is its first field and counts itself.
#[inline]
fn measure(bytes: &[u8]) -> Result<usize, Malformed> {
    let [high, low, _, _, ..] = *bytes else { return Err(Malformed::CountOverrun) };
    let length = usize::from(u16::from_be_bytes([high, low]));
    if length < MESSAGE_HEADER { Err(Malformed::LengthUnderrun) } else { Ok(length) }
}

/// What a block says by its one control message.
#[inline]
fn control(header: &Header, messages: &[u8]) -> Control {
    match *messages {
        [_, _, b'C', kind, ..] if header.messages_in_block == 1 => match kind {
            b'T' => Control::LineIntegrity,
            b'A' | b'L' => Control::Reset,
            _ => Control::Other,
        },
        _ => Control::Other,
    }
}

#[inline]
pub(super) fn segment(payload: &[u8]) -> Result<Segment, Malformed> {
    let (header, _) = Header::ref_from_prefix(payload).map_err(|_| Malformed::ShortHeader)?;
    let (size, checksum) = (header.block_size.get(), header.block_checksum.get());
    let (block, beyond) = siac::block(payload, size, size_of::<Header>(), checksum)?;
    let messages = &block[size_of::<Header>()..];
    let left = measured::check(messages, header.messages_in_block, measure)?;
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
            measured::each(announced, header.messages_in_block, skip, take, measure, message);
        }
    }
}
