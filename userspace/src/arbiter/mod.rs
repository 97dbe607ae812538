//! Arbitration: message ranges of redundant lines → one stream, in order, once, with every gap named.
//!
//! Pure: no clock, no I/O, no allocation after [`Arbiter::new`]. One arbiter serves one channel. The rules, why
//! they are so, and the bounds of what is remembered are in `docs/arbitration.md`.
//!
//! A datagram is looked at twice, and the two looks know nothing of each other: `judge` compares it with its
//! **line's** own sequence (does the line go on, fall back, jump?), `place` puts its range into the **stream**
//! (new, duplicate, late, ahead). What recovery brings comes on no line, and is looked at the second way alone.

mod chain;
mod close;
mod comings;
mod counters;
mod intake;
mod join;
mod judge;
mod keys;
mod lap;
mod leap;
mod limits;
mod line;
mod lines;
mod place;
mod recovery;
mod reset;
mod run;
mod seam;
mod silence;
mod skew;
mod slots;
mod stall;
mod stream;
mod streams;
#[cfg(test)]
mod tests;
mod track;
mod window;

pub use comings::Room;
pub use counters::{Counters, Discarded, LineCounters};
pub use limits::{Limits, OnGap, Start};
pub use lines::Lines;
pub use seam::{Arrival, Event, GoesOn, Outlet, StaleCause, StreamIndex};
pub use skew::LineStatistics;

use std::{mem::offset_of, ops::RangeInclusive};

use crate::{
    framing::{Kind, StreamKey},
    sys::prefetch::{CACHE_LINE, prefetch_lines},
};
use keys::Keys;
use limits::MAX_UNITS;
use run::Runs;
use seam::At;
use skew::Skews;
use stream::{Lost, Stream};
use streams::Streams;
use track::{Holes, Track};
use window::Window;

/// Arbitrates the lines of one channel. `H` is the token of a datagram that waits.
///
/// What every datagram needs lies together on two cache lines, from the last that the channel counts to the newest stream, and on
/// one in its line: of a thousand channels, the one that is next is in no cache near, and of as many pages the processor does
/// not know where they are.
#[repr(C, align(64))]
pub struct Arbiter<H> {
    /// Has [`Arbiter::NEAR`] begin where a cache line does.
    apart: [u64; 4],
    counters: Counters,
    /// Which bits of a sequence are on the wire.
    mask: u64,
    keys: Keys,
    skews: Skews,
    streams: Streams,
    /// What each line counts and where it is in each stream, and recovery behind them.
    lines: Lines,
    limits: Limits,
    /// What each stream had to leave out.
    lost: Vec<Lost>,
    /// The holes in each line's own sequence: those of one stream side by side.
    holes: Vec<Holes>,
    window: Window<H>,
    runs: Runs<H>,
    /// What the lines counted that are no more.
    retired: LineCounters,
    /// Watermark at which something is to be done; `u64::MAX` when there is nothing.
    deadline_ns: u64,
    /// When to look for streams gone silent.
    silence_ns: u64,
    /// Sequences that streams moved on by which had to make place.
    passed_before: u64,
}

impl<H> Arbiter<H> {
    /// The cache lines with what every datagram needs.
    const NEAR: RangeInclusive<usize> = {
        let first = offset_of!(Self, counters.delivered) / CACHE_LINE;
        let end = offset_of!(Self, streams.newest) + Stream::NEAR_END;
        assert!(offset_of!(Self, counters.delivered) % CACHE_LINE == 0 && end <= (first + 2) * CACHE_LINE);
        first..=first + 1
    };

