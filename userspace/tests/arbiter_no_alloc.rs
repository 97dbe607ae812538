//! Arbitration allocates nothing after it was set up: not for new streams, held datagrams, runs in doubt, resets.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use xdpfeed::arbiter::{Arbiter, Arrival, Event, Limits, OnGap, Outlet, Start, StreamIndex};
use xdpfeed::framing::{Kind, StreamKey};

/// Counts, and keeps up to `room`.
struct Count {
    room: u64,
    held: u64,
    delivered: u64,
    events: u64,
}

impl Outlet for Count {
    type Held = u64;

    fn offered(&mut self, _: StreamIndex, _: u64, _: u64, take: u64) {
        self.delivered += take;
    }

    fn held(&mut self, _: StreamIndex, _: u64, _: u64, take: u64, _: &u64) {
        self.delivered += take;
    }

    fn hold(&mut self) -> Option<u64> {
        let room = self.held < self.room;
        self.held += u64::from(room);
        room.then_some(self.held)
    }

    fn release(&mut self, _: u64) {
        self.held -= 1;
    }

    fn event(&mut self, _: StreamIndex, _: Event) {
        self.events += 1;
    }
}

#[test]
fn nothing_is_allocated_on_the_way() {
    for on_gap in [OnGap::Skip, OnGap::Hold, OnGap::Recover] {
        for start in [Start::First, Start::Snapshot] {
            allocates_nothing(on_gap, start);
        }
    }
}

fn allocates_nothing(on_gap: OnGap, start: Start) {
    let limits = Limits {
        lines: 2,
        start,
        origin: Some(1),
        window_packets: 64,
        window_ns: 500,
        max_streams: 40,
        max_jump: 10_000,
        parallel: false,
        sequence_bits: 64,
        on_gap,
        recover_ns: 200,
        silence_ns: 1_000,
    };
    let mut rng = Pcg64Mcg::seed_from_u64(1);
    let mut outlet = Count { room: 200, held: 0, delivered: 0, events: 0 };
    let mut arbiter = Arbiter::new(limits);
    let mut next = [[1_u64; 3]; 50];
    let allocations = allocation_counter::measure(|| {
        for now in 0..100_000_u64 {
            let (stream, line) = (rng.random_range(0..next.len()), rng.random_range(0..3)); // the third is recovery
            let at = &mut next[stream][line];
            match rng.random_range(0..400) {
                0 => *at = 1,
                1 => *at = at.saturating_sub(300),
                2 => *at += 100_000,
                3..40 => *at += rng.random_range(1..8),
                _ => {}
            }
            let count = rng.random_range(1..5);
            let kind = match rng.random_range(0..100) {
                0..3 => Kind::Heartbeat,
                3 => Kind::EndOfSession,
                _ => Kind::Data,
            };
            let key = StreamKey([u8::try_from(stream).unwrap_or(0); 16]);
            arbiter.offer(
                &Arrival { line, key, kind, first: *at, count, stamp_ns: now, reset: false },
                &mut outlet,
            );
            *at += if kind == Kind::Data { count } else { 0 };
            if rng.random_bool(0.001) {
                arbiter.join(&key, *at, &mut outlet);
                arbiter.give_up(stream, *at, 10, &mut outlet);
            }
            arbiter.advance(now.saturating_sub(10), &mut outlet);
        }
        arbiter.finish(&mut outlet);
    });
    assert_eq!(allocations.count_total, 0, "allocations: {allocations:?}");
    let counters = arbiter.counters();
    assert_eq!(counters.delivered, outlet.delivered);
    assert_eq!(outlet.held, 0);
    assert!(counters.resets > 0 && counters.gaps > 0);
    assert!(counters.streams_refused > 0 && counters.streams_evicted > 0 && counters.windows_full > 0);
    assert!(counters.let_go > 0 || start == Start::First);
    assert_eq!(counters.gaps_wanted > 0, on_gap == OnGap::Recover);
}
