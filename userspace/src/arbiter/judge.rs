//! A datagram against its own line's sequence: does the line go on, bring something it left out, fall back, or
//! jump beyond belief?
//!
//! Nothing here depends on how far another line is, so a line that lags resets nothing, however far it lags.

use super::limits::{OUTAGE_NS, RUN_SKIP, RUN_STEPS};
use super::run::{Doubt, Doubted, Meaning, steps_from_origin};
use super::seam::{At, Body, Outlet, Piece};
use super::{Arbiter, Limits, Stream};
use crate::framing::Kind;

impl<H> Arbiter<H> {
    /// Takes a datagram of a known line and stream.
    pub(super) fn arrive(&mut self, at: At, piece: &Piece, outlet: &mut impl Outlet<Held = H>) {
        self.hear(at, piece);
        if !self.pursue(at, piece, outlet) {
            self.judge(at, piece, outlet);
        }
        let Stream { epoch, joined, .. } = self.streams[at.stream];
        let limits = self.limits;
        let (track, _) = self.track(at);
        let settled = track.seen && track.epoch == epoch && track.run.is_none();
        track.regular = settled && joined && !limits.at_origin(track.next);
    }

    /// The line lives. One that was away while the stream was reset cannot know which epoch it is in.
    fn hear(&mut self, at: At, piece: &Piece) {
        let epoch = self.streams[at.stream].epoch;
        let (track, _) = self.track(at);
        let away = !track.seen || piece.stamp_ns.saturating_sub(track.last_ns) >= OUTAGE_NS;
        track.unsure |= away && track.epoch < epoch;
        track.datagrams += 1;
        track.last_ns = piece.stamp_ns;
    }

    /// A line in doubt: does this datagram settle it? True when it was taken as a part of the run.
    fn pursue(&mut self, at: At, piece: &Piece, outlet: &mut impl Outlet<Held = H>) -> bool {
        let holes = &self.holes[at.stream * self.limits.lines + at.line];
        let track = self.lines.track_mut(at.stream, at.line);
        let (own_next, head) = (track.seen.then_some(track.next), self.streams[at.stream].next);
        let Some(place) = track.run else { return false };
        let Some(run) = self.runs.get_mut(place) else { return false };
        let at_once =
            track.seen && restarts(&self.limits, piece, track.next) && !track.near_origin(&self.limits);
        let reordered = run.doubt == Doubt::Back
            && piece.first != run.next
            && holes.explain(piece.first, piece.end, track.datagrams, piece.stamp_ns);
        let meaning = match (at_once, reordered) {
            (true, _)
                if run.doubt == Doubt::Back && run.from_origin && self.limits.at_origin(piece.first) =>
            {
                Meaning::Proof
            }
            (true, _) | (_, true) => Meaning::Stranger,
            _ => run.weigh(piece, own_next, head),
        };
        match meaning {
            Meaning::Proof => {
                let shift = self.believe(place, outlet);
                self.follow(at, &piece.shifted(shift), Body::Offered, outlet);
            }
            Meaning::Part => self.doubt(at, place, piece, outlet),
            Meaning::Stranger => self.dismiss(place, outlet),
        }
        meaning != Meaning::Stranger
    }

    fn judge(&mut self, at: At, piece: &Piece, outlet: &mut impl Outlet<Held = H>) {
        let limits = self.limits;
        let Stream { next, epoch, .. } = self.streams[at.stream];
        let (track, _) = self.track(at);
        let in_epoch = track.epoch == epoch;
        if !track.seen || piece.end >= track.next {
            // A hole may keep the stream's next behind while the line goes on; and a line in an old epoch has
            // nothing to do with it.
            let expected = match (track.seen, in_epoch) {
                (true, true) => next.max(track.next),
                (true, false) => track.next,
                (false, _) => next,
            };
            let seen = track.seen;
            if piece.first.saturating_sub(expected) > limits.max_jump {
                let Some(other) = self.agreeing(at, piece) else {
                    return self.begin_run(at, Doubt::Jump, piece, 1, outlet);
                };
                self.believe(other, outlet);
                self.leap(at, piece.first);
            } else if !seen {
                self.begin(at, piece.first, piece.reset);
            }
            return self.follow(at, piece, Body::Offered, outlet);
        }
        self.judge_back(at, piece, outlet);
    }

