//! How far apart the lines are: the time between the first copy of a datagram and those the other lines bring.
//!
//! Of one datagram in sixteen, chosen by its stream and first sequence, the stamp of the first copy is remembered; a
//! copy on another line that begins with the same sequence is compared with it. What is remembered is as much as the
//! last 16,000 datagrams, over all streams of the channel: a line that lags further brings no sample. Lines that
//! pack differently are compared where their datagrams begin alike.

use crate::latency::Percentiles;
use hdrhistogram::Histogram;

/// First copies remembered. Lower: a line that lags brings no samples. Higher: memory only, 24 bytes each.
const REMEMBERED: usize = 1024;

/// Of so many datagrams one is compared: a power of two. Lower: more time on every datagram. Higher: more datagrams
/// until the percentiles say something.
const ONE_OF: u64 = 16;

/// Longest skew told apart, 10 s in ns; longer ones count as this.
const HIGHEST_NS: u64 = 10_000_000_000;

/// Significant decimal digits: 1 keeps a histogram at some 4 KB, within 6 %; every line of every channel has one.
const DIGITS: u8 = 1;

/// How a line does beside the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineStatistics {
    /// When it was last heard, in the time of the receive stamps; `None` if never, or not since its streams ended.
    pub last_ns: Option<u64>,
    /// Nanoseconds its copies came after the first one on another line, as far as they were compared; `None` if none
    /// was.
    pub skew: Option<Percentiles>,
}

/// A first copy: its sequence, its stamp, and its epoch's tag above the line that brought it. All zeros is none, for no
/// tag is 0; and as numbers, for memory that is all zeros comes untouched.
type First = [u64; 3];

/// The skew of all lines of a channel.
pub(super) struct Skews {
    /// A hash below this is compared; 0 where there is but one line.
    below: u64,
    firsts: Vec<First>,
    histograms: Vec<Option<Histogram<u64>>>,
    tags: u32,
}

impl Skews {
    pub(super) fn new(lines: usize) -> Self {
        let compares = lines > 1;
        let histogram = || Histogram::new_with_bounds(1, HIGHEST_NS, DIGITS).ok();
        Self {
            below: if compares { u64::MAX / ONE_OF + 1 } else { 0 },
            firsts: vec![[0; 3]; if compares { REMEMBERED } else { 0 }],
            histograms: (0..if compares { lines } else { 0 }).map(|_| histogram()).collect(),
            tags: 0,
        }
    }

    /// What tells an epoch of a stream from all others.
    pub(super) fn tag(&mut self) -> u32 {
        self.tags = self.tags.wrapping_add(1).max(1);
        self.tags
    }

    /// A line brought a datagram of which nothing was there before.
    #[inline]
    pub(super) fn first(&mut self, tag: u32, line: usize, sequence: u64, stamp_ns: u64) {
        let hash = hash(sequence);
        if hash < self.below {
            self.firsts[place(hash, tag)] = [sequence, stamp_ns, origin(tag, line)];
        }
    }

    /// A line brought a datagram of which everything was there before.
    #[inline]
    pub(super) fn again(&mut self, tag: u32, line: usize, sequence: u64, stamp_ns: u64) {
        let hash = hash(sequence);
        if hash < self.below {
            self.compare(place(hash, tag), [sequence, stamp_ns, origin(tag, line)]);
        }
    }

    fn compare(&mut self, place: usize, [sequence, stamp_ns, by]: First) {
        let [first, first_ns, first_by] = self.firsts[place];
        let same = first == sequence && first_by >> 32 == by >> 32 && first_by != by;
        let line = (by & u64::from(u32::MAX)) as usize;
        if same && let Some(Some(histogram)) = self.histograms.get_mut(line) {
            histogram.saturating_record(stamp_ns.saturating_sub(first_ns).max(1));
        }
    }

    /// What is known of a line that was last heard at `last_ns`.
    pub(super) fn statistics(&self, line: usize, last_ns: Option<u64>) -> LineStatistics {
        let histogram = self.histograms.get(line).and_then(Option::as_ref);
        let skew = histogram.filter(|histogram| !histogram.is_empty()).map(|histogram| Percentiles {
            p50: histogram.value_at_quantile(0.5),
            p99: histogram.value_at_quantile(0.99),
            p999: histogram.value_at_quantile(0.999),
            max: histogram.max(),
            count: histogram.len(),
        });
        LineStatistics { last_ns, skew }
    }
}

/// Spreads sequences evenly, however many units a datagram has.
#[inline]
fn hash(sequence: u64) -> u64 {
    sequence.wrapping_mul(0x9E37_79B9_7F4A_7C15) // 2^64 / golden ratio, odd
}

fn place(hash: u64, tag: u32) -> usize {
    ((hash >> 32) as usize ^ (tag as usize).wrapping_mul(0x9E37)) % REMEMBERED
}

fn origin(tag: u32, line: usize) -> u64 {
    u64::from(tag) << 32 | line as u64
}
