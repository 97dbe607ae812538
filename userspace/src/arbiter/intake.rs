//! What is not the common case: counted, and brought to its stream.

use super::Arbiter;
use super::seam::{Arrival, At, Outlet, Piece, StreamIndex};
use super::stream::{Lost, Stream};
use super::track::{Holes, Track};
use crate::framing::Kind;

impl<H> Arbiter<H> {
    /// The rest: counts the datagram, finds or opens its stream, and has it judged.
    #[cold]
    pub(super) fn take_in(&mut self, arrival: &Arrival, outlet: &mut impl Outlet<Held = H>) {
        let Some(line) = self.lines.get_mut(arrival.line) else {
            self.counters.lines_unknown += 1;
            return;
        };
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
        let Some(stream) = self.stream(arrival) else {
            self.lines[arrival.line].discarded.stream_refused += piece.units();
            self.counters.streams_refused += 1;
            return;
        };
        self.arrive(At { stream, line: arrival.line }, &piece, outlet);
        self.set_deadline();
    }

    /// The stream of an arrival, opened if this is its first.
    fn stream(&mut self, arrival: &Arrival) -> Option<StreamIndex> {
        if let Some(stream) = self.keys.find(&arrival.key) {
            return Some(stream);
        }
        let stream = self.keys.add(arrival.key)?;
        let (next, from_origin) = self.limits.begin_stream(arrival.first, stream > 0);
        self.streams.push(Stream::new(next, from_origin, arrival.stamp_ns));
        self.lost.push(Lost::new());
        for _ in 0..self.limits.lines {
            self.tracks.push(Track::default());
            self.holes.push(Holes::default());
        }
        self.counters.streams += 1;
        Some(stream)
    }
}
