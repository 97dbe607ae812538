//! A channel on the bench: datagrams in by a few letters, what comes out as a line of text.

use crate::arbiter::{Arbiter, Arrival, Event, Limits, OnGap, Outlet, StaleCause, Start, StreamIndex};
use crate::framing::{Kind, StreamKey};
use std::collections::BTreeSet;
use std::ops::Range;

pub(super) fn limits() -> Limits {
    Limits {
        lines: 2,
        start: Start::First,
        origin: None,
        window_packets: 8,
        window_ns: 100,
        max_streams: 2,
        max_jump: 1000,
        parallel: false,
        sequence_bits: 64,
        on_gap: OnGap::Skip,
        recover_ns: 0,
        silence_ns: 0,
    }
}

pub(super) fn key(n: u8) -> StreamKey {
    StreamKey([n; 16])
}

/// Writes down what happens, and checks that every token is given back once.
#[derive(Default)]
pub(super) struct Log {
    pub(super) text: Vec<String>,
    /// Datagrams that can be held at one time.
    pub(super) room: usize,
    offered: u64,
    held: BTreeSet<u64>,
}

impl Outlet for Log {
    type Held = u64;

    fn offered(&mut self, stream: StreamIndex, sequence: u64, skip: u64, take: u64) {
        let end = sequence + take - 1;
        let skipped = if skip > 0 { format!("(+{skip})") } else { String::new() };
        let stream = if stream > 0 { format!("{stream}:") } else { String::new() };
        self.text.push(format!("{stream}{sequence}-{end}{skipped}"));
    }

    fn held(&mut self, stream: StreamIndex, sequence: u64, skip: u64, take: u64, held: &u64) {
        assert!(self.held.contains(held), "delivered after its release");
        self.offered(stream, sequence, skip, take);
        let last = self.text.pop().unwrap();
        self.text.push(format!("held {last}"));
    }

    fn hold(&mut self) -> Option<u64> {
        if self.held.len() == self.room {
            return None;
        }
        assert!(self.held.insert(self.offered), "a datagram is held once");
        Some(self.offered)
    }

    fn release(&mut self, held: u64) {
        assert!(self.held.remove(&held), "released twice");
    }

    fn event(&mut self, stream: StreamIndex, event: Event) {
        let stream = if stream > 0 { format!("{stream}:") } else { String::new() };
        self.text.push(match event {
            Event::Gap { first, count } => format!("{stream}gap {first}-{}", first + count - 1),
            Event::Recovered { first, count } => format!("{stream}recovered {first}-{}", first + count - 1),
            Event::Stale { next, cause: StaleCause::Hole } => format!("{stream}stale {next}"),
            Event::Stale { next, cause: StaleCause::Silence } => format!("{stream}silent {next}"),
            Event::Reset { next } => format!("{stream}reset {next}"),
            Event::End { next } => format!("{stream}end {next}"),
        });
    }

    fn wanted(&mut self, stream: StreamIndex, first: u64, count: u64) {
        let stream = if stream > 0 { format!("{stream}:") } else { String::new() };
        self.text.push(format!("{stream}wanted {first}-{}", first + count - 1));
    }
}

pub(super) struct Bench {
    pub(super) arbiter: Arbiter<u64>,
    pub(super) log: Log,
    pub(super) now: u64,
    key: StreamKey,
}

pub(super) const A: usize = 0;
pub(super) const B: usize = 1;

impl Bench {
    pub(super) fn new(limits: Limits) -> Self {
        let log = Log { room: usize::MAX, ..Log::default() };
        Self { arbiter: Arbiter::new(limits), log, now: 1000, key: key(1) }
    }

    /// Further datagrams are of stream `n`.
    pub(super) fn stream(&mut self, n: u8) -> &mut Self {
        self.key = key(n);
        self
    }

    pub(super) fn offer(&mut self, line: usize, kind: Kind, first: u64, count: u64) -> &mut Self {
        self.offer_marked(line, kind, first, count, false)
    }

    /// A datagram of which the sender says that the sequence starts again with it.
    pub(super) fn reset(&mut self, line: usize, kind: Kind, units: Range<u64>) -> &mut Self {
        self.offer_marked(line, kind, units.start, units.end - units.start, true)
    }

