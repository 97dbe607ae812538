//! The lines of a channel: what each counts, and where it is in every stream.

use std::{
    mem,
    ops::{Index, IndexMut},
};

use super::limits::NEAR_LINES;
use super::line::Line;
use super::track::Track;
use super::{LineCounters, StreamIndex};
use crate::sys::prefetch::prefetch;

/// Of no stream.
const NONE: StreamIndex = StreamIndex::MAX;

/// All lines of a channel, and what recovery brings behind the last. [`NEAR_LINES`] of them, and one more, lie where the arbiter is.
#[repr(C)]
pub struct Lines {
    near: [Line; NEAR_LINES + 1],
    /// Those that have no room there.
    far: Vec<Line>,
    /// How many there are, without recovery.
    count: usize,
    /// Where each is in each stream: those of one stream side by side. What has the place of the newest's is of no account.
    tracks: Vec<Track>,
    /// The stream opened last.
    newest: StreamIndex,
}

impl Lines {
    /// Reserves memory for so many lines in so many streams.
    pub(super) fn new(streams: usize, count: usize) -> Self {
        let tracks = Vec::with_capacity(streams.saturating_mul(count));
        let far = (NEAR_LINES..count).map(|_| Line::default()).collect();
        Self { near: Default::default(), far, count, tracks, newest: NONE }
    }

    /// How many there are.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a channel has lines")]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// What each counts, one after the other.
    pub fn iter(&self) -> impl Iterator<Item = &LineCounters> {
        (0..self.count).map(|line| &self[line])
    }

    fn line(&self, line: usize) -> &Line {
        debug_assert!(line <= self.count, "of a line that is not there");
        self.near.get(line).unwrap_or_else(|| &self.far[line - self.near.len()])
    }

    fn line_mut(&mut self, line: usize) -> &mut Line {
        debug_assert!(line <= self.count, "of a line that is not there");
        let near = self.near.len();
        if line < near { &mut self.near[line] } else { &mut self.far[line - near] }
    }

    /// The stream that was opened last.
    pub(super) const fn newest(&self) -> StreamIndex {
        self.newest
    }

    /// Takes in a stream with the next index.
    pub(super) fn add(&mut self, stream: StreamIndex) {
        self.tracks.extend((0..self.count).map(|_| Track::default()));
        self.open(stream);
    }

    /// The stream is the one that was opened last, once more.
    pub(super) fn open(&mut self, stream: StreamIndex) {
        for stream in [self.newest, stream] {
            if let Some(tracks) = self.tracks.chunks_exact_mut(self.count.max(1)).nth(stream) {
                let lines = self.near.iter_mut().chain(&mut self.far);
                tracks.iter_mut().zip(lines).for_each(|(track, line)| mem::swap(track, &mut line.track));
            }
        }
        self.newest = stream;
    }

    /// No stream is there any more.
    pub(super) fn clear(&mut self) {
        self.near.iter_mut().chain(&mut self.far).for_each(|line| line.track = Track::default());
        self.tracks.clear();
        self.newest = NONE;
    }

    /// Where the lines are in a stream.
    pub(super) fn tracks(&self, stream: StreamIndex) -> impl Iterator<Item = &Track> {
        (0..self.count).map(move |line| self.track(stream, line))
    }

    /// Where line `line` is in a stream.
    pub(super) fn track(&self, stream: StreamIndex, line: usize) -> &Track {
        if stream == self.newest { &self.line(line).track } else { &self.tracks[stream * self.count + line] }
    }

    /// The same, to change it.
    pub(super) fn track_mut(&mut self, stream: StreamIndex, line: usize) -> &mut Track {
        if stream == self.newest {
            &mut self.line_mut(line).track
        } else {
            &mut self.tracks[stream * self.count + line]
        }
    }

    /// Where line `line` is in a stream, and what it counts; nothing, or a line that never brought anything, where there is no
    /// such line. `newest`: the stream was opened last, which to know otherwise needs what does not lie near.
    #[inline(always)]
    pub(super) fn at_mut(
        &mut self,
        (stream, newest): (StreamIndex, bool),
        line: usize,
    ) -> Option<(&mut Track, &mut LineCounters)> {
        debug_assert_eq!(newest, stream == self.newest);
        let near = self.near.len();
        let line_itself = if line < near { &mut self.near[line] } else { self.far.get_mut(line - near)? };
        let Line { track, counters, .. } = line_itself;
        if newest {
            return Some((track, counters));
        }
        let track = self.tracks.get_mut(stream * self.count..)?.get_mut(..self.count)?.get_mut(line)?;
        Some((track, counters))
    }

    /// Has what a datagram of this line in the newest stream needs brought near, should it lie here. Reads nothing.
    #[inline(always)]
    pub(super) fn prefetch(&self, line: usize) {
        if line < self.near.len() {
            prefetch(self.near.as_ptr().wrapping_add(line).addr() + Line::NEAR);
        }
    }
}

/// What a line counts. Recovery has the number of one line more.
impl Index<usize> for Lines {
    type Output = LineCounters;

    fn index(&self, line: usize) -> &LineCounters {
        &self.line(line).counters
    }
}

impl IndexMut<usize> for Lines {
    fn index_mut(&mut self, line: usize) -> &mut LineCounters {
        &mut self.line_mut(line).counters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where line `line` is said to be in a stream: nowhere else is any.
    fn place(stream: StreamIndex, line: usize) -> u64 {
        (100 * (stream + 1) + line) as u64
    }

    #[test]
    fn where_a_line_is_in_a_stream_is_found_whichever_was_opened_last() {
        for count in (0..2).chain(NEAR_LINES..NEAR_LINES + 4) {
            let (streams, mut lines) = (3, Lines::new(3, count));
            for stream in 0..streams {
                lines.add(stream);
                assert_eq!(lines.newest(), stream);
                (0..count).for_each(|line| lines.track_mut(stream, line).next = place(stream, line));
            }
            for opened in [2, 0, 0, 1, 2, 1] {
                lines.open(opened);
                for stream in 0..streams {
                    let expected = (0..count).map(|line| place(stream, line));
                    assert!(lines.tracks(stream).map(|track| track.next).eq(expected));
                    for line in 0..count {
                        let at = (stream, stream == opened);
                        let (track, _) = lines.at_mut(at, line).unwrap();
                        assert_eq!(track.next, place(stream, line));
                    }
                }
            }
            assert_eq!(lines.tracks.capacity(), streams * count, "nothing is allocated later");
            lines.clear();
            lines.add(0);
            assert!(lines.tracks(0).all(|track| track.next == 0));
        }
    }
}
