//! What the network does to what a line is sent: loss, repetition, other order, and what nobody sent.

use super::feed::{Datagram, pick};
use crate::framing::Kind;
use rand::Rng;
use rand_pcg::Pcg64Mcg;

/// What the network does to a line.
pub(super) struct Harm {
    /// Its number: mad lines do not agree.
    pub(super) line: u64,
    /// It loses the first datagrams of epochs.
    pub(super) behead: bool,
    pub(super) loss: f64,
    pub(super) burst: f64,
    pub(super) repeat: f64,
    pub(super) overtake: f64,
    pub(super) forge: f64,
    pub(super) lag_ns: u64,
    pub(super) pack: u64,
}

/// What the network makes of it.
pub(super) fn suffer(rng: &mut Pcg64Mcg, sent: Vec<Datagram>, harm: &Harm) -> Vec<Datagram> {
    let mut line: Vec<Datagram> = Vec::new();
    let mut later: Vec<(usize, Datagram)> = Vec::new(); // what comes once more, or too late, and when
    let (mut lost, mut begin) = (0, 0);
    for (n, datagram) in sent.into_iter().enumerate() {
        if datagram.spared {
            lost = 0;
            line.extend(
                later.drain(..).map(|(_, datagram)| datagram).filter(|late| late.epoch == datagram.epoch),
            );
            begin = if line.last().is_none_or(|last| last.epoch != datagram.epoch) {
                datagram.first
            } else {
                begin
            };
            line.push(datagram);
            continue;
        }
        let mut due = later.iter().position(|(when, _)| *when <= n);
        while let Some(index) = due {
            line.push(later.remove(index).1);
            due = later.iter().position(|(when, _)| *when <= n);
        }
        if rng.random_bool(harm.burst) {
            lost = rng.random_range(1..40);
        }
        if lost > 0 || rng.random_bool(harm.loss) {
            lost = lost.max(1) - 1;
            continue;
        }
        if rng.random_bool(harm.repeat) {
            let after = *pick(rng, &[1, 1, 2, 5]);
            later.push((n + after, datagram.clone()));
        }
        if !line.is_empty() && rng.random_bool(harm.forge) {
            line.push(forge(rng, &datagram, begin, 3 * n as u64 + 10_000 * harm.line));
        }
        if rng.random_bool(harm.overtake) {
            let after = rng.random_range(1..6);
            later.push((n + after, datagram));
        } else {
            line.push(datagram);
        }
    }
    line.extend(later.into_iter().map(|(_, datagram)| datagram));
    let mut now = 0;
    for datagram in &mut line {
        now = now.max(datagram.stamp_ns);
        datagram.stamp_ns = now;
    }
    line
}

/// A datagram that was never sent: far ahead, or at the beginning. None continues from another.
fn forge(rng: &mut Pcg64Mcg, like: &Datagram, begin: u64, unique: u64) -> Datagram {
    let base = *pick(rng, &[0, 100_000, 2_000_000, u64::MAX - 10]);
    let first = if base == 0 && begin > 0 { begin } else { base.max(50_000) - unique };
    let heartbeat = first != begin && rng.random_bool(0.3);
    let (kind, count) = if heartbeat { (Kind::Heartbeat, 0) } else { (Kind::Data, 1) };
    Datagram { kind, first, count, forged: true, ..like.clone() }
}
