//! Between the worker and the recovery thread: two bounded rings of one producer and one consumer each. Neither end
//! ever waits for the other, and neither allocates for what goes through.
//!
//! Worker → thread go [`Notice`]s: what is missing, and what no longer is. Thread → worker go [`Reply`]s; datagrams
//! lie in buffers that go back and forth.

use std::collections::VecDeque;

use rtrb::{Consumer, Producer, RingBuffer};

use super::MessageRange;
use crate::framing::StreamKey;

/// Bytes of the longest answer: the largest payload on Ethernet with jumbo frames. Lower: longer ones are of no use,
/// counted. Higher costs memory, [`ANSWERS`] times.
pub const ANSWER_BYTES: usize = 9_216;

/// Answers that may be under way to the worker; 2.4 MB. Lower: a worker that is kept off its CPU for a moment leaves
/// answers to the socket's buffer, and then to the network. Higher costs memory.
const ANSWERS: usize = 256;

/// Replies beside them that may be: what was given up, the starts and ends of snapshots.
const WORDS: usize = 256;

/// Notices that may be under way to the thread, which looks every 500 µs; 400 KB. Lower: a burst of loss waits in the
/// worker's backlog. Higher costs memory.
const NOTICES: usize = 8_192;

/// Notices that wait with the worker for room; 400 KB. Lower: more holes of a great loss go unasked for, counted.
const BACKLOG: usize = 8_192;

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

/// Bytes of an answer, in a buffer that is used again.
#[derive(Debug)]
pub struct Buffer {
    bytes: Box<[u8; ANSWER_BYTES]>,
    len: usize,
}

