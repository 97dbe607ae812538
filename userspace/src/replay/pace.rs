//! When each packet is due. Every schedule is absolute: a packet sent late does not delay the next.

use nix::{
    sys::time::TimeSpec,
    time::{ClockId, ClockNanosleepFlags, clock_gettime, clock_nanosleep},
};
use std::{
    num::NonZeroU64,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

/// Time before a packet is due that is waited spinning: a sleep can overrun by the timer's slack (50 µs) and
/// the way back onto the CPU. Less and packets are late; more and the CPU is kept busy for nothing.
const SPIN_NS: u64 = 120_000;
/// Longest sleep in one go, so that a stop asked for between the check and the sleep is not missed for long.
const SLEEP_NS: u64 = 100_000_000;
/// Bursts a second at least, when a rate is asked for: 50 µs of packets each. Fewer and a burst fills the
/// receiver's ring; more and every packet costs a system call of its own.
const BURSTS_PER_SECOND: u64 = 20_000;
/// Packets in a burst at most: what one system call takes.
const MAX_BURST: u64 = crate::sys::packet_socket::BATCH as u64;

/// The timing of a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// The capture's own: each packet as long after the first as it was captured after it. One whose stamp goes
    /// back is sent at once.
    Capture,
    /// So many packets a second, evenly, in bursts of at most 50 µs.
    Rate(NonZeroU64),
    /// As fast as the interface takes them.
    TopSpeed,
}

/// Assigns every packet the time it is due, relative to the start of the replay.
#[derive(Debug)]
pub(super) struct Schedule {
    pace: Pace,
    /// Packets so far.
    count: u64,
    burst: u64,
    /// Where the current pass starts.
    pass_ns: u64,
    first_stamp_ns: Option<u64>,
    /// Latest due time so far.
    latest_ns: u64,
}

impl Schedule {
    pub(super) fn new(pace: Pace) -> Self {
        let burst = match pace {
            Pace::Rate(rate) => (rate.get() / BURSTS_PER_SECOND).clamp(1, MAX_BURST),
            Pace::Capture | Pace::TopSpeed => 1,
        };
        Self { pace, count: 0, burst, pass_ns: 0, first_stamp_ns: None, latest_ns: 0 }
    }

    /// A pass over the capture begins, where the one before ended.
    pub(super) const fn begin_pass(&mut self) {
        self.pass_ns = self.latest_ns;
        self.first_stamp_ns = None;
    }

    /// When the next packet is due, in ns since the start.
    #[inline]
    pub(super) fn next_ns(&mut self, stamp_ns: u64) -> u64 {
        let due_ns = match self.pace {
            Pace::TopSpeed => return 0,
            Pace::Capture => {
                let first = *self.first_stamp_ns.get_or_insert(stamp_ns);
                self.pass_ns.saturating_add(stamp_ns.saturating_sub(first))
            }
            Pace::Rate(rate) => {
                let opened = self.count - self.count % self.burst;
                self.count += 1;
                let due = u128::from(opened) * 1_000_000_000 / u128::from(rate.get());
                u64::try_from(due).unwrap_or(u64::MAX)
            }
        };
        self.latest_ns = self.latest_ns.max(due_ns);
        due_ns
    }
}

/// The monotonic clock, from a start on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    start: Duration,
}

impl Clock {
    /// Starts now.
    pub(super) fn start() -> nix::Result<Self> {
        Ok(Self { start: clock_gettime(ClockId::CLOCK_MONOTONIC)?.into() })
    }

    /// ns since the start.
    #[inline]
    pub(super) fn now_ns(self) -> nix::Result<u64> {
        let now = Duration::from(clock_gettime(ClockId::CLOCK_MONOTONIC)?);
        Ok(u64::try_from(now.saturating_sub(self.start).as_nanos()).unwrap_or(u64::MAX))
    }

    /// Waits until `due_ns` since the start; false if `stop` was set before. Says what time it is by then.
    pub(super) fn wait(self, due_ns: u64, stop: &AtomicBool) -> nix::Result<(u64, bool)> {
        loop {
            let now_ns = self.now_ns()?;
            if stop.load(Ordering::Relaxed) {
                return Ok((now_ns, false));
            }
            let Some(left_ns) = due_ns.checked_sub(now_ns).filter(|left| *left > 0) else {
                return Ok((now_ns, true));
            };
            if left_ns > SPIN_NS {
                self.sleep_until(now_ns + (left_ns - SPIN_NS).min(SLEEP_NS));
            } else {
                std::hint::spin_loop();
            }
        }
    }

    fn sleep_until(self, until_ns: u64) {
        let until = TimeSpec::from_duration(self.start.saturating_add(Duration::from_nanos(until_ns)));
        // An early end, by a signal, is what the caller's loop is for.
        clock_nanosleep(ClockId::CLOCK_MONOTONIC, ClockNanosleepFlags::TIMER_ABSTIME, &until).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(rate: u64) -> Schedule {
        Schedule::new(Pace::Rate(NonZeroU64::new(rate).unwrap()))
    }

    #[test]
    fn the_captures_own_timing_does_not_drift_and_goes_on_over_passes() {
        let mut schedule = Schedule::new(Pace::Capture);
        for _ in 0..2 {
            let start = schedule.latest_ns;
            schedule.begin_pass();
            let due: Vec<_> = [1_000, 1_500, 1_200, 900, 4_000].map(|ns| schedule.next_ns(ns)).to_vec();
            assert_eq!(due, [0, 500, 200, 0, 3_000].map(|ns| start + ns));
        }
        assert_eq!(schedule.latest_ns, 6_000);
    }

    #[test]
    fn stamps_far_apart_do_not_overflow() {
        let mut schedule = Schedule::new(Pace::Capture);
        schedule.begin_pass();
        assert_eq!([0, u64::MAX].map(|ns| schedule.next_ns(ns)), [0, u64::MAX]);
        schedule.begin_pass();
        assert_eq!([0, u64::MAX].map(|ns| schedule.next_ns(ns)), [u64::MAX, u64::MAX]);
    }

    #[test]
    fn a_rate_is_kept_exactly_in_small_bursts() {
        let mut slow = rate(1_000);
        assert_eq!([(); 3].map(|()| slow.next_ns(7)), [0, 1_000_000, 2_000_000]);
        let mut fast = rate(300_000);
        let due: Vec<_> = (0..300_001).map(|_| fast.next_ns(0)).collect();
        assert_eq!((due[14], due[15], due[300_000]), (0, 50_000, 1_000_000_000));
        let mut fastest = rate(100_000_000);
        let due: Vec<_> = (0..65).map(|_| fastest.next_ns(0)).collect();
        assert_eq!((due[63], due[64]), (0, 640));
    }

    #[test]
    fn waiting_ends_by_time_or_by_request() {
        let clock = Clock::start().unwrap();
        let (now_ns, on_time) = clock.wait(300_000, &AtomicBool::new(false)).unwrap();
        assert!(on_time && now_ns >= 300_000);
        let (_, on_time) = clock.wait(u64::MAX, &AtomicBool::new(true)).unwrap();
        assert!(!on_time);
    }
}
