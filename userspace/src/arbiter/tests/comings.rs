//! Lines that come and go.

use super::bench::{A, B, Bench, limits};
use crate::arbiter::{Limits, Room};

const C: usize = 2;

fn widened(bench: &mut Bench, lines: usize) -> &mut Bench {
    let room = bench.arbiter.widen(Room::new(&Limits { lines, ..limits() }));
    assert!(room.lines() < lines, "it came back as it was");
    bench
}

fn retired(bench: &mut Bench, line: usize) -> &mut Bench {
    bench.arbiter.retire(line, &mut bench.log);
    bench
}

/// So many that all lie near, and so many that some do not.
const MORE: [usize; 2] = [4, 8];

#[test]
fn a_line_that_comes_fills_what_the_others_lack() {
    for count in MORE {
        let mut bench = Bench::new(limits());
        bench
            .each(A, 1..5)
            .each(B, 1..4)
            .stream(2)
            .each(A, 1..3)
            .stream(1)
            .gives("1-1, 2-2, 3-3, 4-4, 1:1-1, 1:2-2");
        let last = count - 1;
        widened(&mut bench, count).data(A, 6..7).gives("");
        bench.data(last, 5..6).gives("5-5, held 6-6").each(B, 4..7).gives("");
        bench.stream(2).data(last, 3..4).gives("1:3-3");
        let lines = bench.arbiter.lines();
        assert_eq!(lines.len(), count);
        let first: Vec<_> = lines.iter().map(|line| line.first).collect();
        assert_eq!((first[A], first[B], first[last]), (7, 0, 2));
        assert_eq!(lines[B].duplicates, 6);
        bench.finish().gives("");
    }
}

#[test]
fn recovery_stays_behind_the_last_line() {
    let recover = Limits { on_gap: crate::arbiter::OnGap::Recover, recover_ns: 1_000_000, ..limits() };
    for lines in MORE {
        let mut bench = Bench::new(recover);
        bench.data(A, 1..2).data(A, 5..6).wait(1_000).gives("1-1, stale 2, wanted 2-4");
        bench.recovered(2..3).gives("recovered 2-2, 2-2");
        let room = bench.arbiter.widen(Room::new(&Limits { lines, ..recover }));
        assert_eq!(room.lines(), 2);
        assert_eq!((bench.arbiter.recovery().first, bench.arbiter.lines()[C].first), (1, 0));
        bench.recovered(3..5).gives("recovered 3-4, 3-4, held 5-5");
        assert_eq!(bench.arbiter.recovery().first, 3);
    }
}

#[test]
fn room_for_no_more_lines_is_of_no_use() {
    let mut bench = Bench::new(limits());
    bench.each(A, 1..3);
    for lines in [1, 2] {
        assert_eq!(bench.arbiter.widen(Room::new(&Limits { lines, ..limits() })).lines(), lines);
    }
    assert_eq!(bench.arbiter.lines().len(), 2);
    bench.each(A, 3..5).gives("1-1, 2-2, 3-3, 4-4");
}

#[test]
fn a_line_that_goes_leaves_its_counts_and_nothing_else() {
    let mut bench = Bench::new(limits());
    bench.each(A, 1..4).each(B, 1..6).gives("1-1, 2-2, 3-3, 4-4, 5-5");
    // What waits stays, whoever brought it; what is in doubt is decided.
    bench.data(B, 8..9).data(B, 5_000..5_001).gives("");
    retired(&mut bench, B).gives("");
    let gone = *bench.arbiter.retired();
    assert_eq!((gone.units, gone.first, gone.duplicates), (7, 3, 3));
    assert_eq!((gone.discarded.jump_refused, gone.doubted), (1, 0));
    assert_eq!(bench.arbiter.lines()[B], Default::default());
    bench.each(A, 4..9).gives("6-6, 7-7, held 8-8");
    // Another line takes the place: it is no fall back that it begins elsewhere.
    bench.data(B, 7..8).data(B, 8..9).gives("").data(B, 9..10).gives("9-9").finish().gives("");
    let line = bench.arbiter.lines()[B];
    assert_eq!((line.units, line.first, line.duplicates, line.missed(), line.fallbacks), (3, 1, 2, 0, 0));
    assert_eq!(*bench.arbiter.retired(), gone);
}

#[test]
fn a_stream_whose_lines_are_all_gone_is_not_silent() {
    let mut bench = Bench::new(Limits { silence_ns: 1_000, ..limits() });
    bench.each(A, 1..3).gives("1-1, 2-2");
    retired(&mut bench, A).wait(10_000).gives("");
    bench.data(A, 3..4).gives("3-3").wait(10_000).gives("silent 4");
}
