//! Datagrams that no feed would send, in any order: whatever comes in, what comes out is in order and balances.

use super::bench::{balanced, key};
use crate::arbiter::{Arbiter, Arrival, Event, Limits, OnGap, Outlet, StaleCause, Start, StreamIndex};
use crate::framing::Kind;
use std::collections::{BTreeMap, BTreeSet};

/// Numbers around which sequences are chosen, besides the last one.
const PLACES: [u64; 6] = [0, 30, 200, 1_500, 1 << 40, u64::MAX - 40];

/// Checks what can be checked without knowing what was sent.
#[derive(Default)]
struct Strict {
    limits: Option<Limits>,
    mask: u64,
    room: usize,
    current: Datagram,
    held: BTreeMap<u64, Datagram>,
    next: BTreeMap<StreamIndex, u64>,
    /// A snapshot that goes up to here is being joined.
    joining: Option<u64>,
    /// Streams that ended: their index may be used again.
    ended: BTreeSet<StreamIndex>,
    restarts: u64,
    /// Units told to be brought by recovery, and not delivered yet.
    recovered: Option<(u64, u64)>,
    /// Up to where recovery was asked for what is missing.
    wanted_to: BTreeMap<StreamIndex, u64>,
    counted: Counted,
}

/// What came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counted {
    delivered: u64,
    lost: u64,
    gaps: u64,
    recovered: u64,
    stale: u64,
    wanted: u64,
    resets: u64,
    ends: u64,
}

/// What is known of a datagram: its number, first and count as they are on the wire.
#[derive(Clone, Copy, Default)]
struct Datagram {
    number: u64,
    first: u64,
    count: u64,
    recovered: bool,
}

impl Strict {
    fn passed(&mut self, stream: StreamIndex, sequence: u64, skip: u64, take: u64, datagram: Datagram) {
        assert!(take > 0 && skip + take <= datagram.count);
        assert_eq!(sequence & self.mask, datagram.first.wrapping_add(skip) & self.mask);
        if let Some(told) = self.recovered.take() {
            assert_eq!(told, (sequence, take));
            assert!(datagram.recovered);
        }
        self.pass(stream, sequence, take);
        self.counted.delivered += take;
    }

    /// Something stands at `sequence`, and goes on for `count`.
    fn pass(&mut self, stream: StreamIndex, sequence: u64, count: u64) {
        assert_eq!(self.recovered, None, "announced, and not delivered");
        let next = self.next.entry(stream).or_insert(sequence);
        if *next != sequence {
            let joined = self.joining.take() == Some(sequence & self.mask);
            assert!(joined || self.ended.remove(&stream), "{sequence} instead of {next}");
            self.restarts += u64::from(!joined);
            self.wanted_to.remove(&stream);
        }
        *next = sequence + count;
        if count > 0 {
            self.ended.remove(&stream);
        }
    }
}

impl Outlet for Strict {
    type Held = u64;

    fn offered(&mut self, stream: StreamIndex, sequence: u64, skip: u64, take: u64) {
        self.passed(stream, sequence, skip, take, self.current);
    }

    fn held(&mut self, stream: StreamIndex, sequence: u64, skip: u64, take: u64, held: &u64) {
        let datagram = self.held[held];
        self.passed(stream, sequence, skip, take, datagram);
    }

    fn hold(&mut self) -> Option<u64> {
        let room = self.held.len() < self.room;
        room.then(|| {
            let number = self.current.number;
            assert!(self.held.insert(number, self.current).is_none(), "a datagram is held once");
            number
        })
    }

    fn release(&mut self, held: u64) {
        assert!(self.held.remove(&held).is_some(), "released twice");
    }

    fn event(&mut self, stream: StreamIndex, event: Event) {
        match event {
            Event::Gap { first, count } => {
                assert!(count > 0);
                self.pass(stream, first, count);
                self.counted.gaps += 1;
                self.counted.lost = self.counted.lost.saturating_add(count);
            }
            Event::Recovered { first, count } => {
                self.pass(stream, first, 0);
                self.recovered = Some((first, count));
                self.counted.recovered += count;
            }
            Event::Stale { next, cause } => {
                if cause == StaleCause::Hole {
                    self.pass(stream, next, 0);
                }
                self.counted.stale += 1;
            }
            Event::Reset { next } => {
                self.next.insert(stream, next);
                self.wanted_to.remove(&stream);
                self.counted.resets += 1;
            }
            Event::End { next } => {
                self.pass(stream, next, 0);
                self.ended.insert(stream);
                self.wanted_to.remove(&stream);
                self.counted.ends += 1;
            }
        }
    }

    fn wanted(&mut self, stream: StreamIndex, first: u64, count: u64) {
        assert_eq!(self.limits.map(|limits| limits.on_gap), Some(OnGap::Recover));
        assert!(count > 0 && first >= self.next.get(&stream).copied().unwrap_or(0));
        let wanted_to = self.wanted_to.entry(stream).or_default();
        assert!(first >= *wanted_to, "asked for twice: {first}+{count}");
        *wanted_to = first + count;
        self.counted.wanted += 1;
    }
}

/// One step of a scenario, as bytes choose it.
type Step = (u8, u8, u8, u8);

