//! A client of the Spin server: the state of a unit's books, for a stream joined late.
//!
//! The server announces once a second up to which sequence its image goes. The client asks for the first image that
//! the live stream at hand goes on from, gets the image's messages, and joins behind it. A connection serves one unit.

mod phase;

use std::os::fd::BorrowedFd;

use super::{Credentials, session::Session};
use crate::{
    framing::StreamKey,
    recovery::{
        Answers, Joiner, Tally,
        joining::{Joining, Patience},
        stream::{Connection, Hangup, Protocol},
    },
};
use phase::Spins;

/// The client's side of a Spin connection.
#[derive(Debug)]
pub struct Spinner {
    key: StreamKey,
    patience: Patience,
    session: Session,
    spins: Spins,
}

impl Spinner {
    /// A client of the server of stream `key`. No snapshot is wanted yet.
    #[must_use]
    pub fn new(key: StreamKey, credentials: Credentials, patience: Patience) -> Self {
        Self { key, patience, session: Session::new(credentials), spins: Spins::default() }
    }

    /// As [`Joiner::join`]. A stream that is not the server's gets no snapshot.
    pub fn join(&mut self, key: StreamKey, oldest: u64, now_ns: u64) {
        if key == self.key {
            self.spins.start(Joining::new(key, oldest, self.patience, now_ns));
        } else {
            self.spins.refuse(key, oldest);
        }
    }
}

impl Protocol for Spinner {
    /// For a snapshot. Once made, the connection is kept for the next.
    fn wants_connection(&self) -> bool {
        self.spins.is_wanted()
    }

    fn opened(&mut self, now_ns: u64, out: &mut Vec<u8>) {
        self.session.opened(now_ns, out);
    }

    fn feed(
        &mut self,
        bytes: &[u8],
        now_ns: u64,
        answers: &mut dyn Answers,
        out: &mut Vec<u8>,
    ) -> Result<(), Hangup> {
        let before = out.len();
        let fed = self.session.feed(bytes, now_ns, |logged_in, message| match logged_in {
            true => self.spins.take(message, now_ns, answers, out),
            false => self.spins.unexpected(),
        });
        if out.len() > before {
            self.session.sent(now_ns);
        }
        fed
    }

    fn poll(&mut self, now_ns: u64, answers: &mut dyn Answers, out: &mut Vec<u8>) -> Result<u64, Hangup> {
        let spins_ns = self.spins.poll(now_ns, self.session.obstacle(), answers)?;
        Ok(self.session.beat(now_ns, out)?.min(spins_ns))
    }

    fn closed(&mut self, now_ns: u64) -> bool {
        self.spins.cut_off(now_ns);
        self.session.closed()
    }

    fn tally(&mut self) -> &mut Tally {
        &mut self.spins.tally
    }
}

impl Joiner for Connection<Spinner> {
    fn join(&mut self, key: StreamKey, oldest: u64, now_ns: u64) {
        self.protocol.join(key, oldest, now_ns);
    }

    fn serves(&self, key: StreamKey) -> bool {
        key == self.protocol.key
    }

    fn service(&mut self, now_ns: u64, answers: &mut dyn Answers) -> u64 {
        self.drive(now_ns, answers)
    }

    fn socket(&self) -> Option<BorrowedFd<'_>> {
        self.fd()
    }

    fn tally(&self) -> Tally {
        self.protocol.spins.tally
    }
}
