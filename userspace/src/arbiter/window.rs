//! The reorder window: datagrams that came before their turn, and heartbeats that told of a hole.
//!
//! An entry lies above a hole of its stream. Entries of a stream are in ascending order of both first and end
//! (none contains another), so that one search finds what a range overlaps. Entries of the channel are also
//! chained by the time their hole was opened, the oldest first.

use super::StreamIndex;
use super::chain::{Chain, Links};
use std::collections::VecDeque;

/// What waits.
pub(super) struct Entry<H> {
    pub(super) stream: StreamIndex,
    pub(super) first: u64,
    pub(super) end: u64,
    /// When the hole below it was opened.
    pub(super) opened_ns: u64,
    /// The datagram; `None` for a mark: a sequence that a heartbeat named, with nothing in it.
    pub(super) held: Option<H>,
}

/// The entries of a channel.
pub(super) struct Window<H> {
    entries: Vec<Option<Entry<H>>>,
    free: Vec<u32>,
    /// Places in `entries`, by stream and first.
    order: VecDeque<u32>,
    links: Links,
    datagrams: Chain,
    marks: Chain,
}

impl<H> Window<H> {
    /// Room for `datagrams`, and for the marks there can be: two above all datagrams of a stream, and two below
    /// each datagram.
    pub(super) fn new(datagrams: usize, streams: usize) -> Self {
        let room = datagrams.saturating_mul(3).saturating_add(streams.saturating_mul(2));
        let room = u32::try_from(room).unwrap_or(u32::MAX - 1);
        let mut entries = Vec::with_capacity(room as usize);
        entries.resize_with(room as usize, || None);
        Self {
            entries,
            free: (0..room).rev().collect(),
            order: VecDeque::with_capacity(room as usize),
            links: Links::new(room),
            datagrams: Chain::default(),
            marks: Chain::default(),
        }
    }

    /// Datagrams that wait.
    pub(super) fn datagrams(&self) -> usize {
        self.datagrams.len
    }

    /// The time of the oldest open hole, and its stream.
    pub(super) fn oldest(&self) -> Option<(u64, StreamIndex)> {
        let mark = self.opened(&self.marks);
        let datagram = self.opened(&self.datagrams);
        match (mark, datagram) {
            (Some(mark), Some(datagram)) => Some(if mark.0 < datagram.0 { mark } else { datagram }),
            (one, None) | (None, one) => one,
        }
    }

    /// The stream of the datagram that waits longest.
    pub(super) fn oldest_datagram(&self) -> Option<StreamIndex> {
        self.opened(&self.datagrams).map(|(_, stream)| stream)
    }

    fn opened(&self, chain: &Chain) -> Option<(u64, StreamIndex)> {
        let entry = self.entries[chain.head? as usize].as_ref()?;
        Some((entry.opened_ns, entry.stream))
    }

    /// Where the lowest entry of a stream begins.
    pub(super) fn lowest(&self, stream: StreamIndex) -> Option<u64> {
        self.entry(self.search(stream, |_| false))
            .filter(|entry| entry.stream == stream)
            .map(|entry| entry.first)
    }

    /// Where the highest entry of a stream ends.
    pub(super) fn highest(&self, stream: StreamIndex) -> Option<u64> {
        let last = self.search(stream, |_| true).checked_sub(1)?;
        self.entry(last).filter(|entry| entry.stream == stream).map(|entry| entry.end)
    }

    /// Takes the lowest entry of a stream out if it begins at or below `next`.
    pub(super) fn take(&mut self, stream: StreamIndex, next: u64) -> Option<Entry<H>> {
        let position = self.search(stream, |_| false);
        let entry = self.entry(position)?;
        if entry.stream == stream && entry.first <= next { self.remove(position) } else { None }
    }

    /// How many units of `first..end` wait already.
    pub(super) fn covered(&self, stream: StreamIndex, first: u64, end: u64) -> u64 {
        let mut position = self.search(stream, |entry| entry.end <= first);
        let (mut covered, mut from) = (0, first);
        while let Some(entry) = self.entry(position) {
            if entry.stream != stream || entry.first >= end {
                break;
            }
            let to = entry.end.min(end);
            covered += to.saturating_sub(entry.first.max(from));
            from = from.max(to);
            position += 1;
        }
        covered
    }

    /// Adds a datagram that brings at least one unit that does not wait yet. Give what [`Window::absorb`] gave for it as
    /// `opened_ns`, when that is earlier than its stamp.
    pub(super) fn insert(&mut self, entry: Entry<H>) {
        let (stream, first) = (entry.stream, entry.first);
        let position = self.search(stream, |other| other.first < first);
        let Some(place) = self.free.pop() else {
            debug_assert!(false, "the window has room for all it is given");
            return;
        };
        let opened_ns = entry.opened_ns;
        let chain = if entry.held.is_some() { &mut self.datagrams } else { &mut self.marks };
        self.entries[place as usize] = Some(entry);
        self.order.insert(position, place);
        let entries = &self.entries;
        let later = |other: u32| entries[other as usize].as_ref().is_some_and(|e| e.opened_ns > opened_ns);
        chain.insert(&mut self.links, place, later);
    }

