//! The pieces of a plan, by place and by time.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    framing::StreamKey,
    recovery::{Lost, MessageRange},
};

/// When something is due for the piece that starts at a place.
type Moment = (u64, StreamKey, u64);

/// What is known of one missing range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Requests sent for it.
    pub(super) asked: u32,
    /// When to send the next one; `u64::MAX` after the last.
    pub(super) due_ns: u64,
    /// How long its answer is waited for: as long as it is wanted, less once the last request was sent.
    pub(super) ends_ns: u64,
    /// How long it is wanted.
    pub(super) wanted_ns: u64,
    /// Why the last request was refused, if it was.
    pub(super) refused: Option<Lost>,
}

/// Pieces never overlap. Each is in one of the two queues of requests, and in that of endings.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    by_place: BTreeMap<(StreamKey, u64), (u64, Piece)>,
    /// Never asked for yet.
    fresh: BTreeSet<Moment>,
    /// Asked for: the outstanding requests.
    asked: BTreeSet<Moment>,
    ends: BTreeSet<Moment>,
}

impl Pieces {
    pub(super) fn len(&self) -> usize {
        self.by_place.len()
    }

    pub(super) fn outstanding(&self) -> usize {
        self.asked.len()
    }

    /// Adds a piece where there is none; an empty range adds nothing.
    pub(super) fn insert(&mut self, range: MessageRange, piece: Piece) {
        let MessageRange { key, first, count } = range;
        if count > 0 {
            self.by_place.insert((key, first), (count, piece));
            self.queue(&piece).insert((piece.due_ns, key, first));
            self.ends.insert((piece.ends_ns, key, first));
        }
    }

    /// Removes the first piece that has something in common with `range`.
    pub(super) fn remove_in(&mut self, range: MessageRange) -> Option<(MessageRange, Piece)> {
        let place = self.overlapping(range).next()?;
        self.remove((place.key, place.first))
    }

    fn remove(&mut self, place: (StreamKey, u64)) -> Option<(MessageRange, Piece)> {
        let (count, piece) = self.by_place.remove(&place)?;
        let (key, first) = place;
        self.queue(&piece).remove(&(piece.due_ns, key, first));
        self.ends.remove(&(piece.ends_ns, key, first));
        Some((MessageRange { key, first, count }, piece))
    }

    fn queue(&mut self, piece: &Piece) -> &mut BTreeSet<Moment> {
        if piece.asked == 0 { &mut self.fresh } else { &mut self.asked }
    }

    /// Removes the piece whose next request is the first due: of those that were asked for already, or, where there
    /// is none, of the `fresh` ones if they are to be asked for.
    pub(super) fn remove_due(&mut self, now_ns: u64, fresh: bool) -> Option<(MessageRange, Piece)> {
        let due = |queue: &BTreeSet<Moment>| queue.first().copied().filter(|(due_ns, ..)| *due_ns <= now_ns);
        let (_, key, first) = due(&self.asked).or_else(|| due(&self.fresh).filter(|_| fresh))?;
        self.remove((key, first))
    }

    /// Removes a piece that has come to its end.
    pub(super) fn remove_ended(&mut self, now_ns: u64) -> Option<(MessageRange, Piece)> {
        let (ends_ns, key, first) = self.ends.first().copied()?;
        if ends_ns > now_ns {
            return None;
        }
        self.remove((key, first))
    }

    /// When [`Pieces::remove_due`] finds something.
    pub(super) fn due_ns(&self, fresh: bool) -> u64 {
        let first = |queue: &BTreeSet<Moment>| queue.first().map_or(u64::MAX, |(due_ns, ..)| *due_ns);
        first(&self.asked).min(if fresh { first(&self.fresh) } else { u64::MAX })
    }

    /// When [`Pieces::remove_ended`] finds something.
    pub(super) fn ends_ns(&self) -> u64 {
        self.ends.first().map_or(u64::MAX, |(ends_ns, ..)| *ends_ns)
    }

    /// The parts of `range` that no piece covers.
    pub(super) fn uncovered(&self, range: MessageRange) -> Vec<MessageRange> {
        let mut uncovered = Vec::new();
        let mut from = range.first;
        for piece in self.overlapping(range) {
            if from < piece.first {
                uncovered.push(MessageRange { first: from, count: piece.first - from, ..range });
            }
            from = piece.end();
        }
        if from < range.end() {
            uncovered.push(MessageRange { first: from, count: range.end() - from, ..range });
        }
        uncovered
    }

    /// The pieces that have something in common with `range`, in order.
    fn overlapping(&self, range: MessageRange) -> impl Iterator<Item = MessageRange> {
        let MessageRange { key, first, .. } = range;
        let before = self.by_place.range((key, 0)..(key, first)).next_back();
        let from = self.by_place.range((key, first)..(key, range.end().max(first)));
        before
            .into_iter()
            .chain(from)
            .map(|(&(key, first), &(count, _))| MessageRange { key, first, count })
            .filter(move |piece| piece.end() > range.first && range.count > 0)
    }
}
