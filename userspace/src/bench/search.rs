//! The highest rate at which nothing is lost: found by halving, then by steps up and down.

use super::generator::Schedule;

/// How near the limits of what may be the rate have to be, by ratio, before it is tried in full length. Lower: there is less time for that. Higher:
/// more of the trials in full length are spent on coming near.
const NEAR: f64 = 1.06;

/// Part of what a path received of top speed at which the search begins. Lower: more short trials. Higher: it may begin above the
/// rate, for what was still queued in the end is received too.
const BEGIN: f64 = 0.5;

/// No rate is lower, in packets a second: nothing that receives at all takes less. Lower: nothing may be left to send. Higher: a slow
/// machine has no rate.
const LEAST: f64 = 1_000.0;

/// Short trials that may lose until a rate counts as too high. One: what else the machine does moves the search to the
/// lower half for good. More: rates that are too high take that many times as long.
const SHORT_CHANCES: u32 = 2;

/// What a rate that lost nothing in full length is raised by for the next trial. Lower: a rate that a disturbance lowered
/// stays low. Higher: more trials lose.
const RAISE: f64 = 1.05;

/// What a rate that lost is lowered by at least. Lower: more of the rate is given away for a disturbance. Higher: more trials until one passes.
const LOWER: f64 = 0.96;

/// What a rate is lowered to at least at once: a receiver that is overrun loses more than what came too fast. Lower: it is
/// lowered by all of that. Higher: trials until it is low enough.
const LOWEST: f64 = 0.8;

/// The search for one path's rate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Search {
    /// The fastest that lost nothing in a short trial, at first where the search begins.
    low: f64,
    /// The slowest that lost in as many as count, at first the top.
    high: f64,
    /// The fastest that was sent.
    top: f64,
    /// The rate to be tried next.
    pub(super) rate: f64,
    /// Short trials of this rate that lost something.
    failed: u32,
}

impl Search {
    /// A search up to `top` packets a second, of which a path received so many.
    #[must_use]
    pub(super) fn new(received: f64, top: f64) -> Self {
        let top = top.max(LEAST);
        Self { low: (received * BEGIN).clamp(LEAST, top), high: top, top, rate: top, failed: 0 }
    }

    /// How to send the next trial.
    #[must_use]
    pub(super) const fn schedule(&self) -> Schedule {
        if self.rate < self.top { Schedule::Rate(self.rate) } else { Schedule::TopSpeed }
    }

    /// Whether short trials are still to narrow it down.
    #[must_use]
    pub(super) fn narrows(self) -> bool {
        self.high > self.low * NEAR
    }

    /// Takes in a short trial of [`Search::rate`].
    pub(super) fn narrow(&mut self, lossless: bool) {
        if !lossless {
            self.failed += 1;
            if self.failed < SHORT_CHANCES {
                return;
            }
        }
        self.failed = 0;
        if lossless {
            self.low = self.rate;
        } else {
            self.high = self.rate;
        }
        self.rate = if self.narrows() { (self.low * self.high).sqrt() } else { self.low };
    }

