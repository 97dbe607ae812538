//! IEX-TP 1.25 outbound segments.

use super::{Malformed, Segment};

pub(super) fn segment(_payload: &[u8]) -> Result<Segment, Malformed> {
    Err(Malformed::ShortHeader)
}

pub(super) fn messages<'a>(_payload: &'a [u8], _skip: u64, _take: u64, _message: impl FnMut(&'a [u8])) {}
