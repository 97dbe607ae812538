//! How far apart the lines are: the time between the first copy of a datagram and those the other lines bring.
//!
//! Of datagrams that begin within the first 64 of every 1,024 sequences the stamp of the first copy is remembered; a
//! copy on another line that begins with the same sequence is compared with it. What is remembered are the last
//! 16,384 sequences, or less if several streams of the channel are busy: a line that lags further brings no sample.
//! Lines that pack differently are compared where their datagrams begin alike.
//!
//! Sequences in a row rather than spread evenly: the branch is foreseen, which is most of what all this costs.

use crate::latency::{Latency, Percentiles};

/// First copies remembered. Lower: a line that lags brings no samples. Higher: memory only, 24 bytes each.
const REMEMBERED: usize = 1024;

/// Bits of a sequence that number those of a row. Lower: a row is skipped by one datagram with many units. Higher: more
/// in a row say the same.
const ROW_BITS: u32 = 6;

/// Bits above that have to be 0: of 16 rows one is compared. Lower: more time on every datagram. Higher: more
/// datagrams until the percentiles say something.
const SKIPPED_BITS: u32 = 4;

/// Bits that are 0 in a sequence that is compared.
const COMPARED: u64 = ((1 << SKIPPED_BITS) - 1) << ROW_BITS;

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
#[repr(C)] // what every datagram needs comes first
pub(super) struct Skews {
    /// Bits that are 0 in a sequence that is compared; all where there is but one line.
    skipped: u64,
    tags: u32,
    /// A box, as the keys have one.
    compared: Box<Compared>,
}

/// What is needed where a sequence is compared.
struct Compared {
    firsts: Vec<First>,
    /// By line; none where there is but one.
    histograms: Vec<Latency>,
}

impl Skews {
    pub(super) fn new(lines: usize) -> Self {
        let compares = lines > 1;
        let compared = Compared {
            firsts: vec![[0; 3]; if compares { REMEMBERED } else { 0 }],
            histograms: (0..if compares { lines } else { 0 }).map(|_| Latency::coarse()).collect(),
        };
        let skipped = if compares { COMPARED } else { u64::MAX };
        Self { skipped, tags: 0, compared: Box::new(compared) }
    }

    /// What tells an epoch of a stream from all others.
    pub(super) fn tag(&mut self) -> u32 {
        self.tags = self.tags.wrapping_add(1).max(1);
        self.tags
    }

    /// A line brought a datagram of which nothing was there before.
    #[inline]
    pub(super) fn first(&mut self, tag: u32, line: usize, sequence: u64, stamp_ns: u64) {
        if sequence & self.skipped == 0 {
            self.remember(tag, line, sequence, stamp_ns);
        }
    }

    /// A line brought a datagram of which everything was there before.
    #[inline]
    pub(super) fn again(&mut self, tag: u32, line: usize, sequence: u64, stamp_ns: u64) {
        if sequence & self.skipped == 0 {
            self.compare(tag, line, sequence, stamp_ns);
        }
    }

    #[cold]
    #[inline(never)]
    fn remember(&mut self, tag: u32, line: usize, sequence: u64, stamp_ns: u64) {
        if let Some(first) = self.compared.firsts.get_mut(place(sequence, tag)) {
            *first = [sequence, stamp_ns, origin(tag, line)];
        }
    }

    #[cold]
    #[inline(never)]
    fn compare(&mut self, tag: u32, line: usize, sequence: u64, stamp_ns: u64) {
        let [first, first_ns, first_by] =
            self.compared.firsts.get(place(sequence, tag)).copied().unwrap_or_default();
        let by = origin(tag, line);
        let same = first == sequence && first_by >> 32 == by >> 32 && first_by != by;
        // Read second, it may have been stamped first: another socket was read before its own.
        let later = if stamp_ns < first_ns { (first_by & u64::from(u32::MAX)) as usize } else { line };
        if same && let Some(histogram) = self.compared.histograms.get_mut(later) {
            histogram.record(stamp_ns.abs_diff(first_ns));
        }
    }

    /// Takes over what those of fewer lines know; they get what is of no use here.
    pub(super) fn take_over(&mut self, fewer: &mut Self) {
        for (mine, theirs) in self.compared.histograms.iter_mut().zip(&mut fewer.compared.histograms) {
            std::mem::swap(mine, theirs);
        }
        if self.compared.firsts.len() == fewer.compared.firsts.len() {
            std::mem::swap(&mut self.compared.firsts, &mut fewer.compared.firsts);
        }
        self.tags = fewer.tags;
    }

    /// A line is no more.
    pub(super) fn forget(&mut self, line: usize) {
        if let Some(histogram) = self.compared.histograms.get_mut(line) {
            histogram.clear();
        }
    }

    /// What is known of a line that was last heard at `last_ns`.
    pub(super) fn statistics(&self, line: usize, last_ns: Option<u64>) -> LineStatistics {
        let skew = self.compared.histograms.get(line).and_then(Latency::percentiles);
        LineStatistics { last_ns, skew }
    }
}

/// Where a first copy is remembered: one row of sequences after the other, each stream elsewhere.
#[expect(clippy::cast_possible_truncation, reason = "the low bits are what is wanted")]
fn place(sequence: u64, tag: u32) -> usize {
    let row = sequence >> (ROW_BITS + SKIPPED_BITS) << ROW_BITS;
    let within = sequence & ((1 << ROW_BITS) - 1);
    (row as usize | within as usize).wrapping_add(tag as usize * 357) % REMEMBERED // odd, and far from a row
}

fn origin(tag: u32, line: usize) -> u64 {
    u64::from(tag) << 32 | line as u64
}
