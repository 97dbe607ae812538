//! The bounds of one channel's arbitration, and the constants of its judgement.

use crate::framing::Facts;

/// Where a channel begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With the first sequence seen. Streams after the first, and epochs, follow [`Limits::origin`].
    First,
    /// At [`Limits::origin`], and so does every stream: what was sent before the receiver came is a gap. Without
    /// an origin as `First`.
    One,
    /// Where a snapshot says, stream by stream: what comes before [`super::Arbiter::join`] waits.
    Snapshot,
}

/// What becomes of a hole whose window closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnGap {
    /// It is given up.
    Skip,
    /// The stream stays there until it is filled, or more waits than can be held.
    Hold,
    /// It is asked for, see [`super::Outlet::wanted`], and given up [`Limits::recover_ns`] later.
    Recover,
}

/// The bounds of one channel's arbitration.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Where it begins.
    pub start: Start,
    /// Where sequences begin: an epoch, or a session after the channel's first, that is first seen above it has
    /// lost its head. `None` where they may begin anywhere: each begins with the first sequence seen.
    pub origin: Option<u64>,
    /// The streams of the channel run side by side (units, partitions) rather than succeed each other: one that
    /// is first seen after another says nothing of what was sent before.
    pub parallel: bool,
    /// Width of a sequence on the wire: 16, 32 or 64. Narrower ones start over when they are used up, and are
    /// extended to 64 bits by where their line is.
    pub sequence_bits: u32,
    /// Datagrams that wait, over all streams of the channel, before the oldest gap is declared. 0: none waits.
    pub window_packets: usize,
    /// Nanoseconds of receive stamps a hole stays open before its gap is declared. 0: none does.
    pub window_ns: u64,
    /// What becomes of a hole then.
    pub on_gap: OnGap,
    /// Nanoseconds that recovery has to fill a hole, from when it is asked to.
    pub recover_ns: u64,
    /// Nanoseconds without a datagram on any line after which a stream is told to be stale. 0: never.
    pub silence_ns: u64,
    /// Streams a channel may open; further ones are counted and refused.
    pub max_streams: usize,
    /// Units a sequence may lie ahead of the next expected before one datagram alone is not believed. It is also
    /// the most that one mad datagram can make of the stream be lost.
    pub max_jump: u64,
    /// Redundant lines of the channel.
    pub lines: usize,
}

impl Limits {
    /// Datagrams of [`Limits::window_packets`], and nanoseconds of [`Limits::window_ns`], that there are unless more are asked
    /// for: lines of one feed lie micro- to milliseconds apart. Less declares gaps the other line would have filled; more only
    /// delays what follows a loss on all lines.
    pub const WINDOW: (usize, u64) = (2048, 10_000_000);

    /// Streams a channel may open: a day's sessions of one feed, and its restarts, with room to spare. Too low refuses
    /// real sessions; too high lets forged ones cost memory.
    const MAX_STREAMS: usize = 64;

    /// Units a sequence may lie ahead before one datagram alone is not believed: seven full datagrams of the smallest
    /// messages, more than a network reorders. Doubt costs little, for after a real loss the line's next datagram
    /// confirms the one in doubt; but everything up to the bound is lost when a mad datagram is believed. Lower: a
    /// datagram that overtook others is refused, and only the other line has its messages. Higher: one mad datagram
    /// does more harm, and the lost head of an epoch after a reset is guessed to be longer.
    pub const MAX_JUMP: u64 = 512;

    /// The bounds that `run` has unless told otherwise, of a channel with so many lines, of a framing with these facts.
    #[must_use]
    pub const fn new(facts: &Facts, lines: usize) -> Self {
        Self {
            lines,
            start: Start::First,
            origin: facts.origin,
            window_packets: Self::WINDOW.0,
            window_ns: Self::WINDOW.1,
            max_streams: Self::MAX_STREAMS,
            max_jump: Self::MAX_JUMP,
            parallel: facts.parallel,
            sequence_bits: facts.sequence_bits,
            on_gap: OnGap::Skip,
            recover_ns: 0,
            silence_ns: facts.silence_ns,
        }
    }

    /// The most datagrams that are held at one time: those in the reorder window with one that takes the
    /// place of others, and those of runs not yet believed. A holder with less room loses nothing that it does not count.
    #[must_use]
    pub fn most_held(&self) -> usize {
        let window = if self.keeps() { self.window_packets.saturating_add(1) } else { 0 };
        window.saturating_add(self.runs().saturating_mul(RUN_DATAGRAMS))
    }

    /// Whether anything waits for a hole to be filled.
    pub(super) fn waits(&self) -> bool {
        self.window_packets > 0 && (self.window_ns > 0 || self.on_gap != OnGap::Skip)
    }

    /// Whether a datagram ever waits before it is delivered or let go.
    fn keeps(&self) -> bool {
        self.waits() || (self.start == Start::Snapshot && self.window_packets > 0)
    }

    /// Datagrams that wait at one time.
    pub(super) fn waiting(&self) -> usize {
        if self.keeps() { self.window_packets } else { 0 }
    }

    /// Runs that are doubted at one time.
    pub(super) fn runs(&self) -> usize {
        self.max_streams.saturating_mul(self.lines).min(MAX_RUNS)
    }

    /// Which bits of a sequence are on the wire.
    pub(super) fn mask(&self) -> u64 {
        u64::MAX >> (64 - self.sequence_bits.clamp(LEAST_BITS, 64))
    }

    /// Whether a line at `sequence` is where sequences begin. One that numbers from 1 may say 0 before. Where they
    /// start over without end, that is any place unless an origin is known.
    pub(super) fn at_origin(&self, sequence: u64) -> bool {
        let known = self.origin.is_some() || self.mask() == u64::MAX;
        known && sequence & self.mask() <= self.origin.unwrap_or(1).max(1)
    }

