//! A feed as it might be: what is sent in every epoch of some streams, how each line packs it, and what the
//! network does to each line. All of it follows from a seed.

use super::network::{Harm, suffer};
use crate::arbiter::{Limits, OnGap, Start};
use crate::framing::Kind;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// A datagram as a line brings it, with what only the sender knows.
#[derive(Clone, Debug)]
pub(super) struct Datagram {
    pub(super) stream: u8,
    pub(super) kind: Kind,
    pub(super) first: u64,
    pub(super) count: u64,
    pub(super) stamp_ns: u64,
    /// The epoch of its stream it was sent in.
    pub(super) epoch: u64,
    /// Nobody sent it.
    pub(super) forged: bool,
    /// The network leaves it alone: a line that loses its way here could not find it again.
    pub(super) spared: bool,
}

impl Datagram {
    pub(super) fn end(&self) -> u64 {
        self.first + self.count
    }
}

/// What was sent in one epoch.
#[derive(Clone, Debug)]
pub(super) struct Epoch {
    pub(super) begin: u64,
    pub(super) end: u64,
    /// An end of session was sent.
    pub(super) ended: bool,
    /// By a heartbeat at the origin, or by data alone.
    heartbeat: bool,
    /// When each unit was sent.
    times: Vec<u64>,
}

pub(super) struct Feed {
    pub(super) limits: Limits,
    /// Datagrams that can be held.
    pub(super) room: usize,
    /// What each line brings, in order.
    pub(super) lines: Vec<Vec<Datagram>>,
    /// What was sent, by stream and epoch.
    pub(super) sent: Vec<Vec<Epoch>>,
    /// How recovery serves each stream.
    pub(super) servers: Vec<Server>,
    pub(super) rng: Pcg64Mcg,
}

/// How recovery answers: the share of what is asked for that it brings, the share it refuses (of the rest it says
/// nothing), and how long it takes at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Server {
    pub(super) answers: f64,
    pub(super) refuses: f64,
    pub(super) slow_ns: u64,
}

/// Datagrams at the beginning of an epoch that are spared: enough for a fall back to be believed.
const SPARED: usize = 14;
/// Datagrams a line may lose at the head of an epoch, and the units in them.
const BEHEADED: usize = 5;
pub(super) const MOST_BEHEADED: u64 = 4 * BEHEADED as u64;
/// Units an epoch goes back at least, so that going on from there is not going on from the old one.
const BACK: u64 = 300;
/// Lines that bring what nobody sent.
const FORGING: usize = 4;

impl Feed {
    pub(super) fn new(seed: u64) -> Self {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let few = rng.random_range(1..=FORGING);
        // Now and then more than lie near, by seeds of which none is kept: those have to stay the feeds they were.
        let lines = if seed % 16 == 13 { 7 } else { few };
        let start = if rng.random_bool(0.5) { Start::First } else { Start::One };
        let limits = Limits {
            lines,
            start,
            origin: if start == Start::One || rng.random_bool(0.5) { Some(1) } else { None },
            window_packets: *pick(&mut rng, &[0, 1, 4, 32, 1000]),
            window_ns: *pick(&mut rng, &[0, 300, 2_000, 20_000, 1_000_000]),
            max_streams: 3,
            max_jump: 500,
            parallel: rng.random_bool(0.3),
            sequence_bits: *pick(&mut rng, &[64, 64, 64, 32, 16]),
            on_gap: *pick(&mut rng, &[OnGap::Skip, OnGap::Skip, OnGap::Hold, OnGap::Recover]),
            recover_ns: *pick(&mut rng, &[0, 1_000, 50_000]),
            silence_ns: 0,
        };
        let room = *pick(&mut rng, &[usize::MAX, usize::MAX, usize::MAX, 0, 3]);
        let streams = rng.random_range(1..=3);
        let wraps = limits.start == Start::First && limits.origin.is_none() && limits.sequence_bits < 64;
        let near_end = 1_u64.checked_shl(limits.sequence_bits).map_or(0, |lap| lap - 300);
        let mut session = || {
            let wraps = wraps && rng.random_bool(0.7);
            session(&mut rng, limits.start, if wraps { Some(near_end) } else { None })
        };
        let sent: Vec<_> = (0..streams).map(|_| session()).collect();
        let server = |rng: &mut Pcg64Mcg| Server {
            answers: *pick(rng, &[0.0, 0.5, 0.9, 1.0]),
            refuses: *pick(rng, &[0.0, 0.1]),
            slow_ns: *pick(rng, &[0, 500, 100_000]),
        };
        let servers = (0..streams).map(|_| server(&mut rng)).collect();
        let mut feed = Self { limits, room, lines: Vec::new(), sent, servers, rng };
        for line in 0..lines {
            let line = feed.line(line as u64);
            feed.lines.push(line);
        }
        feed
    }

