//! A snapshot that is asked for: how often, and for how long.

use super::{Answers, Lost, MessageRange, Tally};
use crate::framing::StreamKey;

/// How long and how often a snapshot is tried for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Snapshots begun, at least 1. Fewer give up over one broken connection; more burden a server that cannot.
    pub tries: u32,
    /// How long, in nanoseconds, until one begins. Shorter gives up while a server restarts; longer keeps the stream
    /// waiting, and what comes live meanwhile has to be kept.
    pub begin_ns: u64,
}

impl Default for Patience {
    /// 3 tries, each of which is begun within 30 s.
    fn default() -> Self {
        Self { tries: 3, begin_ns: 30_000_000_000 }
    }
}

/// One stream's snapshot, from being asked for until it is had or given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Joining {
    pub(super) key: StreamKey,
    /// The live stream is at hand from here on.
    pub(super) oldest: u64,
    tries_left: u32,
    begins_ns: u64,
    patience: Patience,
}

impl Joining {
    pub(super) fn new(key: StreamKey, oldest: u64, patience: Patience, now_ns: u64) -> Self {
        let begins_ns = now_ns.saturating_add(patience.begin_ns);
        Self { key, oldest, tries_left: patience.tries.max(1), begins_ns, patience }
    }

    /// Whether the live stream, as it is at hand, goes on from a snapshot whose next sequence is `next`.
    pub(super) fn goes_on_from(&self, next: u64) -> bool {
        next >= self.oldest
    }

    /// A snapshot begins.
    pub(super) fn begun(&mut self) {
        self.tries_left = self.tries_left.saturating_sub(1);
    }

    /// The snapshot begun last is void.
    pub(super) fn failed(&mut self, now_ns: u64, tally: &mut Tally) {
        tally.snapshots_void += 1;
        self.begins_ns = now_ns.saturating_add(self.patience.begin_ns);
    }

    /// When it is given up, unless a snapshot has begun.
    pub(super) fn gives_up_ns(&self) -> u64 {
        if self.tries_left == 0 { 0 } else { self.begins_ns }
    }

    /// Gives up if it is time to. `obstacle` is why no snapshot could be asked for.
    pub(super) fn gave_up(
        &self,
        now_ns: u64,
        obstacle: Option<Lost>,
        tally: &mut Tally,
        answers: &mut dyn Answers,
    ) -> bool {
        let gives_up = now_ns >= self.gives_up_ns();
        if gives_up {
            let cause = obstacle.filter(|_| self.tries_left > 0).unwrap_or(Lost::NoSnapshot);
            tally.give_up(cause, 1);
            answers.gave_up(MessageRange { key: self.key, first: self.oldest, count: 0 }, cause);
        }
        gives_up
    }
}
