//! A byte stream cut into the frames its length fields announce.

use std::{marker::PhantomData, mem};

/// Where a protocol's frames carry their length.
pub trait Prefix {
    /// Bytes in front that tell the length.
    const LEN: usize;

    /// Length of the whole frame, the [`Prefix::LEN`] bytes of `prefix` included.
    fn frame_len(prefix: &[u8]) -> usize;

    /// No frame is shorter: a length that is tells of bytes out of step.
    const SHORTEST: usize;
}

/// Why bytes received are not of their protocol. TCP delivers them as they were sent, so nothing behind them can be
/// trusted: each ends the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Malformed {
    /// A frame's length is less than what every frame has.
    #[error("a length shorter than the header it counts")]
    ShortFrame,
    /// A message reaches beyond its frame, or is shorter than its own header.
    #[error("a message's length does not fit its frame")]
    MessageLength,
    /// A message is shorter than the layout of its type.
    #[error("a message shorter than the layout of its type")]
    ShortMessage,
    /// A frame holds more or fewer messages than it announces.
    #[error("more or fewer messages than announced")]
    Count,
    /// A field of digits holds something else.
    #[error("a number that is none")]
    Number,
}

impl Malformed {
    /// Every cause, in the order of [`Malformed::index`].
    pub const ALL: [Self; 5] =
        [Self::ShortFrame, Self::MessageLength, Self::ShortMessage, Self::Count, Self::Number];

    /// The label under which the cause is counted.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ShortFrame => "short_frame",
            Self::MessageLength => "message_length",
            Self::ShortMessage => "short_message",
            Self::Count => "count",
            Self::Number => "number",
        }
    }

    /// Position in [`Malformed::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// Keeps the beginning of a frame until the rest of it has come: at most one frame, which is at most 64 KiB with
/// lengths of 16 bits.
#[derive(Debug)]
pub struct Cutter<P> {
    bytes: Vec<u8>,
    prefix: PhantomData<P>,
}

impl<P> Default for Cutter<P> {
    fn default() -> Self {
        Self { bytes: Vec::new(), prefix: PhantomData }
    }
}

impl<P: Prefix> Cutter<P> {
    /// Calls `frame` with every frame that `bytes` completes, in order, each with its prefix.
    ///
    /// # Errors
    /// The first error of `frame`, or a frame that cannot be; what follows is dropped.
    pub fn feed<E: From<Malformed>>(
        &mut self,
        bytes: &[u8],
        mut frame: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut pending = mem::take(&mut self.bytes);
        pending.extend_from_slice(bytes);
        let mut rest = pending.as_slice();
        while let Some(prefix) = rest.get(..P::LEN) {
            let length = P::frame_len(prefix);
            if length < P::SHORTEST.max(P::LEN) {
                return Err(Malformed::ShortFrame.into());
            }
            let Some((whole, behind)) = rest.split_at_checked(length) else { break };
            frame(whole)?;
            rest = behind;
        }
        let used = pending.len() - rest.len();
        pending.drain(..used);
        self.bytes = pending;
        Ok(())
    }

    /// Forgets what has begun: the connection is a new one.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Bytes of a frame that has begun.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.bytes.len()
    }
}