    /// Reserves all the memory that arbitration within these limits can need, and touches as little of it as it can.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let tracks = limits.max_streams.saturating_mul(limits.lines);
        Self {
            keys: Keys::new(limits.max_streams),
            lines: Lines::new(limits.max_streams, limits.lines),
            streams: Streams::new(limits.max_streams),
            lost: Vec::with_capacity(limits.max_streams),
            holes: Vec::with_capacity(tracks),
            window: Window::new(limits.waiting(), limits.max_streams),
            runs: Runs::new(limits.runs()),
            counters: Counters::default(),
            retired: LineCounters::default(),
            skews: Skews::new(limits.lines),
            mask: limits.mask(),
            deadline_ns: u64::MAX,
            silence_ns: u64::MAX,
            passed_before: 0,
            limits,
            apart: Default::default(),
        }
    }

    /// Takes one datagram. Its units go to `outlet` when they are next, with what waited for them.
    #[inline]
    pub fn offer(&mut self, arrival: &Arrival, outlet: &mut impl Outlet<Held = H>) {
        match self.goes_on(arrival) {
            Some(GoesOn::Next { stream, first }) => outlet.offered(stream, first, 0, arrival.count),
            Some(GoesOn::Again) => {}
            None => self.take_in(arrival, outlet),
        }
    }

    /// Time has come to `watermark_ns`: closes the windows of holes opened `window_ns` or longer before, gives up
    /// what nobody brought in time, and tells which streams are silent. No datagram with a stamp up to the watermark
    /// may come after this call; one that does may be late.
    #[inline]
    pub fn advance(&mut self, watermark_ns: u64, outlet: &mut impl Outlet<Held = H>) {
        if watermark_ns >= self.deadline_ns {
            self.close_until(watermark_ns, outlet);
        }
    }

    /// The input is over: every window closes, and everything held is delivered or released.
    pub fn finish(&mut self, outlet: &mut impl Outlet<Held = H>) {
        self.settle_runs(outlet);
        while let Some(stream) = self.window.any() {
            self.close_all(stream, outlet);
        }
        self.silence_ns = u64::MAX;
        self.set_deadline();
    }

    /// Watermark at which there is something to do next: a window closes, a hole is given up, a stream may be
    /// silent; `u64::MAX` when there is nothing.
    #[must_use]
    pub fn deadline_ns(&self) -> u64 {
        self.deadline_ns
    }

    /// Whether nothing waits that time alone would end.
    #[must_use]
    pub fn settled(&self) -> bool {
        let slots = self.window.slots();
        slots.opened().is_none() && slots.due().is_none_or(|(due_ns, ..)| due_ns == u64::MAX)
    }

    /// Sequences all streams have moved on by, over all their epochs: each was delivered, lost, or passed over by a
    /// later [`Arbiter::join`].
    #[must_use]
    pub fn passed(&self) -> u64 {
        self.streams.iter().map(Stream::passed).fold(self.passed_before, u64::saturating_add)
    }

    /// What the channel counted.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// What each line counted, in the order of [`Arrival::line`].
    #[must_use]
    pub const fn lines(&self) -> &Lines {
        &self.lines
    }

    /// What recovery brought, counted as for a line.
    #[must_use]
    pub fn recovery(&self) -> &LineCounters {
        &self.lines[self.limits.lines]
    }

    /// How a line does beside the others.
    #[must_use]
    pub fn statistics(&self, line: usize) -> LineStatistics {
        self.skews.statistics(line, self.heard_on(line))
    }

    /// The key of a stream.
    #[must_use]
    pub fn key(&self, stream: StreamIndex) -> Option<&StreamKey> {
        self.keys.key(stream)
    }

    /// The next expected sequence of a stream; `None` if there is no such stream, or it was not joined yet.
    #[must_use]
    pub fn next_expected(&self, stream: StreamIndex) -> Option<u64> {
        self.streams.get(stream).filter(|stream| stream.joined).map(|stream| stream.next)
    }

    /// One past the highest sequence known of a stream in its epoch: delivered, declared lost, waiting, or named
    /// by a heartbeat or an end of session that waits. What is still in doubt is not known. `None` if there is
    /// no such stream.
    #[must_use]
    pub fn head(&self, key: &StreamKey) -> Option<u64> {
        Some(self.head_of(self.keys.get(key)?))
    }

    /// Whether a datagram that begins at `first`, as it is on the wire, lies at or beyond the head of its stream, or
    /// its stream is not known.
    #[must_use]
    pub fn goes_past(&self, key: &StreamKey, first: u64) -> bool {
        self.head(key).is_none_or(|head| self.nearest(first, head) >= head)
    }

    fn head_of(&self, stream: StreamIndex) -> u64 {
        let next = self.streams[stream].next;
        self.window.highest(stream).map_or(next, |highest| highest.max(next))
    }

    /// The common case: units that continue the line's own sequence and are next in the stream, or were all
    /// there before. `None`, with nothing done, in every other one: it is for [`Arbiter::offer`].
    ///
    /// Who delivers needs nothing of an [`Outlet`] for it, and gets by without setting one up for every datagram.
    #[inline(always)]
    pub fn goes_on(&mut self, arrival: &Arrival) -> Option<GoesOn> {
        let &Arrival { line, count, .. } = arrival;
        let index = self.keys.find(&arrival.key)?;
        let newest = self.streams.is_newest(index);
        let (track, counters) = self.lines.at_mut((index, newest), line)?;
        let stream = &mut self.streams[index];
        if arrival.kind != Kind::Data
            || arrival.reset
            || !track.regular
            || arrival.first != track.next & self.mask
            || count == 0
            || count > MAX_UNITS
        {
            return None;
        }
        let first = track.next;
        let end = first.checked_add(count)?;
        let goes_on = if first == stream.next && stream.waiting == 0 {
            stream.next = end;
            self.skews.first(stream.tag, line, first, arrival.stamp_ns);
            counters.first += count;
            self.counters.delivered += count;
            GoesOn::Next { stream: index, first }
        } else if first >= stream.whole_from && end <= stream.next {
            counters.duplicates += count;
            self.counters.duplicates += count;
            self.skews.again(stream.tag, line, first, arrival.stamp_ns);
            GoesOn::Again
        } else {
            return None;
        };
        counters.packets += 1;
        counters.units += count;
        track.next = end;
        track.datagrams += 1;
        track.last_ns = arrival.stamp_ns;
        Some(goes_on)
    }

    /// A datagram of line `line` comes soon: has what it will need of what lies here brought near. Reads nothing.
    #[inline(always)]
    pub(crate) fn foresee(&self, line: usize) {
        prefetch_lines(self, Self::NEAR);
        self.lines.prefetch(line);
    }

    fn track(&mut self, at: At) -> (&mut Track, &mut Holes) {
        let holes = &mut self.holes[at.stream * self.limits.lines + at.line];
        (self.lines.track_mut(at.stream, at.line), holes)
    }

    /// Datagrams of a line that are in doubt in a stream.
    #[cfg(test)]
    fn doubted(&mut self, stream: StreamIndex, line: usize) -> usize {
        let run = self.track(At { stream, line }).0.run;
        run.and_then(|place| self.runs.get_mut(place)).map_or(0, |run| {
            run.datagrams.iter().count() + usize::try_from(run.repeated).unwrap_or(usize::MAX)
        })
    }

    fn set_deadline(&mut self) {
        let slots = self.window.slots();
        let closes =
            slots.opened().map_or(u64::MAX, |(at_ns, ..)| at_ns.saturating_add(self.limits.window_ns));
        let given_up = slots.due().map_or(u64::MAX, |(at_ns, ..)| at_ns);
        self.deadline_ns = closes.min(given_up).min(self.silence_ns);
    }
}
