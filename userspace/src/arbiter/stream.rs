//! One sequence space: how far it is, and what it had to leave out.

use std::mem::offset_of;

use super::limits::{FORSAKEN_RANGES, LOST_RANGES};
use super::seam::StreamIndex;

/// A stream's state, small enough that the streams of a channel stay near. [`Lost`] is kept apart.
#[repr(C)] // what every datagram needs comes first
pub(super) struct Stream {
    /// Next expected sequence.
    pub(super) next: u64,
    /// From here up to `next` nothing is missing: what arrives there is a duplicate.
    pub(super) whole_from: u64,
    /// Entries of the window that are this stream's.
    pub(super) waiting: usize,
    /// Tells its epoch from all others of the channel.
    pub(super) tag: u32,
    /// Its own, among the streams of the channel.
    pub(super) index: StreamIndex,
    /// Resets so far.
    pub(super) epoch: u64,
    /// When the epoch began.
    pub(super) epoch_ns: u64,
    /// The first sequence of the epoch: what is lower was sent before the start.
    pub(super) floor: u64,
    /// Whether that is where the session begins, so that a line first seen above it missed something.
    pub(super) from_origin: bool,
    /// Sequences the epochs before this one moved on by.
    passed_before: u64,
    /// Whether it is known where it begins: not until a snapshot says so, if it is to begin with one.
    pub(super) joined: bool,
    /// What is missing below was told to be: its window has closed.
    pub(super) asked_to: u64,
    /// Whether recovery gave up ranges that are not next yet; [`Lost`] has them.
    pub(super) forsaken: bool,
    /// When it was heard last before it was told to be silent.
    pub(super) silent_since: Option<u64>,
    /// An end of session not told yet, because something before it is missing.
    pub(super) end: Option<u64>,
    /// The end of session told last.
    pub(super) ended: Option<u64>,
    /// How many ends of session had been told in the channel then.
    pub(super) ended_nth: u64,
}

impl Stream {
    /// Where what every datagram needs ends.
    pub(super) const NEAR_END: usize = offset_of!(Self, index) + size_of::<StreamIndex>();

    pub(super) fn new(index: StreamIndex, next: u64, from_origin: bool, stamp_ns: u64, tag: u32) -> Self {
        Self {
            index,
            next,
            whole_from: next,
            waiting: 0,
            epoch: 0,
            epoch_ns: stamp_ns,
            floor: next,
            from_origin,
            passed_before: 0,
            joined: true,
            asked_to: 0,
            forsaken: false,
            silent_since: None,
            tag,
            end: None,
            ended: None,
            ended_nth: 0,
        }
    }

    /// Opens the next epoch.
    pub(super) fn reset(&mut self, next: u64, from_origin: bool, stamp_ns: u64, tag: u32) {
        debug_assert_eq!(self.waiting, 0);
        let (epoch, passed_before) = (self.epoch + 1, self.passed());
        *self = Self { epoch, passed_before, ..Self::new(self.index, next, from_origin, stamp_ns, tag) };
    }

    /// Sequences moved on by, over all epochs.
    pub(super) fn passed(&self) -> u64 {
        let here = if self.joined { self.next - self.floor } else { 0 };
        self.passed_before.saturating_add(here)
    }

    /// Whether its end was told, and nothing came since.
    pub(super) fn is_over(&self) -> bool {
        self.ended == Some(self.next) && self.waiting == 0
    }

    /// Whether something is missing whose window has closed.
    pub(super) fn stalled(&self) -> bool {
        self.next < self.asked_to
    }

    /// Begins, or goes on, at `next`: what is below is known otherwise.
    pub(super) fn join(&mut self, next: u64) {
        if !self.joined {
            (self.joined, self.floor, self.whole_from) = (true, next, next);
        }
        self.next = next;
    }

    /// Gives up waiting for what lies before `to`.
    pub(super) fn lose(&mut self, lost: &mut Lost, to: u64) {
        lost.push(self.next, to);
        self.whole_from = to;
        self.next = to;
    }

