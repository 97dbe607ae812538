//! What came of each path.

use std::time::Duration;

use super::{
    cpus::Account,
    held::{Held, Holds},
    path::{Path, Way},
    search::Search,
    trial::Outcome,
    windows::{of_all, of_calmest},
};
use crate::{latency::Latency, worker::Wait};

/// What latency is measured under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// 20,000 packets a second.
    Slow,
    /// Half the path's own highest rate without loss.
    Half,
    /// 2,000 packets back to back.
    Burst,
}

impl Load {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Slow, Self::Half, Self::Burst];

    /// As shown, and the key in the JSON object.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Slow => "20kpps",
            Self::Half => "half",
            Self::Burst => "burst",
        }
    }
}

/// One path's figures, by round.
#[derive(Debug)]
pub struct Figures {
    /// The path.
    pub way: Way,
    /// Why there are none.
    pub unavailable: Option<String>,
    /// The search for the highest rate without loss.
    pub(super) search: Option<Search>,
    /// Packets a second that were received in the fastest sprint of each round.
    pub(super) top: Vec<f64>,
    /// Packets sent and lost in all sprints.
    pub sprints: (u64, u64),
    /// Times something else was given the receiver's CPU in all trials, and in what time.
    pub preempted: (u64, Duration),
    /// The trials in full length.
    pub(super) held: Holds,
    /// By [`Load`], by round, by the twentieth of a second.
    pub latency: [Vec<Vec<Latency>>; Load::ALL.len()],
    /// Of every trial at a rate: packets sent a second, share lost.
    pub points: Vec<(f64, f64)>,
}

/// All of them.
#[derive(Debug)]
pub struct Report {
    /// Messages in a packet.
    pub messages: u64,
    /// Bytes of a packet, from its Ethernet header on.
    pub frame: usize,
    /// By path.
    pub figures: Vec<Figures>,
    /// Waits on the receiver's CPU where nothing is received, by round, by the twentieth of a second.
    pub(super) alone: Vec<Vec<Latency>>,
    /// How the two CPUs were.
    pub cpus: Account,
}

impl Figures {
    pub(super) fn new(way: Way) -> Self {
        Self {
            way,
            unavailable: None,
            search: None,
            top: Vec::new(),
            sprints: (0, 0),
            preempted: (0, Duration::ZERO),
            held: Holds::default(),
            latency: Default::default(),
            points: Vec::new(),
        }
    }

    pub(super) const fn is_available(&self) -> bool {
        self.unavailable.is_none()
    }

    pub(super) fn narrows(&self) -> bool {
        self.is_available() && self.search.is_some_and(Search::narrows)
    }

    /// Whether another trial in full length is of use.
    pub(super) fn wants_hold(&self) -> bool {
        self.is_available() && self.held.want_more()
    }

    pub(super) fn took(&mut self, outcome: &Outcome) {
        self.points.push((outcome.sent.rate(), outcome.loss()));
        self.preempted.0 += outcome.received.preempted;
        self.preempted.1 += outcome.sent.time;
    }

    pub(super) fn sprinted(&mut self, round: usize, outcome: &Outcome) {
        self.top.resize(self.top.len().max(round + 1), 0.0);
        self.top[round] = self.top[round].max(outcome.packets_per_second());
        self.sprints.0 += outcome.sent.packets;
        self.sprints.1 += outcome.lost();
    }

    /// Packets a second that were received in the fastest sprint of all.
    #[must_use]
    pub fn top_speed(&self) -> Option<f64> {
        self.top.iter().copied().reduce(f64::max)
    }

    /// [`Figures::top_speed`] in relation to another's, and the least and the greatest of round to round.
    pub(super) fn top_speed_ratio(&self, to: &Self) -> Option<Ratio> {
        Ratio::of(&self.top, &to.top)?.with(self.top_speed()? / to.top_speed()?)
    }

    /// Share lost at top speed.
    #[must_use]
    pub fn top_loss(&self) -> f64 {
        self.sprints.1 as f64 / self.sprints.0.max(1) as f64
    }

    pub(super) fn latency(&mut self, load: Load, outcome: Outcome) {
        self.latency[load as usize].push(outcome.received.latency);
    }

    /// Takes in a trial in full length; `in_softirq` says that this is where the kernel worked.
    pub(super) fn held(&mut self, outcome: &Outcome, in_softirq: bool) {
        let Some(search) = &mut self.search else { return };
        let held = Held::new(outcome, self.way.path != Path::XdpDrop, in_softirq);
        search.hold(held.sent, held.lost);
        self.held.push(held);
    }

    /// The highest rate at or above which three trials lost nothing; `None` if there is none.
    #[must_use]
    pub fn lossless(&self) -> Option<f64> {
        self.held.lossless()
    }

    /// The least that a quantile of its latencies was, in relation to another's, and the least and the greatest of round to round.
    pub(super) fn calmest_ratio(&self, load: Load, quantile: f64, to: &Self) -> Option<Ratio> {
        let least = |of: &Self| of_calmest(of.windows(load), quantile).map(|ns| ns as f64);
        let by_round =
            Ratio::of(&self.calmest_by_round(load, quantile), &to.calmest_by_round(load, quantile))?;
        by_round.with(least(self)? / least(to)?)
    }

