//! A simulated feed against the model, thousands of times.

use super::bench::{balanced, key};
use super::feed::{Datagram, Feed, Server};
use super::model::{Model, RECOVERED, Tally};
use crate::arbiter::{Arbiter, Arrival};
use crate::framing::Kind;
use rand::Rng;
use std::collections::BTreeMap;

/// Datagrams of a line in one stream that are in doubt, and whether they are held.
type Pending = BTreeMap<(usize, usize), Vec<(Datagram, bool)>>;

struct Run {
    arbiter: Arbiter<u64>,
    model: Model,
    pending: Pending,
    /// Stream number → index, in the order of appearance.
    indices: BTreeMap<u8, usize>,
    /// How recovery serves each of them.
    servers: Vec<Server>,
    answers: Vec<Answer>,
}

/// What recovery will bring, or refuse.
struct Answer {
    due: u64,
    stream: usize,
    epoch: u64,
    first: u64,
    count: u64,
    brings: bool,
}

impl Run {
    fn offer(&mut self, feed: &Feed, line: usize, datagram: &Datagram) {
        let &Datagram { stream, kind, first, count, stamp_ns, .. } = datagram;
        let opened = self.indices.len();
        let index = *self.indices.entry(stream).or_insert(opened);
        if index == opened {
            self.model.open(feed.sent[usize::from(stream)].clone(), first);
            self.servers.push(feed.servers[usize::from(stream)]);
        }
        let first = self.model.wire(first);
        let before = (self.arbiter.counters().to_owned(), self.arbiter.lines()[line]);
        let refused = self.model.refused;
        self.model.offering(index, datagram);
        self.arbiter.offer(
            &Arrival { line, key: key(stream), kind, first, count, stamp_ns, reset: false },
            &mut self.model,
        );

        let held = self.model.refused == refused;
        let pending = self.pending.entry((index, line)).or_default();
        let doubted = self.arbiter.doubted(index, line);
        if doubted != pending.len() + 1 || doubted == 0 {
            let jumps = self.arbiter.counters().jumps_refused > before.0.jumps_refused;
            let reset = self.arbiter.lines()[line].fallbacks > before.1.fallbacks;
            for (doubted, held) in pending.drain(..) {
                if !jumps
                    && (held
                        || doubted.count == 0
                        || (!reset && doubted.end() <= self.model.streams[index].next))
                {
                    self.model.accepted(index, line, &doubted, stamp_ns);
                }
            }
        }
        if doubted > 0 {
            pending.push((datagram.clone(), held));
        } else {
            self.model.accepted(index, line, datagram, stamp_ns);
        }
        self.explained(before.0.windows_full + before.0.windows_unheld, feed);
        self.balanced();
    }

    /// Recovery takes what it was asked for, and answers what is due: some at once, some late, some in part, some
    /// never, and some with a refusal.
    fn serve(&mut self, feed: &mut Feed, now: u64) {
        for (stream, mut first, count) in self.model.wanted.drain(..) {
            let end = first + count;
            let epoch = self.model.streams[stream].epoch;
            while first < end {
                let count = feed.rng.random_range(1..=5).min(end - first);
                let server = self.servers[stream];
                let due = now + feed.rng.random_range(0..=server.slow_ns);
                let what = feed.rng.random_range(0.0..1.0);
                let answer = match what {
                    _ if what < server.answers => Some(true),
                    _ if what < server.answers + server.refuses => Some(false),
                    _ => None,
                };
                self.answers.extend(answer.map(|brings| Answer { due, stream, epoch, first, count, brings }));
                first += count;
            }
        }
        self.answers.sort_by_key(|answer| answer.due);
        let due = self.answers.partition_point(|answer| answer.due <= now);
        for answer in self.answers.drain(..due).collect::<Vec<_>>() {
            self.answer(feed, &answer, now);
        }
    }

    fn answer(&mut self, feed: &Feed, answer: &Answer, now: u64) {
        let &Answer { stream, epoch, first, count, brings, .. } = answer;
        if epoch != self.model.streams[stream].epoch {
            return; // a reset made it void
        }
        if !brings {
            let lifted = self.model.lifted(stream, first);
            self.model.streams[stream].forsaken.extend(first..first + count);
            self.model.giving_up = true;
            self.arbiter.give_up(stream, lifted, count, &mut self.model);
            self.model.giving_up = false;
            return self.balanced();
        }
        let line = feed.limits.lines;
        let (kind, stamp_ns) = (Kind::Data, now);
        let number =
            self.indices.iter().find(|(_, index)| **index == stream).map_or(0, |(number, _)| *number);
        let datagram = Datagram {
            stream: number | RECOVERED,
            kind,
            first,
            count,
            stamp_ns,
            epoch,
            forged: false,
            spared: false,
        };
        let before = (self.arbiter.counters().to_owned(), self.model.refused);
        self.model.offering(stream, &datagram);
        let arrival = Arrival {
            line,
            key: key(number),
            kind,
            first: self.model.wire(first),
            count,
            stamp_ns,
            reset: false,
        };
        self.arbiter.offer(&arrival, &mut self.model);
        self.model.accepted(stream, line, &datagram, stamp_ns);
        self.explained(before.0.windows_full + before.0.windows_unheld, feed);
        self.balanced();
    }