    fn offer_marked(&mut self, line: usize, kind: Kind, first: u64, count: u64, reset: bool) -> &mut Self {
        self.now += 1;
        self.log.offered += 1;
        let arrival = Arrival { line, key: self.key, kind, first, count, stamp_ns: self.now, reset };
        self.arbiter.offer(&arrival, &mut self.log);
        self.balanced();
        self
    }

    /// One datagram with these units.
    pub(super) fn data(&mut self, line: usize, units: Range<u64>) -> &mut Self {
        self.offer(line, Kind::Data, units.start, units.end - units.start)
    }

    /// One datagram for each unit.
    pub(super) fn each(&mut self, line: usize, units: Range<u64>) -> &mut Self {
        for unit in units {
            self.data(line, unit..unit + 1);
        }
        self
    }

    pub(super) fn heartbeat(&mut self, line: usize, next: u64) -> &mut Self {
        self.offer(line, Kind::Heartbeat, next, 0)
    }

    pub(super) fn end(&mut self, line: usize, next: u64) -> &mut Self {
        self.offer(line, Kind::EndOfSession, next, 0)
    }

    /// One datagram that recovery brings.
    pub(super) fn recovered(&mut self, units: Range<u64>) -> &mut Self {
        let recovery = self.arbiter.lines().len();
        self.data(recovery, units)
    }

    /// Recovery says that nobody has these units any more.
    pub(super) fn give_up(&mut self, units: Range<u64>) -> &mut Self {
        self.arbiter.give_up(0, units.start, units.end - units.start, &mut self.log);
        self.balanced();
        self
    }

    /// A snapshot of all before `next`.
    pub(super) fn join(&mut self, next: u64) -> &mut Self {
        assert!(self.arbiter.join(&self.key, next, &mut self.log));
        self.balanced();
        self
    }

    /// Time goes on by `ns`, and nothing stamped until then is still to come.
    pub(super) fn wait(&mut self, ns: u64) -> &mut Self {
        self.now += ns;
        self.arbiter.advance(self.now, &mut self.log);
        self.balanced();
        self
    }

    pub(super) fn finish(&mut self) -> &mut Self {
        self.arbiter.finish(&mut self.log);
        self.balanced();
        assert!(self.log.held.is_empty(), "something is still held");
        self
    }

    /// What came out since the last call, runs of single units joined.
    #[track_caller]
    pub(super) fn gives(&mut self, expected: &str) -> &mut Self {
        let text = std::mem::take(&mut self.log.text).join(", ");
        assert_eq!(text, expected);
        self
    }

    fn balanced(&self) {
        balanced(&self.arbiter);
        assert_eq!(self.arbiter.counters().held, self.log.held.len() as u64);
    }
}

/// The identities that hold after every call.
pub(super) fn balanced<H>(arbiter: &Arbiter<H>) {
    for line in arbiter.lines().iter().chain([arbiter.recovery(), arbiter.retired()]) {
        let sum = line.first + line.duplicates + line.late + line.discarded.units() + line.doubted;
        assert_eq!(line.units, sum, "{line:?}");
    }
    let sum = |of: fn(&crate::arbiter::LineCounters) -> u64| {
        arbiter.lines().iter().chain([arbiter.recovery(), arbiter.retired()]).map(of).sum::<u64>()
    };
    let counters = arbiter.counters();
    let placed = counters.delivered + counters.waiting + counters.let_go;
    assert_eq!(sum(|line| line.first), placed, "{counters:?}");
    let moved_on =
        counters.delivered.saturating_add(counters.units_lost).saturating_add(counters.passed_over);
    assert_eq!(arbiter.passed(), moved_on);
    let gaps = counters.gaps_recovered + counters.gaps_lost + counters.gaps_open;
    assert_eq!(counters.gaps, gaps, "{counters:?}");
    assert_eq!(sum(|line| line.duplicates), counters.duplicates);
    assert_eq!(sum(|line| line.late), counters.late);
    assert!(counters.held_high_water >= counters.held);
}
