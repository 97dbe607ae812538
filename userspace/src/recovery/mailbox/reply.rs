//! What the thread says, and the buffers that its bytes lie in.

use super::super::MessageRange;
use crate::framing::StreamKey;

/// Bytes of the longest answer: the largest payload on Ethernet with jumbo frames. Lower: longer ones are of no use,
/// counted. Higher costs memory, [`ANSWERS`](super::ANSWERS) times.
pub const ANSWER_BYTES: usize = 9_216;

/// Bytes of an answer, in a buffer that is used again.
#[derive(Debug)]
pub struct Buffer {
    pub(super) bytes: Box<[u8; ANSWER_BYTES]>,
    pub(super) len: usize,
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

/// What a reply with bytes is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// [`Reply::Datagram`] of a channel.
    Datagram(usize),
    /// [`Reply::Snapshot`] of a channel and stream.
    Snapshot(usize, StreamKey),
}

impl Form {
    pub(super) const fn reply(self, buffer: Buffer) -> Reply {
        match self {
            Self::Datagram(channel) => Reply::Datagram { channel, buffer },
            Self::Snapshot(channel, key) => Reply::Snapshot { channel, key, buffer },
        }
    }
}
