//! Streams that begin with a snapshot: what comes before it waits, and lies below it or goes on from it.

use super::Arbiter;
use super::seam::{At, Body, Outlet, Piece, StreamIndex};
use super::window::Entry;
use crate::framing::{Kind, StreamKey};

impl<H> Arbiter<H> {
    /// A snapshot holds all of a stream before `next` (as wide as it is on the wire): the stream goes on from there.
    ///
    /// Opens a stream that is not there; false if there is no place for it. A stream that was joined before, or
    /// needed no snapshot, is moved on to `next` without a gap if it is behind.
    pub fn join(&mut self, key: &StreamKey, next: u64, outlet: &mut impl Outlet<Held = H>) -> bool {
        let stream = match self.keys.find(key) {
            Some(stream) => stream,
            None => match self.open(*key, next, 0, outlet) {
                Some(stream) => stream,
                None => return false,
            },
        };
        let joined = self.streams[stream].joined;
        let next = self.nearest(next, self.streams[stream].next);
        if joined && next <= self.streams[stream].next {
            return true;
        }
        if joined {
            let over = next - self.streams[stream].next;
            self.counters.passed_over = self.counters.passed_over.saturating_add(over);
        }
        let below = self.window.covered(stream, 0, next);
        self.counters.waiting -= below;
        self.counters.let_go += below;
        self.streams[stream].join(next);
        while self.window.lowest(stream).is_some_and(|entry| entry.end <= next)
            && let Some(entry) = self.window.take(stream, next)
        {
            self.streams[stream].waiting -= 1;
            self.resolve(&entry);
            self.release_held(entry.held, outlet);
        }
        if !joined {
            self.window.reopen(stream);
        }
        self.drain(stream, outlet);
        self.set_deadline();
        true
    }

    /// Keeps a datagram of a stream that was not joined yet.
    pub(super) fn await_join(
        &mut self,
        at: At,
        piece: &Piece,
        mut body: Body<H>,
        outlet: &mut impl Outlet<Held = H>,
    ) {
        let stream = &mut self.streams[at.stream];
        stream.next = stream.next.max(piece.end);
        if piece.kind == Kind::EndOfSession {
            stream.end = stream.end.max(Some(piece.first));
        }
        if piece.kind != Kind::Data {
            if self.limits.waiting() > 0 {
                let mark = Entry::mark(at.stream, piece.first, piece.stamp_ns, Some(u64::MAX));
                self.streams[at.stream].waiting += usize::from(self.window.mark(mark));
            }
            return;
        }
        if piece.end <= self.streams[at.stream].floor {
            self.count_late(at.line, piece.units());
            return self.release(body, outlet);
        }
        let covered = self.window.covered(at.stream, piece.first, piece.end);
        if covered == piece.units() {
            self.count_duplicates(at.line, covered);
            return self.release(body, outlet);
        }
        loop {
            let full = self.window.slots().datagrams() >= self.limits.waiting()
                && !self.window.replaces(at.stream, piece.first, piece.end);
            let offered = if full {
                body
            } else {
                match self.keep(body, outlet) {
                    Ok(held) => return self.wait(at, piece, held, outlet),
                    Err(offered) => offered,
                }
            };
            if !self.make_room(at.stream, piece.first, outlet) {
                return self.let_go(at, piece, offered, outlet);
            }
            body = offered;
        }
    }

    /// Lets go the lowest datagram that waits for the stream to be joined, if it lies below `first`; or one of another
    /// such stream, if none of this one waits.
    fn make_room(&mut self, stream: StreamIndex, first: u64, outlet: &mut impl Outlet<Held = H>) -> bool {
        if let Some(lowest) = self.window.lowest(stream) {
            return lowest.first < first && self.let_go_lowest(stream, outlet);
        }
        let oldest = self.window.slots().oldest_datagram();
        oldest.is_some_and(|oldest| !self.streams[oldest].joined && self.let_go_lowest(oldest, outlet))
    }

    /// Lets a datagram go that there is no room for.
    fn let_go(&mut self, at: At, piece: &Piece, body: Body<H>, outlet: &mut impl Outlet<Held = H>) {
        let covered = self.window.covered(at.stream, piece.first, piece.end);
        let added = piece.units() - covered;
        self.lines[at.line].first += added;
        self.counters.let_go += added;
        self.count_duplicates(at.line, covered);
        let stream = &mut self.streams[at.stream];
        stream.floor = stream.floor.max(piece.first + added);
        self.release(body, outlet);
    }

    /// Lets the lowest datagram go that waits for its stream to be joined; false if none does.
    pub(super) fn let_go_lowest(&mut self, stream: StreamIndex, outlet: &mut impl Outlet<Held = H>) -> bool {
        while let Some(entry) = self.window.take(stream, u64::MAX) {
            self.streams[stream].waiting -= 1;
            if entry.held.is_none() {
                continue;
            }
            let above = self.window.lowest(stream).map_or(entry.end, |above| above.first.min(entry.end));
            let units = above - entry.first;
            self.counters.waiting -= units;
            self.counters.let_go += units;
            let floor = &mut self.streams[stream].floor;
            *floor = (*floor).max(above);
            self.release_held(entry.held, outlet);
            return true;
        }
        false
    }
}
