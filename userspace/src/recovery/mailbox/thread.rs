//! The recovery thread's end: what does not find room waits here.

use std::collections::VecDeque;

use rtrb::{Consumer, Producer};

use super::{ANSWER_BYTES, Buffer, Form, Notice, Reply};

/// The recovery thread's end.
#[derive(Debug)]
pub struct ThreadEnd {
    pub(super) notices: Consumer<Notice>,
    pub(super) replies: Producer<Reply>,
    pub(super) spare: Consumer<Buffer>,
    /// What waits for room, in order.
    pub(super) waiting: VecDeque<Waiting>,
}

/// A reply that waits for room.
#[derive(Debug)]
pub(super) enum Waiting {
    /// Without bytes.
    Word(Reply),
    /// With these.
    Bytes(Vec<u8>, Form),
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
