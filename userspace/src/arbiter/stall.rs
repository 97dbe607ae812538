//! Holes whose window closed, and that are not given up yet: what is told of them, who is asked, and what becomes of
//! them.
//!
//! All that is missing below a stream's `asked_to` was counted and told. Such a hole carries its count on the entry
//! above it, for that is passed when, and only when, it is known what became of the hole.

use super::seam::{Event, Outlet, StaleCause, StreamIndex};
use super::window::Entry;
use super::{Arbiter, OnGap};

impl<H> Arbiter<H> {
    /// The window of the hole below the entry at `place` has closed, and of all that is missing below it.
    pub(super) fn stall(&mut self, place: u32, watermark_ns: u64, outlet: &mut impl Outlet<Held = H>) {
        let recover = self.limits.on_gap == OnGap::Recover;
        let due_ns = if recover { watermark_ns.saturating_add(self.limits.recover_ns) } else { u64::MAX };
        let Some(&Entry { stream: index, first: to, .. }) = self.window.slots().get(place) else { return };
        self.window.close(place, due_ns);
        let next = self.streams[index].next;
        if !self.streams[index].stalled() {
            self.counters.stale_holes += 1;
            outlet.event(index, Event::Stale { next, cause: StaleCause::Hole });
        }
        let mut asked_to = self.streams[index].asked_to.max(next);
        while let Some((begin, above)) = self.window.hole(index, next, asked_to, to) {
            if above.counted.is_none() {
                above.counted = Some(begin);
                self.counters.gaps += 1;
                self.counters.gaps_open += 1;
            }
            let first = begin.max(asked_to);
            asked_to = above.first;
            if recover {
                self.counters.gaps_wanted += 1;
                outlet.wanted(index, first, asked_to - first);
            }
        }
        self.streams[index].asked_to = asked_to.max(to);
    }

    /// An entry is passed, or made needless: says what became of the hole below it.
    pub(super) fn resolve(&mut self, entry: &Entry<H>) {
        let Some(begin) = entry.counted else { return };
        self.counters.gaps_open -= 1;
        if self.streams[entry.stream].whole_from > begin {
            self.counters.gaps_lost += 1;
        } else {
            self.counters.gaps_recovered += 1;
        }
    }

    /// Nobody has units `first..first + count` of a stream any more, sequences as in [`Outlet::wanted`]: they are
    /// given up, as soon as nothing below them is missing. What is not known to be missing is not given up.
    pub fn give_up(
        &mut self,
        stream: StreamIndex,
        first: u64,
        count: u64,
        outlet: &mut impl Outlet<Held = H>,
    ) {
        let Some(of) = self.streams.get(stream) else { return };
        let end = first.saturating_add(count).min(self.head_of(stream));
        if !of.joined || end <= of.next.max(first) {
            return;
        }
        let remembered = first > of.next && self.lost[stream].forsake(first, end, of.next);
        if remembered {
            self.streams[stream].forsaken = true;
        } else {
            while self.streams[stream].next < end {
                self.close_below(stream, end, outlet);
            }
        }
        self.set_deadline();
    }

    /// Gives up what is missing next, if recovery said so before it was its turn; false if it did not.
    pub(super) fn forsake(&mut self, stream: StreamIndex, outlet: &mut impl Outlet<Held = H>) -> bool {
        let next = self.streams[stream].next;
        let to = self.lost[stream].forsaken(next);
        if let Some(to) = to {
            self.gap_below(stream, to, outlet);
        }
        to.is_some()
    }
}
