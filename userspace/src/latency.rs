//! Latency from the XDP program's stamp to the moment a packet's messages were with the sink.

use histogram::{Config, Error, Histogram};
use serde::Serialize;

use crate::sys::prefetch::prefetch;

/// Times are told apart up to 2^34 ns, 17 s; a percentile among longer ones is told as the longest.
const HIGHEST_BITS: u8 = 34;

const HIGHEST: u64 = (1 << HIGHEST_BITS) - 1;

/// A power of two is divided by so many: 32 keep a histogram at 7.5 KiB, within 3.2 %. There is one of each channel. Lower:
/// less exact. Higher: of a thousand channels more cache lines are in use than the processor has near.
const FINE: Result<Config, Error> = Config::new(5, HIGHEST_BITS);

/// The same for [`Latency::coarse`]: 16, 4 KiB, within 6.3 %.
const COARSE: Result<Config, Error> = Config::new(4, HIGHEST_BITS);

/// A bounded histogram of times in ns.
#[derive(Clone, Debug)]
pub struct Latency {
    histogram: Histogram,
    max: u64,
}

/// What a summary shows of it, in ns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Percentiles {
    /// Median.
    pub p50: u64,
    /// 99 %.
    pub p99: u64,
    /// 99.9 %.
    pub p999: u64,
    /// The longest.
    pub max: u64,
    /// Packets measured.
    pub count: u64,
}

impl Latency {
    /// An empty histogram.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "kilobytes are not made in passing")]
    pub fn new() -> Self {
        Self::divided(FINE)
    }

    /// An empty one, for what there are many of and a rough figure says enough of.
    #[must_use]
    pub fn coarse() -> Self {
        Self::divided(COARSE)
    }

    fn divided(config: Result<Config, Error>) -> Self {
        let config = config.expect("the divisions are constants that a histogram takes");
        Self { histogram: Histogram::with_config(&config), max: 0 }
    }

    /// Adds what another has measured, which is divided as this one.
    pub fn add(&mut self, other: &Self) {
        self.histogram.checked_add_assign(&other.histogram).expect("they are divided alike");
        self.max = self.max.max(other.max);
    }

    /// Forgets what was measured.
    pub fn clear(&mut self) {
        self.histogram.reset();
        self.max = 0;
    }

    /// Adds one packet that took `ns`.
    #[inline]
    pub fn record(&mut self, ns: u64) {
        self.max = self.max.max(ns);
        let recorded = self.histogram.increment(ns.min(HIGHEST));
        debug_assert_eq!(recorded, Ok(()), "no time is above the highest");
    }

    /// A packet that took `ns` is to be added soon: has its place brought near.
    #[inline]
    pub(crate) fn foresee(&self, ns: u64) {
        prefetch(self.histogram.as_slice().as_ptr().wrapping_add(self.place(ns)).addr());
    }

    /// Where the histogram counts `ns`, as it finds it itself. Were it to count elsewhere, nothing would be wrong but slower.
    #[inline]
    fn place(&self, ns: u64) -> usize {
        let (ns, power) = (ns.min(HIGHEST), self.histogram.config().grouping_power());
        let shift = (ns | 1).ilog2().saturating_sub(power.into());
        ((u64::from(shift) << power) + (ns >> shift)) as usize
    }

    /// Packets measured.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.histogram.as_slice().iter().sum()
    }

    /// What so large a share of the packets did not exceed; `None` when nothing was measured.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<u64> {
        let count = self.count();
        (count > 0).then(|| self.reached(rank(share, count)))
    }

    /// The figures; `None` when nothing was measured.
    #[must_use]
    pub fn percentiles(&self) -> Option<Percentiles> {
        let count = self.count();
        let of = |share| self.reached(rank(share, count));
        (count > 0).then(|| Percentiles {
            p50: of(0.5),
            p99: of(0.99),
            p999: of(0.999),
            max: self.max,
            count,
        })
    }

    /// What the shortest `rank` did not exceed. Allocates nothing, unlike the histogram's own quantiles: workers ask.
    fn reached(&self, rank: u64) -> u64 {
        let mut shorter = 0;
        let bucket = self.histogram.iter().find(|bucket| {
            shorter += bucket.count();
            shorter >= rank
        });
        bucket.filter(|bucket| bucket.end() < HIGHEST).map_or(self.max, |bucket| bucket.end().min(self.max))
    }
}

/// How many of `count` are such a share of them: at least one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a share of a count; that of a count above 2^53 is rounded"
)]
fn rank(share: f64, count: u64) -> u64 {
    ((share * count as f64).ceil() as u64).clamp(1, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(mut latency: Latency, times: &[u64]) -> Latency {
        times.iter().for_each(|ns| latency.record(*ns));
        latency
    }

    #[test]
    fn a_quantile_is_the_exact_one_or_up_to_a_bucket_more() {
        bolero::check!().with_type::<(Vec<u64>, u8, u16)>().for_each(|(times, short_by, parts)| {
            let mut times: Vec<u64> =
                times.iter().map(|ns| ns >> (short_by % 34) >> (64 - HIGHEST_BITS)).collect();
            if times.is_empty() {
                return;
            }
            let (fine, coarse) = (of(Latency::new(), &times), of(Latency::coarse(), &times));
            times.sort_unstable();
            let parts = usize::from(parts % 1025);
            let rank = (parts * times.len()).div_ceil(1024).max(1);
            let exact = times[rank - 1];
            for (latency, divisions) in [(fine, 32), (coarse, 16)] {
                let share = parts as f64 / 1024.0; // exact
                let told = latency.quantile(share).unwrap();
                assert!((exact..=exact + exact / divisions).contains(&told), "{share}: {told}, not {exact}");
            }
        });
    }

    #[test]
    fn what_is_added_is_as_if_it_was_recorded() {
        bolero::check!().with_type::<(Vec<u64>, Vec<u64>)>().for_each(|(one, other)| {
            let mut sum = of(Latency::new(), one);
            sum.add(&of(Latency::new(), other));
            let both = of(of(Latency::new(), one), other);
            assert_eq!(sum.percentiles(), both.percentiles());
        });
    }

    #[test]
    fn a_time_is_counted_where_it_was_brought_near() {
        for power in 0..64 {
            for ns in [(1 << power) - 1, 1 << power, (1 << power) + 1, u64::MAX] {
                for mut latency in [Latency::new(), Latency::coarse()] {
                    latency.record(ns);
                    assert_eq!(latency.histogram.as_slice()[latency.place(ns)], 1, "{ns}");
                }
            }
        }
    }

    #[test]
    fn a_percentile_among_the_longest_times_is_the_longest() {
        let mut latency = Latency::new();
        assert_eq!(latency.percentiles(), None);
        latency.record(u64::MAX);
        let max = u64::MAX;
        let all = Percentiles { p50: max, p99: max, p999: max, max, count: 1 };
        assert_eq!(latency.percentiles(), Some(all));
        latency.clear();
        assert_eq!((latency.count(), latency.quantile(0.5)), (0, None));
    }
}
