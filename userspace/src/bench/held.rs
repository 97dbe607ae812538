//! A path's trials in full length, and the rate that they make.

use super::{
    figures::{Ratio, median},
    trial::Outcome,
};

/// Trials that a path has. Fewer: chance has more of a say in which are the fastest. More: five minutes do not do.
pub(super) const HOLDS: usize = 5;

/// Trials that have to lose nothing at a rate, or a higher one.
pub(super) const PASSES: usize = 3;

/// Trials that a path has which has not passed so many yet. Lower: a disturbance of the machine leaves a path without a
/// rate. Higher: a path that always loses takes the time of all others.
pub(super) const MOST_HOLDS: usize = 7;

/// A trial in full length.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    /// Packets sent a second.
    pub(super) sent: f64,
    /// Share lost.
    pub(super) lost: f64,
    /// CPU time of the receiver a packet, in ns; `None` where there is none.
    pub(super) user_ns: Option<f64>,
    /// CPU time of softirqs a packet, in ns, likewise.
    pub(super) softirq_ns: Option<f64>,
    /// Packets in a batch, likewise.
    pub(super) batch: Option<f64>,
}

impl Held {
    /// What came of it; `receives`: there is a receiver, `in_softirq`: that is where the kernel worked.
    pub(super) fn new(outcome: &Outcome, receives: bool, in_softirq: bool) -> Self {
        let batch = outcome.received.packets as f64 / outcome.received.batches.max(1) as f64;
        Self {
            sent: outcome.sent.rate(),
            lost: outcome.loss(),
            user_ns: receives.then(|| outcome.ns_a_packet(outcome.received.busy)),
            softirq_ns: in_softirq.then(|| outcome.ns_a_packet(outcome.softirq)),
            batch: receives.then_some(batch),
        }
    }
}

/// All of one path, in order of time.
#[derive(Debug, Default)]
pub(super) struct Holds(Vec<Held>);

impl Holds {
    pub(super) fn push(&mut self, held: Held) {
        self.0.push(held);
    }

    /// Whether there may be a rate, and one trial more says more of it.
    pub(super) fn want_more(&self) -> bool {
        let (passed, held) = (self.passed().count(), self.0.len());
        let enough = passed >= PASSES && held >= HOLDS;
        !enough && passed + MOST_HOLDS >= held + PASSES
    }

    /// Those that lost nothing.
    fn passed(&self) -> impl Iterator<Item = &Held> {
        self.0.iter().filter(|held| held.lost <= 0.0)
    }

    /// The fastest of these, as many as there have to be, the fastest first; none where there are fewer.
    fn fastest(&self) -> Vec<Held> {
        let mut passed: Vec<Held> = self.passed().copied().collect();
        passed.sort_by(|one, other| other.sent.total_cmp(&one.sent));
        passed.truncate(PASSES);
        if passed.len() < PASSES { Vec::new() } else { passed }
    }

    /// The highest rate at or above which [`PASSES`] lost nothing; `None` if there is none.
    pub(super) fn lossless(&self) -> Option<f64> {
        self.fastest().last().map(|held| held.sent)
    }

    /// That, in relation to another's, and the least and the greatest of these trials, the fastest by the fastest and so on.
    pub(super) fn lossless_ratio(&self, to: &Self) -> Option<Ratio> {
        let sent = |of: &Self| of.fastest().iter().map(|held| held.sent).collect::<Vec<_>>();
        Ratio::of(&sent(self), &sent(to))?.with(self.lossless()? / to.lossless()?)
    }

    /// The median of a figure in the trials that made the rate; in all where there is no rate.
    pub(super) fn median(&self, figure: fn(&Held) -> Option<f64>) -> Option<f64> {
        median(&self.each(figure))
    }

    /// That, in relation to another's, and the least and the greatest, likewise.
    pub(super) fn median_ratio(&self, to: &Self, figure: fn(&Held) -> Option<f64>) -> Option<Ratio> {
        Ratio::of(&self.each(figure), &to.each(figure))?.with(self.median(figure)? / to.median(figure)?)
    }

    fn each(&self, figure: fn(&Held) -> Option<f64>) -> Vec<f64> {
        let fastest = self.fastest();
        let held = if fastest.is_empty() { &self.0 } else { &fastest };
        held.iter().filter_map(figure).collect()
    }

    /// The slowest that lost: packets sent a second, share lost.
    pub(super) fn least_loss(&self) -> Option<(f64, f64)> {
        let lost = self.0.iter().filter(|held| held.lost > 0.0).map(|held| (held.sent, held.lost));
        lost.min_by(|one, other| one.0.total_cmp(&other.0))
    }

    /// Those that lost something though they were sent no faster than [`Holds::lossless`].
    pub(super) fn disturbed(&self) -> usize {
        let lossless = self.lossless().unwrap_or_default();
        self.0.iter().filter(|held| held.lost > 0.0 && held.sent <= lossless).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(trials: &[(f64, f64)]) -> Holds {
        let trial = |&(sent, lost)| Held { sent, lost, user_ns: Some(sent), softirq_ns: None, batch: None };
        Holds(trials.iter().map(trial).collect())
    }

    #[test]
    fn the_rate_is_what_three_trials_reached() {
        let baseline = holds(&[(1.0, 0.0), (0.9, 0.1), (1.2, 0.0), (1.25, 0.2), (1.1, 0.0), (0.8, 0.0)]);
        assert_eq!((baseline.lossless(), baseline.disturbed()), (Some(1.0), 1));
        assert_eq!(baseline.least_loss(), Some((0.9, 0.1)));
        assert_eq!(baseline.median(|held| held.user_ns), Some(1.1), "of 1.2, 1.1 and 1.0");
        let other = holds(&[(4.0, 0.0), (2.0, 0.0), (3.0, 0.0)]);
        let ratio = other.lossless_ratio(&baseline).unwrap();
        assert_eq!(ratio, Ratio { value: 2.0, min: 2.0, max: 4.0 / 1.2 });
        let ratio = other.median_ratio(&baseline, |held| held.user_ns).unwrap();
        assert_eq!(ratio, Ratio { value: 3.0 / 1.1, min: 2.0, max: 4.0 / 1.2 });
    }

    #[test]
    fn two_trials_without_loss_make_no_rate() {
        let holds = holds(&[(1.0, 0.0), (1.0, 0.0), (0.5, 0.1)]);
        assert_eq!((holds.lossless(), holds.lossless_ratio(&holds)), (None, None));
        assert_eq!(holds.median(|held| held.user_ns), Some(1.0), "of all there are");
    }

    #[test]
    fn trials_go_on_until_three_have_passed_or_cannot_any_more() {
        let more =
            |lost: &[f64]| holds(&lost.iter().map(|lost| (1.0, *lost)).collect::<Vec<_>>()).want_more();
        assert!(more(&[0.0; HOLDS - 1]) && !more(&[0.0; HOLDS]));
        assert!(more(&[0.0, 0.0, 0.1, 0.1, 0.1]) && !more(&[0.0, 0.0, 0.1, 0.1, 0.1, 0.0]));
        assert!(more(&[0.1; 4]) && !more(&[0.1; 5]), "two more are no three");
    }
}
