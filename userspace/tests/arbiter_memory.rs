//! What thousands of channels cost: an arbiter reserves for the worst and touches what it uses.

use xdpfeed::arbiter::{Arbiter, Arrival, Event, Limits, OnGap, Outlet, Start, StreamIndex};
use xdpfeed::framing::{Kind, StreamKey};

const CHANNELS: usize = 2_000;

/// The most that may be resident for each channel, in KiB. Measured: 62 of which nothing came (pages that hold the
/// allocator's own words, and histograms), 74 that carry a stream on two lines, 280 whose window is full.
const IDLE_KIB: usize = 96;
const CARRYING_KIB: usize = 128;
const FULL_KIB: usize = 400;
/// Channels of which the window is filled.
const FILLED: usize = 100;

struct Keep;

impl Outlet for Keep {
    type Held = u64;
    fn offered(&mut self, _: StreamIndex, _: u64, _: u64, _: u64) {}
    fn held(&mut self, _: StreamIndex, _: u64, _: u64, _: u64, _: &u64) {}
    fn hold(&mut self) -> Option<u64> {
        Some(0)
    }
    fn release(&mut self, _: u64) {}
    fn event(&mut self, _: StreamIndex, _: Event) {}
}

/// Memory of this process that is resident and its own, in KiB.
fn resident_kib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("the kernel says so of every process");
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("since Linux 4.5");
    line.trim().trim_end_matches("kB").trim().parse().expect("a number")
}

#[test]
fn channels_touch_what_they_use() {
    let limits = Limits {
        lines: 2,
        start: Start::First,
        origin: Some(1),
        parallel: false,
        sequence_bits: 64,
        window_packets: 2048,
        window_ns: 10_000_000,
        on_gap: OnGap::Skip,
        recover_ns: 0,
        silence_ns: 0,
        max_streams: 64,
        max_jump: 512,
    };
    let before = resident_kib();
    let mut arbiters: Vec<Arbiter<u64>> = (0..CHANNELS).map(|_| Arbiter::new(limits)).collect();
    let idle = (resident_kib() - before) / CHANNELS;
    for arbiter in &mut arbiters {
        for unit in 2..130 {
            for line in 0..2 {
                let (key, kind) = (StreamKey([1; 16]), Kind::Data);
                let arrival =
                    Arrival { line, key, kind, first: unit ^ 1, count: 1, stamp_ns: unit, reset: false };
                arbiter.offer(&arrival, &mut Keep);
            }
        }
    }
    let carrying = (resident_kib() - before) / CHANNELS;
    let before = resident_kib();
    for arbiter in &mut arbiters[..FILLED] {
        for unit in (200..).step_by(2).take(limits.window_packets) {
            let key = StreamKey([1; 16]);
            let arrival = Arrival {
                line: 0,
                key,
                kind: Kind::Data,
                first: unit,
                count: 1,
                stamp_ns: 200,
                reset: false,
            };
            arbiter.offer(&arrival, &mut Keep);
        }
        assert_eq!(arbiter.counters().waiting, 2048);
    }
    let full = carrying + (resident_kib() - before) / FILLED;
    println!(
        "resident for each of {CHANNELS} channels: {idle} KiB idle, {carrying} KiB carrying a stream, {full} KiB full"
    );
    assert!(arbiters.iter().all(|arbiter| arbiter.counters().delivered == 127));
    assert!(idle <= IDLE_KIB && carrying <= CARRYING_KIB && full <= FULL_KIB);
}
