//! New, partial, duplicate, late and ahead; where streams begin; numbers at the edge.

use super::bench::{A, B, Bench, key, limits};
use crate::arbiter::{Limits, Start};
use crate::framing::Kind;

#[test]
fn in_order_is_delivered_as_it_comes() {
    let mut bench = Bench::new(limits());
    bench.data(A, 5..8).data(A, 8..9).data(A, 9..20).gives("5-7, 8-8, 9-19");
    assert_eq!(bench.arbiter.counters().delivered, 15);
    assert_eq!(bench.arbiter.lines()[A].first, 15);
    assert_eq!(bench.arbiter.next_expected(0), Some(20));
}

#[test]
fn the_second_line_is_duplicates() {
    let mut bench = Bench::new(limits());
    bench.data(A, 1..4).data(B, 1..4).data(B, 4..6).data(A, 4..6).gives("1-3, 4-5");
    let lines = bench.arbiter.lines();
    assert_eq!((lines[A].first, lines[A].duplicates), (3, 2));
    assert_eq!((lines[B].first, lines[B].duplicates), (2, 3));
}

#[test]
fn a_datagram_that_straddles_skips_its_head() {
    let mut bench = Bench::new(limits());
    bench.data(A, 1..5).data(B, 1..3).data(B, 3..9).gives("1-4, 5-8(+2)");
    assert_eq!(bench.arbiter.lines()[B].duplicates, 4);
    assert_eq!(bench.arbiter.lines()[B].first, 4);
}

#[test]
fn one_line_fills_what_the_other_lost() {
    let mut bench = Bench::new(limits());
    bench.data(A, 1..3).data(B, 1..3).data(A, 5..7).data(A, 7..9).gives("1-2");
    bench.data(B, 3..6).gives("3-5, held 6-6(+1), held 7-8");
    assert_eq!(bench.arbiter.counters().gaps, 0);
    assert_eq!(bench.arbiter.lines()[A].missed(), 2);
    assert_eq!(bench.arbiter.lines()[B].duplicates, 2 + 1);
}

#[test]
fn held_ranges_that_overlap_are_delivered_once() {
    let mut bench = Bench::new(limits());
    bench.data(A, 1..2).data(A, 10..14).data(B, 12..18).data(B, 18..19).data(A, 16..20);
    assert_eq!(bench.arbiter.counters().waiting, 10);
    bench.data(B, 11..13).data(A, 2..11); // the first of them is all there already
    bench.gives("1-1, 2-10, held 11-13(+1), held 14-17(+2), held 18-19(+2)");
    bench.finish();
    assert_eq!(bench.arbiter.counters().delivered, 19);
    assert_eq!(bench.arbiter.counters().duplicates, 2 + 3 + 2 + 1);
}

#[test]
fn a_wider_datagram_takes_the_place_of_those_within_it() {
    let mut bench = Bench::new(Limits { window_packets: 3, ..limits() });
    bench.data(A, 1..2).data(A, 10..12).data(A, 14..16).data(A, 20..22).data(B, 1..2);
    bench.data(B, 8..16).gives("1-1"); // the window is full, and stays so
    assert_eq!(bench.arbiter.counters().held, 2);
    bench.finish().gives("gap 2-7, held 8-15, gap 16-19, held 20-21");
}

#[test]
fn what_a_datagram_brings_is_not_given_up_for_it() {
    let mut bench = Bench::new(Limits { window_packets: 2, ..limits() });
    bench.data(A, 1..2).data(A, 10..12).data(A, 14..16).data(B, 1..2);
    bench.data(B, 8..11).gives("1-1, gap 2-7, 8-10, held 11-11(+1)");
}

#[test]
fn late_is_told_from_duplicate() {
    let mut bench = Bench::new(limits());
    bench.data(A, 1..3).data(A, 6..8).wait(101).gives("1-2, gap 3-5, held 6-7");
    bench.data(B, 2..7).gives("");
    assert_eq!(bench.arbiter.lines()[B].late, 3);
    assert_eq!(bench.arbiter.lines()[B].duplicates, 2);
    assert_eq!(bench.arbiter.lines()[A].late, 0);
}

