//! Where the lines are in every stream.

use super::StreamIndex;
use super::few::Few;
use super::limits::NEAR_LINES;
use super::track::Track;
use crate::sys::prefetch::prefetch;

/// Where each line is in each stream. Those of the first stream lie where the arbiter is, like the stream itself, as long
/// as there are no more than [`NEAR_LINES`].
pub(super) struct Tracks {
    first: Few<Track, NEAR_LINES>,
    /// Those of one stream side by side.
    others: Vec<Track>,
    lines: usize,
}

impl Tracks {
    /// Reserves memory for so many lines in so many streams.
    pub(super) fn new(streams: usize, lines: usize) -> Self {
        let others = Vec::with_capacity(streams.saturating_sub(1).saturating_mul(lines));
        Self { first: Few::new(lines), others, lines }
    }

    /// Lines in each stream.
    pub(super) const fn lines(&self) -> usize {
        self.lines
    }

    /// Takes in a stream. The first has its lines already.
    pub(super) fn add(&mut self, stream: StreamIndex) {
        if stream > 0 {
            self.others.extend((0..self.lines).map(|_| Track::default()));
        }
    }

    /// No stream is there any more.
    pub(super) fn clear(&mut self) {
        self.first.fill_with(Track::default);
        self.others.clear();
    }

    /// The lines in a stream.
    pub(super) fn of(&self, stream: StreamIndex) -> &[Track] {
        match stream.checked_sub(1) {
            None => &self.first,
            Some(other) => &self.others[other * self.lines..][..self.lines],
        }
    }

    /// The same, to change them.
    pub(super) fn of_mut(&mut self, stream: StreamIndex) -> &mut [Track] {
        match stream.checked_sub(1) {
            None => &mut self.first,
            Some(other) => &mut self.others[other * self.lines..][..self.lines],
        }
    }

    /// Line `line` in a stream. `lines` is how many there are, which does not lie near; `line` is less.
    #[inline(always)]
    pub(super) fn at_mut(&mut self, stream: StreamIndex, line: usize, lines: usize) -> Option<&mut Track> {
        debug_assert_eq!(lines, self.lines);
        match stream.checked_sub(1) {
            None => self.first.at_mut(line, lines),
            Some(other) => self.others.get_mut(other * lines + line),
        }
    }

    /// Has what a datagram of this line in the first stream needs brought near. Reads nothing.
    #[inline(always)]
    pub(super) fn prefetch(&self, line: usize) {
        self.first.prefetch(line);
    }

    /// The same for a line in any stream.
    #[inline(always)]
    pub(super) fn prefetch_far(&self, stream: StreamIndex, line: usize, lines: usize) {
        match stream.checked_sub(1) {
            None => self.first.prefetch_far(line, lines),
            Some(other) => {
                let track = other.wrapping_mul(lines).wrapping_add(line);
                prefetch(self.others.as_ptr().wrapping_add(track).addr());
            }
        }
    }
}
