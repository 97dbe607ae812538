//! Holes that are given up: when, which, and what is told of it.

use super::seam::{Event, Outlet, StreamIndex};
use super::{Arbiter, Stream};

impl<H> Arbiter<H> {
    /// Makes room for a datagram of `stream` that begins at `first`: the hole that keeps a datagram waiting
    /// longest is given up, or the datagram's own if none waits. What the datagram brings is not given up.
    pub(super) fn give_way(&mut self, stream: StreamIndex, first: u64, outlet: &mut impl Outlet<Held = H>) {
        match self.window.oldest_datagram() {
            Some(oldest) if oldest != stream => _ = self.close_lowest(oldest, outlet),
            Some(_) | None => self.close_below(stream, first, outlet),
        }
    }

    /// Gives up the lowest hole of a stream; false if it has none.
    pub(super) fn close_lowest(&mut self, stream: StreamIndex, outlet: &mut impl Outlet<Held = H>) -> bool {
        let lowest = self.window.lowest(stream);
        if let Some(first) = lowest {
            self.gap(stream, first, outlet);
            self.drain(stream, outlet);
        }
        lowest.is_some()
    }

    /// Gives up the lowest hole of a stream, as far as `first`.
    pub(super) fn close_below(
        &mut self,
        stream: StreamIndex,
        first: u64,
        outlet: &mut impl Outlet<Held = H>,
    ) {
        let lowest = if self.streams[stream].waiting == 0 { None } else { self.window.lowest(stream) };
        self.gap(stream, lowest.map_or(first, |lowest| lowest.min(first)), outlet);
        self.drain(stream, outlet);
    }

    /// Gives up every hole of a stream.
    pub(super) fn close_all(&mut self, stream: StreamIndex, outlet: &mut impl Outlet<Held = H>) {
        while self.close_lowest(stream, outlet) {}
    }

    /// Gives up holes whose time is over.
    #[cold]
    pub(super) fn close_until(&mut self, watermark_ns: u64, outlet: &mut impl Outlet<Held = H>) {
        while watermark_ns >= self.deadline_ns
            && let Some((_, stream)) = self.window.oldest()
        {
            self.close_lowest(stream, outlet);
            self.set_deadline();
        }
    }

    fn gap(&mut self, index: StreamIndex, to: u64, outlet: &mut impl Outlet<Held = H>) {
        let stream = &mut self.streams[index];
        let first = stream.next;
        if to <= first {
            return;
        }
        stream.lose(&mut self.lost[index], to);
        self.counters.gaps += 1;
        self.counters.units_lost = self.counters.units_lost.saturating_add(to - first);
        outlet.event(index, Event::Gap { first, count: to - first });
    }

    /// Tells the end of the session when everything before it was told.
    pub(super) fn tell_end(&mut self, index: StreamIndex, outlet: &mut impl Outlet<Held = H>) {
        let Stream { next, ref mut end, ref mut ended, .. } = self.streams[index];
        match *end {
            Some(at) if at == next => {
                (*end, *ended) = (None, Some(at));
                self.counters.ends += 1;
                outlet.event(index, Event::End { next });
            }
            Some(at) if at < next => {
                *end = None;
                self.counters.ends_overtaken += 1;
            }
            Some(_) | None => {}
        }
    }
}
