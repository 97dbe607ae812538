//! A line's own sequence within a stream: what it left out, and whether it ever went back.

use std::mem::offset_of;

use super::limits::{HOLE_AGE, HOLE_AGE_NS, LINE_HOLES, Limits, RUN_SKIP, RUN_STEPS};

/// Where one line is in one stream.
#[derive(Default)]
#[repr(C)] // what every datagram needs comes first
pub(super) struct Track {
    /// The line's own next sequence.
    pub(super) next: u64,
    /// When it was heard last.
    pub(super) last_ns: u64,
    /// Datagrams it brought.
    pub(super) datagrams: u64,
    /// Seen, in the stream's epoch, past the origin and not in doubt: a datagram that continues from `next` needs
    /// no judgement.
    pub(super) regular: bool,
    /// Whether it brought anything that was believed.
    pub(super) seen: bool,
    /// Whether it was away while the stream went into another epoch, so that its own count of them says little.
    pub(super) unsure: bool,
    /// Datagrams in a row at the head of the stream, while the line counts as left behind.
    pub(super) in_step: u32,
    /// Up to which of them another look at the origin is a straggler.
    near_origin_until: u64,
    /// The epoch it is in, counted by its own falls back.
    pub(super) epoch: u64,
    /// Where it was before it was last believed to be far ahead, and where it was then.
    pub(super) left: Option<(u64, u64)>,
    /// The doubted run it is in.
    pub(super) run: Option<usize>,
    /// Where the head was at the last datagram in step.
    pub(super) in_step_head: u64,
}

/// What a datagram says about its line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Followed {
    /// Units left out in front of it.
    pub(super) skipped: u64,
    /// Units in it that had been left out.
    pub(super) reordered: u64,
}

impl Track {
    /// Where what every datagram needs ends.
    pub(super) const NEAR_END: usize = offset_of!(Self, regular) + size_of::<bool>();

    /// Goes on with `first..end`, or back into a hole. `at_origin`: `first` is where sequences begin.
    pub(super) fn follow(&mut self, holes: &mut Holes, first: u64, end: u64, at_origin: bool) -> Followed {
        let mut followed = Followed::default();
        if first > self.next {
            followed.skipped = first - self.next;
            holes.open(Hole {
                first: self.next,
                end: first,
                touched: self.datagrams,
                touched_ns: self.last_ns,
            });
        } else if first < self.next {
            followed.reordered = holes.fill(Hole {
                first,
                end: end.min(self.next),
                touched: self.datagrams,
                touched_ns: self.last_ns,
            });
        }
        if at_origin && end >= self.next {
            self.near_origin_until = self.datagrams.saturating_add(RUN_STEPS.into());
        }
        self.next = self.next.max(end);
        followed
    }

    /// The line begins, for the first time or again, at `next`. `near`: that is near the origin, or where its
    /// sender said that it begins.
    pub(super) fn begin(&mut self, holes: &mut Holes, next: u64, near: bool) {
        holes.forget();
        self.next = next;
        self.left = None;
        self.seen = true;
        self.in_step = 0;
        self.near_origin_until = if near { self.datagrams.saturating_add(RUN_STEPS.into()) } else { 0 };
    }

    /// Whether the line was at its origin so few datagrams ago that the network may have brought it again.
    /// Where sequences start over, it passes the origin without notice.
    pub(super) fn near_origin(&self, limits: &Limits) -> bool {
        let mask = limits.mask();
        let passed = self.next > mask && self.next & mask <= RUN_SKIP;
        self.datagrams <= self.near_origin_until || passed
    }

    /// Its sequences are said in other numbers from now on.
    pub(super) fn shift(&mut self, holes: &mut Holes, by: u64) {
        if by != 0 {
            holes.forget();
            self.left = None;
            self.next = self.next.wrapping_add(by);
        }
    }
}

/// The newest holes in a line's own sequence.
#[derive(Default)]
pub(super) struct Holes {
    holes: [Hole; LINE_HOLES],
}

#[derive(Clone, Copy, Default)]
struct Hole {
    first: u64,
    end: u64,
    /// The line's datagram that opened it or filled a part of it last, and when that was.
    touched: u64,
    touched_ns: u64,
}

impl Hole {
    fn overlap(&self, first: u64, end: u64) -> u64 {
        self.end.min(end).saturating_sub(self.first.max(first))
    }
}

impl Holes {
    fn open(&mut self, hole: Hole) {
        let use_of = |hole: &&mut Hole| (hole.first < hole.end, hole.touched);
        if let Some(least) = self.holes.iter_mut().min_by_key(use_of) {
            *least = hole;
        }
    }

    /// Whether a unit of `first..end` lies in a hole young enough to explain it.
    pub(super) fn explain(&self, first: u64, end: u64, datagram: u64, now: u64) -> bool {
        let young = |hole: &&Hole| {
            datagram.saturating_sub(hole.touched) <= HOLE_AGE
                && now.saturating_sub(hole.touched_ns) <= HOLE_AGE_NS
        };
        self.holes.iter().filter(young).any(|hole| hole.overlap(first, end) > 0)
    }

    /// Takes the range of `piece` out of the holes; gives the units that were in one.
    fn fill(&mut self, piece: Hole) -> u64 {
        let mut filled = 0;
        for place in 0..LINE_HOLES {
            let hole = self.holes[place];
            let overlap = hole.overlap(piece.first, piece.end);
            if overlap == 0 {
                continue;
            }
            filled += overlap;
            let below = Hole { first: hole.first, end: piece.first.max(hole.first), ..piece };
            let above = Hole { first: piece.end.min(hole.end), end: hole.end, ..piece };
            let (rest, more) = if above.first == above.end { (below, above) } else { (above, below) };
            self.holes[place] = rest;
            if more.first < more.end {
                self.open(more);
            }
        }
        filled
    }

    fn forget(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skips_and_fills() {
        let (mut track, mut holes) = (Track { next: 10, ..Track::default() }, Holes::default());
        assert_eq!(track.follow(&mut holes, 20, 25, false), Followed { skipped: 10, reordered: 0 });
        assert!(holes.explain(10, 11, 0, 0) && holes.explain(19, 30, 0, 0) && !holes.explain(20, 25, 0, 0));
        assert_eq!(track.follow(&mut holes, 14, 16, false), Followed { skipped: 0, reordered: 2 });
        assert_eq!(track.follow(&mut holes, 14, 16, false), Followed::default());
        assert_eq!(track.follow(&mut holes, 12, 30, false), Followed { skipped: 0, reordered: 6 });
        assert_eq!(track.follow(&mut holes, 10, 12, false), Followed { skipped: 0, reordered: 2 });
        assert!(!holes.explain(0, 30, 0, 0));
        assert_eq!(track.next, 30);
    }

    #[test]
    fn an_old_hole_explains_nothing() {
        let (mut track, mut holes) = (Track::default(), Holes::default());
        track.follow(&mut holes, 5, 6, false);
        assert!(holes.explain(1, 2, HOLE_AGE, HOLE_AGE_NS));
        assert!(!holes.explain(1, 2, HOLE_AGE + 1, 0));
        assert!(!holes.explain(1, 2, 0, HOLE_AGE_NS + 1));
    }
}
