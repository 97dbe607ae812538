//! What becomes of a hole whose window closed: held, asked for, filled, given up.

use super::bench::{A, B, Bench, limits};
use crate::arbiter::{Limits, OnGap};
use crate::framing::Kind;

fn hold() -> Bench {
    Bench::new(Limits { on_gap: OnGap::Hold, ..limits() })
}

fn recover() -> Bench {
    Bench::new(Limits { on_gap: OnGap::Recover, recover_ns: 1000, ..limits() })
}

/// Gaps: recovered, lost, open, and as told.
fn gaps(bench: &Bench) -> (u64, u64, u64, u64) {
    let counters = bench.arbiter.counters();
    (counters.gaps_recovered, counters.gaps_lost, counters.gaps_open, counters.gaps_told)
}

#[test]
fn a_held_stream_stays_until_the_hole_is_filled() {
    let mut bench = hold();
    bench.data(A, 1..2).data(A, 4..6).wait(99).gives("1-1");
    bench.wait(1).gives("stale 2").wait(1_000_000).gives("");
    assert!(bench.arbiter.settled());
    bench.data(A, 8..9).wait(101).data(B, 2..3).gives("2-2");
    assert_eq!(gaps(&bench), (0, 0, 2, 0));
    bench.data(B, 3..4).gives("3-3, held 4-5");
    bench.data(B, 6..8).gives("6-7, held 8-8");
    assert_eq!((bench.arbiter.counters().stale_holes, gaps(&bench)), (1, (2, 0, 0, 0)));
    bench.data(A, 10..11).wait(101).gives("stale 9").finish().gives("gap 9-9, held 10-10");
    assert_eq!(gaps(&bench), (2, 1, 0, 1));
}

#[test]
fn a_held_stream_gives_way_when_no_more_can_wait() {
    let mut bench = Bench::new(Limits { on_gap: OnGap::Hold, window_packets: 2, ..limits() });
    bench.data(A, 1..2).data(A, 3..4).data(A, 5..6).wait(101).gives("1-1, stale 2");
    bench.data(A, 7..8).gives("gap 2-2, held 3-3");
    assert_eq!((bench.arbiter.counters().windows_full, gaps(&bench)), (1, (0, 1, 1, 1)));
}

#[test]
fn recovery_is_asked_once_for_each_hole() {
    let mut bench = recover();
    bench.data(A, 1..2).data(A, 3..4).data(A, 6..7).heartbeat(A, 9).wait(100);
    bench.gives("1-1, stale 2, wanted 2-2, wanted 4-5, wanted 7-8");
    bench.data(A, 12..13).wait(100).gives("wanted 9-11");
    bench.recovered(4..6).recovered(9..11).gives("");
    bench.recovered(2..3).gives("recovered 2-2, 2-2, held 3-3, recovered 4-5, held 4-5, held 6-6");
    assert_eq!(gaps(&bench), (2, 0, 2, 0));
    bench.data(B, 7..9).gives("7-8, recovered 9-10, held 9-10");
    bench.wait(1000).gives("gap 11-11, held 12-12");
    assert_eq!((gaps(&bench), bench.arbiter.counters().gaps_wanted), ((3, 1, 0, 1), 4));
    assert_eq!((bench.arbiter.counters().units_recovered, bench.arbiter.recovery().first), (5, 5));
    assert_eq!(bench.arbiter.counters().stale_holes, 1);
}

#[test]
fn what_recovery_does_not_bring_in_time_is_lost() {
    let mut bench = recover();
    bench.data(A, 1..2).data(A, 5..6).wait(100).gives("1-1, stale 2, wanted 2-4");
    bench.wait(500).recovered(3..4).gives("");
    bench.wait(498).gives("").wait(1).gives("gap 2-2, recovered 3-3, held 3-3, gap 4-4, held 5-5");
    assert_eq!(gaps(&bench), (0, 1, 0, 2));
    bench.recovered(2..4);
    assert_eq!((bench.arbiter.recovery().late, bench.arbiter.recovery().duplicates), (1, 1));
}

