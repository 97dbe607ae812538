//! Which requests to send for what is missing, and when: for any protocol that is asked for ranges.
//!
//! What is missing is kept in pieces. A piece is as large as its gap until it is asked for; then what one request may
//! ask for is cut off its head. A piece is asked for again after a while, which doubles each time, until it is filled,
//! or its tries or its time are used up.

mod limits;
mod pieces;
#[cfg(test)]
mod tests;

pub use limits::Limits;

use super::{Lost, MessageRange};
use pieces::{Piece, Pieces};

/// What is missing of one channel, and when to ask for it.
#[derive(Debug)]
pub struct Plan {
    limits: Limits,
    pieces: Pieces,
    /// What there was no room for, until it is given up.
    overflow: Vec<MessageRange>,
}

/// A request to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What to ask for.
    pub range: MessageRange,
    /// Whether it was asked for before.
    pub again: bool,
}

impl Plan {
    /// Nothing is missing yet.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { limits, pieces: Pieces::default(), overflow: Vec::new() }
    }

    /// `range` is missing; what of it is in the plan already stays as it is. What there is no room for is given up
    /// by the next calls of [`Plan::give_up`].
    pub fn wanted(&mut self, range: MessageRange, now_ns: u64) {
        let wanted_ns = now_ns.saturating_add(self.limits.patience_ns);
        for uncovered in self.pieces.uncovered(range) {
            let piece = Piece { asked: 0, due_ns: now_ns, ends_ns: wanted_ns, wanted_ns, refused: None };
            self.insert(uncovered, piece);
        }
    }

    /// `range` is not missing any more.
    pub fn filled(&mut self, range: MessageRange) {
        self.take(range, |_| {});
    }

    /// Takes `range` out of the plan; `taken` gets the parts of it that were in it, in order.
    pub fn take(&mut self, range: MessageRange, mut taken: impl FnMut(MessageRange)) {
        self.each(range, |part, _| taken(part));
    }

    /// The request for `range` could not be served yet: it does not count as one, and is not sent again before
    /// `until_ns`.
    pub fn postpone(&mut self, range: MessageRange, until_ns: u64) {
        self.change(range, |piece| {
            piece.asked = piece.asked.saturating_sub(1);
            piece.due_ns = until_ns;
            piece.ends_ns = piece.wanted_ns;
        });
    }

    /// The request for `range` was refused for a reason that may pass. It is repeated in its time; if it was the last
    /// one, the range is given up for this reason, at once.
    pub fn refused(&mut self, range: MessageRange, cause: Lost, now_ns: u64) {
        self.change(range, |piece| {
            piece.refused = Some(cause);
            if piece.due_ns == u64::MAX {
                piece.ends_ns = now_ns;
            }
        });
    }

    /// The next request that is due; it counts as sent.
    pub fn ask(&mut self, now_ns: u64) -> Option<Ask> {
        let (range, piece) = self.pieces.remove_due(now_ns, self.may_ask_more())?;
        let head = MessageRange { count: range.count.min(self.limits.count), ..range };
        let rest = MessageRange { first: head.end(), count: range.count - head.count, ..range };
        self.pieces.insert(rest, piece);
        let again_ns = now_ns.saturating_add(self.limits.wait_ns(piece.asked));
        let asked = piece.asked.saturating_add(1);
        let sent = Piece { asked, refused: None, ..piece };
        let sent = match asked < self.limits.tries {
            true => Piece { due_ns: again_ns, ..sent },
            false => Piece { due_ns: u64::MAX, ends_ns: again_ns.min(piece.wanted_ns), ..sent },
        };
        self.pieces.insert(head, sent);
        Some(Ask { range: head, again: piece.asked > 0 })
    }

    /// Takes out something that is given up: for which there was no room, whose tries are used up without an answer,
    /// or whose time is over, of which the caller knows the `cause`.
    pub fn give_up(&mut self, now_ns: u64, cause: Lost) -> Option<(MessageRange, Lost)> {
        if let Some(range) = self.overflow.pop() {
            return Some((range, Lost::Overflow));
        }
        let (range, piece) = self.pieces.remove_ended(now_ns)?;
        let unanswered = (piece.due_ns == u64::MAX).then_some(Lost::Unanswered);
        Some((range, piece.refused.or(unanswered).unwrap_or(cause)))
    }

    /// From now on, a request is for at most `count`, which is at least 1.
    pub fn limit_count(&mut self, count: u64) {
        self.limits.count = count.max(1);
    }

    /// When [`Plan::ask`] finds something.
    #[must_use]
    pub fn ask_ns(&self) -> u64 {
        self.pieces.due_ns(self.may_ask_more())
    }

    /// When [`Plan::give_up`] finds something.
    #[must_use]
    pub fn give_up_ns(&self) -> u64 {
        if self.overflow.is_empty() { self.pieces.ends_ns() } else { 0 }
    }

    fn may_ask_more(&self) -> bool {
        self.pieces.outstanding() < self.limits.outstanding.max(1)
    }

    /// Takes the parts of pieces that lie in `range` out and gives them to `part`.
    fn each(&mut self, range: MessageRange, mut part: impl FnMut(MessageRange, Piece)) {
        while let Some((whole, piece)) = self.pieces.remove_in(range) {
            let first = whole.first.max(range.first);
            let end = whole.end().min(range.end());
            self.pieces.insert(MessageRange { count: first - whole.first, ..whole }, piece);
            self.insert(MessageRange { first: end, count: whole.end() - end, ..whole }, piece);
            part(MessageRange { first, count: end - first, ..whole }, piece);
        }
    }

    /// Changes what is known of the parts of pieces that lie in `range`.
    fn change(&mut self, range: MessageRange, change: impl Fn(&mut Piece)) {
        let mut parts = Vec::new();
        self.each(range, |part, piece| parts.push((part, piece)));
        for (part, mut piece) in parts {
            change(&mut piece);
            self.insert(part, piece);
        }
    }

    fn insert(&mut self, range: MessageRange, piece: Piece) {
        if self.pieces.len() < self.limits.pieces || range.count == 0 {
            self.pieces.insert(range, piece);
        } else {
            self.overflow.push(range);
        }
    }
}
