//! Where sessions and epochs begin, and what is missing at their head.

use super::bench::{A, B, Bench, limits};
use crate::arbiter::Limits;

/// A bench whose streams are sessions that succeed each other and begin with 1.
fn sessions() -> Bench {
    Bench::new(Limits { origin: Some(1), window_packets: 64, ..limits() })
}

#[test]
fn a_later_session_lacks_what_is_missing_at_its_head() {
    let mut bench = sessions();
    bench.each(A, 7..9).each(B, 7..9).gives("7-7, 8-8"); // the channel begins where it is seen
    bench.stream(2).data(A, 2..3).data(B, 1..2).data(B, 2..3).gives("1:1-1, held 1:2-2");
    assert_eq!((bench.arbiter.counters().late, bench.arbiter.lines()[A].missed()), (0, 1));
    let mut bench = sessions();
    bench.data(A, 1..5).stream(2).data(A, 3..4).data(B, 3..4).data(A, 4..5).wait(101);
    bench.gives("1-4, 1:gap 1-2, held 1:3-3, held 1:4-4");
    assert_eq!(bench.arbiter.counters().units_lost, 2);
}

#[test]
fn a_session_first_seen_far_above_its_origin() {
    let mut bench = sessions();
    bench.data(A, 1..2).stream(2).data(A, 900_000..900_001).data(A, 900_001..900_002).wait(101);
    bench.gives("1-1, 1:gap 1-899999, held 1:900000-900000, held 1:900001-900001");
    let mut bench = sessions();
    bench.data(A, 1..2).stream(2).data(A, 1_000_002..1_000_003).gives("1-1, 1:1000002-1000002");
    let mut bench = sessions();
    bench.data(A, 1..2).stream(2).heartbeat(A, 0).data(A, 0..2).gives("1-1, 1:0-1");
}

#[test]
fn the_head_of_an_epoch_waits_for_the_other_line() {
    let mut bench = sessions();
    bench.each(A, 1..200).each(B, 1..200).log.text.clear();
    bench.each(A, 50..70).heartbeat(B, 1).each(B, 1..50);
    assert_eq!(bench.arbiter.counters().gaps, 0);
    assert_eq!((bench.arbiter.next_expected(0), bench.arbiter.counters().resets), (Some(70), 1));
    assert_eq!(bench.log.text[..2], ["reset 1", "1-1"]);
}

#[test]
fn the_head_of_an_epoch_lost_on_all_lines_is_a_gap() {
    let mut bench = sessions();
    bench.each(A, 1..200).each(B, 1..200).each(A, 10..70).each(B, 10..70).finish();
    assert_eq!((bench.arbiter.counters().gaps, bench.arbiter.counters().units_lost), (1, 9));
    assert_eq!(bench.arbiter.lines()[B].missed(), 9);
}
