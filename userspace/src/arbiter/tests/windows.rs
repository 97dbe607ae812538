//! What waits, for how long, and what gives way; heartbeats and ends of session; mad sequences.

use super::bench::{A, B, Bench, limits};
use crate::arbiter::Limits;

#[test]
fn a_hole_closes_when_its_time_is_over() {
    let mut bench = Bench::new(limits());
    bench.data(A, 1..2).data(A, 3..4); // opened at 1002
    bench.wait(99).gives("1-1");
    bench.wait(1).gives("gap 2-2, held 3-3");
}

#[test]
fn each_hole_has_its_own_time() {
    let mut bench = Bench::new(limits());
    bench.data(A, 1..2).data(A, 9..10).wait(50).data(A, 5..6).data(A, 20..21).wait(49);
    bench.gives("1-1, gap 2-4, held 5-5, gap 6-8, held 9-9");
    bench.wait(50).gives("");
    bench.wait(1).gives("gap 10-19, held 20-20");
}

#[test]
fn a_wider_datagram_does_not_prolong_the_wait() {
    let mut bench = Bench::new(limits());
    bench.data(A, 1..2).data(A, 9..10).wait(98).data(A, 5..12).wait(1);
    bench.gives("1-1, gap 2-4, held 5-11");
}

#[test]
fn the_oldest_hole_gives_way_to_a_full_window() {
    let mut bench = Bench::new(Limits { window_packets: 2, ..limits() });
    bench.data(A, 1..2).stream(2).data(A, 1..2).data(A, 3..4).stream(1).data(A, 5..6).gives("1-1, 1:1-1");
    bench.data(A, 7..8).gives("1:gap 2-2, held 1:3-3");
    bench.data(A, 9..10).gives("gap 2-4, held 5-5");
    assert_eq!(bench.arbiter.counters().windows_full, 2);
    bench.finish().gives("gap 6-6, held 7-7, gap 8-8, held 9-9");
}

#[test]
fn the_datagram_that_finds_the_window_full_is_not_lost() {
    let mut bench = Bench::new(Limits { window_packets: 1, ..limits() });
    bench.data(A, 1..2).data(A, 3..4).data(A, 4..6).gives("1-1, gap 2-2, held 3-3, 4-5");
}

#[test]
fn what_cannot_be_held_is_delivered_after_the_gap() {
    let mut bench = Bench::new(limits());
    bench.log.room = 0;
    bench.data(A, 1..2).data(A, 3..4).gives("1-1, gap 2-2, 3-3");
    bench.heartbeat(A, 6).data(A, 8..9).gives("gap 4-5, gap 6-7, 8-8");
    assert_eq!(bench.arbiter.counters().windows_unheld, 3);
    bench.log.room = 1;
    bench.data(A, 10..11).gives("");
    bench.data(A, 12..13).gives("gap 9-9, held 10-10");
    bench.finish().gives("gap 11-11, held 12-12");
}

#[test]
fn without_a_window_nothing_waits() {
    for none in [Limits { window_packets: 0, ..limits() }, Limits { window_ns: 0, ..limits() }] {
        let mut bench = Bench::new(none);
        bench
            .data(A, 1..2)
            .data(A, 3..4)
            .heartbeat(A, 6)
            .end(A, 7)
            .gives("1-1, gap 2-2, 3-3, gap 4-5, gap 6-6, end 7");
        assert_eq!(bench.arbiter.counters().held_high_water, 0);
    }
}

#[test]
fn a_heartbeat_tells_of_loss() {
    let mut bench = Bench::new(limits());
    bench.data(A, 1..2).heartbeat(A, 4).data(B, 1..3).wait(50).heartbeat(A, 6).wait(47);
    bench.gives("1-1, 2-2(+1)");
    bench.wait(1).gives("gap 3-3");
    bench.data(B, 4..5).data(B, 5..6).gives("4-4, 5-5");
    bench.heartbeat(A, 6).heartbeat(B, 6).finish().gives("");
    assert_eq!(bench.arbiter.lines()[A].missed(), 4);
}

#[test]
fn the_end_is_told_once_after_all_before_it() {
    let mut bench = Bench::new(limits());
    bench.data(A, 1..2).end(A, 5).data(B, 1..2).data(B, 2..4).end(B, 5).gives("1-1, 2-3");
    bench.data(B, 4..5).gives("4-4, end 5");
    bench.end(A, 5).end(B, 5).finish().gives("");
    assert_eq!((bench.arbiter.counters().ends, bench.arbiter.counters().end_packets), (1, 4));
    let mut bench = Bench::new(limits());
    bench.data(A, 1..2).end(A, 5).wait(101).gives("1-1, gap 2-4, end 5");
}

#[test]
fn a_session_that_goes_on_after_its_end() {
    let mut bench = Bench::new(limits());
    bench.each(A, 1..20).end(A, 20).data(A, 20..22).end(A, 22);
    bench.log.text.drain(..19);
    bench.gives("end 20, 20-21, end 22");
    bench.end(A, 20).gives(""); // a straggler
    bench.heartbeat(A, 1).data(A, 1..2).end(A, 2).gives("reset 1, 1-1, end 2");
    bench.data(A, 2..3).data(A, 5..6).end(A, 4).data(A, 3..5).gives("2-2, 3-4, held 5-5");
}

#[test]
fn an_end_contradicted_by_what_follows_is_not_told() {
    let mut bench = Bench::new(limits());
    bench.data(A, 1..2).end(B, 4).data(A, 2..6).gives("1-1, 2-5");
    assert_eq!(bench.arbiter.counters().ends_overtaken, 1);
}

#[test]
fn a_mad_sequence_is_refused() {
    let mut bench = Bench::new(limits());
    bench
        .data(A, 1..2)
        .data(A, 5000..5001)
        .data(A, 2..3)
        .heartbeat(A, u64::MAX)
        .data(A, 3..4)
        .gives("1-1, 2-2, 3-3");
    assert_eq!(bench.arbiter.counters().jumps_refused, 2);
    assert_eq!(bench.arbiter.lines()[A].discarded.jump_refused, 1);
    assert_eq!(bench.arbiter.lines()[A].skipped, 0);
}

#[test]
fn a_jump_that_continues_is_believed() {
    let mut bench = Bench::new(limits());
    bench.data(A, 1..2).data(A, 5000..5002).gives("1-1");
    bench.data(A, 5002..5003).wait(101).gives("gap 2-4999, held 5000-5001, held 5002-5002");
    let mut bench = Bench::new(limits());
    bench.data(A, 1..2).data(A, 5000..5001).data(A, 5003..5004).data(A, 5004..5005).finish();
    bench.gives("1-1, gap 2-4999, held 5000-5000, gap 5001-5002, held 5003-5003, held 5004-5004");
}

#[test]
fn a_mad_first_datagram_of_a_line_does_not_blind_it() {
    let mut bench = Bench::new(limits());
    bench.data(A, 1..2).data(B, 9999..10000).data(B, 1..3).data(A, 2..4).gives("1-1, 2-2(+1), 3-3(+1)");
}
