//! Datagrams that no feed would send, in any order: whatever comes in, what comes out is in order and balances.

use super::bench::{balanced, key};
use crate::arbiter::{Arbiter, Arrival, Event, Limits, OnGap, Outlet, Start, StreamIndex};
use crate::framing::Kind;
use std::collections::BTreeMap;

/// Numbers around which sequences are chosen, besides the last one.
const PLACES: [u64; 6] = [0, 30, 200, 1_500, 1 << 40, u64::MAX - 40];

/// Checks what can be checked without knowing what was sent.
struct Strict {
    room: usize,
    /// The datagram being offered: its number, first and count.
    current: (u64, u64, u64),
    held: BTreeMap<u64, (u64, u64)>,
    next: BTreeMap<StreamIndex, u64>,
    delivered: u64,
    lost: u64,
}

impl Strict {
    fn passed(
        &mut self,
        stream: StreamIndex,
        sequence: u64,
        skip: u64,
        take: u64,
        (first, count): (u64, u64),
    ) {
        assert!(take > 0 && skip + take <= count);
        assert_eq!(sequence, first + skip);
        let next = self.next.entry(stream).or_insert(sequence);
        assert_eq!(*next, sequence);
        *next += take;
        self.delivered += take;
    }
}

impl Outlet for Strict {
    type Held = u64;

    fn offered(&mut self, stream: StreamIndex, sequence: u64, skip: u64, take: u64) {
        let (_, first, count) = self.current;
        self.passed(stream, sequence, skip, take, (first, count));
    }

    fn held(&mut self, stream: StreamIndex, sequence: u64, skip: u64, take: u64, held: &u64) {
        let range = self.held[held];
        self.passed(stream, sequence, skip, take, range);
    }

    fn hold(&mut self) -> Option<u64> {
        let (number, first, count) = self.current;
        let room = self.held.len() < self.room;
        room.then(|| {
            assert!(self.held.insert(number, (first, count)).is_none(), "a datagram is held once");
            number
        })
    }

    fn release(&mut self, held: u64) {
        assert!(self.held.remove(&held).is_some(), "released twice");
    }

    fn event(&mut self, stream: StreamIndex, event: Event) {
        match event {
            Event::Gap { first, count } => {
                let next = self.next.entry(stream).or_insert(first);
                assert_eq!(*next, first);
                assert!(count > 0);
                *next += count;
                self.lost = self.lost.saturating_add(count);
            }
            Event::Recovered { .. } | Event::Stale { .. } => panic!("{event:?} though nothing waits for it"),
            Event::Reset { next } => {
                self.next.insert(stream, next);
            }
            Event::End { next } => assert_eq!(*self.next.entry(stream).or_insert(next), next),
        }
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
    let line = usize::from(what / 16 % 4); // the fourth does not exist
    Arrival { line, key: key(what / 64), kind, first, count, stamp_ns: *now, reset: what % 16 == 3 }
}

fn run((limits, room, steps): &((u8, u8, u8, u8), u8, Vec<Step>)) {
    let &(window_packets, window_ns, max_streams, start) = limits;
    let limits = Limits {
        lines: 3,
        start: if start % 2 == 0 { Start::One } else { Start::First },
        origin: [None, Some(1), Some(0)][usize::from(start / 2 % 3)],
        window_packets: usize::from(window_packets % 20),
        window_ns: u64::from(window_ns),
        max_streams: usize::from(max_streams % 4),
        max_jump: 1000,
        parallel: false,
        sequence_bits: 64,
        on_gap: OnGap::Skip,
        recover_ns: 0,
        silence_ns: 0,
    };
    let room = if room % 2 == 0 { usize::MAX } else { usize::from(*room % 16) };
    let mut outlet = Strict {
        room,
        current: (0, 0, 0),
        held: BTreeMap::new(),
        next: BTreeMap::new(),
        delivered: 0,
        lost: 0,
    };
    let mut arbiter = Arbiter::new(limits);
    let (mut last, mut now) = (1, 1);
    for (number, &step) in (0..).zip(steps) {
        let arrival = arrival(step, &mut last, &mut now);
        outlet.current = (number, arrival.first, arrival.count);
        arbiter.offer(&arrival, &mut outlet);
        if step.3 % 4 == 0 {
            arbiter.advance(now.saturating_sub(u64::from(step.3 / 2)), &mut outlet);
        }
        balanced(&arbiter);
        let counters = arbiter.counters();
        assert_eq!((counters.delivered, counters.units_lost), (outlet.delivered, outlet.lost));
        assert_eq!(counters.held, outlet.held.len() as u64);
        assert!(outlet.held.len() <= limits.most_held());
    }
    arbiter.finish(&mut outlet);
    balanced(&arbiter);
    assert!(outlet.held.is_empty());
    assert_eq!((arbiter.counters().held, arbiter.counters().waiting), (0, 0));
    assert!(arbiter.lines().iter().all(|line| line.doubted == 0));
}

#[test]
fn anything_at_all_comes_out_in_order() {
    bolero::check!()
        .with_iterations(20_000)
        .with_max_len(8_192)
        .with_type::<((u8, u8, u8, u8), u8, Vec<Step>)>()
        .for_each(run);
}

#[test]
fn long_scenarios_of_anything() {
    use rand::{Rng, SeedableRng};
    bolero::check!().with_iterations(300).with_type::<u64>().for_each(|&seed| {
        let mut rng = rand_pcg::Pcg64Mcg::seed_from_u64(seed);
        let steps = (0..3_000).map(|_| rng.random()).collect();
        run(&(rng.random(), rng.random(), steps));
    });
}
