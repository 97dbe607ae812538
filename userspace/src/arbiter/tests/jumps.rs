//! Far ahead: mad sequences that must not blind a stream, and great losses that have to be believed.

use super::bench::{A, B, Bench, limits};
use crate::arbiter::Limits;

const MS: u64 = 1_000_000;

/// Two lines as `run` sets them up: 10 ms of window, sessions that begin with 1.
fn bench() -> Bench {
    Bench::new(Limits {
        origin: Some(1),
        window_packets: 2048,
        window_ns: 10 * MS,
        max_jump: 512,
        ..limits()
    })
}

/// Both lines bring one unit a datagram, 1 µs apart, a pair each `pace_ns`.
fn both(bench: &mut Bench, units: std::ops::Range<u64>, pace_ns: u64) {
    for unit in units {
        bench.wait(pace_ns).data(A, unit..unit + 1).data(B, unit..unit + 1);
    }
}

#[test]
fn one_mad_datagram_does_not_blind_both_lines() {
    for jump in [1_000, 100_000, 999_990, 1 << 62] {
        let mut bench = bench();
        both(&mut bench, 1..11, MS / 10);
        bench.data(A, 10 + jump..11 + jump);
        both(&mut bench, 11..3000, MS / 10);
        bench.finish();
        let counters = bench.arbiter.counters();
        assert_eq!((counters.delivered, counters.units_lost, counters.late), (2999, 0, 0), "{jump}");
        assert_eq!((counters.jumps_refused, bench.arbiter.lines()[A].discarded.jump_refused), (1, 1));
    }
}

#[test]
fn a_mad_datagram_within_the_bound_costs_no_more_than_the_bound() {
    for jump in [2, 50, 300, 512] {
        let mut bench = bench();
        both(&mut bench, 1..11, MS / 10);
        bench.data(A, 10 + jump..11 + jump);
        both(&mut bench, 11..3000, MS / 10);
        bench.finish();
        let counters = bench.arbiter.counters();
        assert!(counters.delivered >= 2999 - jump && counters.units_lost <= jump);
        assert_eq!(counters.delivered + counters.units_lost, 2999);
    }
}

#[test]
fn mad_heartbeats_are_not_believed_for_being_repeated() {
    for place in [1 << 62, u64::MAX, 5_000] {
        let mut bench = bench();
        bench.each(A, 1..5).each(B, 1..5).heartbeat(A, place).heartbeat(A, place);
        both(&mut bench, 5..250, MS);
        for unit in 250..500 {
            bench.wait(MS).heartbeat(A, place).data(B, unit..unit + 1);
        }
        bench.finish();
        let counters = bench.arbiter.counters();
        assert_eq!((counters.delivered, counters.units_lost, counters.late), (499, 0, 0));
        assert_eq!((counters.jumps_refused, counters.held_high_water), (252, 0));
        bench.end(B, place).end(B, place).finish();
        assert_eq!((bench.arbiter.counters().ends, bench.arbiter.counters().units_lost), (0, 0));
    }
}

#[test]
fn a_mad_heartbeat_wrongly_believed_does_not_blind_for_good() {
    let mut bench = bench();
    bench.each(A, 1..5).each(B, 1..5).heartbeat(A, 1 << 62).wait(100 * MS).heartbeat(A, 1 << 62);
    both(&mut bench, 5..500, 2 * MS);
    bench.finish();
    let counters = bench.arbiter.counters();
    assert_eq!((counters.resets, counters.gaps), (1, 1)); // the gap is the belief, the reset its end
    assert!(counters.delivered >= 499);
    assert_eq!(bench.arbiter.next_expected(0), Some(500));
}

#[test]
fn a_great_loss_is_believed_by_data() {
    let far = 2_000_005; // what came before was lost on both lines
    let mut bench = bench();
    bench.each(A, 1..5).each(B, 1..5).log.text.clear();
    bench.data(A, far..far + 1).data(B, far..far + 2).data(A, far + 1..far + 2).wait(11 * MS);
    bench.gives("gap 5-2000004, held 2000005-2000005, held 2000006-2000006");
}

#[test]
fn a_great_loss_is_believed_when_the_feed_falls_silent_after_it() {
    let far = 2_000_005;
    let gap = format!("gap 5-{}", far - 1);
    let mut bench = bench();
    bench.each(A, 1..5).each(B, 1..5).log.text.clear();
    bench.data(A, far - 1..far).gives("");
    bench.heartbeat(A, far).wait(10 * MS).gives(&format!("gap 5-{}, held {1}-{1}", far - 2, far - 1));
    for (second, wait) in [(A, 100), (B, 1)] {
        let mut bench = self::bench();
        bench.each(A, 1..5).each(B, 1..5).log.text.clear();
        bench.heartbeat(A, far).wait(wait * MS).heartbeat(second, far).wait(10 * MS).gives(&gap);
        bench.data(B, far..far + 1).data(A, far..far + 2).log.text.clear();
        bench.data(B, far + 1..far + 2).data(A, far + 2..far + 3);
        assert_eq!(bench.arbiter.next_expected(0), Some(far + 3));
        assert_eq!(bench.arbiter.counters().jumps_refused, 0);
    }
}
