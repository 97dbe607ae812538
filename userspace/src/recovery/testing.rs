//! What clients hand back, kept for tests to look at.

use super::{Answers, Lost, MessageRange};
use crate::framing::StreamKey;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Datagram(Vec<u8>),
    Begin(StreamKey),
    Snapshot(StreamKey, Vec<u8>),
    Join(StreamKey, u64),
    GaveUp(MessageRange, Lost),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kept(pub(crate) Vec<Event>);

impl Answers for Kept {
    fn datagram(&mut self, datagram: &[u8]) {
        self.0.push(Event::Datagram(datagram.to_vec()));
    }

    fn begin(&mut self, key: StreamKey) {
        self.0.push(Event::Begin(key));
    }

    fn snapshot(&mut self, key: StreamKey, message: &[u8]) {
        self.0.push(Event::Snapshot(key, message.to_vec()));
    }

    fn join(&mut self, key: StreamKey, next: u64) {
        self.0.push(Event::Join(key, next));
    }

    fn gave_up(&mut self, range: MessageRange, cause: Lost) {
        self.0.push(Event::GaveUp(range, cause));
    }
}

/// `stream` in pieces of these lengths, and the rest.
pub(crate) fn split<'a>(stream: &'a [u8], lengths: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let mut rest = stream;
    for length in lengths {
        let (piece, behind) = rest.split_at(usize::from(*length).min(rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces.push(rest);
    pieces
}
