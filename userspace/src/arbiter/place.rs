//! A range's place in its stream: delivered, kept, or left out.

use super::Arbiter;
use super::seam::{At, Body, Event, Outlet, Piece, StreamIndex};
use super::window::Entry;
use crate::framing::Kind;

impl<H> Arbiter<H> {
    /// Puts a datagram of the stream's epoch where it belongs.
    pub(super) fn place(&mut self, at: At, piece: &Piece, body: Body<H>, outlet: &mut impl Outlet<Held = H>) {
        if !self.streams[at.stream].joined {
            return self.await_join(at, piece, body, outlet);
        }
        match piece.kind {
            Kind::Data => self.place_units(at, piece, body, outlet),
            Kind::Heartbeat => self.place_mark(at.stream, piece, outlet),
            Kind::EndOfSession => {
                let stream = &mut self.streams[at.stream];
                if piece.first >= stream.next && stream.ended != Some(piece.first) {
                    stream.end = stream.end.max(Some(piece.first));
                }
                self.place_mark(at.stream, piece, outlet);
                self.tell_end(at.stream, outlet);
            }
        }
    }

    fn place_units(&mut self, at: At, piece: &Piece, mut body: Body<H>, outlet: &mut impl Outlet<Held = H>) {
        loop {
            let next = self.streams[at.stream].next;
            if piece.end <= next {
                self.count_below(at, piece.first, piece.end);
                self.count_again(at, piece);
                return self.release(body, outlet);
            }
            if piece.first <= next {
                self.count_below(at, piece.first, next);
                return self.deliver(at, piece, body, outlet);
            }
            if !self.limits.waits() {
                self.close_below(at.stream, piece.first, outlet);
                continue;
            }
            let units = piece.units();
            let covered = self.window.covered(at.stream, piece.first, piece.end);
            if covered == units {
                self.count_duplicates(at.line, units);
                self.count_again(at, piece);
                return self.release(body, outlet);
            }
            if self.window.slots().datagrams() >= self.limits.window_packets
                && !self.window.replaces(at.stream, piece.first, piece.end)
            {
                self.counters.windows_full += 1;
                self.give_way(at.stream, piece.first, outlet);
                continue;
            }
            match self.keep(body, outlet) {
                Ok(held) => return self.wait(at, piece, held, outlet),
                Err(offered) => body = offered,
            }
            self.counters.windows_unheld += 1;
            self.give_way(at.stream, piece.first, outlet);
        }
    }

    /// A heartbeat or an end of session: units before its sequence were sent.
    fn place_mark(&mut self, stream: StreamIndex, piece: &Piece, outlet: &mut impl Outlet<Held = H>) {
        if piece.first <= self.streams[stream].next {
            return;
        }
        if !self.limits.waits() {
            return self.close_below(stream, piece.first, outlet);
        }
        let mark = Entry::mark(stream, piece.first, piece.stamp_ns, None);
        self.streams[stream].waiting += usize::from(self.window.mark(mark));
    }

    /// Delivers what of `piece` is next, and then what waited for it.
    fn deliver(&mut self, at: At, piece: &Piece, body: Body<H>, outlet: &mut impl Outlet<Held = H>) {
        let stream = &mut self.streams[at.stream];
        let (sequence, take) = (stream.next, piece.end - stream.next);
        let covered =
            if stream.waiting == 0 { 0 } else { self.window.covered(at.stream, sequence, piece.end) };
        let recovered = at.line == self.limits.lines && stream.stalled();
        stream.next = piece.end;
        if recovered {
            self.tell_recovered(at.stream, sequence, take, outlet);
        }
        self.counters.waiting -= covered;
        self.counters.delivered += take;
        self.lines[at.line].first += take - covered;
        self.count_duplicates(at.line, covered);
        if sequence == piece.first && covered == 0 {
            self.skews.first(self.streams[at.stream].tag, at.line, sequence, piece.stamp_ns);
        }
        match &body {
            Body::Offered => outlet.offered(at.stream, sequence, sequence - piece.first, take),
            Body::Held(held) => outlet.held(at.stream, sequence, sequence - piece.first, take, held),
        }
        self.release(body, outlet);
        self.drain(at.stream, outlet);
    }