#[test]
fn recovery_gives_up() {
    let mut bench = recover();
    bench.data(A, 1..2).data(A, 5..6).data(A, 9..10).data(A, 12..13).wait(100).log.text.clear();
    bench.give_up(6..9).gives("").give_up(10..11).gives("");
    bench.recovered(2..5).gives("recovered 2-4, 2-4, held 5-5, gap 6-8, held 9-9, gap 10-10");
    bench.give_up(1..1000).gives("gap 11-11, held 12-12").give_up(1..1000).gives("");
    assert_eq!(gaps(&bench), (1, 2, 0, 3));
    bench.data(A, 20..21).give_up(0..17).gives("gap 13-16").data(B, 17..20).gives("17-19, held 20-20");
}

#[test]
fn more_than_is_remembered_is_given_up_at_once() {
    let mut bench =
        Bench::new(Limits { window_packets: 64, on_gap: OnGap::Recover, recover_ns: 1000, ..limits() });
    bench.data(A, 0..1);
    for n in 1..=10 {
        bench.data(A, n * 2..n * 2 + 1);
    }
    bench.wait(100).log.text.clear();
    for n in 2..10 {
        bench.give_up(n * 2 - 1..n * 2).gives("");
    }
    bench.give_up(19..20);
    assert_eq!((bench.arbiter.next_expected(0), bench.arbiter.counters().units_lost), (Some(21), 10));
}

#[test]
fn recovery_opens_nothing_and_moves_nothing_on() {
    let mut bench = recover();
    bench.recovered(1..3).data(A, 1..2).recovered(2..4).recovered(900..901).gives("1-1");
    bench.data(A, 4..5).recovered(3..7).gives("").recovered(2..3).gives("2-2, held 3-4");
    bench
        .offer(2, Kind::Heartbeat, 90, 0)
        .offer(2, Kind::EndOfSession, 90, 0)
        .reset(2, Kind::Data, 1..2)
        .gives("");
    let recovery = bench.arbiter.recovery();
    assert_eq!((recovery.first, recovery.duplicates, recovery.discarded.unasked), (2, 2, 7));
    assert_eq!((recovery.packets, bench.arbiter.counters().units_recovered), (8, 0));
    assert_eq!((bench.arbiter.counters().streams, bench.arbiter.counters().resets), (1, 0));
}

#[test]
fn a_reset_ends_what_was_asked_for() {
    let mut bench = recover();
    bench.each(A, 1..60).data(A, 65..66).wait(100).log.text.clear();
    bench.heartbeat(A, 1).gives("gap 60-64, held 65-65, reset 1");
    bench.data(A, 1..2).data(A, 3..4).wait(100).gives("1-1, stale 2, wanted 2-2");
    bench.recovered(60..61).gives("");
    assert_eq!(gaps(&bench), (0, 1, 1, 1));
}

#[test]
fn a_wider_datagram_takes_over_what_waits_for_recovery() {
    let mut bench = recover();
    bench.data(A, 1..2).data(A, 6..7).data(A, 8..9).data(A, 12..13).wait(100);
    bench.gives("1-1, stale 2, wanted 2-5, wanted 7-7, wanted 9-11");
    bench.data(B, 5..11).gives("");
    assert_eq!(gaps(&bench), (1, 0, 2, 0)); // 7 is there
    bench.wait(998).gives("").wait(1).gives("gap 2-4, held 5-10, gap 11-11, held 12-12");
    assert_eq!(gaps(&bench), (1, 2, 0, 2));
}

#[test]
fn silence_is_told_once() {
    let mut bench = Bench::new(Limits { silence_ns: 500, ..limits() });
    bench.data(A, 1..2).wait(400).data(B, 1..2).wait(499).gives("1-1");
    bench.wait(1).gives("silent 2").wait(5_000).gives("");
    bench.data(A, 2..3).gives("2-2").wait(5_000).gives("silent 3");
    bench.stream(2).data(A, 7..8).end(A, 8).gives("1:7-7, 1:end 8").wait(5_000).gives("");
    bench.data(A, 8..9).wait(5_000).gives("1:8-8, 1:silent 9");
    assert_eq!(bench.arbiter.counters().stale_silences, 3);
    bench.finish();
    assert_eq!(bench.arbiter.deadline_ns(), u64::MAX);
}
