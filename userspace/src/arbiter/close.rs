//! Holes that are given up: when, which, and what is told of it.

use super::seam::{Event, Outlet, StreamIndex};
use super::{Arbiter, OnGap, Stream};

impl<H> Arbiter<H> {
    /// Makes room for a datagram of `stream` that begins at `first`: the hole that keeps a datagram waiting
    /// longest is given up, or the datagram's own if none waits. What the datagram brings is not given up.
    pub(super) fn give_way(&mut self, stream: StreamIndex, first: u64, outlet: &mut impl Outlet<Held = H>) {
        match self.window.slots().oldest_datagram() {
            Some(oldest) if !self.streams[oldest].joined => _ = self.let_go_lowest(oldest, outlet),
            Some(oldest) if oldest != stream => _ = self.close_lowest(oldest, outlet),
            Some(_) | None => self.close_below(stream, first, outlet),
        }
    }

    /// Gives up the lowest hole of a stream; false if it has none.
    pub(super) fn close_lowest(&mut self, stream: StreamIndex, outlet: &mut impl Outlet<Held = H>) -> bool {
        let lowest = self.window.lowest(stream).map(|entry| entry.first);
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
        self.gap_below(stream, first, outlet);
        self.drain(stream, outlet);
    }

    /// The same, but delivers nothing.
    pub(super) fn gap_below(&mut self, stream: StreamIndex, first: u64, outlet: &mut impl Outlet<Held = H>) {
        let waiting = self.streams[stream].waiting > 0;
        let lowest = if waiting { self.window.lowest(stream).map(|entry| entry.first) } else { None };
        self.gap(stream, lowest.map_or(first, |lowest| lowest.min(first)), outlet);
    }

    /// Ends the wait for every hole of a stream.
    pub(super) fn close_all(&mut self, stream: StreamIndex, outlet: &mut impl Outlet<Held = H>) {
        if !self.streams[stream].joined {
            while self.let_go_lowest(stream, outlet) {}
        }
        while self.close_lowest(stream, outlet) {}
    }

    /// Does what time has come for.
    #[cold]
    pub(super) fn close_until(&mut self, watermark_ns: u64, outlet: &mut impl Outlet<Held = H>) {
        while watermark_ns >= self.deadline_ns {
            let slots = self.window.slots();
            let due = slots.due().filter(|(due_ns, ..)| watermark_ns >= *due_ns);
            let closes = slots
                .opened()
                .filter(|(opened_ns, ..)| watermark_ns >= opened_ns.saturating_add(self.limits.window_ns));
            match (due, closes) {
                (Some((.., stream)), _) => _ = self.close_lowest(stream, outlet),
                (None, Some((.., stream))) if self.limits.on_gap == OnGap::Skip => {
                    self.close_lowest(stream, outlet);
                }
                (None, Some((_, place, _))) => self.stall(place, watermark_ns, outlet),
                (None, None) => self.tell_silent(watermark_ns, outlet),
            }
            self.set_deadline();
        }
    }

    fn gap(&mut self, index: StreamIndex, to: u64, outlet: &mut impl Outlet<Held = H>) {
        let stream = &mut self.streams[index];
        let first = stream.next;
        if to <= first {
            return;
        }
        if !stream.stalled() {
            self.counters.gaps += 1;
            self.counters.gaps_lost += 1;
        }
        stream.lose(&mut self.lost[index], to);
        self.counters.gaps_told += 1;
        self.counters.units_lost = self.counters.units_lost.saturating_add(to - first);
        outlet.event(index, Event::Gap { first, count: to - first });
    }

    /// Tells the end of the session when everything before it was told.
    pub(super) fn tell_end(&mut self, index: StreamIndex, outlet: &mut impl Outlet<Held = H>) {
        let Stream { next, joined, ref mut end, ref mut ended, ref mut ended_nth, .. } = self.streams[index];
        if !joined {
            return;
        }
        match *end {
            Some(at) if at == next => {
                self.counters.ends += 1;
                (*end, *ended, *ended_nth) = (None, Some(at), self.counters.ends);
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
