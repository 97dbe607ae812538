//! Length-prefixed message blocks: what MoldUDP64 and IEX-TP datagrams carry behind their headers.
//!
//! A datagram is walked twice, once to check it before anything of it is believed, once to hand out its messages.
//! The second walk finds the bytes in the first-level cache.

use super::{Malformed, Visit};

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
/// One comparison a block, that its length lies within: a message that reaches beyond the end is found by the next
/// one, or behind the last. What a walk takes is the way from each length to the next.
///
/// # Errors
/// [`Malformed::CountOverrun`] when the bytes end before a block announced by `count` begins,
/// [`Malformed::LengthOverrun`] when they end within its message.
#[inline]
pub(super) fn check(bytes: &[u8], count: u16, length: Length) -> Result<usize, Malformed> {
    let mut at = 0_u32; // 65,535 blocks of at most 65,537 bytes do not overflow it
    for _ in 0..count {
        let start = at as usize;
        let Some(&[high, low]) = bytes.get(start..start + 2) else {
            let overran = start > bytes.len();
            return Err(if overran { Malformed::LengthOverrun } else { Malformed::CountOverrun });
        };
        at += 2 + u32::from(length([high, low]));
    }
    bytes.len().checked_sub(at as usize).ok_or(Malformed::LengthOverrun)
}

/// Calls `message` with messages `skip..skip + take` of the `count` in `bytes`; ends early where the bytes do.
#[inline]
pub(super) fn each<'a>(
    bytes: &'a [u8],
    count: u16,
    skip: u64,
    take: u64,
    length: Length,
    mut message: impl FnMut(&'a [u8]),
) {
    visit(bytes, count, (skip, take), length, &mut message);
}

/// The same, to a visitor.
///
/// The next message is found before one is handed out: what is done with it jumps by its type, every second time to
/// somewhere unforeseen, and where to go next time should be known by then.
#[inline(always)]
pub(super) fn visit<'a>(
    mut bytes: &'a [u8],
    count: u16,
    (skip, take): (u64, u64),
    length: Length,
    to: &mut impl Visit<'a>,
) {
    let skip = skip.min(u64::from(count));
    let mut left = take.min(u64::from(count) - skip);
    for _ in 0..skip {
        let Ok((_, behind)) = split(bytes, length) else { return };
        bytes = behind;
    }
    let mut next = |behind| {
        left = left.checked_sub(1)?;
        split(behind, length).ok()
    };
    let mut ahead = next(bytes);
    while let Some((block, behind)) = ahead {
        ahead = next(behind);
        to.message(block);
    }
}
