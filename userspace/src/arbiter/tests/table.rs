//! Loss × skew as a table: what two lines bring of 20,000 messages.

use super::bench::{A, B, balanced, key};
use crate::arbiter::{Arbiter, Arrival, Event, Limits, OnGap, Outlet, Start, StreamIndex};
use crate::framing::Kind;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::fmt::Write;

const MESSAGES: u64 = 20_000;
const PACE_NS: u64 = 1_000;
const WINDOW_NS: u64 = 100_000;

struct Keep;

impl Outlet for Keep {
    type Held = ();
    fn offered(&mut self, _: StreamIndex, _: u64, _: u64, _: u64) {}
    fn held(&mut self, _: StreamIndex, _: u64, _: u64, _: u64, (): &()) {}
    fn hold(&mut self) -> Option<()> {
        Some(())
    }
    fn release(&mut self, (): ()) {}
    fn event(&mut self, _: StreamIndex, _: Event) {}
}

/// What a line brings: one message a datagram on A, up to four on B, each datagram lost with the probability.
fn line(line: usize, loss: f64, skew_ns: u64) -> Vec<Arrival> {
    let mut rng = Pcg64Mcg::seed_from_u64(line as u64 + 1);
    let mut next = 1;
    let mut arrivals = Vec::new();
    while next <= MESSAGES {
        let pack = if line == A { 1 } else { rng.random_range(1..=4) };
        let count = pack.min(MESSAGES + 1 - next);
        let stamp_ns = (next + count) * PACE_NS + skew_ns;
        if !rng.random_bool(loss) {
            arrivals.push(Arrival {
                line,
                key: key(1),
                kind: Kind::Data,
                first: next,
                count,
                stamp_ns,
                reset: false,
            });
        }
        next += count;
    }
    arrivals.push(Arrival {
        line,
        key: key(1),
        kind: Kind::EndOfSession,
        first: next,
        count: 0,
        stamp_ns: (next + 1_000) * PACE_NS + skew_ns,
        reset: false,
    });
    arrivals
}

fn row(loss: f64, skew_ns: u64) -> Arbiter<()> {
    let limits = Limits {
        lines: 2,
        start: Start::One,
        origin: Some(1),
        window_packets: 1024,
        window_ns: WINDOW_NS,
        max_streams: 1,
        max_jump: 1_000_000,
        parallel: false,
        sequence_bits: 64,
        on_gap: OnGap::Skip,
        recover_ns: 0,
        silence_ns: 0,
    };
    let mut arbiter = Arbiter::new(limits);
    let mut arrivals = line(A, loss, 0);
    arrivals.extend(line(B, loss, skew_ns));
    arrivals.sort_by_key(|arrival| arrival.stamp_ns);
    for arrival in arrivals {
        arbiter.advance(arrival.stamp_ns - 1, &mut Keep);
        arbiter.offer(&arrival, &mut Keep);
    }
    arbiter.finish(&mut Keep);
    balanced(&arbiter);
    arbiter
}

#[test]
fn loss_and_skew() {
    let mut table =
        String::from(" loss    skew  delivered   A first   B first duplicates   late   gaps    lost  held\n");
    for loss in [0.0, 0.001, 0.01, 0.1, 0.5] {
        for skew_ns in [0, 1_500, 50_000, 99_000, 200_000, 10_000_000] {
            let arbiter = row(loss, skew_ns);
            let (counters, lines) = (arbiter.counters(), arbiter.lines());
            writeln!(
                table,
                "{:4.1}% {:5}us {:10} {:9} {:9} {:10} {:6} {:6} {:7} {:5}",
                loss * 100.0,
                skew_ns / 1_000,
                counters.delivered,
                lines[A].first,
                lines[B].first,
                counters.duplicates,
                counters.late,
                counters.gaps,
                counters.units_lost,
                counters.held_high_water,
            )
            .unwrap();
        }
    }
    insta::assert_snapshot!(table);
}
