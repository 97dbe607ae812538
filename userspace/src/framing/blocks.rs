//! Length-prefixed message blocks: what MoldUDP64 and IEX-TP datagrams carry behind their headers.
//!
//! A datagram is walked twice, once to check it before anything of it is believed, once to hand out its messages.
//! The second walk finds the bytes in the first-level cache.

use super::Malformed;

/// Reads the two-byte length in front of a message, in the protocol's byte order.
type Length = fn([u8; 2]) -> u16;

/// The first block's message and what lies behind it.
#[inline]
fn split(bytes: &[u8], length: Length) -> Result<(&[u8], &[u8]), Malformed> {
    let (&prefix, behind) = bytes.split_first_chunk().ok_or(Malformed::CountOverrun)?;
    behind.split_at_checked(usize::from(length(prefix))).ok_or(Malformed::LengthOverrun)
}

/// Checks that `count` blocks lie within `bytes` and returns how many bytes are left behind them.
///
/// # Errors
/// [`Malformed::CountOverrun`] when the bytes end before a block announced by `count` begins,
/// [`Malformed::LengthOverrun`] when they end within its message.
#[inline]
pub(super) fn check(mut bytes: &[u8], count: u16, length: Length) -> Result<usize, Malformed> {
    for _ in 0..count {
        (_, bytes) = split(bytes, length)?;
    }
    Ok(bytes.len())
}

/// Calls `message` with messages `skip..skip + take` of the `count` in `bytes`; ends early where the bytes do.
#[inline]
pub(super) fn each<'a>(
    mut bytes: &'a [u8],
    count: u16,
    skip: u64,
    take: u64,
    length: Length,
    mut message: impl FnMut(&'a [u8]),
) {
    let skip = skip.min(u64::from(count));
    let take = take.min(u64::from(count) - skip);
    for _ in 0..skip {
        let Ok((_, behind)) = split(bytes, length) else { return };
        bytes = behind;
    }
    for _ in 0..take {
        let Ok((block, behind)) = split(bytes, length) else { return };
        bytes = behind;
        message(block);
    }
}
