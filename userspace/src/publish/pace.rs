//! When packets leave: an absolute schedule, so that a late burst never delays the ones after it.

/// Bursts are what is due within this time. Shorter, and the sender spends itself on waking up (a sleep ends
/// some 50 µs late, Linux's timer slack); longer, and bursts outgrow a receiver's rings.
const BURST_NS: u128 = 100_000;

/// Packets of one batch at most: a line gets its whole batch before the next line gets the same, so this also
/// bounds how far one line runs ahead (some 100 µs). Less than 8, and system calls show in the rate.
pub(crate) const BATCH: u64 = 32;

const NS_PER_MILLI: u128 = 1_000_000_000_000;

/// Packets per second and line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// As fast as the machine sends.
    TopSpeed,
    /// So many packets in a thousand seconds: a thousandth of a packet per second is the slowest.
    Milli(u64),
}

impl Rate {
    /// The rate of `per_second` packets a second, 0 being top speed; `None` for what is no rate.
    #[must_use]
    pub fn from_per_second(per_second: f64) -> Option<Self> {
        if per_second == 0.0 {
            return Some(Self::TopSpeed);
        }
        // A billion packets a second is beyond any line; it bounds the arithmetic below.
        (0.001..=1e9).contains(&per_second).then(|| Self::Milli((per_second * 1000.0).round() as u64))
    }

    /// Packets that leave together.
    fn burst(self) -> u64 {
        match self {
            Self::TopSpeed => BATCH,
            Self::Milli(milli) => ((u128::from(milli) * BURST_NS / NS_PER_MILLI) as u64).clamp(1, BATCH),
        }
    }

    /// Packets that must have left `elapsed_ns` after the start.
    #[must_use]
    pub fn due(self, elapsed_ns: u64) -> u64 {
        let Self::Milli(milli) = self else { return u64::MAX };
        let burst = self.burst();
        let bursts = u128::from(elapsed_ns) * u128::from(milli) / (NS_PER_MILLI * u128::from(burst));
        (bursts as u64 + 1).saturating_mul(burst)
    }

    /// When the packet after the first `sent` ones leaves, in ns after the start.
    #[must_use]
    pub fn leaves_at_ns(self, sent: u64) -> u64 {
        let Self::Milli(milli) = self else { return 0 };
        let first_of_burst = u128::from(sent / self.burst() * self.burst());
        (first_of_burst * NS_PER_MILLI).div_ceil(u128::from(milli)).try_into().unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(per_second: f64) -> Rate {
        Rate::from_per_second(per_second).unwrap()
    }

    #[test]
    fn a_packet_is_due_exactly_when_it_leaves() {
        for per_second in [0.001, 0.5, 1.0, 3.0, 9_999.0, 10_000.0, 123_456.789, 1e6, 1e9] {
            let rate = rate(per_second);
            for sent in [0, 1, 2, 31, 32, 33, 1000, 999_999, 123_456_789] {
                let at = rate.leaves_at_ns(sent);
                if at == u64::MAX {
                    continue; // after 584 years
                }
                assert!(rate.due(at) > sent, "{per_second}: packet {sent} is due at {at}");
                assert!(
                    at == 0 || rate.due(at - 1) <= sent,
                    "{per_second}: packet {sent} is due before {at}"
                );
            }
        }
    }

    #[test]
    fn a_day_drifts_by_no_packet() {
        const DAY_NS: u64 = 86_400_000_000_000;
        assert_eq!(rate(1.0).due(DAY_NS), 86_401);
        assert_eq!(rate(300_000.0).due(DAY_NS), 300_000 * 86_400 + 30);
        assert_eq!(rate(1.0 / 3.0).due(DAY_NS), 86_400 * 333 / 1000 + 1);
    }

    #[test]
    fn bursts_are_small() {
        assert_eq!(rate(1000.0).burst(), 1);
        assert_eq!(rate(100_000.0).burst(), 10);
        assert_eq!(rate(10_000_000.0).burst(), BATCH);
        assert_eq!(rate(100_000.0).due(0), 10);
        assert_eq!(rate(100_000.0).due(99_999), 10);
        assert_eq!(rate(100_000.0).due(100_000), 20);
    }

    #[test]
    fn top_speed_never_waits() {
        assert_eq!(rate(0.0), Rate::TopSpeed);
        assert_eq!((Rate::TopSpeed.due(0), Rate::TopSpeed.leaves_at_ns(1 << 60)), (u64::MAX, 0));
    }

    #[test]
    fn nonsense_is_no_rate() {
        for per_second in [-1.0, 0.000_1, 2e9, f64::NAN, f64::INFINITY] {
            assert_eq!(Rate::from_per_second(per_second), None);
        }
    }
}
