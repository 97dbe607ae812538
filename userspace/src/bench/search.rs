//! The highest rate at which nothing is lost: found by halving, then by steps up and down.

use super::generator::Schedule;

/// Times that what may be the rate is halved, by ratio: to 6 % where a tenth is lost at top speed, to 20 % where two thirds are. Fewer: more of
/// the trials in full length are spent on coming near. More: there is less time for these.
const STEPS: u32 = 3;

/// Part of what a path receives of top speed that it surely takes without loss: overrun, it takes less than it could. Lower: the
/// search begins too far below. Higher: it may begin above the rate.
const SURELY: f64 = 0.75;

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
    low: f64,
    high: f64,
    /// The fastest that was sent.
    top: f64,
    steps: u32,
    /// The rate to be tried next.
    pub(super) rate: f64,
    /// Short trials of this rate that lost something.
    failed: u32,
}

impl Search {
    /// A search up to `top` packets a second, of which a path received so many.
    #[must_use]
    pub(super) fn new(received: f64, top: f64) -> Self {
        Self { low: received * SURELY, high: top, top, steps: 0, rate: top, failed: 0 }
    }

    /// How to send the next trial.
    #[must_use]
    pub(super) const fn schedule(&self) -> Schedule {
        if self.rate < self.top { Schedule::Rate(self.rate) } else { Schedule::TopSpeed }
    }

    /// Whether short trials are still to narrow it down.
    #[must_use]
    pub(super) const fn narrows(self) -> bool {
        self.steps <= STEPS
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
        if self.rate >= self.top && lossless {
            self.steps = STEPS + 1;
            return;
        }
        if lossless {
            self.low = self.rate;
        } else {
            self.high = self.rate;
        }
        self.steps += 1;
        self.rate = if self.narrows() { (self.low * self.high).sqrt() } else { self.low };
    }

    /// Takes in a trial of [`Search::rate`] in full length: what was sent, in packets a second, and the share that was lost.
    ///
    /// Up and down for good: the machine's other work takes packets from some trials of any rate, and spares others.
    pub(super) fn hold(&mut self, sent: f64, lost: f64) {
        self.top = self.top.max(sent);
        if lost > 0.0 {
            self.rate *= (1.0 - lost).clamp(LOWEST, LOWER);
        } else {
            self.rate = self.top.min(self.rate * RAISE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::figures::{HOLDS, PASSES};
    use super::*;

    /// The rates of the trials in full length that lost nothing, of a receiver that takes up to `limit`.
    fn passed(top: f64, limit: f64) -> Vec<f64> {
        let mut search = Search::new(limit.min(top), top);
        while search.narrows() {
            search.narrow(search.rate <= limit);
        }
        let mut passed = Vec::new();
        for _ in 0..HOLDS {
            let rate = search.rate;
            search.hold(rate, (1.0 - limit / rate).max(0.0));
            if rate <= limit {
                passed.push(rate);
            }
        }
        passed
    }

    #[test]
    fn what_loses_nothing_at_top_speed_is_held_to_that() {
        assert_eq!(passed(1_000.0, 1_000.0), [1_000.0; HOLDS]);
    }

    #[test]
    fn a_limit_is_found_from_below() {
        for limit in [150.0, 200.0, 555.0, 999.0] {
            let passed = passed(1_000.0, limit);
            let near = passed.iter().filter(|rate| **rate > limit * 0.87).count();
            assert!(near >= PASSES, "{limit}: {passed:?}");
        }
    }

    #[test]
    fn what_always_loses_gets_ever_lower() {
        let mut search = Search::new(100.0, 1_000.0);
        while search.narrows() {
            search.narrow(false);
        }
        assert!((search.rate - 100.0).abs() < 30.0);
        let narrowed = search.rate;
        search.hold(narrowed, 0.001);
        assert!((search.rate / narrowed - LOWER).abs() < 1e-9);
    }

    #[test]
    fn a_disturbance_is_made_good() {
        let mut search = Search::new(100.0, 1_000.0);
        search.narrow(true);
        search.hold(1_000.0, 0.05);
        assert_eq!(search.schedule(), Schedule::Rate(950.0));
        for sent in [950.0, 997.5] {
            search.hold(sent, 0.0);
        }
        assert_eq!(search.schedule(), Schedule::TopSpeed);
    }

    /// A sender that was slower when the search began.
    #[test]
    fn top_speed_is_the_fastest_there_was() {
        let mut search = Search::new(100.0, 1_000.0);
        search.narrow(true);
        search.hold(1_200.0, 0.01);
        assert_eq!(search.schedule(), Schedule::Rate(960.0));
        for sent in [960.0, 960.0 * RAISE] {
            search.hold(sent, 0.0);
        }
        assert!(search.rate > 1_000.0 && search.schedule() == Schedule::Rate(search.rate));
    }

    #[test]
    fn a_rate_far_too_high_is_lowered_by_what_it_lost_at_once() {
        let mut search = Search::new(100.0, 1_000.0);
        search.narrow(true);
        search.hold(1_000.0, 0.15);
        assert_eq!(search.schedule(), Schedule::Rate(850.0));
        search.hold(850.0, 1.0);
        assert_eq!(
            search.schedule(),
            Schedule::Rate(850.0 * LOWEST),
            "all was lost: it is no reason to send nothing"
        );
    }
}
