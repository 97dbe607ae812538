//! The clocks receive stamps can be of.

use nix::time::{ClockId, clock_gettime};

/// A clock of the kernel's that XDP programs and processes can both read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Clock {
    /// `CLOCK_MONOTONIC`: never steps, and means nothing on another host.
    #[default]
    Monotonic,
    /// `CLOCK_TAI`: as UTC without leap seconds, as far as this host's clock is right. Steps when the host's is set.
    /// XDP programs can read it since Linux 6.1.
    Tai,
}

impl Clock {
    /// As `--clock` takes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Monotonic => "monotonic",
            Self::Tai => "tai",
        }
    }

    /// Its time in ns.
    #[must_use]
    #[inline]
    pub fn now_ns(self) -> u64 {
        read_ns(match self {
            Self::Monotonic => ClockId::CLOCK_MONOTONIC,
            Self::Tai => ClockId::CLOCK_TAI,
        })
    }

    /// What its stamps are ahead of UTC by, in ns; `None` for a clock that means nothing on another host.
    ///
    /// TAI is ahead of UTC by whole seconds: 37 since 2017, and 0 on a host whose kernel was never told.
    #[must_use]
    pub fn ahead_of_utc_ns(self) -> Option<i64> {
        match self {
            Self::Monotonic => None,
            Self::Tai => {
                let (tai, utc) = (Self::Tai.now_ns(), read_ns(ClockId::CLOCK_REALTIME));
                let apart = i64::try_from(tai).ok()?.checked_sub(i64::try_from(utc).ok()?)?;
                // The clocks are read one after the other, far less than half a second apart.
                Some(apart.saturating_add(SECOND / 2).div_euclid(SECOND) * SECOND)
            }
        }
    }
}

/// ns.
const SECOND: i64 = 1_000_000_000;

#[inline]
fn read_ns(clock: ClockId) -> u64 {
    // Linux has had these clocks since 2.6 and 3.10; a failure would show as a stamp of 0 rather than as a panic.
    clock_gettime(clock).map_or(0, |time| time.tv_sec() as u64 * SECOND as u64 + time.tv_nsec() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tai_is_ahead_of_utc_by_whole_seconds() {
        let ahead = Clock::Tai.ahead_of_utc_ns().unwrap();
        assert_eq!(ahead % SECOND, 0);
        assert!((0..=60 * SECOND).contains(&ahead), "{ahead}");
        assert_eq!(Clock::Monotonic.ahead_of_utc_ns(), None);
    }
}
