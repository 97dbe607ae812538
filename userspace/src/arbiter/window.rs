//! The reorder window: datagrams that came before their turn, and heartbeats that told of a hole.
//!
//! An entry lies above a hole of its stream. Entries of a stream are in ascending order of both first and end
//! (none contains another), so that one search finds what a range overlaps. Entries of the channel are also
//! chained by time: those whose hole is in its window by when it was opened, the others by when it is given up.

use super::StreamIndex;
use super::slots::Slots;
use std::collections::VecDeque;

/// What waits.
pub(super) struct Entry<H> {
    pub(super) stream: StreamIndex,
    pub(super) first: u64,
    pub(super) end: u64,
    /// When the hole below it was opened.
    pub(super) opened_ns: u64,
    /// When that is given up, once its window has closed; `u64::MAX` for not by itself.
    pub(super) due_ns: Option<u64>,
    /// Where a hole below it began that was counted when its window closed, while it is open what becomes of it.
    pub(super) counted: Option<u64>,
    /// Brought by recovery into a hole whose window had closed.
    pub(super) recovered: bool,
    /// The datagram; `None` for a mark: a sequence that a heartbeat named, with nothing in it.
    pub(super) held: Option<H>,
}

impl<H> Entry<H> {
    /// A sequence that a heartbeat named.
    pub(super) fn mark(stream: StreamIndex, next: u64, opened_ns: u64, due_ns: Option<u64>) -> Self {
        Self {
            stream,
            first: next,
            end: next,
            opened_ns,
            due_ns,
            counted: None,
            recovered: false,
            held: None,
        }
    }
}

/// The entries of a channel.
pub(super) struct Window<H> {
    slots: Slots<H>,
    /// Places in `slots`, by stream and first.
    order: VecDeque<u32>,
}

impl<H> Window<H> {
    /// Room for `datagrams`, and for the marks there can be: two above all datagrams of a stream, and two below
    /// each datagram. The memory is reserved, not touched.
    pub(super) fn new(datagrams: usize, streams: usize) -> Self {
        let room = datagrams.saturating_mul(3).saturating_add(streams.saturating_mul(2));
        let room = u32::try_from(room).unwrap_or(u32::MAX - 1);
        Self { slots: Slots::new(room), order: VecDeque::with_capacity(room as usize) }
    }

    /// The entries by time.
    pub(super) fn slots(&self) -> &Slots<H> {
        &self.slots
    }

    /// The stream of some entry.
    pub(super) fn any(&self) -> Option<StreamIndex> {
        self.entry(0).map(|entry| entry.stream)
    }