    /// Whether a datagram that waits lies within `first..end`, so that one in its place needs no more room.
    pub(super) fn replaces(&self, stream: StreamIndex, first: u64, end: u64) -> bool {
        let mut position = self.search(stream, |entry| entry.first < first);
        while let Some(entry) = self.entry(position) {
            if entry.stream != stream || entry.end > end {
                return false;
            }
            if entry.held.is_some() {
                return true;
            }
            position += 1;
        }
        false
    }

    /// Takes out one entry that lies within `first..=end`, which makes it needless.
    pub(super) fn absorb(&mut self, stream: StreamIndex, first: u64, end: u64) -> Option<Entry<H>> {
        let position = self.search(stream, |entry| entry.first < first);
        let entry = self.entry(position)?;
        if entry.stream == stream && entry.end <= end { self.remove(position) } else { None }
    }

    /// Remembers that the units of a stream before `next` were sent. Gives whether that is one entry more.
    ///
    /// A third mark in a row takes the place of the second: what lies between them is given up later than it
    /// could be, by less than the window, and endless heartbeats need no room.
    pub(super) fn mark(&mut self, stream: StreamIndex, next: u64, stamp_ns: u64) -> bool {
        let above = self.search(stream, |_| true);
        let own = |position: usize| self.entry(position).filter(|entry| entry.stream == stream);
        let newest = above.checked_sub(1).and_then(own);
        if newest.is_some_and(|entry| entry.end >= next) {
            return false;
        }
        let marks_in_a_row = newest.is_some_and(|entry| entry.held.is_none())
            && above.checked_sub(2).and_then(own).is_some_and(|entry| entry.held.is_none());
        if marks_in_a_row {
            self.remove(above - 1);
        }
        self.insert(Entry { stream, first: next, end: next, opened_ns: stamp_ns, held: None });
        !marks_in_a_row
    }

    fn entry(&self, position: usize) -> Option<&Entry<H>> {
        self.order.get(position).and_then(|&place| self.entries[place as usize].as_ref())
    }

    /// The first position of `stream` whose entry is not `below`, or where it would be. Mostly that is one of the
    /// ends: what comes ahead is the newest, and what is taken out the oldest.
    fn search(&self, stream: StreamIndex, below: impl Fn(&Entry<H>) -> bool) -> usize {
        let precedes = |place: &u32| {
            self.entries[*place as usize]
                .as_ref()
                .is_some_and(|entry| entry.stream < stream || (entry.stream == stream && below(entry)))
        };
        match (self.order.front(), self.order.back()) {
            (Some(front), _) if !precedes(front) => 0,
            (_, Some(back)) if precedes(back) => self.order.len(),
            _ => self.order.partition_point(precedes),
        }
    }

    fn remove(&mut self, position: usize) -> Option<Entry<H>> {
        let place = self.order.remove(position)?;
        let entry = self.entries[place as usize].take()?;
        let chain = if entry.held.is_some() { &mut self.datagrams } else { &mut self.marks };
        chain.remove(&mut self.links, place);
        self.free.push(place);
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(window: &mut Window<u64>, stream: StreamIndex, first: u64, end: u64, opened_ns: u64) {
        window.insert(Entry { stream, first, end, opened_ns, held: Some(first) });
    }

    #[test]
    fn counts_what_waits_once() {
        let mut window = Window::new(8, 2);
        hold(&mut window, 1, 10, 20, 3);
        hold(&mut window, 1, 15, 30, 2);
        hold(&mut window, 1, 40, 50, 1);
        hold(&mut window, 0, 10, 50, 4);
        assert_eq!(window.covered(1, 5, 60), 30);
        assert_eq!(window.covered(1, 18, 41), 13);
        assert_eq!(window.covered(1, 30, 40), 0);
        assert_eq!(window.oldest(), Some((1, 1)));
        assert_eq!(window.lowest(1), Some(10));
        assert_eq!((window.highest(1), window.highest(0), window.highest(2)), (Some(50), Some(50), None));
        assert!(window.take(1, 9).is_none());
        assert_eq!(window.take(1, 10).map(|entry| entry.end), Some(20));
        assert_eq!(window.take(0, 10).map(|entry| entry.end), Some(50));
        assert_eq!(window.datagrams(), 2);
    }

    #[test]
    fn absorbs_what_lies_within() {
        let mut window = Window::new(8, 1);
        for first in [10, 20, 30] {
            hold(&mut window, 0, first, first + 5, first);
        }
        window.mark(0, 40, 1);
        assert_eq!(window.absorb(0, 15, 40).map(|entry| entry.first), Some(20));
        assert_eq!(window.absorb(0, 15, 40).map(|entry| entry.first), Some(30));
        assert_eq!(window.absorb(0, 15, 40).map(|entry| entry.first), Some(40));
        assert!(window.absorb(0, 15, 40).is_none());
    }

    #[test]
    fn marks_take_bounded_room() {
        let mut window = Window::<u64>::new(0, 1);
        assert!(window.mark(0, 10, 1));
        assert!(!window.mark(0, 10, 2));
        assert!(window.mark(0, 11, 3));
        for next in 12..100 {
            assert!(!window.mark(0, next, next));
        }
        assert_eq!(window.oldest(), Some((1, 0)));
        assert_eq!(window.take(0, 10).map(|entry| entry.first), Some(10));
        assert_eq!(window.oldest(), Some((99, 0)));
    }
}
