//! One line of a channel.

use std::mem::offset_of;

use super::LineCounters;
use super::track::Track;
use crate::sys::prefetch::CACHE_LINE;

/// What one line of a channel counts, and where it is in the stream that was opened last.
///
/// What every datagram needs of both, the last fields of the one and the first of the other, lies on one cache line.
#[derive(Default)]
#[repr(C, align(64))]
pub(super) struct Line {
    /// Has [`Line::NEAR`] be where a cache line begins.
    apart: [u64; 4],
    pub(super) counters: LineCounters,
    pub(super) track: Track,
}

impl Line {
    /// Where that begins.
    pub(super) const NEAR: usize = offset_of!(Self, counters.packets);
}

const _: () = {
    let end = offset_of!(Line, track) + Track::NEAR_END;
    assert!(Line::NEAR.is_multiple_of(CACHE_LINE) && end <= Line::NEAR + CACHE_LINE);
    assert!(Line::NEAR < offset_of!(Line, counters.duplicates), "and what every datagram counts comes last");
};
