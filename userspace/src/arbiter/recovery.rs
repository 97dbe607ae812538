//! What recovery brings: it comes on no line, so it is only put where it belongs.

use super::Arbiter;
use super::seam::{Arrival, At, Body, Outlet, Piece};
use crate::framing::Kind;

impl<H> Arbiter<H> {
    /// Takes a datagram that recovery brought. It fills holes that are known; it opens no stream, moves none on and
    /// resets none.
    #[cold]
    pub(super) fn take_recovered(&mut self, arrival: &Arrival, outlet: &mut impl Outlet<Held = H>) {
        let line = self.limits.lines;
        let counters = &mut self.lines[line];
        counters.packets += 1;
        let Some(piece) = Piece::of(arrival) else {
            counters.overruns += 1;
            return;
        };
        if piece.kind != Kind::Data {
            return;
        }
        counters.units += piece.units();
        let Some(stream) = self.keys.find(&arrival.key) else {
            counters.discarded.unasked += piece.units();
            return;
        };
        let (next, head) = (self.streams[stream].next, self.head_of(stream));
        let piece = piece.shifted(self.nearest(piece.first, next).wrapping_sub(piece.first));
        let known = Piece { end: piece.end.min(head), ..piece };
        let beyond = piece.end - known.end.max(piece.first);
        self.lines[line].discarded.unasked += beyond;
        if known.first < known.end {
            self.place(At { stream, line }, &known, Body::Offered, outlet);
            self.set_deadline();
        }
    }
}
