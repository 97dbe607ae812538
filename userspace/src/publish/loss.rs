//! Loss on purpose: which packets a line leaves out.

use super::dice::{Dice, Purpose};

/// A share of packets, in units of 2⁻³²: exact to within 1 packet in 4 billion, and the same on every machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u64);

impl Share {
    /// The share that `percent` names; `None` unless it lies in 0..=100.
    #[must_use]
    pub fn from_percent(percent: f64) -> Option<Self> {
        // Division and multiplication are exact IEEE 754 operations: no machine rounds them differently.
        (0.0..=100.0).contains(&percent).then(|| Self((percent / 100.0 * 4_294_967_296.0).round() as u64))
    }
}

/// One line's losses: each packet is lost or not, independently of the others and of every other line.
#[derive(Clone, Debug)]
pub(crate) struct Loss {
    share: Share,
    dice: Dice,
}

impl Loss {
    pub(crate) fn new(share: Share, seed: u64, line: usize) -> Self {
        Self { share, dice: Dice::new(seed, Purpose::Loss(line)) }
    }

    /// Whether the next packet is lost. Always one draw, so that a higher share loses the same packets and more.
    #[inline]
    pub(crate) fn loses(&mut self) -> bool {
        u64::from(self.dice.bits()) < self.share.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(percent: f64, seed: u64, line: usize) -> Vec<bool> {
        let mut loss = Loss::new(Share::from_percent(percent).unwrap(), seed, line);
        (0..1_000_000).map(|_| loss.loses()).collect()
    }

    fn count(lost: &[bool]) -> usize {
        lost.iter().filter(|lost| **lost).count()
    }

    #[test]
    fn a_percentage_is_met() {
        // A million draws at 1 % scatter by 100 packets (one standard deviation); allowed are five.
        for line in 0..4 {
            assert!(count(&lost(1.0, 1, line)).abs_diff(10_000) < 500);
        }
        assert_eq!(count(&lost(0.0, 1, 0)), 0);
        assert_eq!(count(&lost(100.0, 1, 0)), 1_000_000);
        assert_eq!(lost(1.0, 1, 0), lost(1.0, 1, 0));
    }

    #[test]
    fn lines_lose_independently_and_seeds_differ() {
        let both = |x: &[bool], y: &[bool]| x.iter().zip(y).filter(|(x, y)| **x && **y).count();
        let a = lost(10.0, 1, 0);
        // Independent lines lose 1 % on both: 10,000 ± 5 × 100.
        assert!(both(&a, &lost(10.0, 1, 1)).abs_diff(10_000) < 500);
        assert!(both(&a, &lost(10.0, 2, 0)).abs_diff(10_000) < 500);
        // Neighbouring packets of one line too.
        assert!(both(&a, &a[1..]).abs_diff(10_000) < 500);
    }

    #[test]
    fn more_loss_keeps_what_less_lost() {
        let (some, more) = (lost(1.0, 3, 0), lost(2.0, 3, 0));
        assert!(some.iter().zip(&more).all(|(some, more)| !some || *more));
    }

    #[test]
    fn nonsense_is_no_share() {
        for percent in [-0.1, 100.1, f64::NAN, f64::INFINITY] {
            assert_eq!(Share::from_percent(percent), None);
        }
    }
}
