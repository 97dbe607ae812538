//! Runs in doubt: datagrams of one line from a place where its sequence should not be, kept until its next
//! datagrams say whether it really is there.

use super::limits::{MARKS_NS, RUN_DATAGRAMS, RUN_SKIP, RUN_STEPS};
use super::seam::{At, Piece};
use crate::framing::Kind;

/// Why a run is doubted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Behind what the line has brought: a reset, or something it brings once more.
    Back,
    /// Far ahead of the stream: a loss beyond belief, or a mad sequence.
    Jump,
}

/// A datagram in doubt.
pub(super) struct Doubted<H> {
    pub(super) piece: Piece,
    /// The datagram; `None` for a heartbeat, and when there was no room to hold it.
    pub(super) held: Option<H>,
}

/// One line's run.
pub(super) struct Run<H> {
    pub(super) at: At,
    pub(super) doubt: Doubt,
    /// Lowest sequence of the run.
    pub(super) first: u64,
    /// Where it continues.
    pub(super) next: u64,
    /// It begins where sequences begin, or its sender says so.
    pub(super) from_origin: bool,
    /// A heartbeat there began it: the first unit from there is proof.
    pub(super) from_origin_heartbeat: bool,
    /// Datagrams that have to continue from it before it is believed.
    steps_needed: u8,
    steps: u8,
    /// Since when marks alone are uncontradicted: the stream has stood at `head`.
    since_ns: u64,
    head: u64,
    /// Marks that said once more what another had said, and are not kept.
    pub(super) repeated: u64,
    /// Order in which runs began.
    began: u64,
    /// The sender says that its sequence starts again with the first of them.
    pub(super) reset: bool,
    pub(super) datagrams: List<H>,
}

/// What a run has of datagrams, in order.
pub(super) struct List<H> {
    datagrams: [Option<Doubted<H>>; RUN_DATAGRAMS],
    len: usize,
}

impl<H> List<H> {
    fn new() -> Self {
        Self { datagrams: [const { None }; RUN_DATAGRAMS], len: 0 }
    }

    pub(super) fn push(&mut self, doubted: Doubted<H>) {
        if let Some(free) = self.datagrams.get_mut(self.len) {
            *free = Some(doubted);
            self.len += 1;
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Doubted<H>> {
        self.datagrams.iter().flatten()
    }
}

impl<H> IntoIterator for List<H> {
    type Item = Doubted<H>;
    type IntoIter = std::iter::Flatten<std::array::IntoIter<Option<Doubted<H>>, RUN_DATAGRAMS>>;

    fn into_iter(self) -> Self::IntoIter {
        self.datagrams.into_iter().flatten()
    }
}

/// What a further datagram of the line means to its run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The run is believed.
    Proof,
    /// It belongs to the run.
    Part,
    /// It does not.
    Stranger,
}

impl<H> Run<H> {
    /// What `piece` means, and takes it into account. `own_next` is where the line would go on had it never
    /// left, if it is known; `head` is where the stream is.
    pub(super) fn weigh(&mut self, piece: &Piece, own_next: Option<u64>, head: u64) -> Meaning {
        let continues = piece.first == self.next && own_next != Some(piece.first);
        if continues && piece.kind != Kind::Data && self.jumped_by_marks() {
            return self.weigh_mark(piece.stamp_ns, head);
        }
        if continues {
            self.next = piece.end;
            self.steps += 1;
            let proof = self.from_origin_heartbeat && piece.kind == Kind::Data;
            return if proof || self.steps >= self.steps_needed { Meaning::Proof } else { self.part() };
        }
        let near = piece.first >= self.first && piece.first <= self.next.saturating_add(RUN_SKIP);
        let behind = self.doubt == Doubt::Jump || own_next.is_none_or(|own| piece.end < own);
        if near && behind && piece.kind != Kind::EndOfSession {
            self.next = self.next.max(piece.end);
            self.part()
        } else {
            Meaning::Stranger
        }
    }

