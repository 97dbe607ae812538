//! What was asked of recovery: told to it when the arbiter misses something, and taken back as soon as it came some
//! other way, so that nothing is asked for in vain.

use super::delivery::Held;
use crate::{
    arbiter::{Arbiter, StreamIndex},
    framing::StreamKey,
    recovery::{MessageRange, Notice, Reply, WorkerEnd},
};

/// What the arbiter may say in one call and be heard: a hole for each datagram of a full default window. Beyond it
/// holes go unasked for, counted.
const HEARD: usize = 4_096;

/// Streams with holes that are asked for, over all channels, whose lines are watched for fillers. Beyond it, fillers
/// are asked for in vain.
const OPEN: usize = 256;

/// What the arbiter said in the call at hand.
#[derive(Clone, Copy, Debug)]
enum Heard {
    /// A range is missing.
    Wanted(StreamIndex, u64, u64),
    /// A range was given up, or made void.
    Gone(StreamIndex, u64, u64),
}

/// A stream with holes that are asked for.
#[derive(Clone, Copy, Debug)]
struct Open {
    channel: usize,
    stream: StreamIndex,
    key: StreamKey,
    /// All of them lie below, on the wire.
    below: u64,
    /// Below, nothing is missing, and that was told; on the wire.
    told: u64,
    /// What the sequences on the wire leave out of those of the last one.
    lap: u64,
}

/// The pipeline's side of recovery.
pub(super) struct Wants {
    mail: WorkerEnd,
    heard: Vec<Heard>,
    open: Vec<Open>,
    /// Streams that wait for a snapshot.
    joining: Vec<(usize, StreamIndex, StreamKey)>,
    /// Ranges missing that were not asked for, for want of room.
    pub(super) unheard: u64,
    /// Snapshot messages of streams that wait for none.
    pub(super) unasked: u64,
}

/// Units that a line brought.
#[derive(Clone, Copy, Debug)]
pub(super) struct Brought {
    pub(super) key: StreamKey,
    pub(super) first: u64,
    pub(super) end: u64,
}

impl Wants {
    pub(super) fn new(mail: WorkerEnd) -> Self {
        let (open, joining) = (Vec::with_capacity(OPEN), Vec::with_capacity(OPEN));
        Self { mail, heard: Vec::with_capacity(HEARD), open, joining, unheard: 0, unasked: 0 }
    }

    /// The arbiter misses a range.
    pub(super) fn wanted(&mut self, stream: StreamIndex, first: u64, count: u64) {
        if self.heard.len() < HEARD {
            self.heard.push(Heard::Wanted(stream, first, count));
        } else {
            self.unheard += 1;
        }
    }

    /// The arbiter waits for a range no longer.
    pub(super) fn gone(&mut self, stream: StreamIndex, first: u64, count: u64) {
        if !(self.open.is_empty() && self.heard.is_empty()) && self.heard.len() < HEARD {
            self.heard.push(Heard::Gone(stream, first, count));
        }
    }

    /// Whether there is anything to follow up after a call of the arbiter.
    #[inline]
    pub(super) const fn busy(&self) -> bool {
        !self.heard.is_empty() || !self.open.is_empty()
    }

    /// Tells recovery what became of a channel's holes in the call of its arbiter that just ended. `brought`: by a
    /// line, in that call. Sequences on the wire have the bits of `mask`.
    #[cold]
    pub(super) fn follow<F>(
        &mut self,
        channel: usize,
        arbiter: &Arbiter<Held<F>>,
        mask: u64,
        brought: Option<Brought>,
    ) {
        let Self { mail, heard, open, .. } = self;
        for said in heard.drain(..) {
            let (Heard::Wanted(stream, first, count) | Heard::Gone(stream, first, count)) = said;
            let Some(&key) = arbiter.key(stream) else { continue };
            let range = MessageRange { key, first: first & mask, count };
            match said {
                Heard::Wanted(..) => {
                    mail.tell(Notice::Wanted { channel, range });
                    let below = range.end();
                    let same = |open: &&mut Open| (open.channel, open.stream) == (channel, stream);
                    if let Some(open) = open.iter_mut().find(same) {
                        (open.below, open.lap) = (open.below.max(below), first & !mask);
                        open.told = open.told.min(range.first);
                    } else if open.len() < OPEN {
                        let (told, lap) = (range.first, first & !mask);
                        open.push(Open { channel, stream, key, below, told, lap });
                    }
                }
                Heard::Gone(..) => mail.tell(Notice::Filled { channel, range }),
            }
        }
        open.retain_mut(|open| {
            if open.channel != channel {
                return true;
            }
            let next = arbiter.next_expected(open.stream).map_or(u64::MAX, |next| next & mask);
            let filled = |first: u64, end: u64| MessageRange { key: open.key, first, count: end - first };
            if next >= open.below {
                mail.tell(Notice::Filled { channel, range: filled(0, open.below) });
                return false;
            }
            if next > open.told {
                // The head of a hole that is not filled as a whole.
                mail.tell(Notice::Filled { channel, range: filled(open.told, next) });
                open.told = next;
            }
            if let Some(Brought { key, first, end }) = brought
                && key == open.key
                && first < open.below
                && end > next
            {
                mail.tell(Notice::Filled { channel, range: filled(first, end.min(open.below)) });
            }
            true
        });
    }

    /// Asks for a snapshot of every stream of a channel that waits for one and has not asked. The newest is at hand from
    /// `oldest` on.
    #[cold]
    pub(super) fn join<F>(&mut self, channel: usize, arbiter: &Arbiter<Held<F>>, oldest: u64) {
        for stream in 0.. {
            let Some(&key) = arbiter.key(stream) else { return };
            let waits = arbiter.next_expected(stream).is_none()
                && !self.joining.iter().any(|(of, _, joining)| (*of, joining) == (channel, &key));
            if waits && self.joining.len() < OPEN {
                self.joining.push((channel, stream, key));
                self.mail.tell(Notice::Joined { channel, key, oldest });
            }
        }
    }

    /// The stream that waits for the snapshot of `key`.
    pub(super) fn joining(&self, channel: usize, key: &StreamKey) -> Option<StreamIndex> {
        let joining = |(of, _, joining): &&(usize, StreamIndex, StreamKey)| (*of, joining) == (channel, key);
        self.joining.iter().find(joining).map(|(_, stream, _)| *stream)
    }

    /// The stream waits no longer.
    pub(super) fn joined(&mut self, channel: usize, key: &StreamKey) {
        self.joining.retain(|(of, _, joining)| (*of, joining) != (channel, key));
    }

    /// The stream that holes are asked for of, and the arbiter's sequence for one on the wire.
    pub(super) fn find(&self, channel: usize, key: &StreamKey, first: u64) -> Option<(StreamIndex, u64)> {
        let open = self.open.iter().find(|open| open.channel == channel && open.key == *key)?;
        Some((open.stream, open.lap | first))
    }

    /// The next reply, if there is one.
    #[inline]
    pub(super) fn reply(&mut self) -> Option<Reply> {
        self.mail.reply()
    }

    /// The mailbox, for its buffers and counters.
    pub(super) const fn mail_mut(&mut self) -> &mut WorkerEnd {
        &mut self.mail
    }

    /// The same to look at.
    pub(super) const fn mail(&self) -> &WorkerEnd {
        &self.mail
    }
}
