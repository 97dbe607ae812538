//! Latency from the XDP program's stamp to the moment a packet's messages were with the sink.

use hdrhistogram::Histogram;
use serde::Serialize;

/// Longest latency told apart, 10 s in ns; longer ones count as this.
const HIGHEST_NS: u64 = 10_000_000_000;

/// Significant decimal digits: 3 keep a histogram at some 200 KB, within 0.1 %.
const DIGITS: u8 = 3;

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
    ///
    /// # Errors
    /// Never, as the bounds are constants the histogram takes.
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self { histogram: Histogram::new_with_bounds(1, HIGHEST_NS, DIGITS)? })
    }

    /// Adds one packet that took `ns`.
    #[inline]
    pub fn record(&mut self, ns: u64) {
        self.histogram.saturating_record(ns.max(1));
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