fn arrival(step: Step, last: &mut u64, now: &mut u64) -> Arrival {
    let (what, place, count, time) = step;
    let place_of = |n: u8| PLACES[usize::from(n) % PLACES.len()].saturating_add(u64::from(n / 8));
    *last = match place {
        0..150 => last.saturating_add(u64::from(place % 5)).saturating_sub(u64::from(place % 3)),
        150..200 => *last,
        _ => place_of(place - 200),
    };
    let first = *last;
    let kind = match what % 16 {
        0 | 1 => Kind::Heartbeat,
        2 => Kind::EndOfSession,
        _ => Kind::Data,
    };
    let count = match count {
        255 => u64::MAX,
        254 => 70_000,
        count => u64::from(count % 6),
    };
    if kind == Kind::Data && count < 10 && !place.is_multiple_of(4) {
        *last = first.saturating_add(count); // so that runs come about
    }
    *now = if time == 255 { now.saturating_add(20_000_000_000) } else { *now + u64::from(time) };
    let line = usize::from(what / 16 % 5); // the fourth is recovery, the fifth does not exist
    Arrival { line, key: key(what / 64), kind, first, count, stamp_ns: *now, reset: what % 16 == 3 }
}

/// A channel's limits, as bytes choose them.
type Shape = (u8, u8, u8, u8, u8, u8);

fn limits(&(window_packets, window_ns, max_streams, start, on_gap, width): &Shape) -> Limits {
    Limits {
        lines: 3,
        start: [Start::One, Start::First, Start::Snapshot][usize::from(start % 3)],
        origin: [None, Some(1), Some(0)][usize::from(start / 4 % 3)],
        window_packets: usize::from(window_packets % 20),
        window_ns: u64::from(window_ns),
        max_streams: usize::from(max_streams % 4),
        max_jump: 1000,
        parallel: start >= 128,
        sequence_bits: [64, 64, 32, 16][usize::from(width % 4)],
        on_gap: [OnGap::Skip, OnGap::Hold, OnGap::Recover][usize::from(on_gap % 3)],
        recover_ns: u64::from(on_gap),
        silence_ns: if width < 128 { 0 } else { u64::from(width) * 10 },
    }
}

struct Run {
    arbiter: Arbiter<u64>,
    outlet: Strict,
}

impl Run {
    /// A snapshot comes.
    fn join(&mut self, arrival: &Arrival) {
        let stream =
            |arbiter: &Arbiter<u64>| (0..8).find(|&stream| arbiter.key(stream) == Some(&arrival.key));
        self.outlet.joining = Some(arrival.first & self.outlet.mask);
        let known = stream(&self.arbiter);
        let before = known.and_then(|stream| self.arbiter.next_expected(stream));
        if !self.arbiter.join(&arrival.key, arrival.first, &mut self.outlet) {
            assert_eq!(known, None);
            return;
        }
        self.outlet.joining = None;
        let stream = stream(&self.arbiter).expect("it is there now");
        let next = self.arbiter.next_expected(stream).expect("it is joined now");
        assert!(before.is_none_or(|before| before <= next));
        if known.is_none() {
            self.outlet.wanted_to.remove(&stream);
        }
        self.outlet.next.insert(stream, next);
    }

    fn balanced(&self) {
        balanced(&self.arbiter);
        let Self { arbiter, outlet } = self;
        let counters = arbiter.counters();
        let counted = Counted {
            delivered: counters.delivered,
            lost: counters.units_lost,
            gaps: counters.gaps_told,
            recovered: counters.units_recovered,
            stale: counters.stale_holes + counters.stale_silences,
            wanted: counters.gaps_wanted,
            resets: counters.resets,
            ends: counters.ends,
        };
        assert_eq!(counted, outlet.counted);
        assert!(outlet.restarts <= counters.streams_evicted);
        assert_eq!(counters.held, outlet.held.len() as u64);
    }
}

fn run((shape, room, steps): &(Shape, u8, Vec<Step>)) {
    let limits = limits(shape);
    let room = if room % 2 == 0 { usize::MAX } else { usize::from(*room % 16) };
    let mask = u64::MAX >> (64 - limits.sequence_bits);
    let outlet = Strict { limits: Some(limits), mask, room, ..Strict::default() };
    let mut run = Run { arbiter: Arbiter::new(limits), outlet };
    let (mut last, mut now) = (1, 1);
    for (number, &step) in (0..).zip(steps) {
        let arrival = arrival(step, &mut last, &mut now);
        let Arrival { first, count, line, .. } = arrival;
        run.outlet.current = Datagram { number, first, count, recovered: line == limits.lines };
        match step.0 % 64 {
            20 => run.join(&arrival),
            21 | 37 => run.arbiter.give_up(usize::from(step.0 / 64), first, count, &mut run.outlet),
            _ => run.arbiter.offer(&arrival, &mut run.outlet),
        }
        if step.3 % 4 == 0 {
            run.arbiter.advance(now.saturating_sub(u64::from(step.3 / 2)), &mut run.outlet);
        }
        run.balanced();
        assert!(run.outlet.held.len() <= limits.most_held());
    }
    run.arbiter.finish(&mut run.outlet);
    run.balanced();
    assert!(run.outlet.held.is_empty());
    let counters = run.arbiter.counters();
    assert_eq!((counters.held, counters.waiting, counters.gaps_open), (0, 0, 0));
    assert!(run.arbiter.lines().iter().all(|line| line.doubted == 0));
}

#[test]
fn anything_at_all_comes_out_in_order() {
    bolero::check!()
        .with_iterations(8_000)
        .with_max_len(8_192)
        .with_type::<(Shape, u8, Vec<Step>)>()
        .for_each(run);
}

#[test]
fn long_scenarios_of_anything() {
    use rand::{Rng, SeedableRng};
    bolero::check!().with_iterations(100).with_type::<u64>().for_each(|&seed| {
        let mut rng = rand_pcg::Pcg64Mcg::seed_from_u64(seed);
        let steps = (0..3_000).map(|_| rng.random()).collect();
        run(&(rng.random(), rng.random(), steps));
    });
}
