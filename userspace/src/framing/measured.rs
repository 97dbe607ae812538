//! Messages one behind the other, with nothing between them: each is as long as its own bytes say.
//!
//! Walked twice, as [`blocks`](super::blocks) are: once to check, once to hand out.

use super::Malformed;

/// Splits off the first message. `measure` gives its length from the bytes it begins. It is called at most once a
/// message, so every walk ends, whatever it says.
#[inline]
fn split(
    bytes: &[u8],
    mut measure: impl FnMut(&[u8]) -> Result<usize, Malformed>,
) -> Result<(&[u8], &[u8]), Malformed> {
    bytes.split_at_checked(measure(bytes)?).ok_or(Malformed::LengthOverrun)
}

/// Checks that `count` messages lie within `bytes` and returns how many bytes are left behind them.
///
/// # Errors
/// What `measure` says of the first message it cannot measure; [`Malformed::LengthOverrun`] when the bytes end within
/// a message.
#[inline]
pub(super) fn check(
    mut bytes: &[u8],
    count: u8,
    mut measure: impl FnMut(&[u8]) -> Result<usize, Malformed>,
) -> Result<usize, Malformed> {
    for _ in 0..count {
        (_, bytes) = split(bytes, &mut measure)?;
    }
    Ok(bytes.len())
}

/// Calls `message` with messages `skip..skip + take` of the `count` in `bytes`; ends early where the bytes do.
#[inline]
pub(super) fn each<'a>(
    mut bytes: &'a [u8],
    count: u8,
    skip: u64,
    take: u64,
    mut measure: impl FnMut(&[u8]) -> Result<usize, Malformed>,
    mut message: impl FnMut(&'a [u8]),
) {
    let skip = skip.min(count.into());
    let take = take.min(u64::from(count) - skip);
    for place in 0..skip + take {
        let Ok((first, behind)) = split(bytes, &mut measure) else { return };
        bytes = behind;
        if place >= skip {
            message(first);
        }
    }
}