    /// Keeps a datagram that is ahead of its turn.
    pub(super) fn wait(&mut self, at: At, piece: &Piece, held: H, outlet: &mut impl Outlet<Held = H>) {
        let &Piece { first, end, stamp_ns: opened_ns, .. } = piece;
        let stream = &self.streams[at.stream];
        let recovered = at.line == self.limits.lines && first < stream.asked_to;
        let due_ns = if stream.joined { None } else { Some(u64::MAX) };
        let (tag, held) = (stream.tag, Some(held));
        let mut entry =
            Entry { stream: at.stream, first, end, opened_ns, due_ns, counted: None, recovered, held };
        let covered = self.window.covered(at.stream, first, end);
        while let Some(needless) = self.window.absorb(at.stream, first, end) {
            self.streams[at.stream].waiting -= 1;
            self.replace(&mut entry, needless, outlet);
        }
        if covered == 0 {
            self.skews.first(tag, at.line, first, opened_ns);
        }
        let added = piece.units() - covered;
        self.lines[at.line].first += added;
        self.count_duplicates(at.line, covered);
        self.counters.waiting += added;
        self.streams[at.stream].waiting += 1;
        self.window.insert(entry);
    }

    /// `entry` takes the place of one that lies within it: the hole below does not become any younger.
    fn replace(&mut self, entry: &mut Entry<H>, needless: Entry<H>, outlet: &mut impl Outlet<Held = H>) {
        entry.opened_ns = entry.opened_ns.min(needless.opened_ns);
        entry.due_ns = entry.due_ns.min(needless.due_ns).or(entry.due_ns).or(needless.due_ns);
        if needless.counted.is_some_and(|begin| begin < entry.first) {
            entry.counted = needless.counted;
        } else {
            self.resolve(&needless);
        }
        self.release_held(needless.held, outlet);
    }

    fn tell_recovered(
        &mut self,
        stream: StreamIndex,
        first: u64,
        count: u64,
        outlet: &mut impl Outlet<Held = H>,
    ) {
        self.counters.units_recovered += count;
        outlet.event(stream, Event::Recovered { first, count });
    }

    /// Delivers from the window whatever is next.
    pub(super) fn drain(&mut self, index: StreamIndex, outlet: &mut impl Outlet<Held = H>) {
        self.tell_end(index, outlet);
        while self.streams[index].waiting > 0 {
            let stream = &mut self.streams[index];
            let next = stream.next;
            let forsaken = stream.forsaken;
            let Some(entry) = self.window.take(index, next) else {
                if forsaken && self.forsake(index, outlet) {
                    continue;
                }
                return;
            };
            stream.waiting -= 1;
            self.resolve(&entry);
            let stream = &mut self.streams[index];
            if entry.end > next
                && let Some(held) = &entry.held
            {
                let take = entry.end - next;
                stream.next = entry.end;
                self.counters.waiting -= take;
                self.counters.delivered += take;
                if entry.recovered {
                    self.tell_recovered(index, next, take, outlet);
                }
                outlet.held(index, next, next - entry.first, take, held);
            }
            self.release_held(entry.held, outlet);
            self.tell_end(index, outlet);
        }
    }

    /// Counts units below the next expected one.
    pub(super) fn count_below(&mut self, at: At, first: u64, end: u64) {
        let late = self.streams[at.stream].late(&self.lost[at.stream], first, end);
        self.count_late(at.line, late);
        self.count_duplicates(at.line, end - first - late);
    }

    /// A whole datagram was there before.
    fn count_again(&mut self, at: At, piece: &Piece) {
        self.skews.again(self.streams[at.stream].tag, at.line, piece.first, piece.stamp_ns);
    }

    pub(super) fn count_late(&mut self, line: usize, units: u64) {
        self.lines[line].late += units;
        self.counters.late += units;
    }

    pub(super) fn count_duplicates(&mut self, line: usize, units: u64) {
        self.lines[line].duplicates += units;
        self.counters.duplicates += units;
    }

    /// Has a datagram kept that is not yet; gives it back when there is no room.
    pub(super) fn keep(&mut self, body: Body<H>, outlet: &mut impl Outlet<Held = H>) -> Result<H, Body<H>> {
        match body {
            Body::Held(held) => Ok(held),
            Body::Offered => {
                let held = outlet.hold().ok_or(Body::Offered)?;
                self.counters.held += 1;
                self.counters.held_high_water = self.counters.held_high_water.max(self.counters.held);
                Ok(held)
            }
        }
    }

    pub(super) fn release(&mut self, body: Body<H>, outlet: &mut impl Outlet<Held = H>) {
        if let Body::Held(held) = body {
            self.release_held(Some(held), outlet);
        }
    }

    pub(super) fn release_held(&mut self, held: Option<H>, outlet: &mut impl Outlet<Held = H>) {
        if let Some(held) = held {
            self.counters.held -= 1;
            outlet.release(held);
        }
    }
}
