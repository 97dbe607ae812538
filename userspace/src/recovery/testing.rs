//! What clients hand back, kept for tests to look at.

use super::{Answers, Lost, MessageRange, server::Session, stream::Protocol};
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

/// Lets a client hear `pieces`, each after a time, on one connection after the other. Whenever it was polled, it must
/// have nothing more to do at that time.
pub(crate) fn stays_idle(client: &mut impl Protocol, pieces: &[&[u8]], waits_ms: &[u16]) -> Kept {
    let (mut kept, mut out, mut now_ns) = (Kept::default(), Vec::new(), 0);
    client.opened(now_ns, &mut out);
    for (index, piece) in pieces.iter().enumerate() {
        now_ns += u64::from(waits_ms.get(index).copied().unwrap_or(1)) * 1_000_000;
        let fed = client.feed(piece, now_ns, &mut kept, &mut out);
        match fed.and_then(|()| client.poll(now_ns, &mut kept, &mut out)) {
            Ok(next_ns) => assert!(next_ns > now_ns, "polled in vain"),
            Err(_) => {
                client.closed(now_ns);
                assert!(client.poll(now_ns, &mut kept, &mut Vec::new()).unwrap() > now_ns);
                client.opened(now_ns, &mut out);
            }
        }
    }
    kept
}

/// The same of a server, up to the end of its connection.
pub(crate) fn server_stays_idle(server: &mut impl Session, pieces: &[&[u8]], waits_ms: &[u16]) {
    let (mut out, mut now_ns) = (Vec::new(), 0);
    for (index, piece) in pieces.iter().enumerate() {
        now_ns += u64::from(waits_ms.get(index).copied().unwrap_or(1)) * 1_000_000;
        let fed = server.feed(piece, now_ns, &mut out);
        match fed.and_then(|()| server.poll(now_ns, &mut out)) {
            Ok(next_ns) => assert!(next_ns > now_ns, "polled in vain"),
            Err(_) => return,
        }
    }
}