    /// Behind what its line brought: a straggler, something brought once more, or a line that starts again.
    fn judge_back(&mut self, at: At, piece: &Piece, outlet: &mut impl Outlet<Held = H>) {
        let limits = self.limits;
        let (track, holes) = self.track(at);
        let near_origin = track.near_origin(&limits);
        match piece.kind {
            Kind::EndOfSession => {} // an end that was overtaken: the line went on after it
            Kind::Data | Kind::Heartbeat if restarts(&limits, piece, track.next) && !near_origin => {
                let shift = self.fall_back(at, piece.first, piece, outlet);
                if piece.kind == Kind::Data {
                    self.follow(at, &piece.shifted(shift), Body::Offered, outlet);
                }
            }
            Kind::Data if holes.explain(piece.first, piece.end, track.datagrams, piece.stamp_ns) => {
                self.follow(at, piece, Body::Offered, outlet);
            }
            Kind::Heartbeat if limits.at_origin(track.next) => {} // at 0 by a line that was at 1: the same place
            Kind::Data if limits.at_origin(piece.first) => {
                self.begin_run(at, Doubt::Back, piece, steps_from_origin(near_origin), outlet);
            }
            Kind::Data | Kind::Heartbeat => self.begin_run(at, Doubt::Back, piece, RUN_STEPS, outlet),
        }
    }

    /// A line's own sequence begins at `first`. What a stream that starts at its origin had before, the line missed.
    pub(super) fn begin(&mut self, at: At, first: u64, reset: bool) {
        let &Stream { floor, epoch, from_origin, .. } = &self.streams[at.stream];
        let near = reset || first & self.mask <= RUN_SKIP; // what was sent before may have been overtaken
        let (track, holes) = self.track(at);
        track.begin(holes, first, near);
        if track.epoch == epoch && from_origin && first > floor {
            self.lines[at.line].gaps += 1;
            self.lines[at.line].skipped = self.lines[at.line].skipped.saturating_add(first - floor);
        }
    }

    /// The line goes on with `piece`: counts what it left out, and passes the datagram on.
    pub(super) fn follow(
        &mut self,
        at: At,
        piece: &Piece,
        body: Body<H>,
        outlet: &mut impl Outlet<Held = H>,
    ) {
        self.go_on(at, piece);
        self.pass(at, piece, body, outlet);
    }

    /// Counts what the line left out in front of `piece`, or brings now that it had left out.
    pub(super) fn go_on(&mut self, at: At, piece: &Piece) {
        let at_origin = self.limits.at_origin(piece.first);
        let (track, holes) = self.track(at);
        let followed = track.follow(holes, piece.first, piece.end, at_origin);
        let line = &mut self.lines[at.line];
        line.gaps += u64::from(followed.skipped > 0);
        line.skipped = line.skipped.saturating_add(followed.skipped);
        line.reordered += followed.reordered;
    }

    /// Passes a datagram on to its stream, unless its line is in an epoch that is over.
    pub(super) fn pass(&mut self, at: At, piece: &Piece, body: Body<H>, outlet: &mut impl Outlet<Held = H>) {
        let Stream { epoch, next, .. } = self.streams[at.stream];
        if self.track(at).0.epoch == epoch {
            return self.place(at, piece, body, outlet);
        }
        let shift = self.nearest(piece.first, next).wrapping_sub(piece.first);
        if self.rejoins(at, &piece.shifted(shift)) {
            let (track, holes) = self.track(at);
            track.shift(holes, shift);
            return self.place(at, &piece.shifted(shift), body, outlet);
        }
        self.count_late(at.line, piece.units());
        self.release(body, outlet);
    }

    fn begin_run(
        &mut self,
        at: At,
        doubt: Doubt,
        piece: &Piece,
        steps: u8,
        outlet: &mut impl Outlet<Held = H>,
    ) {
        if self.runs.full()
            && let Some(oldest) = self.runs.oldest()
        {
            self.dismiss(oldest, outlet);
        }
        let head = self.streams[at.stream].next;
        let from_origin = doubt == Doubt::Back && (piece.reset || self.limits.at_origin(piece.first));
        if let Some(place) = self.runs.begin(at, doubt, piece, steps, head, from_origin) {
            self.track(at).0.run = Some(place);
            self.doubt(at, place, piece, outlet);
        }
    }

    /// Keeps a datagram as a part of a run. A mark that only repeats another is counted: there is no end of them.
    fn doubt(&mut self, at: At, place: usize, piece: &Piece, outlet: &mut impl Outlet<Held = H>) {
        if let Some(run) = self.runs.get_mut(place)
            && run.repeats(piece)
        {
            run.repeated += 1;
            return;
        }
        let held = if piece.kind == Kind::Data { self.keep(Body::Offered, outlet).ok() } else { None };
        if let Some(run) = self.runs.get_mut(place) {
            self.lines[at.line].doubted += piece.units();
            run.datagrams.push(Doubted { piece: *piece, held });
        }
    }
}

/// Whether `piece` says by itself that a line which is past it starts again: its sender says so, or it is a heartbeat
/// at the origin.
fn restarts(limits: &Limits, piece: &Piece, own_next: u64) -> bool {
    let heartbeat =
        piece.kind == Kind::Heartbeat && limits.at_origin(piece.first) && !limits.at_origin(own_next);
    piece.kind != Kind::EndOfSession && piece.first < own_next && (piece.reset || heartbeat)
}
