//! What arbitration should have done, unit by unit: it knows what was sent, sees every datagram and everything
//! that comes out, and knows none of the arbiter's means.

use super::feed::{Datagram, Epoch, MOST_BEHEADED};
use crate::arbiter::{Event, Limits, OnGap, Outlet, StaleCause, Start, StreamIndex};
use crate::framing::Kind;
use std::collections::{BTreeMap, BTreeSet};

/// Set in the stream of a datagram that recovery brought.
pub(super) const RECOVERED: u8 = 128;

/// One stream as it should be.
pub(super) struct Expected {
    sent: Vec<Epoch>,
    /// Resets told.
    pub(super) epoch: u64,
    /// How far above what was sent the arbiter puts its numbers.
    lifted: u64,
    /// What is missing below was asked for, or told to be missing.
    asked_to: u64,
    /// What recovery gave up.
    pub(super) forsaken: BTreeSet<u64>,
    /// What was asked for below data, and when.
    asked: Vec<(u64, u64)>,
    /// Where its epoch began, and the next sequence.
    floor: u64,
    pub(super) next: u64,
    /// Units of the epoch that some line brought while they could still be delivered.
    brought: BTreeSet<u64>,
    pub(super) lost: BTreeSet<u64>,
    lost_ranges: usize,
    delivered: u64,
    pub(super) ends: u64,
    /// What was known to be sent, and since when.
    known: Vec<(u64, u64)>,
    /// What opened holes: position, stamp, by data.
    opened: Vec<(u64, u64, bool)>,
}

/// What the arbiter should have counted for one line.
#[derive(Default, Debug, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) first: u64,
    pub(super) duplicates: u64,
    pub(super) late: u64,
}

pub(super) struct Model {
    limits: Limits,
    room: usize,
    pub(super) streams: Vec<Expected>,
    pub(super) tallies: Vec<Tally>,
    /// Whether the tallies can be relied on: not when late units were forgotten, or datagrams could not be held.
    pub(super) exact: bool,
    current: Option<Datagram>,
    held: BTreeMap<u64, Datagram>,
    tokens: u64,
    /// Gaps told since this was looked at, that no deadline explains.
    pub(super) early_gaps: u64,
    pub(super) refused: u64,
    watermark: Option<u64>,
    pub(super) finishing: bool,
    /// Recovery gives something up.
    pub(super) giving_up: bool,
    /// What recovery was asked for: stream, first, count.
    pub(super) wanted: Vec<(StreamIndex, u64, u64)>,
    /// Told to be recovered, and not delivered yet.
    announced: Option<(u64, u64)>,
    pub(super) recovered: u64,
    pub(super) stale: u64,
}

impl Model {
    pub(super) fn new(limits: Limits, room: usize) -> Self {
        Self {
            limits,
            room,
            streams: Vec::new(),
            tallies: (0..=limits.lines).map(|_| Tally::default()).collect(),
            exact: true,
            current: None,
            held: BTreeMap::new(),
            tokens: 0,
            early_gaps: 0,
            refused: 0,
            watermark: None,
            finishing: false,
            giving_up: false,
            wanted: Vec::new(),
            announced: None,
            recovered: 0,
            stale: 0,
        }
    }

    /// A stream's first datagram.
    pub(super) fn open(&mut self, sent: Vec<Epoch>, first: u64) {
        let lap = self.lap();
        let placed = if self.limits.origin.is_some() { 0 } else { lap } + first % lap.max(1);
        let next = match (self.limits.start, self.limits.origin) {
            (Start::One, _) => 1,
            (Start::First, Some(origin)) if !self.streams.is_empty() && !self.limits.parallel => {
                origin.min(first)
            } // near enough
            (Start::First | Start::Snapshot, _) => first,
        };
        self.streams.push(Expected {
            sent,
            epoch: 0,
            lifted: if lap == 0 { 0 } else { placed.wrapping_sub(first) },
            asked_to: 0,
            asked: Vec::new(),
            forsaken: BTreeSet::new(),
            floor: next,
            next,
            brought: BTreeSet::new(),
            lost: BTreeSet::new(),
            lost_ranges: 0,
            delivered: 0,
            ends: 0,
            known: Vec::new(),
            opened: Vec::new(),
        });
    }

    /// Numbers in a lap; 0 where sequences do not start over.
    pub(super) fn lap(&self) -> u64 {
        1_u64.checked_shl(self.limits.sequence_bits).unwrap_or(0)
    }

    /// A sequence as it is on the wire.
    pub(super) fn wire(&self, sequence: u64) -> u64 {
        if self.lap() == 0 { sequence } else { sequence % self.lap() }
    }

    /// A sequence in the arbiter's numbers.
    pub(super) fn lifted(&self, stream: StreamIndex, sequence: u64) -> u64 {
        sequence.wrapping_add(self.streams[stream].lifted)
    }

    /// What was sent with a number of the arbiter's.
    fn sent(&self, stream: StreamIndex, sequence: u64) -> u64 {
        sequence.wrapping_sub(self.streams[stream].lifted)
    }