impl Buffer {
    /// The answer.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// What the thread says.
#[derive(Debug)]
pub enum Reply {
    /// A datagram in the channel's framing.
    Datagram {
        /// Index of the channel.
        channel: usize,
        /// The datagram.
        buffer: Buffer,
    },
    /// The range will not be had.
    GaveUp {
        /// Index of the channel.
        channel: usize,
        /// What is lost.
        range: MessageRange,
    },
    /// A snapshot of stream `key` starts; an earlier one that was not joined is void.
    Begin {
        /// Index of the channel.
        channel: usize,
        /// The stream.
        key: StreamKey,
    },
    /// The next message of the snapshot.
    Snapshot {
        /// Index of the channel.
        channel: usize,
        /// The stream.
        key: StreamKey,
        /// The message.
        buffer: Buffer,
    },
    /// The snapshot is complete.
    Join {
        /// Index of the channel.
        channel: usize,
        /// The stream.
        key: StreamKey,
        /// The sequence the stream goes on with.
        next: u64,
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
    notices: Producer<Notice>,
    backlog: VecDeque<Notice>,
    replies: Consumer<Reply>,
    spare: Producer<Buffer>,
    counters: MailCounters,
}

/// The recovery thread's end.
#[derive(Debug)]
pub struct ThreadEnd {
    notices: Consumer<Notice>,
    replies: Producer<Reply>,
    spare: Consumer<Buffer>,
    /// What waits for room, in order.
    waiting: VecDeque<Waiting>,
}

/// A reply that waits for room.
#[derive(Debug)]
enum Waiting {
    /// Without bytes.
    Word(Reply),
    /// With these.
    Bytes(Vec<u8>, Form),
}

/// What a reply with bytes is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// [`Reply::Datagram`] of a channel.
    Datagram(usize),
    /// [`Reply::Snapshot`] of a channel and stream.
    Snapshot(usize, StreamKey),
}

impl Form {
    const fn reply(self, buffer: Buffer) -> Reply {
        match self {
            Self::Datagram(channel) => Reply::Datagram { channel, buffer },
            Self::Snapshot(channel, key) => Reply::Snapshot { channel, key, buffer },
        }
    }
}

/// Makes both ends, and all the memory that they will need but for what the thread keeps back.
#[must_use]
pub fn mailbox() -> (WorkerEnd, ThreadEnd) {
    let (notices, to_notice) = RingBuffer::new(NOTICES);
    let (replies, to_reply) = RingBuffer::new(ANSWERS + WORDS);
    let (mut spare, to_use) = RingBuffer::new(ANSWERS);
    for _ in 0..ANSWERS {
        let buffer = Buffer { bytes: Box::new([0; ANSWER_BYTES]), len: 0 };
        // The ring has room for every buffer there is: here and whenever one is given back.
        drop(spare.push(buffer));
    }
    let backlog = VecDeque::with_capacity(BACKLOG);
    let counters = MailCounters::default();
    (
        WorkerEnd { notices, backlog, replies: to_reply, spare, counters },
        ThreadEnd { notices: to_notice, replies, spare: to_use, waiting: VecDeque::new() },
    )
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

impl ThreadEnd {
    /// The next notice.
    pub fn notice(&mut self) -> Option<Notice> {
        self.notices.pop().ok()
    }

    /// Replies with bytes for which there is room at once. What is more waits on this side.
    #[must_use]
    pub fn room(&self) -> usize {
        if self.waiting.is_empty() { self.spare.slots().min(self.replies.slots()) } else { 0 }
    }

    /// Hands bytes over, now or when there is room. False, with nothing done, when they are longer than
    /// [`ANSWER_BYTES`].
    pub fn send(&mut self, bytes: &[u8], form: Form) -> bool {
        if bytes.len() > ANSWER_BYTES {
            return false;
        }
        self.retry();
        if !(self.waiting.is_empty() && self.push(bytes, form)) {
            self.waiting.push_back(Waiting::Bytes(bytes.to_vec(), form));
        }
        true
    }

    /// Hands a reply without bytes over, now or when there is room.
    pub fn say(&mut self, word: Reply) {
        self.waiting.push_back(Waiting::Word(word));
        self.retry();
    }

    /// Hands over what found no room before.
    pub fn retry(&mut self) {
        while let Some(waiting) = self.waiting.pop_front() {
            match waiting {
                Waiting::Bytes(bytes, form) if self.push(&bytes, form) => {}
                Waiting::Word(word) if !self.replies.is_full() => {
                    // There is room: this end alone fills the ring.
                    drop(self.replies.push(word));
                }
                still => return self.waiting.push_front(still),
            }
        }
    }

    /// Hands bytes over, if there is room.
    fn push(&mut self, bytes: &[u8], form: Form) -> bool {
        if self.replies.is_full() {
            return false;
        }
        let Ok(mut buffer) = self.spare.pop() else { return false };
        buffer.bytes[..bytes.len()].copy_from_slice(bytes);
        buffer.len = bytes.len();
        self.replies.push(form.reply(buffer)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(first: u64, count: u64) -> MessageRange {
        MessageRange { key: StreamKey([1; 16]), first, count }
    }

    const DATAGRAM: Form = Form::Datagram(3);

    #[test]
    fn a_full_mailbox_keeps_the_order_and_counts() {
        let (mut worker, mut thread) = mailbox();
        let most = (NOTICES + BACKLOG) as u64;
        for first in 0..most + 5 {
            worker.tell(Notice::Wanted { channel: 0, range: range(first, 1) });
        }
        assert_eq!(worker.counters().dropped, 5);
        let mut next = 0;
        while next < most {
            while let Some(notice) = thread.notice() {
                assert_eq!(notice, Notice::Wanted { channel: 0, range: range(next, 1) });
                next += 1;
            }
            worker.retry();
        }
        let MailCounters { notices, deferred, .. } = *worker.counters();
        assert_eq!((notices, deferred), (most, BACKLOG as u64));
    }

    #[test]
    fn buffers_go_round_and_never_run_out_for_good() {
        let (mut worker, mut thread) = mailbox();
        for round in 0..3_u8 {
            for number in 0..ANSWERS {
                assert!(thread.send(&[round, number as u8], DATAGRAM));
            }
            assert_eq!(thread.room(), 0);
            assert!(thread.send(&[round, 0], DATAGRAM), "the last one waits");
            for number in (0..ANSWERS).chain([0]) {
                let Some(Reply::Datagram { channel: 3, buffer }) = worker.reply() else { unreachable!() };
                assert_eq!(buffer.bytes(), [round, number as u8]);
                worker.give_back(buffer);
                thread.retry();
            }
            assert!(worker.reply().is_none());
        }
        assert_eq!(worker.counters().datagrams, 3 * (ANSWERS as u64 + 1));
    }

    #[test]
    fn words_wait_and_stay_in_order() {
        let (mut worker, mut thread) = mailbox();
        let most = ANSWERS + WORDS;
        for first in 0..=most as u64 {
            thread.say(Reply::GaveUp { channel: 0, range: range(first, 1) });
        }
        assert!(thread.send(&[1], DATAGRAM), "but not before what waits");
        for expected in 0..=most as u64 {
            let Some(Reply::GaveUp { range: MessageRange { first, .. }, .. }) = worker.reply() else {
                unreachable!()
            };
            assert_eq!(first, expected);
            thread.retry();
        }
        assert!(matches!(worker.reply(), Some(Reply::Datagram { buffer, .. }) if buffer.bytes() == [1]));
        assert!(!thread.send(&[0; ANSWER_BYTES + 1], DATAGRAM), "too long");
        assert!(thread.send(&[0; ANSWER_BYTES], DATAGRAM));
    }
}
