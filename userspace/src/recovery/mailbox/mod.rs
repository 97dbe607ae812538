//! Between the worker and the recovery thread: two bounded rings of one producer and one consumer each. Neither end
//! ever waits for the other, and neither allocates for what goes through.
//!
//! Worker → thread go [`Notice`]s: what is missing, and what no longer is. Thread → worker go [`Reply`]s; datagrams
//! lie in buffers that go back and forth.

mod reply; // what the thread says
mod thread; // its end
mod worker; // the worker's end, and what it says
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use rtrb::RingBuffer;

pub use reply::{ANSWER_BYTES, Buffer, Form, Reply};
pub use thread::ThreadEnd;
pub use worker::{MailCounters, Notice, WorkerEnd};

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
