//! Resets, what is not one, and lines that are in another epoch than the stream.

use super::bench::{A, B, Bench, limits};
use crate::arbiter::{Limits, Start};
use crate::framing::Kind;

/// A bench whose line A (and B, if told so) brought 1..=100, one unit a datagram.
fn at_101(lines: &[usize]) -> Bench {
    let mut bench = Bench::new(Limits { window_packets: 64, ..limits() });
    for &line in lines {
        bench.each(line, 1..101);
    }
    bench.log.text.clear();
    bench
}

#[test]
fn a_heartbeat_at_the_origin_resets_at_once() {
    let mut bench = at_101(&[A]);
    bench.heartbeat(A, 1).gives("reset 1");
    bench.heartbeat(A, 1).data(A, 1..3).gives("1-2");
    assert_eq!(bench.arbiter.counters().resets, 1);
}

#[test]
fn what_the_old_epoch_holds_comes_before_the_reset() {
    let mut bench = at_101(&[A]);
    bench.data(A, 103..105).data(A, 107..108).heartbeat(A, 110).heartbeat(A, 1);
    bench.gives("gap 101-102, held 103-104, gap 105-106, held 107-107, gap 108-109, reset 1");
}

#[test]
fn data_at_the_origin_resets_when_it_goes_on() {
    let mut bench = at_101(&[A]);
    bench.data(A, 1..3).gives("");
    bench.data(A, 3..4).gives("reset 1, held 1-2, 3-3");
    let mut bench = at_101(&[A]);
    bench
        .data(A, 1..2)
        .data(A, 3..4)
        .data(A, 4..5)
        .wait(101)
        .gives("reset 1, held 1-1, gap 2-2, held 3-3, held 4-4");
}

#[test]
fn the_first_datagram_repeated_is_no_reset() {
    let mut bench = at_101(&[A]);
    bench.data(A, 1..2).data(A, 101..102).gives("101-101");
    let mut bench = Bench::new(limits());
    bench.heartbeat(A, 1).each(A, 1..3).heartbeat(A, 1).each(A, 3..6).each(A, 1..6).each(A, 6..8);
    bench.gives("1-1, 2-2, 3-3, 4-4, 5-5, 6-6, 7-7");
    assert_eq!(bench.arbiter.lines()[A].duplicates, 5);
}

#[test]
fn a_short_epoch_ends_when_data_follows_the_heartbeat() {
    let mut bench = Bench::new(limits());
    bench.each(A, 1..4).heartbeat(A, 1).gives("1-1, 2-2, 3-3");
    bench.data(A, 1..3).gives("reset 1, 1-2");
    let mut bench = Bench::new(limits());
    bench.each(A, 1..4).heartbeat(A, 1).finish().gives("1-1, 2-2, 3-3, reset 1");
}

#[test]
fn back_to_elsewhere_is_a_reset_when_enough_datagrams_go_on() {
    let mut bench = at_101(&[A]);
    bench.each(A, 50..58).gives("");
    bench.data(A, 58..60);
    let held: Vec<_> = (50..58).map(|n| format!("held {n}-{n}")).collect();
    bench.gives(&format!("reset 50, {}, 58-59", held.join(", ")));
    assert_eq!(bench.arbiter.counters().held_high_water, 8);
}

#[test]
fn runs_repeated_or_out_of_order_are_no_reset() {
    let mut bench = at_101(&[A]);
    bench.each(A, 60..68).each(A, 101..103).each(A, 95..103).data(A, 103..104); // repeated
    bench.gives("101-101, 102-102, 103-103");
    bench.data(A, 110..111).each(A, 104..110).each(A, 50..54).data(A, 111..112); // overtaken
    bench.log.text.clear();
    for n in 112..150 {
        bench.data(A, n..n + 1).data(A, n - 20..n - 19); // every datagram twice, the second time later
    }
    bench.each(A, 200..260).each(A, 150..200).data(A, 260..261); // by two ways, one longer
    assert_eq!(bench.arbiter.counters().resets, 0);
    assert_eq!(bench.arbiter.next_expected(0), Some(261));
    assert_eq!(bench.arbiter.counters().gaps, 0);
}

#[test]
fn what_cannot_be_held_in_doubt_is_told_lost() {
    let mut bench = at_101(&[A]);
    bench.log.room = 0;
    bench.data(A, 1..3).data(A, 3..4).gives("reset 1, gap 1-2, 3-3");
    assert_eq!(bench.arbiter.lines()[A].discarded.not_held, 2);
    bench.each(A, 4..20).data(A, 2..3).data(A, 20..21);
    assert_eq!(bench.arbiter.lines()[A].late, 1);
    assert_eq!(bench.arbiter.counters().resets, 1);
}