    /// The lowest entry of a stream.
    pub(super) fn lowest(&self, stream: StreamIndex) -> Option<&Entry<H>> {
        self.entry(self.search(stream, |_| false)).filter(|entry| entry.stream == stream)
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

    /// The lowest hole of a stream at `next` that ends above `above`, and at or below `to`: where it begins, and the
    /// entry it ends at.
    pub(super) fn hole(
        &mut self,
        stream: StreamIndex,
        next: u64,
        above: u64,
        to: u64,
    ) -> Option<(u64, &mut Entry<H>)> {
        let mut position = self.search(stream, |entry| entry.first <= above.max(next));
        loop {
            let below = position.checked_sub(1).and_then(|below| self.entry(below));
            let begin =
                below.filter(|entry| entry.stream == stream).map_or(next, |entry| entry.end.max(next));
            let entry = self.entry(position)?;
            if entry.stream != stream || entry.first > to {
                return None;
            }
            if entry.first > begin {
                let place = self.order[position];
                return self.slots.get_mut(place).map(|entry| (begin, entry));
            }
            position += 1;
        }
    }

    /// Adds a datagram that brings at least one unit that does not wait yet, after [`Window::absorb`] took out
    /// what it makes needless.
    pub(super) fn insert(&mut self, entry: Entry<H>) {
        let (stream, first) = (entry.stream, entry.first);
        let position = self.search(stream, |other| other.first < first);
        if let Some(place) = self.slots.add(entry) {
            self.order.insert(position, place);
        }
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

    /// Adds a mark: the units of its stream before it were sent. Gives whether that is one entry more.
    ///
    /// A third mark in a row takes the place of the second: what lies between them is given up later than it
    /// could be, by less than the window, and endless heartbeats need no room.
    pub(super) fn mark(&mut self, mut mark: Entry<H>) -> bool {
        let above = self.search(mark.stream, |_| true);
        let own = |position: usize| self.entry(position).filter(|entry| entry.stream == mark.stream);
        let newest = above.checked_sub(1).and_then(own);
        if newest.is_some_and(|entry| entry.end >= mark.first) {
            return false;
        }
        let marks_in_a_row = newest.is_some_and(|entry| entry.held.is_none())
            && above.checked_sub(2).and_then(own).is_some_and(|entry| entry.held.is_none());
        if marks_in_a_row && let Some(second) = self.remove(above - 1) {
            mark.counted = second.counted;
        }
        self.insert(mark);
        !marks_in_a_row
    }

    /// Opens the windows of all holes of a stream that had none.
    pub(super) fn reopen(&mut self, stream: StreamIndex) {
        let mut position = self.search(stream, |_| false);
        while let Some(&place) = self.order.get(position)
            && self.slots.get(place).is_some_and(|entry| entry.stream == stream)
        {
            self.slots.set_due(place, None);
            position += 1;
        }
    }

    /// The window of the hole below the entry at `place` has closed: it is given up at `due_ns`.
    pub(super) fn close(&mut self, place: u32, due_ns: u64) {
        self.slots.set_due(place, Some(due_ns));
    }

    fn entry(&self, position: usize) -> Option<&Entry<H>> {
        self.order.get(position).and_then(|&place| self.slots.get(place))
    }

    /// The first position of `stream` whose entry is not `below`, or where it would be. Mostly that is one of the
    /// ends: what comes ahead is the newest, and what is taken out the oldest.
    fn search(&self, stream: StreamIndex, below: impl Fn(&Entry<H>) -> bool) -> usize {
        let precedes = |place: &u32| {
            self.slots
                .get(*place)
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
        if self.order.is_empty() {
            self.order.clear(); // begins at the front again, so that no more memory is touched than waits
        }
        self.slots.remove(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold(window: &mut Window<u64>, stream: StreamIndex, first: u64, end: u64, opened_ns: u64) {
        let (due_ns, counted, recovered) = (None, None, false);
        window.insert(Entry { stream, first, end, opened_ns, due_ns, counted, recovered, held: Some(first) });
    }

    fn opened(window: &Window<u64>) -> Option<(u64, StreamIndex)> {
        window.slots().opened().map(|(at_ns, _, stream)| (at_ns, stream))
    }

    #[test]
    fn finds_the_holes() {
        let mut window = Window::new(8, 2);
        hold(&mut window, 0, 10, 20, 1);
        hold(&mut window, 1, 10, 20, 1);
        hold(&mut window, 1, 20, 25, 1);
        hold(&mut window, 1, 40, 50, 1);
        let mut hole =
            |next, above, to| window.hole(1, next, above, to).map(|(begin, entry)| (begin, entry.first));
        assert_eq!(hole(5, 0, 100), Some((5, 10)));
        assert_eq!(hole(5, 10, 100), Some((25, 40)));
        assert_eq!((hole(5, 10, 39), hole(5, 40, 100)), (None, None));
        assert_eq!(hole(30, 0, 100), Some((30, 40)));
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
        assert_eq!(opened(&window), Some((1, 1)));
        assert_eq!(window.lowest(1).map(|entry| entry.first), Some(10));
        assert_eq!((window.highest(1), window.highest(0), window.highest(2)), (Some(50), Some(50), None));
        assert!(window.take(1, 9).is_none());
        assert_eq!(window.take(1, 10).map(|entry| entry.end), Some(20));
        assert_eq!(window.take(0, 10).map(|entry| entry.end), Some(50));
        assert_eq!(window.slots().datagrams(), 2);
    }

    #[test]
    fn absorbs_what_lies_within() {
        let mut window = Window::new(8, 1);
        for first in [10, 20, 30] {
            hold(&mut window, 0, first, first + 5, first);
        }
        window.mark(Entry::mark(0, 40, 1, None));
        assert_eq!(window.absorb(0, 15, 40).map(|entry| entry.first), Some(20));
        assert_eq!(window.absorb(0, 15, 40).map(|entry| entry.first), Some(30));
        assert_eq!(window.absorb(0, 15, 40).map(|entry| entry.first), Some(40));
        assert!(window.absorb(0, 15, 40).is_none());
    }

    #[test]
    fn marks_take_bounded_room() {
        let mut window = Window::<u64>::new(0, 1);
        assert!(window.mark(Entry::mark(0, 10, 1, None)));
        assert!(!window.mark(Entry::mark(0, 10, 2, None)));
        assert!(window.mark(Entry::mark(0, 11, 3, None)));
        for next in 12..100 {
            assert!(!window.mark(Entry::mark(0, next, next, None)));
        }
        assert_eq!(opened(&window), Some((1, 0)));
        assert_eq!(window.take(0, 10).map(|entry| entry.first), Some(10));
        assert_eq!(opened(&window), Some((99, 0)));
    }
}