#[test]
fn starts_at_the_first_sequence_seen() {
    let mut bench = Bench::new(limits());
    bench.heartbeat(A, 50).data(B, 48..52).data(A, 52..53).gives("50-51(+2), 52-52");
    assert_eq!(bench.arbiter.lines()[B].late, 2);
    assert_eq!(bench.arbiter.counters().heartbeats, 1);
}

#[test]
fn starts_at_one() {
    let mut bench = Bench::new(Limits { start: Start::One, origin: Some(1), ..limits() });
    bench.data(A, 5..7).wait(101).gives("gap 1-4, held 5-6");
    assert_eq!(bench.arbiter.lines()[A].missed(), 4);
    bench.stream(2).data(A, 0..3).gives("1:1-2(+1)");
    assert_eq!(bench.arbiter.lines()[A].late, 1);
}

#[test]
fn streams_are_bounded() {
    let mut bench = Bench::new(limits());
    bench.data(A, 1..2).stream(2).data(A, 1..2).stream(3).data(A, 1..5).heartbeat(A, 5);
    bench.stream(2).data(A, 2..3).gives("1-1, 1:1-1, 1:2-2");
    assert_eq!(bench.arbiter.counters().streams, 2);
    assert_eq!(bench.arbiter.counters().streams_refused, 2);
    assert_eq!(bench.arbiter.lines()[A].discarded.stream_refused, 4);
}

#[test]
fn numbers_at_the_edge() {
    let mut bench = Bench::new(limits());
    bench.data(A, u64::MAX - 3..u64::MAX).data(A, u64::MAX..u64::MAX).gives(&format!(
        "{}-{}",
        u64::MAX - 3,
        u64::MAX - 1
    ));
    bench.offer(A, Kind::Data, u64::MAX, 1).offer(B, Kind::Data, 2, u64::MAX).offer(B, Kind::Data, 1, 65_537);
    bench.heartbeat(A, u64::MAX).end(B, u64::MAX).gives(&format!("end {}", u64::MAX));
    assert_eq!(bench.arbiter.lines()[A].overruns, 1);
    assert_eq!(bench.arbiter.lines()[B].overruns, 2);
    bench.heartbeat(A, 0).data(A, 0..2).gives("reset 0, 0-1");
    bench.stream(2).data(B, 0..1).heartbeat(B, u64::MAX).heartbeat(A, u64::MAX).finish();
    bench.gives(&format!("1:0-0, 1:gap 1-{}", u64::MAX - 1));
}

#[test]
fn the_head_is_the_highest_known() {
    let mut bench = Bench::new(limits());
    assert_eq!(bench.arbiter.head(&key(1)), None);
    bench.data(A, 1..5).stream(2).data(A, 1..3).stream(1).data(A, 8..10).data(A, 6..7);
    assert_eq!((bench.arbiter.head(&key(1)), bench.arbiter.head(&key(2))), (Some(10), Some(3)));
    bench.heartbeat(A, 12).data(A, 90_000..90_001); // the latter is in doubt
    assert_eq!(bench.arbiter.head(&key(1)), Some(12));
    bench.stream(2).end(B, 7).wait(101);
    assert_eq!((bench.arbiter.head(&key(1)), bench.arbiter.head(&key(2))), (Some(12), Some(7)));
    bench.stream(1).each(A, 12..30).heartbeat(A, 1);
    assert_eq!((bench.arbiter.head(&key(1)), bench.arbiter.head(&key(3))), (Some(1), None));
    bench.heartbeat(A, 5).finish();
    assert_eq!(bench.arbiter.head(&key(1)), Some(5));
}

#[test]
fn no_head_without_streams() {
    let bench = Bench::new(Limits { max_streams: 0, ..limits() });
    assert_eq!(bench.arbiter.head(&key(1)), None);
}

#[test]
fn a_line_the_channel_does_not_have() {
    let mut bench = Bench::new(limits());
    bench.data(7, 1..2).gives("");
    assert_eq!(bench.arbiter.counters().lines_unknown, 1);
}

#[test]
fn no_lines_and_no_streams() {
    let mut bench = Bench::new(Limits { lines: 0, max_streams: 0, ..limits() });
    bench.data(A, 1..2).finish().gives("");
    let mut bench = Bench::new(Limits { max_streams: 0, ..limits() });
    bench.data(A, 1..2).finish().gives("");
    assert_eq!(bench.arbiter.counters().streams_refused, 1);
}