#[test]
fn a_line_that_lags_resets_nothing() {
    let mut bench = at_101(&[A]);
    bench.each(B, 1..101).heartbeat(B, 101).gives("");
    assert_eq!(bench.arbiter.counters().resets, 0);
    assert_eq!(bench.arbiter.lines()[B].duplicates, 100);
}

#[test]
fn a_line_in_the_old_epoch_is_late_until_it_falls_back_itself() {
    let mut bench = at_101(&[A, B]);
    bench.heartbeat(A, 1).data(A, 1..3).data(B, 101..105).heartbeat(B, 105).gives("reset 1, 1-2");
    assert_eq!(bench.arbiter.lines()[B].late, 4);
    bench.heartbeat(B, 1).data(B, 1..4).gives("3-3(+2)");
    assert_eq!(bench.arbiter.counters().resets, 1);
    assert_eq!((bench.arbiter.lines()[B].fallbacks, bench.arbiter.lines()[B].duplicates), (1, 102));
}

#[test]
fn each_line_by_data_makes_one_reset() {
    let mut bench = at_101(&[A, B]);
    bench.data(A, 1..2).data(B, 1..2).data(A, 2..3).data(B, 2..3).data(B, 3..4);
    bench.gives("reset 1, held 1-1, 2-2, 3-3");
    assert_eq!(bench.arbiter.counters().duplicates, 100 + 2);
}

#[test]
fn a_line_several_resets_behind_goes_through_all_of_them() {
    let mut bench = at_101(&[A, B]);
    for _ in 0..3 {
        bench.heartbeat(A, 1).each(A, 1..21);
    }
    bench.log.text.clear();
    for epoch in 1..=3 {
        bench.each(B, 101..103).heartbeat(B, 1).each(B, 1..21);
        assert_eq!(bench.arbiter.lines()[B].fallbacks, epoch);
    }
    bench.gives("").data(B, 21..22).gives("21-21");
    assert_eq!(bench.arbiter.counters().resets, 3);
    assert_eq!(bench.arbiter.lines()[B].late, 2 * 3 + 20 * 2);
}

#[test]
fn a_line_first_seen_after_a_reset_has_to_be_in_step_first() {
    let mut bench = at_101(&[A]);
    bench.heartbeat(A, 1).each(A, 1..10);
    bench.now += 10_000_000_000;
    for n in 10..80 {
        bench.data(A, n..n + 1).data(B, n..n + 1);
    }
    let line = bench.arbiter.lines()[B];
    assert_eq!((line.late, line.duplicates, line.rejoins), (63, 7, 1));
    bench.log.text.clear();
    bench.data(B, 80..82).gives("80-81");
}

#[test]
fn a_line_takes_over_when_the_others_are_gone() {
    let mut bench = at_101(&[A]);
    bench.heartbeat(A, 1).each(A, 1..10).wait(10_000_000_000);
    bench.log.text.clear();
    bench.data(B, 12..14).wait(100).gives("gap 10-11, held 12-13");
    assert_eq!(bench.arbiter.lines()[B].rejoins, 1);
}

#[test]
fn a_line_that_missed_an_epoch_is_late_until_it_is_in_step() {
    let mut bench = at_101(&[A, B]);
    bench.heartbeat(A, 1).each(A, 1..30).heartbeat(A, 1).each(A, 1..41); // B was away
    bench.heartbeat(B, 1).each(B, 30..41);
    assert_eq!(bench.arbiter.lines()[B].late, 11);
    bench.now += 10_000_000_000;
    for n in 41..120 {
        bench.data(A, n..n + 1).data(B, n..n + 1);
    }
    assert_eq!(bench.arbiter.lines()[B].rejoins, 1);
    bench.heartbeat(B, 1).heartbeat(A, 1);
    assert_eq!(bench.arbiter.counters().resets, 3);
}

#[test]
fn where_an_epoch_begins_follows_where_streams_begin() {
    let mut bench = Bench::new(Limits { start: Start::One, origin: Some(1), ..limits() });
    bench.each(A, 1..101);
    bench.log.text.clear();
    bench.each(A, 3..11).gives("").data(A, 11..12).wait(101);
    assert!(bench.log.text.join(", ").starts_with("reset 1, gap 1-2, held 3-3, "));
}

#[test]
fn more_lines_in_doubt_than_are_remembered() {
    let limits = Limits { max_streams: 100, window_packets: 200, ..limits() };
    let mut bench = Bench::new(limits);
    for stream in 0..100 {
        bench.stream(stream).each(A, 1..20).data(A, 1..2);
    }
    for stream in (0..100).rev() {
        bench.stream(stream).data(A, 2..3);
    }
    assert_eq!(bench.arbiter.counters().resets, 64); // the oldest were decided against
    assert_eq!(bench.arbiter.counters().held_high_water, 64);
    bench.finish();
}

