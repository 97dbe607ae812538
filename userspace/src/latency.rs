//! Latency from the XDP program's stamp to the moment a packet's messages were with the sink.

use std::mem::offset_of;

use histogram::{Config, Error, Histogram};
use serde::Serialize;

/// Times are told apart up to 2^34 ns, 17 s; a percentile among longer ones is told as the longest.
const HIGHEST_BITS: u8 = 34;

const HIGHEST: u64 = (1 << HIGHEST_BITS) - 1;

/// Bits of a time that are told apart below its highest: 5 divide a power of two by 32, within 3.2 %, and make a histogram 7.5 KiB
/// and its bytes 1 KiB. There is one of each channel. Lower: less exact. Higher: of a thousand channels more cache lines are in
/// use than the processor has near.
const FINE_BITS: u8 = 5;

const FINE: Result<Config, Error> = Config::new(FineBits::Fine as u8, HIGHEST_BITS);

/// The same for [`Latency::coarse`]: 16, within 6.3 %, 4 KiB, and half of the bytes are of no use.
const COARSE: Result<Config, Error> = Config::new(FineBits::Coarse as u8, HIGHEST_BITS);

/// Places of the finer histogram.
const PLACES: usize = match FINE {
    Ok(config) => config.total_buckets(),
    Err(_) => 0,
};

/// A bounded histogram of times in ns.
///
/// Times are counted in bytes, and 256 at once in the histogram: of a thousand channels the bytes in use mostly stay in
/// the second-level cache and lie on few pages, the histograms do neither (docs/performance.md#linear).
#[derive(Clone, Debug)]
#[repr(C)] // what every time needs lies at the end, beside what every datagram needs of its channel
pub struct Latency {
    /// What the histogram has not been told, by its places.
    untold: [u8; PLACES],
    histogram: Box<Histogram>,
    max: u64,
    fine_bits: FineBits,
}

/// The same bits of one histogram, beside what every time needs. Of all its fields this has the most values that are none: where
/// there may be no histogram, here is noted whether there is.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
enum FineBits {
    Coarse = FINE_BITS - 1,
    Fine = FINE_BITS,
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
    /// Where in it lies what every time needs, but for the byte that counts it.
    pub(crate) const NEAR: usize = offset_of!(Self, max);

    /// An empty histogram.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "kilobytes are not made in passing")]
    pub fn new() -> Self {
        Self::divided(FineBits::Fine, FINE)
    }

    /// An empty one, for what there are many of and a rough figure says enough of.
    #[must_use]
    pub fn coarse() -> Self {
        Self::divided(FineBits::Coarse, COARSE)
    }

    fn divided(fine_bits: FineBits, config: Result<Config, Error>) -> Self {
        let config = config.expect("the divisions are constants that a histogram takes");
        let histogram = Box::new(Histogram::with_config(&config));
        Self { untold: [0; PLACES], max: 0, fine_bits, histogram }
    }

    /// Adds what another has measured, which is divided as this one.
    pub fn add(&mut self, other: &Self) {
        self.histogram.checked_add_assign(&other.histogram).expect("they are divided alike");
        for (mine, untold) in self.histogram.as_mut_slice().iter_mut().zip(&other.untold) {
            *mine += u64::from(*untold);
        }
        self.max = self.max.max(other.max);
    }

    /// Forgets what was measured.
    pub fn clear(&mut self) {
        self.untold.fill(0);
        self.histogram.reset();
        self.max = 0;
    }

    /// Adds one packet that took `ns`.
    #[inline]
    pub fn record(&mut self, ns: u64) {
        self.max = self.max.max(ns);
        let place = self.place(ns);
        let untold = &mut self.untold[place];
        *untold = untold.wrapping_add(1);
        if *untold == 0 {
            self.tell(place);
        }
    }

    #[cold]
    #[inline(never)]
    fn tell(&mut self, place: usize) {
        self.histogram.as_mut_slice()[place] += u64::from(u8::MAX) + 1;
    }

    /// Where the histogram counts `ns`.
    #[inline]
    fn place(&self, ns: u64) -> usize {
        let ns = ns.min(HIGHEST);
        let fine_bits = self.fine_bits as u32;
        let shift = (ns | 1).ilog2().saturating_sub(fine_bits);
        ((u64::from(shift) << fine_bits) + (ns >> shift)) as usize
    }

    /// Packets counted at each place.
    fn counts(&self) -> impl Iterator<Item = u64> {
        self.histogram.as_slice().iter().zip(&self.untold).map(|(told, untold)| told + u64::from(*untold))
    }

    /// Packets measured.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts().sum()
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
        let bucket = self.histogram.iter().zip(self.counts()).find(|(_, count)| {
            shorter += count;
            shorter >= rank
        });
        bucket
            .map(|(bucket, _)| bucket)
            .filter(|bucket| bucket.end() < HIGHEST)
            .map_or(self.max, |bucket| bucket.end().min(self.max))
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
    fn a_time_is_counted_where_the_histogram_has_it() {
        for power in 0..64 {
            for ns in [(1 << power) - 1, 1 << power, (1 << power) + 1, u64::MAX] {
                for latency in [Latency::new(), Latency::coarse()] {
                    let mut histogram = latency.histogram.clone();
                    histogram.increment(ns.min(HIGHEST)).unwrap();
                    let latency = of(latency, &[ns]);
                    assert!(latency.counts().eq(histogram.as_slice().iter().copied()), "{ns}");
                }
            }
        }
    }

    #[test]
    fn more_are_counted_than_a_byte_holds() {
        for count in [255, 256, 257, 511, 512, 10_000] {
            for empty in [Latency::new(), Latency::coarse()] {
                let mut histogram = empty.histogram.clone();
                histogram.add(1_000, count).unwrap();
                histogram.add(50_000, 3 * count).unwrap();
                let times: Vec<_> =
                    (0..4 * count).map(|nth| if nth % 4 == 0 { 1_000 } else { 50_000 }).collect();
                let mut latency = of(empty, &times);
                assert!(latency.counts().eq(histogram.as_slice().iter().copied()), "{count}");
                latency.add(&latency.clone());
                assert!(latency.counts().eq(histogram.as_slice().iter().map(|told| 2 * told)), "{count}");
                latency.clear();
                assert_eq!(latency.count(), 0);
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