    /// How long a hole stays open at least.
    fn patience(&self) -> Option<u64> {
        match self.limits.on_gap {
            OnGap::Skip => Some(self.limits.window_ns),
            OnGap::Hold => None,
            OnGap::Recover => Some(self.limits.window_ns + self.limits.recover_ns),
        }
    }

    /// `datagram` is about to be offered.
    pub(super) fn offering(&mut self, stream: StreamIndex, datagram: &Datagram) {
        let expected = &mut self.streams[stream];
        if datagram.epoch == expected.epoch && !datagram.forged {
            expected.known.push((datagram.end(), datagram.stamp_ns));
        }
        self.current = Some(datagram.clone());
    }

    /// `datagram` turned out to be what it says: counts what it is worth.
    pub(super) fn accepted(&mut self, stream: StreamIndex, line: usize, datagram: &Datagram, now: u64) {
        let (expected, tally) = (&mut self.streams[stream], &mut self.tallies[line]);
        assert!(datagram.epoch <= expected.epoch, "believed before the reset: {datagram:?}");
        if datagram.epoch < expected.epoch {
            tally.late += datagram.count;
            return;
        }
        let mut new =
            datagram.kind != Kind::Data && expected.opened.iter().all(|opened| opened.0 < datagram.first);
        for unit in datagram.first..datagram.end() {
            if expected.brought.contains(&unit) {
                tally.duplicates += 1;
            } else if unit < expected.floor || expected.lost.contains(&unit) {
                tally.late += 1;
            } else {
                assert!(!datagram.forged, "forged and accepted: {datagram:?}");
                tally.first += 1;
                new = true;
                expected.brought.insert(unit);
            }
        }
        if new && !datagram.forged && datagram.end() > expected.next {
            expected.opened.push((datagram.end(), now, datagram.kind == Kind::Data));
            expected.known.push((datagram.end(), now));
        }
    }

    pub(super) fn advancing(&mut self, watermark: u64) {
        self.watermark = Some(watermark);
    }

    /// Everything whose time was over at `watermark` has been told.
    pub(super) fn advanced(&mut self, watermark: u64) {
        self.watermark = None;
        let recover = self.limits.recover_ns;
        for expected in &mut self.streams {
            let next = expected.next;
            expected.asked.retain(|asked| asked.0 > next);
            for &(end, at) in &expected.asked {
                assert!(
                    at + recover > watermark,
                    "{next}..{end} was asked for at {at}, and it is {watermark}"
                );
            }
        }
        if self.limits.on_gap != OnGap::Skip {
            return; // how long holes stay open follows from when they were asked for
        }
        let window = self.limits.window_ns;
        for expected in &mut self.streams {
            let next = expected.next;
            expected.known.retain(|known| known.0 > next);
            expected.opened.retain(|opened| opened.0 > next);
            for &(to, since, by_data) in &expected.opened {
                let patience = if by_data { window } else { 2 * window };

                assert!(since + patience > watermark, "{next}..{to} is open since {since} at {watermark}");
            }
        }
    }

    /// Everything is over.
    pub(super) fn finished(&self) {
        assert!(self.held.is_empty(), "still held: {:?}", self.held);
        for expected in &self.streams {
            assert_eq!(
                expected.epoch + 1,
                expected.sent.len() as u64,
                "one reset for each epoch after the first"
            );
            expected.whole();
            assert_eq!(expected.ends, expected.sent.iter().filter(|epoch| epoch.ended).count() as u64);
        }
    }

    fn deliver(&mut self, stream: StreamIndex, sequence: u64, skip: u64, take: u64, datagram: &Datagram) {
        let expected = &mut self.streams[stream];
        assert!(!datagram.forged, "delivered though nobody sent it: {datagram:?}");
        assert_eq!(datagram.epoch, expected.epoch, "of another epoch: {datagram:?}");
        if let Some(told) = self.announced.take() {
            assert_eq!(told, (sequence, take));
            assert!(datagram.stream & RECOVERED > 0, "told to be recovered: {datagram:?}");
        }
        assert_eq!(sequence, expected.next, "out of order: {datagram:?}");
        assert_eq!(sequence, datagram.first + skip);
        assert!(take > 0 && sequence + take <= datagram.end());
        expected.next += take;
        expected.delivered += take;
    }
}

impl Expected {
    /// The epoch came to its end: whatever was brought was delivered, whatever was not is lost.
    fn whole(&self) {
        assert_eq!(self.delivered, self.brought.len() as u64);
        assert_eq!(self.next - self.floor, self.delivered + self.lost.len() as u64);
        assert!(self.lost.is_disjoint(&self.brought));
    }
}

impl Outlet for Model {
    type Held = u64;

    fn offered(&mut self, stream: StreamIndex, sequence: u64, skip: u64, take: u64) {
        let datagram = self.current.clone().expect("one is being offered");
        let sequence = self.sent(stream, sequence);
        self.deliver(stream, sequence, skip, take, &datagram);
    }