    /// A quantile of its latencies under `load` in each round, in ns.
    #[must_use]
    pub fn by_round(&self, load: Load, quantile: f64) -> Vec<f64> {
        let rounds = self.latency[load as usize].iter();
        rounds.map(|round| of_all(round, quantile).unwrap_or_default() as f64).collect()
    }

    /// The least it was in a twentieth of a second of each round.
    fn calmest_by_round(&self, load: Load, quantile: f64) -> Vec<f64> {
        let rounds = self.latency[load as usize].iter();
        rounds.map(|round| of_calmest(round, quantile).unwrap_or_default() as f64).collect()
    }

    /// Its latencies under `load`, by the twentieth of a second, of all rounds.
    pub(super) fn windows(&self, load: Load) -> impl Iterator<Item = &Latency> + Clone {
        self.latency[load as usize].iter().flatten()
    }

    /// A quantile of its latencies under `load`, in ns, over all rounds.
    #[must_use]
    pub fn quantile(&self, load: Load, quantile: f64) -> Option<u64> {
        of_all(self.windows(load), quantile)
    }
}

impl Report {
    /// The figures that the others are measured by.
    #[must_use]
    pub fn baseline(&self) -> Option<&Figures> {
        self.figures.iter().find(|figures| figures.way == Way::BASELINE)
    }

    /// How often a second something else was given the CPU of a receiver that spun.
    #[must_use]
    pub fn preempted(&self) -> f64 {
        let spinning = self
            .figures
            .iter()
            .filter(|figures| figures.way.wait == Wait::Spin && figures.way.path != Path::XdpDrop);
        let (times, time) = spinning.fold((0, Duration::ZERO), |(times, time), figures| {
            (times + figures.preempted.0, time + figures.preempted.1)
        });
        times as f64 / time.as_secs_f64().max(f64::MIN_POSITIVE)
    }
}

/// The middle one, or the mean of both.
#[must_use]
pub(super) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        len if len % 2 == 1 => Some(sorted[middle]),
        _ => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
    }
}

/// A ratio with its spread.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub(super) struct Ratio {
    /// The median of the rounds; of what is told of all of them at once, that of these figures.
    pub(super) value: f64,
    /// The least of the rounds, of some the trials, or that.
    pub(super) min: f64,
    /// The greatest of these, or that.
    pub(super) max: f64,
}

impl Ratio {
    /// Of figures one by one: those of the same round, or the same rank.
    #[must_use]
    pub(super) fn of(these: &[f64], to: &[f64]) -> Option<Self> {
        let ratios: Vec<f64> =
            these.iter().zip(to).filter(|(_, to)| **to > 0.0).map(|(this, to)| this / to).collect();
        let value = median(&ratios)?;
        let (min, max) =
            ratios.iter().fold((f64::MAX, f64::MIN), |(min, max), ratio| (min.min(*ratio), max.max(*ratio)));
        Some(Self { value, min, max })
    }

    /// The same, but that another value counts; `None` if it is no number.
    pub(super) fn with(self, value: f64) -> Option<Self> {
        value.is_finite().then(|| Self { value, min: self.min.min(value), max: self.max.max(value) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_of_the_same_round() {
        let ratio = Ratio::of(&[8.0, 30.0, 12.0], &[2.0, 10.0, 4.0]).unwrap();
        assert_eq!(ratio, Ratio { value: 3.0, min: 3.0, max: 4.0 });
        assert_eq!(Ratio::of(&[], &[1.0]), None);
        assert_eq!(Ratio::of(&[1.0], &[0.0]), None);
    }

    #[test]
    fn the_fastest_of_all_rounds_counts() {
        let of = |top: [f64; 3]| Figures { top: top.to_vec(), ..Figures::new(crate::bench::ALL[0]) };
        let ratio = of([4.0, 6.0, 5.0]).top_speed_ratio(&of([1.0, 2.0, 2.5])).unwrap();
        assert_eq!(ratio, Ratio { value: 2.4, min: 2.0, max: 4.0 });
    }

    #[test]
    fn the_calmest_of_all_rounds_counts() {
        let measured = |rounds: [u64; 3]| {
            let mut figures = Figures::new(crate::bench::ALL[0]);
            figures.latency[Load::Slow as usize] = rounds
                .map(|ns| {
                    let mut window = Latency::new();
                    window.record(ns);
                    vec![window]
                })
                .into();
            figures
        };
        let (baseline, other) = (measured([10, 20, 5]), measured([10, 4, 20]));
        let ratio = other.calmest_ratio(Load::Slow, 0.5, &baseline).unwrap();
        assert_eq!(ratio, Ratio { value: 0.8, min: 0.2, max: 4.0 }, "4 to 5, the median of rounds is 1");
    }

    #[test]
    fn the_median_of_two_is_between_them() {
        assert_eq!(median(&[4.0, 1.0]), Some(2.5));
        assert_eq!(median(&[9.0, 1.0, 4.0]), Some(4.0));
        assert_eq!(median(&[]), None);
    }
}
