//! What is not the common case: counted, and brought to its stream.

use super::seam::{Arrival, At, Outlet, Piece, StreamIndex};
use super::stream::{Lost, Stream};
use super::track::{Holes, Track};
use super::{Arbiter, Start};
use crate::framing::{Kind, StreamKey};

impl<H> Arbiter<H> {
    /// The rest: counts the datagram, finds or opens its stream, and has it judged.
    #[cold]
    pub(super) fn take_in(&mut self, arrival: &Arrival, outlet: &mut impl Outlet<Held = H>) {
        if arrival.line == self.limits.lines {
            return self.take_recovered(arrival, outlet);
        }
        if arrival.line > self.limits.lines {
            self.counters.lines_unknown += 1;
            return;
        }
        let line = &mut self.lines[arrival.line];
        line.packets += 1;
        let Some(piece) = Piece::of(arrival) else {
            line.overruns += 1;
            return;
        };
        line.units += piece.units();
        match piece.kind {
            Kind::Data => {}
            Kind::Heartbeat => self.counters.heartbeats += 1,
            Kind::EndOfSession => self.counters.end_packets += 1,
        }
        let Some(stream) = self.stream(arrival, outlet) else {
            self.lines[arrival.line].discarded.stream_refused += piece.units();
            self.counters.streams_refused += 1;
            return;
        };
        let at = At { stream, line: arrival.line };
        let piece = self.extended(at, &piece);
        self.arrive(at, &piece, outlet);
        self.set_deadline();
    }

    /// The stream of an arrival, opened if this is its first.
    fn stream(&mut self, arrival: &Arrival, outlet: &mut impl Outlet<Held = H>) -> Option<StreamIndex> {
        if let Some(stream) = self.keys.find(&arrival.key) {
            return Some(stream);
        }
        let stream = self.open(arrival.key, arrival.first, arrival.stamp_ns, outlet)?;
        self.watch(arrival.stamp_ns);
        Some(stream)
    }

    /// Opens a stream of which `first` is the first sequence known; `None` if there is no place for it.
    pub(super) fn open(
        &mut self,
        key: StreamKey,
        first: u64,
        stamp_ns: u64,
        outlet: &mut impl Outlet<Held = H>,
    ) -> Option<StreamIndex> {
        let later = self.counters.streams > 0;
        let (next, from_origin) = self.limits.begin_stream(self.placed(first), later);
        let mut stream = Stream::new(0, next, from_origin, stamp_ns, self.skews.tag());
        if self.limits.start == Start::Snapshot {
            (stream.joined, stream.floor) = (false, 0);
        }
        stream.index = match self.keys.add(key) {
            Some(index) => {
                self.lost.push(Lost::new());
                self.lines.add(index);
                self.holes.extend((0..self.limits.lines).map(|_| Holes::default()));
                index
            }
            None => {
                let index = self.evict(outlet)?;
                self.keys.replace(index, key);
                self.lines.open(index);
                index
            }
        };
        let index = stream.index;
        self.streams.open(stream);
        self.counters.streams += 1;
        Some(index)
    }

    /// Makes the place free of the stream that ended longest ago.
    fn evict(&mut self, outlet: &mut impl Outlet<Held = H>) -> Option<StreamIndex> {
        let index = loop {
            let over = |index: &StreamIndex| self.streams[*index].is_over();
            let index =
                (0..self.streams.len()).filter(over).min_by_key(|&index| self.streams[index].ended_nth)?;
            for line in 0..self.limits.lines {
                if let Some(run) = self.track(At { stream: index, line }).0.run {
                    self.dismiss(run, outlet);
                }
            }
            if self.streams[index].is_over() {
                break index; // and what was in doubt changed nothing
            }
        };
        self.passed_before = self.passed_before.saturating_add(self.streams[index].passed());
        self.lost[index].forget();
        for line in 0..self.limits.lines {
            let (track, holes) = self.track(At { stream: index, line });
            (*track, *holes) = (Track::default(), Holes::default());
        }
        self.counters.streams_evicted += 1;
        Some(index)
    }
}