    /// What one line brings of all streams.
    fn line(&mut self, line: u64) -> Vec<Datagram> {
        let rng = &mut self.rng;
        let mut some = |most: f64| if rng.random_bool(0.5) { rng.random_range(0.0..most) } else { 0.0 };
        let (loss, burst, repeat) = (some(0.3), some(0.02), some(0.1));
        let (overtake, forge) = (some(0.05), some(0.03));
        // Nothing is far ahead of a narrow sequence for sure, and the numbers of more lines would meet.
        let forge = if self.limits.sequence_bits < 64 || line >= FORGING as u64 { 0.0 } else { forge };
        let behead = rng.random_bool(0.3);
        let lag_ns = *pick(rng, &[0, 50, 1_000, 30_000, 500_000]);
        let harm = Harm {
            line,
            behead,
            loss,
            burst,
            repeat,
            overtake,
            forge,
            lag_ns,
            pack: rng.random_range(1..=4),
        };
        let mut brought = Vec::new();
        for (stream, epochs) in (0..).zip(&self.sent) {
            let datagrams = pack(rng, stream, epochs, &harm);
            brought.extend(suffer(rng, datagrams, &harm));
        }
        brought.sort_by_key(|datagram: &Datagram| datagram.stamp_ns);
        brought
    }
}

pub(super) fn pick<'a, T>(rng: &mut Pcg64Mcg, from: &'a [T]) -> &'a T {
    &from[rng.random_range(0..from.len())]
}

/// The epochs of one stream; one that is to begin near the end of its numbers has but one, for a reset from there looks
/// like going on.
fn session(rng: &mut Pcg64Mcg, start: Start, near_end: Option<u64>) -> Vec<Epoch> {
    let mut epochs: Vec<Epoch> = Vec::new();
    let mut now = rng.random_range(0..10_000);
    for _ in 0..if near_end.is_some() { 1 } else { rng.random_range(1..=4) } {
        let before = epochs.last().map(|epoch| epoch.end);
        let begin = match before {
            None if near_end.is_some() => near_end.unwrap_or(0) + rng.random_range(0..290),
            None if start == Start::First && rng.random_bool(0.3) => rng.random_range(0..10_000),
            Some(end) if end > BACK + 2 && rng.random_bool(0.3) => {
                rng.random_range(2..=(end - BACK).min(400))
            }
            None | Some(_) => 1,
        };
        let heartbeat = begin == 1 && rng.random_bool(0.7);
        let units = rng.random_range(60..600);
        let pace = *pick(rng, &[1, 20, 300]);
        let mut times = Vec::new();
        for unit in 0..units {
            let quiet = unit > 0 && rng.random_bool(0.01);
            now += if quiet { rng.random_range(5_000..100_000) } else { rng.random_range(0..=pace) };
            times.push(now);
        }
        let ended = rng.random_bool(0.3);
        epochs.push(Epoch { begin, end: begin + units, ended, heartbeat, times });
        now += 50_000;
    }
    epochs
}

/// What a line would bring of a stream if nothing happened to it.
fn pack(rng: &mut Pcg64Mcg, stream: u8, epochs: &[Epoch], harm: &Harm) -> Vec<Datagram> {
    let mut datagrams = Vec::new();
    for (number, epoch) in (0..).zip(epochs) {
        let datagram = |kind, first, count, sent: u64| Datagram {
            stream,
            kind,
            first,
            count,
            stamp_ns: sent + harm.lag_ns,
            epoch: number,
            forged: false,
            spared: false,
        };
        let begun = datagrams.len();
        if epoch.heartbeat {
            for _ in 0..rng.random_range(1..=3) {
                datagrams.push(datagram(Kind::Heartbeat, epoch.begin, 0, epoch.times[0]));
            }
        }
        let (mut first, mut count) = (epoch.begin, 0);
        for (unit, &time) in epoch.times.iter().enumerate() {
            count += 1;
            let next = epoch.times.get(unit + 1).copied();
            let quiet = next.is_none_or(|next| next - time >= 5_000);
            if quiet || count == harm.pack || rng.random_bool(0.3) {
                datagrams.push(datagram(Kind::Data, first, count, time));
                (first, count) = (first + count, 0);
            }
            if quiet {
                for beat in 0..rng.random_range(0..=4) {
                    datagrams.push(datagram(Kind::Heartbeat, first, 0, time + 1_000 + beat * 900));
                }
            }
        }
        if epoch.ended {
            for beat in 0..3 {
                datagrams.push(datagram(
                    Kind::EndOfSession,
                    epoch.end,
                    0,
                    epoch.times[epoch.times.len() - 1] + 6_000 + beat,
                ));
            }
        }
        let beheaded = if harm.behead { rng.random_range(0..=BEHEADED) } else { 0 };
        let heartbeats = datagrams[begun..].iter().take_while(|d: &&Datagram| d.kind != Kind::Data).count();
        if beheaded > 0 {
            datagrams.drain(begun..begun + heartbeats + beheaded);
        }
        if number > 0 || epoch.begin <= 1 {
            datagrams.iter_mut().skip(begun).take(SPARED).for_each(|datagram| datagram.spared = true);
        }
        if let Some(next) = epochs.get(number as usize + 1) {
            // A line that lacks what it falls back to is taken to bring it out of order.
            let again =
                |datagram: &&mut Datagram| datagram.first < next.begin + 64 && datagram.end() > next.begin;
            datagrams.iter_mut().skip(begun).filter(again).for_each(|datagram| datagram.spared = true);
        }
        datagrams.iter_mut().rev().take(4).for_each(|datagram| datagram.spared = true);
    }
    datagrams
}