    /// Of the units `first..end`, all below `next`: how many are late. The others are duplicates.
    pub(super) fn late(&self, lost: &Lost, first: u64, end: u64) -> u64 {
        if first >= self.whole_from {
            return 0;
        }
        let before_start = end.min(self.floor).saturating_sub(first);
        before_start + lost.within(first, end)
    }
}

/// The newest ranges of an epoch that were declared lost, in ascending order.
pub(super) struct Lost {
    ranges: [(u64, u64); LOST_RANGES],
    newest: usize,
    len: usize,
    /// Ranges still missing that recovery gave up before it was their turn.
    forsaken: [(u64, u64); FORSAKEN_RANGES],
}

impl Lost {
    pub(super) fn new() -> Self {
        Self { ranges: [(0, 0); LOST_RANGES], newest: 0, len: 0, forsaken: [(0, 0); FORSAKEN_RANGES] }
    }

    pub(super) fn forget(&mut self) {
        self.len = 0;
        self.forsaken = [(0, 0); FORSAKEN_RANGES];
    }

    /// Remembers a range that is given up when its turn comes, in place of one that lies below `next`. False if
    /// there is none.
    pub(super) fn forsake(&mut self, first: u64, end: u64, next: u64) -> bool {
        let free = self.forsaken.iter_mut().find(|range| range.1 <= next);
        free.map(|range| *range = (first, end)).is_some()
    }

    /// How far what is missing at `next` is given up already.
    pub(super) fn forsaken(&self, next: u64) -> Option<u64> {
        self.forsaken.iter().find(|range| range.0 <= next && next < range.1).map(|range| range.1)
    }

    fn push(&mut self, first: u64, end: u64) {
        if self.len > 0 && self.ranges[self.newest].1 == first {
            self.ranges[self.newest].1 = end;
            return;
        }
        self.newest = (self.newest + 1) % LOST_RANGES;
        self.ranges[self.newest] = (first, end);
        self.len = (self.len + 1).min(LOST_RANGES);
    }

    /// How many units of `first..end` are in a remembered range.
    fn within(&self, first: u64, end: u64) -> u64 {
        let newest_first =
            (0..self.len).map(|age| self.ranges[(self.newest + LOST_RANGES - age) % LOST_RANGES]);
        newest_first
            .take_while(|range| range.1 > first)
            .map(|range| range.1.min(end).saturating_sub(range.0.max(first)))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_is_told_from_duplicate() {
        let (mut stream, mut lost) = (Stream::new(0, 10, false, 0, 1), Lost::new());
        stream.next = 20;
        stream.lose(&mut lost, 25);
        stream.next = 30;
        stream.lose(&mut lost, 31);
        stream.next = 40;
        assert_eq!(stream.late(&lost, 31, 40), 0);
        assert_eq!(stream.late(&lost, 30, 31), 1);
        assert_eq!(stream.late(&lost, 5, 40), 5 + 5 + 1);
        assert_eq!(stream.late(&lost, 22, 31), 3 + 1);
        assert_eq!(stream.late(&lost, 10, 20), 0);
    }

    #[test]
    fn the_oldest_range_is_forgotten() {
        let (mut stream, mut lost) = (Stream::new(0, 1, false, 0, 1), Lost::new());
        for _ in 0..=LOST_RANGES {
            stream.lose(&mut lost, stream.next + 1);
            stream.next += 1;
        }
        assert_eq!(stream.late(&lost, 1, 2), 0);
        assert_eq!(stream.late(&lost, 1, stream.next), LOST_RANGES as u64);
    }

    #[test]
    fn adjacent_ranges_are_one() {
        let (mut stream, mut lost) = (Stream::new(0, 1, false, 0, 1), Lost::new());
        for _ in 0..1000 {
            stream.lose(&mut lost, stream.next + 1);
        }
        assert_eq!(stream.late(&lost, 1, 1001), 1000);
    }
}
