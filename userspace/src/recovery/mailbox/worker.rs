//! The worker's end: what it says, takes and counts.

use std::collections::VecDeque;

use rtrb::{Consumer, Producer};

use super::{super::MessageRange, BACKLOG, Buffer, Reply};
use crate::framing::StreamKey;

/// What the worker says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The range is missing.
    Wanted {
        /// Index of the channel.
        channel: usize,
        /// What is missing.
        range: MessageRange,
    },
    /// Nothing of the range is missing any more: it came, or nobody waits for it.
    Filled {
        /// Index of the channel.
        channel: usize,
        /// What is not missing.
        range: MessageRange,
    },
    /// The stream waits for a snapshot, and is at hand from `oldest` on.
    Joined {
        /// Index of the channel.
        channel: usize,
        /// The stream.
        key: StreamKey,
        /// The oldest sequence at hand.
        oldest: u64,
    },
}

/// What the worker counts of its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MailCounters {
    /// Notices handed over.
    pub notices: u64,
    /// Notices that found the mailbox full, and were handed over later.
    pub deferred: u64,
    /// Notices that found no room at all.
    pub dropped: u64,
    /// Datagrams taken.
    pub datagrams: u64,
    /// Snapshot messages taken.
    pub snapshot_messages: u64,
    /// Datagrams and snapshot messages that came after the worker's end.
    pub left: u64,
}

impl MailCounters {
    /// Adds what another worker counted.
    pub fn add(&mut self, other: &Self) {
        let Self { notices, deferred, dropped, datagrams, snapshot_messages, left } = other;
        self.notices += notices;
        self.deferred += deferred;
        self.dropped += dropped;
        self.datagrams += datagrams;
        self.snapshot_messages += snapshot_messages;
        self.left += left;
    }
}

/// The worker's end.
#[derive(Debug)]
pub struct WorkerEnd {
    pub(super) notices: Producer<Notice>,
    pub(super) backlog: VecDeque<Notice>,
    pub(super) replies: Consumer<Reply>,
    pub(super) spare: Producer<Buffer>,
    pub(super) counters: MailCounters,
}

impl WorkerEnd {
    /// Hands a notice over, or keeps it until [`WorkerEnd::retry`].
    pub fn tell(&mut self, notice: Notice) {
        if self.backlog.is_empty() && self.notices.push(notice).is_ok() {
            self.counters.notices += 1;
        } else if self.backlog.len() < BACKLOG {
            self.backlog.push_back(notice);
        } else {
            self.counters.dropped += 1;
        }
    }

    /// Hands over what found no room before.
    #[inline]
    pub fn retry(&mut self) {
        while let Some(notice) = self.backlog.front() {
            if self.notices.push(*notice).is_err() {
                return;
            }
            self.backlog.pop_front();
            self.counters.deferred += 1;
            self.counters.notices += 1;
        }
    }

    /// Whether there is no reply to take.
    #[inline]
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.replies.is_empty()
    }

    /// The next reply. Its buffer is to be given back.
    #[inline]
    pub fn reply(&mut self) -> Option<Reply> {
        let reply = self.replies.pop().ok()?;
        match reply {
            Reply::Datagram { .. } => self.counters.datagrams += 1,
            Reply::Snapshot { .. } => self.counters.snapshot_messages += 1,
            Reply::GaveUp { .. } | Reply::Begin { .. } | Reply::Join { .. } => {}
        }
        Some(reply)
    }

    /// Counts the datagrams that came when it was too late to take them. For when both threads have ended.
    pub fn close(&mut self) {
        while let Ok(reply) = self.replies.pop() {
            let bytes = matches!(reply, Reply::Datagram { .. } | Reply::Snapshot { .. });
            self.counters.left += u64::from(bytes);
        }
    }

    /// Gives a buffer back.
    pub fn give_back(&mut self, buffer: Buffer) {
        // There is room: every buffer came out of this ring.
        drop(self.spare.push(buffer));
    }

    /// What it counted.
    #[must_use]
    pub const fn counters(&self) -> &MailCounters {
        &self.counters
    }
}
