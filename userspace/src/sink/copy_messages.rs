//! Copies each message before it is handed on: what receivers do whose consumers keep messages.

use std::hint::black_box;

use super::{Counted, Place, Sink, Snapshot};
use crate::{
    arbiter::{Event, StreamIndex},
    codec::Codec,
    config::Protocol,
};

/// Hands on a copy of each message, in memory of its own: with [`RecvCopy`](crate::source::sockets::RecvCopy), the
/// traditional way. Every copy is made and freed, whatever the next sink does with it.
pub struct CopyMessages<K> {
    next: K,
}

impl<K> CopyMessages<K> {
    /// Hands everything on to `next`.
    pub const fn before(next: K) -> Self {
        Self { next }
    }

    /// The sink behind it.
    pub fn into_next(self) -> K {
        self.next
    }
}

/// A copy that the compiler may not leave out.
#[inline]
fn copy(message: &[u8]) -> Vec<u8> {
    black_box(message.to_vec())
}

impl<K: Sink> Sink for CopyMessages<K> {
    fn add_channel(&mut self, name: &str, protocol: Protocol) {
        self.next.add_channel(name, protocol);
    }

    #[inline]
    fn message(&mut self, place: Place, codec: Option<Codec>, message: &[u8]) {
        self.next.message(place, codec, &copy(message));
    }

    fn unsequenced(&mut self, channel: usize, line: usize, codec: Option<Codec>, message: &[u8]) {
        self.next.unsequenced(channel, line, codec, &copy(message));
    }

    fn event(&mut self, channel: usize, stream: StreamIndex, event: Event) {
        self.next.event(channel, stream, event);
    }

    fn snapshot(&mut self, channel: usize, stream: StreamIndex, snapshot: Snapshot<'_>) {
        self.next.snapshot(channel, stream, snapshot);
    }

    #[inline(always)]
    fn foresee(&self, channel: usize) {
        self.next.foresee(channel);
    }

    fn counted(&self, channel: usize) -> Option<&Counted> {
        self.next.counted(channel)
    }
}