    /// Where a stream begins of which `first` is the first sequence seen, and whether that is its origin.
    /// `later`: it is not the channel's first.
    pub(super) fn begin_stream(&self, first: u64, later: bool) -> (u64, bool) {
        match (self.start, self.origin) {
            (Start::One, Some(origin)) => (origin, true),
            (Start::First, Some(origin))
                if later && !self.parallel && first.saturating_sub(origin) <= MISSED_UNITS =>
            {
                (origin.min(first), true)
            }
            (Start::First | Start::One | Start::Snapshot, _) => (first, false),
        }
    }

    /// The same for an epoch after a reset.
    pub(super) fn begin_epoch(&self, first: u64) -> (u64, bool) {
        let near = |origin: u64| first.saturating_sub(origin) <= self.max_jump;
        match (self.start, self.origin) {
            (Start::One, Some(origin)) if near(origin) => (origin, true),
            (Start::First | Start::Snapshot, Some(origin)) if near(origin) => (origin.min(first), true),
            (Start::One, Some(_)) => (first, true),
            (Start::First | Start::One | Start::Snapshot, _) => (first, false),
        }
    }
}

/// Bits of a sequence, at least: half of what they number has to be more than a line ever lags. Lower: nothing does
/// that. Higher: narrow sequences are not supported.
const LEAST_BITS: u32 = 8;

/// Units that a stream may have moved on by while nobody listened, and still be told from another one: how far
/// above its origin a later session may be when it is first seen, and how far ahead a line may be that takes over
/// from lines gone silent. A million messages are a second of the busiest feeds. Lower: the lost head of a session
/// is not reported, and a standby line stays unused. Higher: of a session that ran long before it was first seen,
/// more is reported as lost.
pub(super) const MISSED_UNITS: u64 = 1_000_000;

/// Units a datagram can have: a UDP payload has at most 65,527 bytes, and no unit is smaller than one. Lower:
/// real datagrams are refused. Higher: a mad count passes for data.
pub(super) const MAX_UNITS: u64 = 1 << 16;

/// Datagrams that have to continue, one after the other, from a sequence a line fell back to before that is a
/// reset; and how many datagrams after a line was at its origin a second look at the origin is a straggler.
/// Lower: a short run the network repeats would count as a reset and be delivered twice. Higher: a reset is
/// told later, and one of an epoch with fewer datagrams than this never.
pub(super) const RUN_STEPS: u8 = 8;

/// Datagrams a doubted run may have, steps and stragglers between them. Lower than twice [`RUN_STEPS`]: a reset
/// during loss is not seen. Higher: more frames are kept from the source.
pub(super) const RUN_DATAGRAMS: usize = 2 * RUN_STEPS as usize;

/// Units a doubted run may skip (lost datagrams) and still be one run. Lower than a datagram's units: one lost
/// datagram breaks the run. Higher: unrelated stragglers are taken for one run.
pub(super) const RUN_SKIP: u64 = 1024;

/// Nanoseconds over which heartbeats or ends of session alone have to name a place beyond `max_jump`, while the
/// stream stands still, before they are believed: a feed that is alive sends data in that time. Lower: one that
/// is repeated at once, though mad, is believed. Higher: of a feed that falls silent after a great loss, the loss
/// is told later.
pub(super) const MARKS_NS: u64 = 100_000_000;

/// Doubted runs of a channel at one time; the oldest is decided against when one more is needed. Lower than the
/// streams of a channel that all restart at once: their resets are missed. Higher: [`RUN_DATAGRAMS`] frames each.
pub(super) const MAX_RUNS: usize = 64;

/// Lines whose state lies in the channel's own, beside one that is recovery's, or the fifth where there are more: two, most feeds have,
/// and some two more from another site. Lower: with a thousand channels, a datagram of the lines that have no room here needs memory that nobody asked for
/// ahead (docs/performance.md#linear). Higher: channels with fewer lines are larger, by 256 bytes for each.
pub(super) const NEAR_LINES: usize = 4;

/// Holes in its own sequence that are remembered per line and stream. Lower: a reordered datagram is taken for
/// one the line brought before. Higher: memory only.
pub(super) const LINE_HOLES: usize = 8;

/// Datagrams of a line after which a hole in its own sequence no longer explains a datagram that lies in it.
/// Lower: deep reordering is doubted. Higher: a reset into the hole is seen late.
pub(super) const HOLE_AGE: u64 = 64;

/// Nanoseconds after which it does not either: no network keeps a datagram for 10 ms while others pass. Lower
/// and higher: as for [`HOLE_AGE`].
pub(super) const HOLE_AGE_NS: u64 = 10_000_000;

/// Ranges declared lost that are remembered per stream. What comes after its range is forgotten counts as a
/// duplicate instead of late.
pub(super) const LOST_RANGES: usize = 256;

/// Ranges given up by recovery while something below them is still missing, per stream. Lower: what is missing below
/// them is given up with them, though it might still come. Higher: memory only.
pub(super) const FORSAKEN_RANGES: usize = 8;

/// Nanoseconds after which a silent line may have missed something it cannot know of: ten heartbeats of a feed
/// that sends one a second. Lower: lines that lag are taken for lines that were away. Higher: a line that was
/// away is of no use for longer.
pub(super) const OUTAGE_NS: u64 = 10_000_000_000;

/// Datagrams in a row that have to lie at the head of the stream, while it moves, before a line that counts as
/// left behind is taken back. Lower: a line in an old epoch that happens to be at the same numbers is believed.
pub(super) const IN_STEP: u32 = 64;

/// Units around the head of the stream that are "at the head".
pub(super) const IN_STEP_UNITS: u64 = 1024;
