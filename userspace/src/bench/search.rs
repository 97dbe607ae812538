//! The highest rate at which nothing is lost: found by halving, then held to it.

use std::time::Duration;

use super::generator::Schedule;

/// Parts of the top speed that the search tells apart.
const STEPS: u32 = 4;

/// Times a rate has to pass.
pub(super) const TRIALS: u32 = 3;

/// Short trials that may lose until a rate counts as too high. One: what else the machine does moves the search to the
/// lower half for good. More: rates that are too high take that many times as long.
const SHORT_CHANCES: u32 = 2;

/// Trials in full length that may lose until a rate is lowered: the machine's other work takes packets from some trials of
/// any rate. One: the rate is that of the calmest seconds. More: rates that are too high take that many times as long.
const CHANCES: u32 = 3;

/// The same of a rate that has not passed a trial yet.
const FIRST_CHANCES: u32 = 2;

/// Time's worth of packets lost in a trial in full length that lowers a rate at once: more than one disturbance takes here.
/// Lower: a disturbance lowers a rate. Higher: a rate that is too high gets all its chances.
const TOO_FAST: Duration = Duration::from_millis(10);

/// What a rate that lost is lowered by at least. Lower: more trials until one passes. Higher: more of the rate is given away.
const LOWER: f64 = 0.96;

/// What a rate is lowered to at least at once: a receiver that is overrun loses more than what came too fast. Lower: it is
/// lowered by all of that. Higher: trials until it is low enough.
const LOWEST: f64 = 0.8;

/// The search for one path's rate.
#[derive(Clone, Copy, Debug)]
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
    /// Trials of this rate that lost something.
    pub(super) failed: u32,
}

impl Search {
    /// A search up to `top` packets a second; `least` are surely not lost.
    #[must_use]
    pub(super) fn new(least: f64, top: f64) -> Self {
        Self { low: least, high: top, steps: 0, rate: top, at_top: true, passed: 0, failed: 0 }
    }

    /// How to send the next trial.
    #[must_use]
    pub(super) const fn schedule(&self) -> Schedule {
        if self.at_top { Schedule::TopSpeed } else { Schedule::Rate(self.rate) }
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

    /// Takes in a trial of [`Search::rate`] in full length, `time`, in which so large a share was lost.
    pub(super) fn hold(&mut self, lost: f64, time: Duration) {
        if lost <= 0.0 {
            self.passed += 1;
            return;
        }
        self.failed += 1;
        let chances = if self.passed == 0 { FIRST_CHANCES } else { CHANCES };
        if time.mul_f64(lost) > TOO_FAST || self.failed >= chances {
            (self.passed, self.failed, self.at_top) = (0, 0, false);
            self.rate *= LOWER.min((1.0 - lost).max(LOWEST));
        }
    }

    /// Whether the rate has had no trial in full length yet.
    #[must_use]
    pub(super) const fn begins(&self) -> bool {
        self.passed == 0 && self.failed == 0
    }

    /// Whether so many trials more are of use: the rate may pass all it has to, and has not yet.
    #[must_use]
    pub(super) const fn wants(&self, left: u32) -> bool {
        !self.is_over() && self.passed + left >= TRIALS
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

    const TRIAL: Duration = Duration::from_secs(2);

    /// A receiver that loses nothing up to a rate.
    fn found(least: f64, top: f64, limit: f64) -> (f64, u32) {
        let mut search = Search::new(least, top);
        let mut trials = 0;
        while search.narrows() {
            search.narrow(search.rate <= limit);
            trials += 1;
        }
        while !search.is_over() {
            search.hold((1.0 - limit / search.rate).max(0.0), TRIAL);
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
        let narrowed = search.rate;
        for _ in 0..FIRST_CHANCES {
            search.hold(0.001, TRIAL);
        }
        assert!((search.rate / narrowed - LOWER).abs() < 1e-9 && !search.is_over());
        assert!(search.wants(TRIALS) && !search.wants(TRIALS - 1), "it has to pass all its trials yet");
    }

    #[test]
    fn a_disturbance_takes_nothing_off_a_rate() {
        let mut search = Search::new(100.0, 1_000.0);
        search.narrow(false);
        search.narrow(true);
        for lost in [0.001, 0.0, 0.0, 0.004, 0.0] {
            assert!(!search.is_over());
            search.hold(lost, TRIAL);
        }
        assert_eq!((search.rate, search.failed, search.is_over()), (1_000.0, 2, true));
    }

    #[test]
    fn a_rate_far_too_high_is_lowered_by_what_it_lost_at_once() {
        let mut search = Search::new(100.0, 1_000.0);
        search.narrow(true);
        search.hold(0.15, TRIAL);
        assert_eq!(search.schedule(), Schedule::Rate(850.0));
        search.hold(1.0, TRIAL);
        assert_eq!(
            search.schedule(),
            Schedule::Rate(850.0 * LOWEST),
            "all was lost: it is no reason to send nothing"
        );
    }
}
