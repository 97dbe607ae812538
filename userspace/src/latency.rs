//! Latency from the XDP program's stamp to the moment a packet's messages were with the sink.

use hdrhistogram::Histogram;
use serde::Serialize;

/// Longest latency told apart, 10 s in ns; longer ones count as this.
const HIGHEST_NS: u64 = 10_000_000_000;

/// Significant decimal digits: 2 keep a histogram at 28 KB, within 1 %. There is one of each channel; with 3 it would be
/// 200 KB.
const DIGITS: u8 = 2;

/// A bounded histogram of latencies in ns.
#[derive(Clone, Debug)]
pub struct Latency {
    histogram: Histogram<u64>,
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
    #[expect(clippy::new_without_default, reason = "28 KB are not made in passing")]
    pub fn new() -> Self {
        let histogram = Histogram::new_with_bounds(1, HIGHEST_NS, DIGITS);
        Self { histogram: histogram.expect("the bounds are constants that a histogram takes") }
    }

    /// Adds what another has measured.
    pub fn add(&mut self, other: &Self) {
        self.histogram.add(&other.histogram).expect("all have the same bounds");
    }

    /// Forgets what was measured.
    pub fn clear(&mut self) {
        self.histogram.reset();
    }

    /// Adds one packet that took `ns`.
    #[inline]
    pub fn record(&mut self, ns: u64) {
        self.histogram.saturating_record(ns.max(1));
    }

    /// Packets measured.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.histogram.len()
    }

    /// What so large a share of the packets did not exceed; `None` when nothing was measured.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<u64> {
        (!self.histogram.is_empty()).then(|| self.histogram.value_at_quantile(share))
    }

    /// The figures; `None` when nothing was measured.
    #[must_use]
    pub fn percentiles(&self) -> Option<Percentiles> {
        let histogram = &self.histogram;
        (!histogram.is_empty()).then(|| Percentiles {
            p50: histogram.value_at_quantile(0.5),
            p99: histogram.value_at_quantile(0.99),
            p999: histogram.value_at_quantile(0.999),
            max: histogram.max(),
            count: histogram.len(),
        })
    }
}