    fn held(&mut self, stream: StreamIndex, sequence: u64, skip: u64, take: u64, held: &u64) {
        let datagram = self.held.get(held).expect("delivered after its release").clone();
        let sequence = self.sent(stream, sequence);
        self.deliver(stream, sequence, skip, take, &datagram);
    }

    fn hold(&mut self) -> Option<u64> {
        if self.held.len() >= self.room {
            self.refused += 1;
            self.exact = false;
            return None;
        }
        self.tokens += 1;
        let datagram = self.current.clone().expect("one is being offered");
        self.held.insert(self.tokens, datagram);
        assert!(self.held.len() <= self.limits.most_held());
        Some(self.tokens)
    }

    fn release(&mut self, held: u64) {
        assert!(self.held.remove(&held).is_some(), "released twice");
    }

    fn event(&mut self, stream: StreamIndex, event: Event) {
        assert_eq!(self.announced, None, "announced, and not delivered");
        let lap = self.lap();
        let patience = self.patience();
        let expected = &mut self.streams[stream];
        match event {
            Event::Gap { first, count } => {
                let first = first.wrapping_sub(expected.lifted);
                assert_eq!(first, expected.next);
                assert!(count > 0);
                let brought = expected.brought.range(first..first + count).next();
                assert!(brought.is_none(), "lost though it was brought: {brought:?} of {first}+{count}");
                let since = expected.known.iter().filter(|known| known.0 > first).map(|known| known.1).min();
                let due = since.is_some_and(|since| {
                    patience.is_some_and(|patience| Some(since + patience) <= self.watermark)
                });
                let given_up =
                    self.giving_up || (first..first + count).all(|n| expected.forsaken.contains(&n));
                self.early_gaps += u64::from(!due && !self.finishing && !given_up);
                expected.lost.extend(first..first + count);
                expected.lost_ranges += 1;
                self.exact &= expected.lost_ranges <= 256;
                expected.next += count;
            }
            Event::Recovered { first, count } => {
                let first = first.wrapping_sub(expected.lifted);
                assert_eq!(first, expected.next);
                assert!(first < expected.asked_to, "recovered though nobody missed it");
                self.announced = Some((first, count));
                self.recovered += count;
            }
            Event::Stale { next, cause } => {
                assert_eq!(cause, StaleCause::Hole);
                assert_ne!(self.limits.on_gap, OnGap::Skip);
                assert_eq!(next.wrapping_sub(expected.lifted), expected.next);
                assert!(expected.asked_to <= expected.next, "told twice of one stall");
                let known = expected.known.iter().map(|known| known.0).filter(|&end| end > expected.next);
                expected.asked_to = known.min().expect("something beyond is known").min(expected.next + 1);
                self.stale += 1;
            }
            Event::Reset { next } => {
                assert!(self.watermark.is_none());
                expected.whole();
                expected.epoch += 1;
                let begin = expected.sent[expected.epoch as usize].begin;
                let next = if lap == 0 { next } else { next % lap };
                expected.lifted = if lap == 0 || self.limits.origin.is_some() { 0 } else { lap };
                expected.asked_to = 0;
                expected.asked.clear();
                expected.forsaken.clear();
                self.wanted.retain(|wanted| wanted.0 != stream);
                let origin = if self.limits.start == Start::One { Some(1) } else { self.limits.origin };
                if origin.is_some_and(|origin| begin.saturating_sub(origin) <= self.limits.max_jump) {
                    assert_eq!(Some(next), origin);
                } else {
                    assert!((begin..=begin + MOST_BEHEADED).contains(&next), "{begin} {next}");
                }
                (expected.floor, expected.next) = (next, next);
                (expected.delivered, expected.lost_ranges) = (0, 0);
                expected.brought.clear();
                expected.lost.clear();
                expected.known.clear();
                expected.opened.clear();
                self.early_gaps = 0; // a reset closes all windows
            }
            Event::End { next } => {
                let next = next.wrapping_sub(expected.lifted);
                assert_eq!(next, expected.next);
                assert_eq!(next, expected.sent[expected.epoch as usize].end);
                expected.ends += 1;
            }
        }
    }

    fn wanted(&mut self, stream: StreamIndex, first: u64, count: u64) {
        let first = self.sent(stream, first);
        let expected = &mut self.streams[stream];
        assert_eq!(self.limits.on_gap, OnGap::Recover);
        assert!(count > 0 && first >= expected.next);
        assert!(first + 1 >= expected.asked_to, "asked for twice: {first}+{count} of {}", expected.asked_to);
        let there = expected.brought.range(first..first + count).next();
        assert!(there.is_none(), "asked for though it is there: {there:?} of {first}+{count}");
        let since = expected.known.iter().filter(|known| known.0 > first).map(|known| known.1).min();
        let due = since.is_some_and(|since| Some(since + self.limits.window_ns) <= self.watermark);
        assert!(due, "asked for too early: {first}+{count}");
        expected.asked_to = first + count;
        if expected.brought.contains(&expected.asked_to) {
            expected.asked.extend(self.watermark.map(|watermark| (expected.asked_to, watermark)));
        }
        self.wanted.push((stream, first, count));
    }
}
