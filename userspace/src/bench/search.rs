//! The highest rate at which nothing is lost: found by halving, then held to it.

use super::generator::Schedule;

/// Parts of the top speed that the search tells apart.
const STEPS: u32 = 5;

/// Times a rate has to pass.
pub(super) const TRIALS: u32 = 3;

/// What a rate that lost is lowered by. Lower: more trials until one passes. Higher: more of the rate is given away.
const LOWER: f64 = 0.96;

/// The search for one path's rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Search {
    low: f64,
    high: f64,
    steps: u32,
    /// The rate to be tried next.
    pub(super) rate: f64,
    /// Nothing was lost at top speed: what is tried is that.
    at_top: bool,
    /// Trials it has passed, once it is found.
    passed: u32,
}

impl Search {
    /// A search up to `top` packets a second; `least` are surely not lost.
    #[must_use]
    pub(super) fn new(least: f64, top: f64) -> Self {
        Self { low: least, high: top, steps: 0, rate: top, at_top: true, passed: 0 }
    }

    /// How to send the next trial.
    #[must_use]
    pub(super) const fn schedule(&self) -> Schedule {
        if self.at_top { Schedule::TopSpeed } else { Schedule::Rate(self.rate) }
    }

    /// Whether short trials are still to narrow it down.
    #[must_use]
    pub(super) const fn narrows(&self) -> bool {
        self.steps <= STEPS
    }

    /// Takes in a short trial of [`Search::rate`].
    pub(super) fn narrow(&mut self, lossless: bool) {
        if self.at_top && lossless {
            self.steps = STEPS + 1;
            return;
        }
        self.at_top = false;
        if lossless {
            self.low = self.rate;
        } else {
            self.high = self.rate;
        }
        self.steps += 1;
        self.rate = if self.narrows() { f64::midpoint(self.low, self.high) } else { self.low };
    }

    /// Takes in a trial of [`Search::rate`] in full length.
    pub(super) fn hold(&mut self, lossless: bool) {
        if lossless {
            self.passed += 1;
        } else {
            (self.passed, self.at_top) = (0, false);
            self.rate *= LOWER;
        }
    }

    /// Whether the rate has passed none of its trials yet.
    #[must_use]
    pub(super) const fn begins(&self) -> bool {
        self.passed == 0
    }

    /// Whether the rate has passed all its trials.
    #[must_use]
    pub(super) const fn is_over(&self) -> bool {
        self.passed >= TRIALS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A receiver that loses nothing up to a rate.
    fn found(least: f64, top: f64, limit: f64) -> (f64, u32) {
        let mut search = Search::new(least, top);
        let mut trials = 0;
        while search.narrows() {
            search.narrow(search.rate <= limit);
            trials += 1;
        }
        while !search.is_over() {
            search.hold(search.rate <= limit);
            trials += 1;
        }
        (search.rate, trials)
    }

    #[test]
    fn what_loses_nothing_at_top_speed_is_held_to_that() {
        assert_eq!(found(100.0, 1_000.0, 1_000.0), (1_000.0, 1 + TRIALS));
    }

    #[test]
    fn a_limit_is_found_from_below() {
        for limit in [200.0, 555.0, 999.0] {
            let (rate, _) = found(100.0, 1_000.0, limit);
            assert!(rate <= limit && rate > limit - 900.0 / 16.0, "{limit}: {rate}");
        }
    }

    #[test]
    fn what_always_loses_gets_ever_lower() {
        let mut search = Search::new(100.0, 1_000.0);
        while search.narrows() {
            search.narrow(false);
        }
        assert!((search.rate - 100.0).abs() < 30.0);
        for _ in 0..10 {
            search.hold(false);
        }
        assert!(search.rate < 100.0 && !search.is_over());
    }
}
