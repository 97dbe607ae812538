//! What SIAC's blocks (OPRA, CTA) have in common: a checksum, a pad byte, and control messages.

use super::{Facts, Kind, Malformed, Segment, StreamKey, Unit};

/// Of both: messages numbered in 32 bits by the block that carries them, one stream a line. A day begins with its
/// start of day, which has number 0. Line integrity comes about once a minute: two may be lost before a line is
/// called silent.
pub(super) const FACTS: Facts = Facts {
    unit: Unit::Message,
    sequence_bits: 32,
    origin: Some(0),
    parallel: false,
    silence_ns: 180_000_000_000,
    codecs: &[],
};

/// What a block that carries one control message says by it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Control {
    /// The block has the next sequence, and uses none.
    LineIntegrity,
    /// The sequence starts again with the block: start of day, or reset of the block sequence number.
    Reset,
    /// Anything else: a message like any other.
    Other,
}

/// The block within a datagram, and how many bytes lie behind it.
///
/// # Errors
/// When its size does not cover its header, or the datagram ends within it; when its bytes but for the two of
/// `checksum` do not add up to it, modulo 2¹⁶.
#[inline]
pub(super) fn block(
    payload: &[u8],
    size: u16,
    header: usize,
    checksum: u16,
) -> Result<(&[u8], usize), Malformed> {
    let size = usize::from(size);
    if size < header {
        return Err(Malformed::LengthUnderrun);
    }
    let (block, beyond) = payload.split_at_checked(size).ok_or(Malformed::LengthOverrun)?;
    // At most 65,535 × 255: it fits.
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    let [high, low] = checksum.to_be_bytes().map(u32::from);
    if (sum - high - low) & 0xffff != u32::from(checksum) {
        return Err(Malformed::Checksum);
    }
    Ok((block, beyond.len()))
}

/// Bytes behind a block's last message that are no pad byte, which makes its size even.
#[inline]
pub(super) const fn behind_pad(left: usize, size: u16) -> usize {
    if left == 1 && size.is_multiple_of(2) { 0 } else { left }
}

/// The segment of a block.
///
/// # Errors
/// When its sequence leaves 32 bits.
#[inline]
pub(super) fn segment(
    sequence: u32,
    count: u8,
    control: Control,
    trailing: usize,
) -> Result<Segment, Malformed> {
    let count = if control == Control::LineIntegrity { 0 } else { count };
    sequence.checked_add(count.into()).ok_or(Malformed::SequenceOverrun)?;
    let kind = if count == 0 { Kind::Heartbeat } else { Kind::Data };
    let segment = Segment::new(StreamKey::default(), kind, sequence.into(), count.into(), trailing);
    Ok(Segment { reset: control == Control::Reset, ..segment })
}
