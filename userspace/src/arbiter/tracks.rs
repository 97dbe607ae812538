//! Where the lines are in every stream.

use super::StreamIndex;
use super::few::Few;
use super::limits::NEAR_LINES;
use super::track::Track;

/// Of no stream.
const NONE: StreamIndex = StreamIndex::MAX;

/// Where each line is in each stream. Those of the stream that was opened last lie where the arbiter is, like the stream itself,
/// as long as there are no more than [`NEAR_LINES`].
pub(super) struct Tracks {
    newest: Few<Track, NEAR_LINES>,
    /// Those of one stream side by side; what has the place of the newest's is of no account.
    all: Vec<Track>,
    lines: usize,
    /// The stream opened last.
    stream: StreamIndex,
}

impl Tracks {
    /// Reserves memory for so many lines in so many streams.
    pub(super) fn new(streams: usize, lines: usize) -> Self {
        let all = Vec::with_capacity(streams.saturating_mul(lines));
        Self { newest: Few::new(lines), all, lines, stream: NONE }
    }

    /// Lines in each stream.
    pub(super) const fn lines(&self) -> usize {
        self.lines
    }

    /// The stream that was opened last.
    pub(super) const fn newest(&self) -> StreamIndex {
        self.stream
    }

    /// Takes in a stream with the next index.
    pub(super) fn add(&mut self, stream: StreamIndex) {
        self.all.extend((0..self.lines).map(|_| Track::default()));
        self.open(stream);
    }

    /// The stream is the one that was opened last, once more.
    pub(super) fn open(&mut self, stream: StreamIndex) {
        for stream in [self.stream, stream] {
            if let Some(place) = self.all.chunks_exact_mut(self.lines.max(1)).nth(stream) {
                place.swap_with_slice(&mut self.newest);
            }
        }
        self.stream = stream;
    }

    /// No stream is there any more.
    pub(super) fn clear(&mut self) {
        self.newest.fill_with(Track::default);
        self.all.clear();
        self.stream = NONE;
    }

    /// The lines in a stream.
    pub(super) fn of(&self, stream: StreamIndex) -> &[Track] {
        if stream == self.stream { &self.newest } else { &self.all[stream * self.lines..][..self.lines] }
    }

    /// The same, to change them.
    pub(super) fn of_mut(&mut self, stream: StreamIndex) -> &mut [Track] {
        if stream == self.stream {
            &mut self.newest
        } else {
            &mut self.all[stream * self.lines..][..self.lines]
        }
    }

    /// Line `line` in a stream. `lines` is how many there are, and `newest` whether the stream was opened last, which does not lie
    /// near; `line` is less.
    #[inline(always)]
    pub(super) fn at_mut(
        &mut self,
        (stream, newest): (StreamIndex, bool),
        line: usize,
        lines: usize,
    ) -> Option<&mut Track> {
        debug_assert_eq!((lines, newest), (self.lines, stream == self.stream));
        if newest { self.newest.at_mut(line, lines) } else { self.all.get_mut(stream * lines + line) }
    }

    /// Has what a datagram of this line in the newest stream needs brought near. Reads nothing.
    #[inline(always)]
    pub(super) fn prefetch(&self, line: usize) {
        self.newest.prefetch(line);
    }
}
