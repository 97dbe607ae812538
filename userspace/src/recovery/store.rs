//! What recovery servers answer from.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{PoisonError, RwLock},
};

use crate::framing::StreamKey;

/// Messages a server can send again. Shared between the sender, which adds to it, and the servers' threads.
pub trait Store: Send + Sync {
    /// Appends the message with this sequence to `into`. `false`, with `into` untouched, when it is not at hand.
    fn message(&self, key: StreamKey, sequence: u64, into: &mut Vec<u8>) -> bool;

    /// Sequences at hand, as `first..next`; `None` for a stream there is not.
    fn extent(&self, key: StreamKey) -> Option<(u64, u64)>;
}

/// What each stream sent last: of each, a bounded number of messages. How many streams there are is the sender's.
#[derive(Debug)]
pub struct History {
    /// Messages kept of each stream.
    limit: usize,
    streams: RwLock<BTreeMap<StreamKey, Stream>>,
}

#[derive(Debug)]
struct Stream {
    first: u64,
    messages: VecDeque<Box<[u8]>>,
}

impl History {
    /// Keeps the last `limit` messages of every stream.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, streams: RwLock::default() }
    }

    /// Adds a stream's next message. The first one of a stream says where it starts; one that does not follow on the
    /// last starts the stream anew.
    pub fn push(&self, key: StreamKey, sequence: u64, message: &[u8]) {
        let mut streams = self.streams.write().unwrap_or_else(PoisonError::into_inner);
        let stream = streams.entry(key).or_insert_with(|| Stream::at(sequence));
        if stream.next() != sequence {
            *stream = Stream::at(sequence);
        }
        stream.messages.push_back(message.into());
        if stream.messages.len() > self.limit {
            stream.messages.pop_front();
            stream.first += 1;
        }
    }
}

impl Stream {
    fn at(first: u64) -> Self {
        Self { first, messages: VecDeque::new() }
    }

    fn next(&self) -> u64 {
        self.first.saturating_add(self.messages.len() as u64)
    }
}

impl Store for History {
    fn message(&self, key: StreamKey, sequence: u64, into: &mut Vec<u8>) -> bool {
        let streams = self.streams.read().unwrap_or_else(PoisonError::into_inner);
        let message = streams.get(&key).and_then(|stream| {
            let behind = usize::try_from(sequence.checked_sub(stream.first)?).ok()?;
            stream.messages.get(behind)
        });
        if let Some(message) = message {
            into.extend_from_slice(message);
        }
        message.is_some()
    }

    fn extent(&self, key: StreamKey) -> Option<(u64, u64)> {
        let streams = self.streams.read().unwrap_or_else(PoisonError::into_inner);
        streams.get(&key).map(|stream| (stream.first, stream.next()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: StreamKey = StreamKey([7; 16]);

    fn read(history: &History, sequence: u64) -> Option<Vec<u8>> {
        let mut message = vec![0xEE];
        let found = history.message(KEY, sequence, &mut message);
        assert_eq!(message[0], 0xEE);
        found.then(|| message.split_off(1))
    }

    #[test]
    fn the_last_messages_are_kept() {
        let history = History::new(3);
        assert_eq!(history.extent(KEY), None);
        for sequence in 10..15u8 {
            history.push(KEY, sequence.into(), &[sequence]);
        }
        assert_eq!(history.extent(KEY), Some((12, 15)));
        assert_eq!(read(&history, 11), None);
        assert_eq!(read(&history, 12), Some(vec![12]));
        assert_eq!(read(&history, 14), Some(vec![14]));
        assert_eq!(read(&history, 15), None);
        assert_eq!(read(&history, u64::MAX), None);
        assert!(!history.message(StreamKey([0; 16]), 12, &mut Vec::new()));
    }

    #[test]
    fn a_message_out_of_order_starts_anew() {
        let history = History::new(3);
        history.push(KEY, 5, b"five");
        history.push(KEY, 1, b"one");
        assert_eq!(history.extent(KEY), Some((1, 2)));
        assert_eq!(read(&history, 5), None);
    }
}
