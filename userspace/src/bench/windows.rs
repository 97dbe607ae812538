//! Latencies, kept apart by the twentieth of a second.

use crate::latency::Latency;

/// What latencies are kept apart by: what disturbs a machine now and then is in some of these, and not in the calmest.
/// Shorter: p99 of 20,000 packets/s is that of a handful. Longer: something is in every one, and runs do not agree.
const WINDOW_NS: u64 = 50_000_000;

/// Latencies, window by window.
#[derive(Debug, Default)]
pub(super) struct Windows {
    latencies: Vec<Latency>,
    /// When the last of them is over.
    until_ns: u64,
}

impl Windows {
    /// Adds a packet that took `ns` and was there at `now_ns`.
    pub(super) fn record(&mut self, now_ns: u64, ns: u64) {
        if now_ns >= self.until_ns {
            self.latencies.push(Latency::new());
            self.until_ns = now_ns + WINDOW_NS;
        }
        if let Some(latency) = self.latencies.last_mut() {
            latency.record(ns);
        }
    }

    /// Each of them; a last one with not half as many packets as the one before is part of that.
    #[must_use]
    pub(super) fn ended(mut self) -> Vec<Latency> {
        if let [.., before, last] = self.latencies.as_mut_slice()
            && last.count() < before.count() / 2
        {
            before.add(last);
            self.latencies.pop();
        }
        self.latencies
    }
}

/// A quantile of all windows together.
#[must_use]
pub(super) fn of_all<'a>(windows: impl IntoIterator<Item = &'a Latency>, quantile: f64) -> Option<u64> {
    let mut all = Latency::new();
    windows.into_iter().for_each(|window| all.add(window));
    all.quantile(quantile)
}

/// The least that a quantile is in one of the windows.
#[must_use]
pub(super) fn of_calmest<'a>(windows: impl IntoIterator<Item = &'a Latency>, quantile: f64) -> Option<u64> {
    windows.into_iter().filter_map(|window| window.quantile(quantile)).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_are_kept_by_the_twentieth_of_a_second() {
        let mut windows = Windows::default();
        for packet in 0..105 {
            windows.record(1 + packet * WINDOW_NS / 50, 10 * (packet / 50 + 1));
        }
        let counts: Vec<_> = windows.ended().iter().map(|each| (each.count(), each.quantile(1.0))).collect();
        assert_eq!(counts, [(50, Some(10)), (55, Some(30))], "the last five belong to the second");
    }
}
