//! Streams that begin with a snapshot.

use super::bench::{A, B, Bench, limits};
use crate::arbiter::{Limits, OnGap, Start};

fn bench() -> Bench {
    Bench::new(Limits { start: Start::Snapshot, window_packets: 4, ..limits() })
}

#[test]
fn what_comes_before_a_snapshot_waits_for_it() {
    let mut bench = bench();
    bench.data(A, 10..12).data(A, 12..14).data(B, 8..10).data(B, 10..13).wait(1_000_000).gives("");
    assert_eq!((bench.arbiter.next_expected(0), bench.arbiter.settled()), (None, true));
    bench.join(11).gives("held 11-11(+1), held 12-13");
    assert_eq!((bench.arbiter.counters().let_go, bench.arbiter.counters().passed_over), (3, 0));
    bench.data(B, 13..15).data(A, 14..16).gives("14-14(+1), 15-15(+1)");
}

#[test]
fn the_lowest_are_let_go_when_no_more_can_wait() {
    let mut bench = bench();
    bench.each(A, 10..16).heartbeat(A, 17).data(B, 9..10).gives("");
    assert_eq!((bench.arbiter.counters().let_go, bench.arbiter.counters().late), (2, 1));
    bench.join(13).gives("held 13-13, held 14-14, held 15-15").wait(101).gives("gap 16-16");
    assert_eq!(bench.arbiter.counters().let_go, 3);
}

#[test]
fn a_snapshot_older_than_what_waits_leaves_a_hole() {
    let mut bench = bench();
    bench.each(A, 10..16).end(A, 16).join(8).data(B, 8..11).gives("8-10").data(B, 11..12).wait(0);
    bench.gives("11-11, held 12-12, held 13-13, held 14-14, held 15-15, end 16");
    let mut bench = self::bench();
    bench.each(A, 10..12).join(9).gives("").wait(101).gives("gap 9-9, held 10-10, held 11-11");
}

#[test]
fn without_room_nothing_waits_for_a_snapshot() {
    let mut bench = Bench::new(Limits { start: Start::Snapshot, window_packets: 0, ..limits() });
    bench.each(A, 10..16).heartbeat(A, 20).join(16).gives("").data(A, 16..17).gives("16-16");
    assert_eq!(bench.arbiter.counters().let_go, 6);
    let mut bench = self::bench();
    bench.log.room = 1;
    bench.each(A, 10..13).join(12).gives("held 12-12");
}

#[test]
fn a_stream_that_is_never_joined() {
    let mut bench = bench();
    bench.each(A, 10..13).each(B, 10..14).heartbeat(B, 20).finish().gives("");
    let counters = bench.arbiter.counters();
    assert_eq!((counters.let_go, counters.duplicates, counters.delivered), (4, 3, 0));
}

#[test]
fn a_stream_may_be_joined_before_it_is_heard() {
    let mut bench = bench();
    bench.join(100).data(A, 99..101).data(A, 101..103).gives("100-100(+1), 101-102");
    assert_eq!(bench.arbiter.counters().late, 1);
}

#[test]
fn a_later_snapshot_passes_over_what_is_missing() {
    let recover = Limits { on_gap: OnGap::Recover, recover_ns: 1000, ..limits() };
    let mut bench = Bench::new(recover);
    bench.data(A, 1..2).data(A, 4..6).data(A, 8..10).wait(100).log.text.clear();
    bench.join(2).gives("").join(7).gives("").data(B, 7..8).gives("7-7, held 8-9");
    let counters = bench.arbiter.counters();
    assert_eq!((counters.let_go, counters.passed_over, counters.gaps_recovered), (2, 5, 2));
    bench.join(20).data(A, 20..21).gives("20-20");
}

#[test]
fn an_epoch_needs_no_snapshot() {
    let mut bench = bench();
    bench.each(A, 50..90).heartbeat(A, 1).data(A, 1..2).gives("reset 1, 1-1");
    assert_eq!(bench.arbiter.counters().let_go, 40);
}

#[test]
fn a_stream_that_waits_for_its_snapshot_costs_no_other_a_gap() {
    let mut bench = bench();
    bench.join(1).data(A, 1..2).stream(2).each(A, 10..13).stream(1).data(A, 3..4);
    bench.data(A, 5..6).data(A, 7..8).gives("1-1");
    bench.stream(2).data(A, 13..14).data(A, 14..15).stream(1).data(B, 2..3);
    bench.gives("2-2, held 3-3");
    assert_eq!((bench.arbiter.counters().gaps, bench.arbiter.counters().let_go > 0), (0, true));
}
