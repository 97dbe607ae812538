//! Sequences of 16 and 32 bits, which start over.

use super::bench::{A, B, Bench, limits};
use crate::arbiter::{Limits, OnGap};

const LAP: u64 = 1 << 16;

fn narrow(bits: u32, origin: Option<u64>) -> Bench {
    Bench::new(Limits { sequence_bits: bits, origin, window_packets: 64, max_jump: 500, ..limits() })
}

#[test]
fn a_sequence_goes_on_past_its_end() {
    let mut bench = narrow(16, None);
    bench.data(A, 65_533..65_535).data(A, 65_535..65_537).data(A, 1..3).data(B, 65_534..65_536).data(B, 0..4);
    let at = |n: u64| LAP + n;
    bench.gives(&format!(
        "{}-{}, {}-{}, {}-{}, {}-{}(+3)",
        at(65_533),
        at(65_534),
        at(65_535),
        at(65_536),
        at(65_537),
        at(65_538),
        at(65_539),
        at(65_539)
    ));
    assert_eq!((bench.arbiter.counters().resets, bench.arbiter.counters().gaps), (0, 0));
}

#[test]
fn what_was_sent_before_the_start_is_late() {
    let mut bench = narrow(16, None);
    bench.data(A, 0..1).data(B, 65_535..65_536).data(B, 0..2);
    bench.gives(&format!("{LAP}-{LAP}, {0}-{0}(+1)", LAP + 1));
    assert_eq!(bench.arbiter.counters().late, 1);
}

#[test]
fn many_laps() {
    let mut bench = narrow(16, None);
    for unit in (0..400_000_u64).step_by(100) {
        bench.offer(A, crate::framing::Kind::Data, unit % LAP, 100);
        let lagging = unit.saturating_sub(20_000);
        bench.offer(B, crate::framing::Kind::Data, lagging % LAP, 100);
    }
    let counters = bench.arbiter.counters();
    assert_eq!(
        (counters.delivered, counters.resets, counters.gaps, counters.jumps_refused),
        (400_000, 0, 0, 0)
    );
    assert_eq!(bench.arbiter.next_expected(0), Some(LAP + 400_000));
}

#[test]
fn a_hole_across_the_end_is_filled_by_recovery() {
    let mut bench =
        Bench::new(Limits { sequence_bits: 16, on_gap: OnGap::Recover, recover_ns: 1000, ..limits() });
    bench.data(A, 65_530..65_534).data(A, 2..4).wait(100).log.text.remove(0);
    let (from, to) = (LAP + 65_534, 2 * LAP + 1);
    bench.gives(&format!("stale {from}, wanted {from}-{to}"));
    bench.recovered(65_534..65_537);
    bench.recovered(1..2).log.text.clear();
    assert_eq!(
        (bench.arbiter.next_expected(0), bench.arbiter.counters().gaps_recovered),
        (Some(2 * LAP + 4), 1)
    );
    assert!(
        bench.arbiter.goes_past(&super::bench::key(1), 4)
            && !bench.arbiter.goes_past(&super::bench::key(1), 3)
    );
}

#[test]
fn a_reset_is_seen_in_every_lap() {
    const LAP: u64 = 1 << 32;
    for at in [1000, LAP / 2 + 5000, LAP - 3000, LAP + 5000, 2 * LAP - 3000] {
        let mut bench = narrow(32, Some(1));
        // Walks there in steps that are believed, for a feed that has been up for long.
        let mut next = 1;
        while next < at {
            let step = (at - next).min(LAP / 4 + 100_000);
            next += step;
            bench.each(A, next % LAP..next % LAP + 3).each(B, next % LAP..next % LAP + 3);
            next += 3;
        }
        bench.wait(1000).log.text.clear();
        let before = bench.arbiter.next_expected(0).unwrap();
        assert!(before >= at, "{before} {at}");
        bench.heartbeat(A, 1).data(A, 1..3).gives("reset 1, 1-2");
        bench.data(B, before % LAP..before % LAP + 1).heartbeat(B, 1).data(B, 1..4).gives("3-3(+2)");
        let counters = bench.arbiter.counters();
        assert_eq!((counters.resets, counters.late), (1, 1), "{at}");
    }
}

#[test]
fn data_at_the_origin_resets_a_narrow_sequence() {
    let mut bench = narrow(32, Some(1));
    bench.each(A, 1..40).each(B, 1..40).log.text.clear();
    bench.data(A, 1..2).data(A, 2..3).gives("reset 1, held 1-1, 2-2");
    bench.each(B, 40..42).data(B, 1..3).data(B, 3..5).gives("3-4");
    assert_eq!(bench.arbiter.counters().resets, 1);
}

#[test]
fn the_origin_passed_in_a_later_lap_is_no_reset_when_it_is_repeated() {
    let mut bench = narrow(16, Some(1));
    for unit in (1..LAP + 20).step_by(4) {
        bench.offer(A, crate::framing::Kind::Data, unit % LAP, 4);
    }
    bench.log.text.clear();
    bench.data(A, 1..5).data(A, 5..9).data(A, 21..22);
    assert_eq!(bench.arbiter.counters().resets, 0);
    assert_eq!(bench.arbiter.next_expected(0), Some(LAP + 22));
}
