//! Sinks: where messages and events go, in stream order.

mod count;

pub use count::{Count, Counted};

use crate::{
    arbiter::{Event, StreamIndex},
    codec::Unread,
};

/// Where in the feed something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Index of the channel.
    pub channel: usize,
    /// Index of the stream within it.
    pub stream: StreamIndex,
    /// Its sequence as it is on the wire; with packet-numbered framings, its packet's.
    pub sequence: u64,
}

/// What a consumer of the pipeline implements.
pub trait Sink {
    /// The next message. `read` is the index of its type in the codec's table, or why it could not be read;
    /// `None` where the channel has no codec.
    fn message(&mut self, place: Place, read: Option<Result<usize, Unread>>, message: &[u8]);

    /// A message outside every sequence, brought by line `line` of channel `channel`: as it came, however often.
    fn unsequenced(
        &mut self,
        channel: usize,
        line: usize,
        read: Option<Result<usize, Unread>>,
        message: &[u8],
    );

    /// What happened at this point of the stream.
    fn event(&mut self, channel: usize, stream: StreamIndex, event: Event);
}
