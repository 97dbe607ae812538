//! Time in the simulated day: nanoseconds since midnight, never going back.

use super::dice::Dice;

const SECOND_NS: u64 = 1_000_000_000;
const MINUTE_NS: u64 = 60 * SECOND_NS;
const HOUR_NS: u64 = 60 * MINUTE_NS;

/// Start of messages.
pub(crate) const MESSAGES_NS: u64 = 3 * HOUR_NS;
/// Start of system hours.
pub(crate) const SYSTEM_NS: u64 = 4 * HOUR_NS;
/// Imbalances before the opening cross.
pub(crate) const IMBALANCE_NS: u64 = 9 * HOUR_NS + 28 * MINUTE_NS;
/// Start of market hours.
pub(crate) const MARKET_NS: u64 = 9 * HOUR_NS + 30 * MINUTE_NS;
/// End of market hours.
pub(crate) const MARKET_END_NS: u64 = 16 * HOUR_NS;
/// End of system hours.
pub(crate) const SYSTEM_END_NS: u64 = 20 * HOUR_NS;
/// End of messages.
pub(crate) const MESSAGES_END_NS: u64 = 20 * HOUR_NS + 5 * MINUTE_NS;

/// The exchange's clock.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    now_ns: u64,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self { now_ns: MESSAGES_NS }
    }

    pub(crate) fn now_ns(&self) -> u64 {
        self.now_ns
    }

    /// Moves on to a time of the day, unless it is past already.
    pub(crate) fn reach(&mut self, time_ns: u64) {
        self.now_ns = self.now_ns.max(time_ns);
    }

    /// Moves on to the next event: events come in bursts some 600 ns apart, with pauses of up to 130 µs between
    /// them. On average 11 µs, so market hours last for two billion messages; a longer feed stays at their last
    /// nanosecond.
    pub(crate) fn tick(&mut self, dice: &mut Dice) {
        let bits = dice.bits();
        let step = if bits & 3 != 0 {
            100 + u64::from(bits >> 22)
        } else {
            let x = u64::from(bits >> 16);
            100 + ((x * x) >> 15)
        };
        let end = if self.now_ns < MARKET_NS { u64::MAX } else { MARKET_END_NS - 1 };
        self.now_ns = (self.now_ns + step).min(end.max(self.now_ns));
    }
}

#[cfg(test)]
mod tests {
    use super::{super::dice::Purpose, *};

    #[test]
    fn time_never_goes_back_and_trading_ends_before_the_close() {
        let mut dice = Dice::new(1, Purpose::Flow);
        let mut clock = Clock::new();
        clock.reach(MARKET_END_NS - 1_000_000);
        let mut before = clock.now_ns();
        for _ in 0..100_000 {
            clock.tick(&mut dice);
            assert!(clock.now_ns() >= before);
            before = clock.now_ns();
        }
        assert_eq!(before, MARKET_END_NS - 1);
        clock.reach(SYSTEM_NS);
        assert_eq!(clock.now_ns(), before);
    }
}
