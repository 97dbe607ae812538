//! Lines that are believed to be far ahead: who says so too, what becomes of them, and the way back.

use super::seam::{At, Piece};
use super::{Arbiter, Track};

impl<H> Arbiter<H> {
    /// The doubted run of another line that says of the stream what `piece` says.
    pub(super) fn agreeing(&mut self, at: At, piece: &Piece) -> Option<usize> {
        let (head, epoch) = (self.streams[at.stream].next, self.streams[at.stream].epoch);
        let in_epoch = |track: &&Track| track.epoch == epoch;
        if !in_epoch(&self.lines.track(at.stream, at.line)) {
            return None;
        }
        let mut runs = self.lines.tracks(at.stream).filter(in_epoch).filter_map(|track| track.run);
        runs.find(|&place| self.runs.get_mut(place).is_some_and(|run| run.agrees(piece, head)))
    }

    /// A line is believed to be far ahead, at `first`. What it left out explains nothing: if it was mad after all,
    /// the line falls back when it goes on from where it was.
    pub(super) fn leap(&mut self, at: At, first: u64) {
        let (track, _) = self.track(at);
        if !track.seen {
            return self.begin(at, first, false);
        }
        let skipped = first.saturating_sub(track.next);
        track.left = Some((track.next, first));
        track.next += skipped;
        self.lines[at.line].gaps += u64::from(skipped > 0);
        self.lines[at.line].skipped = self.lines[at.line].skipped.saturating_add(skipped);
    }

    /// Where an epoch begins that is none: the line went on from where it was before a heartbeat that was mad
    /// after all, and was believed.
    pub(super) fn returns(&mut self, at: At, first: u64) -> Option<(u64, bool)> {
        let max_jump = self.limits.max_jump;
        let (track, _) = self.track(at);
        let (left, landed) = track.left?;
        let returns = track.next == landed && first >= left && first - left <= max_jump;
        returns.then_some((left, false))
    }
}