    /// A mark far ahead costs nothing to repeat: it is believed when it still stands after a while in which the
    /// stream did not go on from where it was.
    fn weigh_mark(&mut self, stamp_ns: u64, head: u64) -> Meaning {
        if head != self.head {
            (self.head, self.since_ns) = (head, stamp_ns);
        }
        if stamp_ns.saturating_sub(self.since_ns) >= MARKS_NS { Meaning::Proof } else { self.part() }
    }

    /// Whether nothing but heartbeats and ends of session say that the line is far ahead.
    fn jumped_by_marks(&self) -> bool {
        self.doubt == Doubt::Jump && self.datagrams.iter().all(|doubted| doubted.piece.kind != Kind::Data)
    }

    /// Whether the mark `piece` of another line says the same, and the stream has not gone on meanwhile.
    pub(super) fn agrees(&self, piece: &Piece, head: u64) -> bool {
        piece.kind != Kind::Data && self.jumped_by_marks() && self.next == piece.first && self.head == head
    }

    /// Whether `piece` is a mark like one that is kept.
    pub(super) fn repeats(&self, piece: &Piece) -> bool {
        let same = |doubted: &Doubted<H>| {
            let other = &doubted.piece;
            (other.kind, other.first) == (piece.kind, piece.first)
        };
        self.jumped_by_marks() && piece.kind != Kind::Data && self.datagrams.iter().any(same)
    }

    /// A run as long as it may be that is still not believed never will be.
    fn part(&self) -> Meaning {
        if self.datagrams.len < RUN_DATAGRAMS { Meaning::Part } else { Meaning::Stranger }
    }
}

/// The runs of a channel.
pub(super) struct Runs<H> {
    runs: Vec<Option<Run<H>>>,
    limit: usize,
    began: u64,
}

impl<H> Runs<H> {
    pub(super) fn new(limit: usize) -> Self {
        Self { runs: Vec::with_capacity(limit), limit, began: 0 }
    }

    /// Begins a run at `piece`, where there is room for one; says where it is. The stream is at `head`; `from_origin`:
    /// `piece` is where sequences begin, and behind its line.
    pub(super) fn begin(
        &mut self,
        at: At,
        doubt: Doubt,
        piece: &Piece,
        steps_needed: u8,
        head: u64,
        from_origin: bool,
    ) -> Option<usize> {
        if self.full() {
            return None;
        }
        let place = self.runs.iter().position(Option::is_none).unwrap_or(self.runs.len());
        if place == self.runs.len() {
            self.runs.push(None);
        }
        self.began += 1;
        self.runs[place] = Some(Run {
            at,
            doubt,
            first: piece.first,
            next: piece.end,
            from_origin,
            from_origin_heartbeat: from_origin && piece.kind == Kind::Heartbeat,
            steps_needed,
            steps: 0,
            since_ns: piece.stamp_ns,
            head,
            repeated: 0,
            began: self.began,
            reset: piece.reset,
            datagrams: List::new(),
        });
        Some(place)
    }

    pub(super) fn get_mut(&mut self, place: usize) -> Option<&mut Run<H>> {
        self.runs.get_mut(place)?.as_mut()
    }

    /// Ends a run.
    pub(super) fn end(&mut self, place: usize) -> Option<Run<H>> {
        self.runs.get_mut(place)?.take()
    }

    /// Whether one more run needs an older one to end.
    pub(super) fn full(&self) -> bool {
        self.runs.len() == self.limit && self.runs.iter().all(Option::is_some)
    }

    /// The run that began first.
    pub(super) fn oldest(&self) -> Option<usize> {
        let began = |place: &usize| self.runs[*place].as_ref().map(|run| run.began);
        (0..self.runs.len()).filter(|place| self.runs[*place].is_some()).min_by_key(began)
    }
}

/// Steps that make a fall back to the origin believed: one, unless the line was there a moment ago.
pub(super) fn steps_from_origin(near_origin: bool) -> u8 {
    if near_origin { RUN_STEPS } else { 1 }
}
