//! Sinks: where messages and events go, in stream order.

mod copy_messages;
mod count;
mod json_lines;

pub use copy_messages::CopyMessages;
pub use count::{Count, Counted};
pub use json_lines::JsonLines;

use crate::{
    arbiter::{Event, StreamIndex},
    codec::Codec,
    config::Protocol,
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

/// What a consumer of the pipeline implements. It is called on the worker's thread, between two packets: what it
/// takes its time for, the feed waits for.
pub trait Sink {
    /// A channel is there. Its index is the number of channels added before; nothing of it comes earlier.
    fn add_channel(&mut self, name: &str, protocol: Protocol);

    /// The next message, not looked at yet: [`Codec::read`] says which of the codec's types it is, or why it cannot be read,
    /// and so do the codec's own views, such as [`itch50::Message::parse`](crate::codec::itch50::Message::parse). `codec` is
    /// the channel's, `None` where it has none.
    fn message(&mut self, place: Place, codec: Option<Codec>, message: &[u8]);

    /// A message outside every sequence, brought by line `line` of channel `channel`: as it came, however often.
    fn unsequenced(&mut self, channel: usize, line: usize, codec: Option<Codec>, message: &[u8]);

    /// What happened at this point of the stream.
    fn event(&mut self, channel: usize, stream: StreamIndex, event: Event);

    /// The state of a stream that is joined late, piece by piece. Of the stream itself nothing comes before
    /// [`Snapshot::Join`].
    fn snapshot(&mut self, _channel: usize, _stream: StreamIndex, _snapshot: Snapshot<'_>) {}

    /// A message of channel `channel`, which may not be there yet, comes soon: has what it will need brought near. Called
    /// where there are many channels; for a sink of few bytes a channel there is nothing to do.
    #[inline(always)]
    fn foresee(&self, _channel: usize) {}

    /// What it has counted of a channel, if it counts.
    fn counted(&self, _channel: usize) -> Option<&Counted> {
        None
    }
}

/// A piece of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snapshot<'a> {
    /// It starts. What an earlier one of the stream brought is void.
    Begin,
    /// Its next message, which has no sequence.
    Message {
        /// The channel's codec, if it has one.
        codec: Option<Codec>,
        /// Its bytes.
        message: &'a [u8],
    },
    /// It is complete; the stream goes on from it with this sequence.
    Join {
        /// The sequence.
        next: u64,
    },
}

/// Nobody listens.
impl Sink for () {
    fn add_channel(&mut self, _name: &str, _protocol: Protocol) {}

    #[inline]
    fn message(&mut self, _place: Place, _codec: Option<Codec>, _message: &[u8]) {}

    fn unsequenced(&mut self, _channel: usize, _line: usize, _codec: Option<Codec>, _message: &[u8]) {}

    fn event(&mut self, _channel: usize, _stream: StreamIndex, _event: Event) {}
}
