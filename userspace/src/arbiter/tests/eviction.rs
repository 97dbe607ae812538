//! Streams that make place for others.

use super::bench::{A, B, Bench, key, limits};

#[test]
fn the_stream_that_ended_longest_ago_makes_place() {
    let mut bench = Bench::new(limits());
    bench.data(A, 1..5).stream(2).data(A, 1..3).end(A, 3).stream(1).end(A, 5);
    bench.gives("1-4, 1:1-2, 1:end 3, end 5");
    bench.stream(3).data(A, 7..9).data(B, 7..10).gives("1:7-8, 1:9-9(+2)");
    assert_eq!((bench.arbiter.key(1), bench.arbiter.head(&key(2))), (Some(&key(3)), None));
    bench.stream(4).data(A, 2..3).gives("2-2");
    let counters = bench.arbiter.counters();
    assert_eq!((counters.streams, counters.streams_evicted, bench.arbiter.passed()), (4, 2, 4 + 2 + 3 + 1));
    bench.stream(5).data(A, 1..2).gives("");
    assert_eq!(bench.arbiter.counters().streams_refused, 1);
}

#[test]
fn a_stream_that_went_on_or_waits_is_kept() {
    let mut bench = Bench::new(limits());
    bench.data(A, 1..5).end(A, 5).data(A, 5..6).stream(2).data(A, 1..2).end(A, 2).heartbeat(A, 4);
    bench.log.text.clear();
    bench.stream(3).data(A, 1..2).gives("");
    assert_eq!((bench.arbiter.counters().streams_refused, bench.arbiter.counters().streams_evicted), (1, 0));
}

#[test]
fn a_line_in_doubt_does_not_keep_a_stream() {
    let mut bench = Bench::new(limits());
    bench.each(A, 1..40).end(A, 40).data(A, 5..6).stream(2).data(A, 1..2).log.text.clear();
    bench.stream(3).data(A, 1..2).gives("1-1");
    assert_eq!(bench.arbiter.counters().duplicates, 1);
}