    /// Takes in a trial of [`Search::rate`] in full length: what was sent, in packets a second, and the share that was lost.
    ///
    /// Up and down to the end: the machine's other work takes packets from some trials of any rate, and spares others; and it slows
    /// the sender, so that less is sent than was to be, or more than in any trial before.
    pub(super) fn hold(&mut self, sent: f64, lost: f64) {
        let tried = if self.rate < self.top { self.rate.min(sent) } else { sent };
        self.top = self.top.max(sent);
        self.rate = if lost > 0.0 {
            (tried * (1.0 - lost).clamp(LOWEST, LOWER)).max(LEAST)
        } else {
            self.top.min(self.rate.max(sent) * RAISE)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::super::held::{HOLDS, PASSES};
    use super::*;

    /// What was sent in the trials in full length that lost nothing, the fastest first: of a receiver that takes up to `limit`, and had half as
    /// much again in its queue at the end of the first, from a sender that sends up to `top`.
    fn passed(top: f64, limit: f64) -> Vec<f64> {
        let mut search = Search::new(top.min(limit * 1.5), top);
        search.narrow(top <= limit);
        while search.narrows() {
            search.narrow(search.rate <= limit);
        }
        let mut passed = Vec::new();
        for _ in 0..HOLDS {
            let sent = search.rate.min(top);
            search.hold(sent, (1.0 - limit / sent).max(0.0));
            if sent <= limit {
                passed.push(sent);
            }
        }
        passed.sort_by(|one, other| other.total_cmp(one));
        passed
    }

    #[test]
    fn what_loses_nothing_at_top_speed_is_held_to_that() {
        assert_eq!(passed(1e6, 1e6), [1e6; HOLDS]);
    }

    /// Within what the steps and the least of three trials leave away.
    #[test]
    fn a_limit_is_found_from_below() {
        for limit in (20..1_000).step_by(7).map(|thousands| f64::from(thousands) * 1e3) {
            let passed = passed(1e6, limit);
            assert!(passed[PASSES - 1] > limit * 0.89, "{limit}: {passed:?}");
        }
    }

    #[test]
    fn what_always_loses_gets_ever_lower() {
        let mut search = Search::new(1e5, 1e6);
        while search.narrows() {
            search.narrow(false);
        }
        assert_eq!(search.rate, 1e5 * BEGIN);
        for (lost, lowered) in [(0.001, LOWER), (0.1, 0.9), (1.0, LOWEST)] {
            let rate = search.rate;
            search.hold(rate, lost);
            assert_eq!(search.rate, rate * lowered);
        }
    }

    #[test]
    fn where_nothing_is_received_something_is_sent() {
        let mut search = Search::new(0.0, 1e6);
        while search.narrows() {
            search.narrow(false);
        }
        search.hold(LEAST, 1.0);
        assert_eq!(search.schedule(), Schedule::Rate(LEAST));
    }

    #[test]
    fn one_short_trial_that_loses_lowers_nothing() {
        let mut search = Search::new(1e6, 1e6);
        search.narrow(false);
        assert_eq!(search.schedule(), Schedule::TopSpeed);
        search.narrow(true);
        assert!(!search.narrows() && search.schedule() == Schedule::TopSpeed);
    }

    #[test]
    fn a_disturbance_is_made_good() {
        let mut search = Search::new(1e6, 1e6);
        search.hold(1e6, 0.05);
        assert_eq!(search.schedule(), Schedule::Rate(950e3));
        for sent in [950e3, 997.5e3] {
            search.hold(sent, 0.0);
        }
        assert_eq!(search.schedule(), Schedule::TopSpeed);
    }

    /// A sender that was slower when the search began is not held to that, and one that is slower now is not to what it was.
    #[test]
    fn top_speed_is_what_can_be_sent() {
        let mut search = Search::new(700e3, 700e3);
        search.hold(1_100e3, 0.0);
        assert_eq!((search.schedule(), search.rate), (Schedule::TopSpeed, 1_100e3));
        search.hold(800e3, 0.0);
        assert_eq!(search.schedule(), Schedule::TopSpeed);
        search.hold(900e3, 0.1);
        assert_eq!(search.schedule(), Schedule::Rate(810e3));
        search.hold(600e3, 0.1);
        assert_eq!(search.schedule(), Schedule::Rate(540e3));
    }

    #[test]
    fn a_rate_far_too_high_is_lowered_by_what_it_lost_at_once() {
        let mut search = Search::new(1e6, 1e6);
        search.hold(1e6, 0.15);
        assert_eq!(search.schedule(), Schedule::Rate(850e3));
        search.hold(850e3, 1.0);
        assert_eq!(
            search.schedule(),
            Schedule::Rate(850e3 * LOWEST),
            "all was lost: it is no reason to send nothing"
        );
    }
}