    /// Every gap told before its time has a cause.
    fn explained(&mut self, before: u64, feed: &Feed) {
        let counters = self.arbiter.counters();
        let gave_way = counters.windows_full + counters.windows_unheld - before;
        let waits = feed.limits.window_packets > 0 && feed.limits.window_ns > 0;
        assert!(!waits || self.model.early_gaps <= gave_way, "a gap was told too early");
        self.model.early_gaps = 0;
    }

    fn balanced(&self) {
        balanced(&self.arbiter);
        for (index, expected) in self.model.streams.iter().enumerate() {
            assert_eq!(self.arbiter.next_expected(index), Some(self.model.lifted(index, expected.next)));
        }
    }
}

/// Runs one feed from beginning to end.
fn run(seed: u64) -> Run {
    let mut feed = Feed::new(seed);
    let model = Model::new(feed.limits, feed.room);
    let mut run = Run {
        arbiter: Arbiter::new(feed.limits),
        model,
        pending: Pending::new(),
        indices: BTreeMap::new(),
        servers: Vec::new(),
        answers: Vec::new(),
    };
    let mut at = vec![0; feed.lines.len()];
    let mut now = 0;
    while let Some(next) = next_stamp(&feed, &at) {
        now = next.max(now) + feed.rng.random_range(0..2_000);
        for (line, at) in at.iter_mut().enumerate() {
            let mut room = feed.rng.random_range(1..40); // a batch: the other lines have to wait
            while let Some(datagram) = feed.lines[line].get(*at)
                && datagram.stamp_ns <= now
                && room > 0
            {
                run.offer(&feed, line, &datagram.clone());
                *at += 1;
                room -= 1;
            }
        }
        let watermark = next_stamp(&feed, &at).map_or(now, |next| now.min(next.saturating_sub(1)));
        run.model.advancing(watermark);
        run.arbiter.advance(watermark, &mut run.model);
        run.model.advanced(watermark);
        run.explained(0, &feed);
        run.balanced();
        run.serve(&mut feed, now);
    }
    run.model.finishing = true;
    run.arbiter.finish(&mut run.model);
    finished(&run, &feed);
    run
}

/// The stamp of the datagram that comes next on any line.
fn next_stamp(feed: &Feed, at: &[usize]) -> Option<u64> {
    feed.lines.iter().zip(at).filter_map(|(line, &at)| line.get(at)).map(|datagram| datagram.stamp_ns).min()
}

fn finished(run: &Run, feed: &Feed) {
    balanced(&run.arbiter);
    run.model.finished();
    let counters = run.arbiter.counters();
    assert_eq!((counters.waiting, counters.held, counters.gaps_open), (0, 0, 0));
    assert_eq!((counters.units_recovered, counters.stale_holes), (run.model.recovered, run.model.stale));
    let sum = |of: fn(&super::model::Expected) -> u64| run.model.streams.iter().map(of).sum::<u64>();
    assert_eq!(counters.resets, sum(|stream| stream.epoch));
    assert_eq!(counters.ends, sum(|stream| stream.ends));
    for (line, brought) in run.arbiter.lines().iter().zip(&feed.lines) {
        assert_eq!(line.packets, brought.len() as u64);
        assert_eq!(line.units, brought.iter().map(|datagram| datagram.count).sum::<u64>());
    }
    if run.model.exact && run.pending.values().all(Vec::is_empty) {
        let lines = run.arbiter.lines().iter().chain([run.arbiter.recovery()]);
        for (line, tally) in lines.zip(&run.model.tallies) {
            let &Tally { first, duplicates, late } = tally;
            assert_eq!((line.first, line.duplicates, line.late), (first, duplicates, late));
        }
    }
}

#[test]
fn a_simulated_feed_is_arbitrated_as_the_model_says() {
    bolero::check!().with_iterations(700).with_type::<u64>().for_each(|&seed| {
        run(seed);
    });
}