#[test]
fn a_run_that_never_goes_on_is_not_kept_for_ever() {
    let mut bench = at_101(&[A]);
    for n in 0..40 {
        bench.data(A, 10 + 2 * n..11 + 2 * n);
        assert!(bench.arbiter.counters().held <= 16);
    }
    bench.data(A, 101..102).gives("101-101");
    assert_eq!(bench.arbiter.lines()[A].duplicates, 40);
    assert_eq!(bench.arbiter.counters().held_high_water, 16);
}

#[test]
fn a_line_in_the_old_epoch_is_measured_by_its_own_sequence() {
    let mut bench = Bench::new(Limits { max_jump: 50, ..limits() });
    bench.each(A, 1..101).each(B, 1..101).heartbeat(A, 1).data(A, 1..3);
    bench.data(B, 101..102).data(B, 120..121);
    assert_eq!(bench.arbiter.lines()[B].late, 2);
    bench.data(B, 7_000..7_001).data(B, 121..122);
    assert_eq!(bench.arbiter.lines()[B].discarded.jump_refused, 1);
    assert_eq!(bench.arbiter.lines()[B].late, 3);
}

#[test]
fn a_line_that_lags_is_not_taken_back_by_passing_the_head() {
    let mut bench = at_101(&[A, B]);
    bench.heartbeat(A, 1).each(A, 1..151); // and no more
    bench.log.text.clear();
    for _ in 0..4 {
        bench.wait(5_000_000_000).heartbeat(B, 101);
    }
    bench.each(B, 101..300).gives("");
    assert_eq!((bench.arbiter.lines()[B].late, bench.arbiter.lines()[B].rejoins), (199, 0));
}

#[test]
fn a_sender_that_says_so_resets_at_once() {
    for kind in [Kind::Data, Kind::Heartbeat] {
        let units = |n: u64| if kind == Kind::Data { n..n + 2 } else { n..n };
        let mut bench = at_101(&[A, B]);
        bench.reset(A, kind, units(40)); // no origin: where the sender says
        let data = if kind == Kind::Data { ", 40-41" } else { "" };
        bench.gives(&format!("reset 40{data}"));
        bench
            .data(A, units(40).end..50)
            .data(B, 101..102)
            .reset(B, kind, units(40))
            .data(B, 49..51)
            .log
            .text
            .pop();
        assert_eq!(bench.arbiter.next_expected(0), Some(51));
        let (counters, lines) = (bench.arbiter.counters(), bench.arbiter.lines());
        assert_eq!((counters.resets, counters.late), (1, 1), "the second line comes into the same epoch");
        assert_eq!((lines[A].fallbacks, lines[B].fallbacks), (1, 1));
    }
}

#[test]
fn a_reset_repeated_near_where_the_line_begins_is_none() {
    for kind in [Kind::Data, Kind::Heartbeat] {
        let units = |n: u64| if kind == Kind::Data { n..n + 1 } else { n..n };
        let mut bench = at_101(&[A]);
        bench.reset(A, kind, units(40)).reset(A, kind, units(40)).each(A, units(40).end..43);
        bench.reset(A, kind, units(40)).each(A, 43..45).reset(A, kind, units(41)).each(A, 45..60);
        assert_eq!((bench.arbiter.counters().resets, bench.arbiter.next_expected(0)), (1, Some(60)));
        bench.reset(A, kind, units(40));
        assert_eq!(bench.arbiter.counters().resets, 2);
    }
}

#[test]
fn a_reset_ahead_of_its_line_is_none() {
    let mut bench = Bench::new(limits());
    bench.reset(A, Kind::Data, 5..6).reset(B, Kind::Heartbeat, 5..5).reset(A, Kind::Data, 6..8);
    bench.reset(A, Kind::EndOfSession, 8..8).reset(A, Kind::EndOfSession, 3..3);
    bench.gives("5-5, 6-7, end 8");
    assert_eq!(bench.arbiter.counters().resets, 0);
}

#[test]
fn streams_side_by_side_begin_where_they_are_seen() {
    let mut bench = Bench::new(Limits { origin: Some(1), parallel: true, ..limits() });
    bench.data(A, 7..9).stream(2).data(A, 20..22).gives("7-8, 1:20-21");
    bench.each(A, 22..40).log.text.clear();
    bench.data(A, 2..3).data(A, 3..4).wait(101).gives("");
    bench.each(A, 4..11).wait(101);
    assert_eq!(bench.log.text[..3], ["1:reset 1", "1:gap 1-1", "held 1:2-2"]);
}
