//! The streams of a channel.

use std::{
    mem,
    ops::{Index, IndexMut},
};

use super::seam::StreamIndex;
use super::stream::Stream;

/// Of no stream.
const NONE: StreamIndex = StreamIndex::MAX;

/// The streams of a channel, by index. The one that was opened last, which most channels have alone or, once its session has
/// ended, in place of another, lies where the arbiter is: it needs no memory that is far from it.
#[repr(C)]
pub(super) struct Streams {
    /// The one opened last.
    pub(super) newest: Stream,
    /// All of them, but that what has its index is of no account.
    all: Vec<Stream>,
}

impl Streams {
    /// Reserves memory for so many.
    pub(super) fn new(limit: usize) -> Self {
        Self { newest: Stream::new(NONE, 0, false, 0, 0), all: Vec::with_capacity(limit) }
    }

    pub(super) const fn len(&self) -> usize {
        self.all.len()
    }

    /// Takes in a stream with the next index, or in place of the one that has its index.
    pub(super) fn open(&mut self, stream: Stream) {
        let before = mem::replace(&mut self.newest, stream);
        if let Some(place) = self.all.get_mut(before.index) {
            *place = before;
        }
        if self.newest.index == self.all.len() {
            self.all.push(Stream::new(NONE, 0, false, 0, 0));
        }
    }

    pub(super) fn get(&self, index: StreamIndex) -> Option<&Stream> {
        (index < self.len()).then(|| &self[index])
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Stream> {
        (0..self.len()).map(|index| &self[index])
    }

    /// Whether it was opened last.
    #[inline(always)]
    pub(super) const fn is_newest(&self, index: StreamIndex) -> bool {
        self.newest.index == index
    }
}

impl Index<StreamIndex> for Streams {
    type Output = Stream;

    #[inline]
    fn index(&self, index: StreamIndex) -> &Stream {
        if self.is_newest(index) { &self.newest } else { &self.all[index] }
    }
}

impl IndexMut<StreamIndex> for Streams {
    #[inline]
    fn index_mut(&mut self, index: StreamIndex) -> &mut Stream {
        if self.is_newest(index) { &mut self.newest } else { &mut self.all[index] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_found_by_its_index_whenever_it_was_opened() {
        let mut streams = Streams::new(3);
        let opened = [(0, 10), (1, 20), (2, 30), (0, 40), (0, 50), (2, 60)];
        let mut expected = Vec::new();
        for (index, next) in opened {
            streams.open(Stream::new(index, next, false, 0, 1));
            expected.resize(expected.len().max(index + 1), 0);
            expected[index] = next;
            assert!(streams.iter().map(|stream| stream.next).eq(expected.iter().copied()));
            assert!(streams.iter().map(|stream| stream.index).eq(0..expected.len()));
            assert!(streams.is_newest(index) && streams.get(expected.len()).is_none());
        }
        assert!(streams.all.capacity() == 3, "nothing is allocated later");
    }
}
