//! Arbitration: message ranges of redundant lines → one stream, in order, once, with every gap named.
//!
//! Pure: no clock, no I/O, no allocation after [`Arbiter::new`]. One arbiter serves one channel. The rules, why
//! they are so, and the bounds of what is remembered are in `docs/arbitration.md`.
//!
//! A datagram is looked at twice, and the two looks know nothing of each other: `judge` compares it with its
//! **line's** own sequence (does the line go on, fall back, jump?), `place` puts its range into the **stream**
//! (new, duplicate, late, ahead). A recovery stage, whose answers come on no line, needs the second alone.

mod chain;
mod close;
mod counters;
mod intake;
mod judge;
mod keys;
mod leap;
mod limits;
mod place;
mod reset;
mod run;
mod seam;
mod stream;
#[cfg(test)]
mod tests;
mod track;
mod window;

pub use counters::{Counters, Discarded, LineCounters};
pub use limits::{Limits, OnGap, Start};
pub use seam::{Arrival, Event, Outlet, StaleCause, StreamIndex};

use crate::framing::{Kind, StreamKey};
use keys::Keys;
use limits::MAX_UNITS;
use run::Runs;
use seam::At;
use stream::{Lost, Stream};
use track::{Holes, Track};
use window::Window;

/// Arbitrates the lines of one channel. `H` is the token of a datagram that waits.
pub struct Arbiter<H> {
    limits: Limits,
    keys: Keys,
    streams: Vec<Stream>,
    /// What each stream had to leave out.
    lost: Vec<Lost>,
    /// Where each line is in each stream: those of one stream side by side.
    tracks: Vec<Track>,
    /// The same for the holes in each line's own sequence.
    holes: Vec<Holes>,
    window: Window<H>,
    runs: Runs<H>,
    counters: Counters,
    lines: Vec<LineCounters>,
    /// Watermark at which the oldest hole closes; `u64::MAX` when none is open.
    deadline_ns: u64,
}

impl<H> Arbiter<H> {
    /// Reserves all the memory that arbitration within these limits can need.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let tracks = limits.max_streams.saturating_mul(limits.lines);
        let waiting = if limits.waits() { limits.window_packets } else { 0 };
        Self {
            keys: Keys::new(limits.max_streams),
            streams: Vec::with_capacity(limits.max_streams),
            lost: Vec::with_capacity(limits.max_streams),
            tracks: Vec::with_capacity(tracks),
            holes: Vec::with_capacity(tracks),
            window: Window::new(waiting, limits.max_streams),
            runs: Runs::new(limits.runs()),
            counters: Counters::default(),
            lines: vec![LineCounters::default(); limits.lines],
            deadline_ns: u64::MAX,
            limits,
        }
    }

    /// Takes one datagram. Its units go to `outlet` when they are next, with what waited for them.
    #[inline]
    pub fn offer(&mut self, arrival: &Arrival, outlet: &mut impl Outlet<Held = H>) {
        if !self.goes_on(arrival, outlet) {
            self.take_in(arrival, outlet);
        }
    }

    /// Closes the windows of holes opened `window_ns` or longer before `watermark_ns`. No datagram with a stamp
    /// up to the watermark may come after this call; one that does is late.
    #[inline]
    pub fn advance(&mut self, watermark_ns: u64, outlet: &mut impl Outlet<Held = H>) {
        if watermark_ns >= self.deadline_ns {
            self.close_until(watermark_ns, outlet);
        }
    }

    /// The input is over: every window closes, and everything held is delivered or released.
    pub fn finish(&mut self, outlet: &mut impl Outlet<Held = H>) {
        self.settle_runs(outlet);
        while let Some((_, stream)) = self.window.oldest() {
            self.close_lowest(stream, outlet);
        }
        self.set_deadline();
    }

    /// Watermark at which the next window closes; `u64::MAX` when none is open.
    #[must_use]
    pub fn deadline_ns(&self) -> u64 {
        self.deadline_ns
    }

    /// Sequences all streams have moved on by, over all their epochs: each was delivered or lost.
    #[must_use]
    pub fn passed(&self) -> u64 {
        self.streams.iter().map(Stream::passed).fold(0, u64::saturating_add)
    }

    /// What the channel counted.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// What each line counted, in the order of [`Arrival::line`].
    #[must_use]
    pub fn lines(&self) -> &[LineCounters] {
        &self.lines
    }

    /// The key of a stream.
    #[must_use]
    pub fn key(&self, stream: StreamIndex) -> Option<&StreamKey> {
        self.keys.key(stream)
    }

    /// The next expected sequence of a stream.
    #[must_use]
    pub fn next_expected(&self, stream: StreamIndex) -> Option<u64> {
        self.streams.get(stream).map(|stream| stream.next)
    }

    /// One past the highest sequence known of a stream in its epoch: delivered, declared lost, waiting, or named
    /// by a heartbeat or an end of session that waits. What is still in doubt is not known. `None` if there is
    /// no such stream.
    #[must_use]
    pub fn head(&self, key: &StreamKey) -> Option<u64> {
        let index = self.keys.get(key)?;
        let next = self.streams[index].next;
        Some(self.window.highest(index).map_or(next, |highest| highest.max(next)))
    }

    /// The common case: units that continue the line's own sequence and are next in the stream, or were all
    /// there before. False, with nothing done, in every other one.
    #[inline]
    fn goes_on(&mut self, arrival: &Arrival, outlet: &mut impl Outlet<Held = H>) -> bool {
        let &Arrival { line, first, count, .. } = arrival;
        let Some(counters) = self.lines.get_mut(line) else { return false };
        let Some(index) = self.keys.find(&arrival.key) else { return false };
        let track = &mut self.tracks[index * self.limits.lines + line];
        let stream = &mut self.streams[index];
        if arrival.kind != Kind::Data
            || !track.regular
            || first != track.next
            || count == 0
            || count > MAX_UNITS
        {
            return false;
        }
        let Some(end) = first.checked_add(count) else { return false };
        if first == stream.next && stream.waiting == 0 {
            stream.next = end;
            counters.first += count;
            self.counters.delivered += count;
            outlet.offered(index, first, 0, count);
        } else if first >= stream.whole_from && end <= stream.next {
            counters.duplicates += count;
            self.counters.duplicates += count;
        } else {
            return false;
        }
        counters.packets += 1;
        counters.units += count;
        track.next = end;
        track.datagrams += 1;
        track.last_ns = arrival.stamp_ns;
        true
    }

    fn track(&mut self, at: At) -> (&mut Track, &mut Holes) {
        let index = at.stream * self.limits.lines + at.line;
        (&mut self.tracks[index], &mut self.holes[index])
    }

    /// Datagrams of a line that are in doubt in a stream.
    #[cfg(test)]
    fn doubted(&mut self, stream: StreamIndex, line: usize) -> usize {
        let run = self.track(At { stream, line }).0.run;
        run.and_then(|place| self.runs.get_mut(place))
            .map_or(0, |run| run.datagrams.len() + usize::try_from(run.repeated).unwrap_or(usize::MAX))
    }

    fn set_deadline(&mut self) {
        self.deadline_ns =
            self.window.oldest().map_or(u64::MAX, |(opened, _)| opened.saturating_add(self.limits.window_ns));
    }
}
