//! Sequences narrower than 64 bits: they start over when they are used up, once a lap.
//!
//! Inside there is but one kind of sequence, of 64 bits. What is on the wire is extended to the nearest place it can
//! stand for, seen from where its line is; a line therefore may lag or leave out half a lap.

use super::Arbiter;
use super::seam::{At, Piece};

impl<H> Arbiter<H> {
    /// Numbers in a lap; 0 where sequences never start over.
    fn lap(&self) -> u64 {
        self.mask.wrapping_add(1)
    }

    /// The place nearest to `near` that a sequence stands for.
    pub(super) fn nearest(&self, sequence: u64, near: u64) -> u64 {
        let ahead = sequence.wrapping_sub(near) & self.mask;
        let above = near.wrapping_add(ahead);
        let behind = self.lap() > 0 && ahead > self.mask / 2;
        if behind { above.checked_sub(self.lap()).unwrap_or(above) } else { above }
    }

    /// Where a stream or an epoch is put that begins at `sequence`: in the first lap if it is known where sequences
    /// begin, else in the second, so that what was sent before has a place.
    pub(super) fn placed(&self, sequence: u64) -> u64 {
        let lap = if self.limits.origin.is_some() { 0 } else { self.lap() };
        lap.wrapping_add(sequence & self.mask)
    }

    /// `piece` as it came, put where its line means it.
    pub(super) fn extended(&mut self, at: At, piece: &Piece) -> Piece {
        if self.lap() == 0 {
            return *piece;
        }
        let next = self.streams[at.stream].next;
        let (track, _) = self.track(at);
        let (seen, run) = (track.seen, track.run);
        let near = if seen { track.next } else { next };
        let mut first = self.nearest(piece.first, near);
        if let Some(run_next) = run.and_then(|place| self.runs.get_mut(place)).map(|run| run.next) {
            let in_run = self.nearest(piece.first, run_next);
            if in_run.abs_diff(run_next) < first.abs_diff(near) {
                first = in_run;
            }
        }
        if seen && first > near && self.begins_anew(piece, first - near) {
            first = first.checked_sub(self.lap()).unwrap_or(first);
        }
        piece.shifted(first.wrapping_sub(piece.first))
    }

    /// Whether a sequence that seems to lie `ahead` is rather one that starts again.
    fn begins_anew(&self, piece: &Piece, ahead: u64) -> bool {
        let near_origin =
            |origin: u64| piece.first & self.mask <= origin.saturating_add(self.limits.max_jump);
        piece.reset || (ahead > self.limits.max_jump && self.limits.origin.is_some_and(near_origin))
    }
}
