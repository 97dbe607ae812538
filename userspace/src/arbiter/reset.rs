//! Epochs: how a line's fall back becomes a reset of its stream, and how runs in doubt end.

use super::limits::{IN_STEP, IN_STEP_UNITS, MISSED_UNITS, OUTAGE_NS};
use super::run::{Doubt, Doubted};
use super::seam::{At, Body, Event, Outlet, Piece, StreamIndex};
use super::{Arbiter, Stream, Track};
use crate::framing::Kind;

impl<H> Arbiter<H> {
    /// A line starts again at `first`, as `by` says. The first line to do so takes the stream with it; one that was
    /// an epoch behind comes into the next that the stream has been through. Gives by how much the numbers of the
    /// line differ from then on from those it was thought to mean.
    pub(super) fn fall_back(
        &mut self,
        at: At,
        first: u64,
        by: &Piece,
        outlet: &mut impl Outlet<Held = H>,
    ) -> u64 {
        let own = self.track(at).0.epoch;
        let Stream { epoch, next, .. } = self.streams[at.stream];
        let begin = match epoch - own {
            0 => self.open_epoch(at, first, by, outlet),
            1 => self.nearest(first, next),
            _ => first,
        };
        let (track, _) = self.track(at);
        track.epoch += 1;
        track.unsure = false;
        self.begin(at, begin, by.reset);
        self.lines[at.line].fallbacks += 1;
        begin.wrapping_sub(first)
    }

    /// Opens the next epoch of a stream; gives where in it its line is, which was thought to be at `first`.
    fn open_epoch(&mut self, at: At, first: u64, by: &Piece, outlet: &mut impl Outlet<Held = H>) -> u64 {
        if !by.reset
            && let Some(begin) = self.returns(at, first)
        {
            self.reset(at.stream, begin, by.stamp_ns, outlet);
            return first;
        }
        let first = self.placed(first);
        let begin = if by.reset { (first, true) } else { self.limits.begin_epoch(first) };
        self.reset(at.stream, begin, by.stamp_ns, outlet);
        first
    }

    /// Ends the epoch: what it still holds is delivered, what it lacks is lost. The next begins at `next`.
    fn reset(
        &mut self,
        stream: StreamIndex,
        (next, from_origin): (u64, bool),
        stamp_ns: u64,
        outlet: &mut impl Outlet<Held = H>,
    ) {
        self.close_all(stream, outlet);
        let tag = self.skews.tag();
        self.streams[stream].reset(next, from_origin, stamp_ns, tag);
        self.lost[stream].forget();
        self.counters.resets += 1;
        for line in 0..self.limits.lines {
            self.track(At { stream, line }).0.regular = false;
        }
        outlet.event(stream, Event::Reset { next });
    }

    /// A run is what it seemed to be: the line is where it says. Gives by how much its numbers differ from then on.
    pub(super) fn believe(&mut self, place: usize, outlet: &mut impl Outlet<Held = H>) -> u64 {
        let Some(run) = self.runs.end(place) else { return 0 };
        let at = run.at;
        let stamp_ns = self.track(at).0.last_ns;
        self.track(at).0.run = None;
        let shift = match run.doubt {
            Doubt::Back => {
                let reset = run.reset;
                let by = Piece { kind: Kind::Data, first: run.first, end: run.first, stamp_ns, reset };
                self.fall_back(at, run.first, &by, outlet)
            }
            Doubt::Jump => {
                self.leap(at, run.first);
                0
            }
        };
        for Doubted { piece, held } in run.datagrams {
            self.lines[at.line].doubted -= piece.units();
            // What is missing around it is known only now.
            let piece = Piece { stamp_ns, ..piece.shifted(shift) };
            match held {
                Some(held) => self.follow(at, &piece, Body::Held(held), outlet),
                None if piece.kind == Kind::Data => {
                    self.go_on(at, &piece);
                    self.lines[at.line].discarded.not_held += piece.units();
                }
                None => self.follow(at, &piece, Body::Offered, outlet),
            }
        }
        shift
    }

    /// A run was nothing: datagrams brought once more, out of order, or mad.
    pub(super) fn dismiss(&mut self, place: usize, outlet: &mut impl Outlet<Held = H>) {
        let Some(run) = self.runs.end(place) else { return };
        let at = run.at;
        self.track(at).0.run = None;
        self.counters.jumps_refused += run.repeated;
        for Doubted { piece, held } in run.datagrams {
            self.lines[at.line].doubted -= piece.units();
            match (run.doubt, held) {
                (Doubt::Jump, held) => {
                    self.counters.jumps_refused += 1;
                    self.lines[at.line].discarded.jump_refused += piece.units();
                    self.release_held(held, outlet);
                }
                (Doubt::Back, Some(held)) => self.follow(at, &piece, Body::Held(held), outlet),
                (Doubt::Back, None) if piece.kind == Kind::Data => {
                    self.go_on(at, &piece);
                    self.count_unheld(at, &piece);
                }
                (Doubt::Back, None) => self.follow(at, &piece, Body::Offered, outlet),
            }
        }
    }

    /// Counts what a datagram would have brought that could not be held.
    fn count_unheld(&mut self, at: At, piece: &Piece) {
        let (next, epoch) = (self.streams[at.stream].next, self.streams[at.stream].epoch);
        if self.track(at).0.epoch != epoch {
            return self.count_late(at.line, piece.units());
        }
        let known = next.clamp(piece.first, piece.end);
        self.count_below(at, piece.first, known);
        self.lines[at.line].discarded.not_held += piece.end - known;
    }

    /// At the end of input nothing more will settle a run. A heartbeat at the origin speaks for itself.
    pub(super) fn settle_runs(&mut self, outlet: &mut impl Outlet<Held = H>) {
        while let Some(place) = self.runs.oldest() {
            if self.runs.get_mut(place).is_some_and(|run| run.from_origin_heartbeat) {
                self.believe(place, outlet);
            } else {
                self.dismiss(place, outlet);
            }
        }
    }

    /// Whether a line left behind in an old epoch is taken back, from this datagram on.
    pub(super) fn rejoins(&mut self, at: At, piece: &Piece) -> bool {
        let stream = &self.streams[at.stream];
        let leads = |track: &&Track| track.seen && track.epoch == stream.epoch;
        let heard = self.lines.tracks(at.stream).filter(leads).map(|track| track.last_ns);
        let leaders_gone = heard.max().is_some_and(|heard| piece.stamp_ns.saturating_sub(heard) >= OUTAGE_NS);
        let settled = piece.stamp_ns.saturating_sub(stream.epoch_ns) >= OUTAGE_NS;
        let track = self.lines.track_mut(at.stream, at.line);
        let near = piece.first <= stream.next.saturating_add(IN_STEP_UNITS)
            && piece.end.saturating_add(IN_STEP_UNITS) >= stream.next;
        if !near || !settled {
            track.in_step = 0;
        } else if stream.next != track.in_step_head {
            track.in_step += 1;
            track.in_step_head = stream.next;
        }
        let ahead = piece.first >= stream.next && piece.first - stream.next <= MISSED_UNITS;
        let rejoins = track.in_step >= IN_STEP || (leaders_gone && track.unsure && ahead);
        if rejoins {
            track.epoch = stream.epoch;
            track.unsure = false;
            track.in_step = 0;
            self.lines[at.line].rejoins += 1;
        }
        rejoins
    }
}
