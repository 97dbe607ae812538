//! A client of the Gap Request Proxy: asks for ranges of a unit's messages.
//!
//! The answer on the connection says only whether the messages will be sent again. They come multicast, on the
//! channel's gap groups, which are lines of the channel like any other: [`Client::filled`] tells of them.

mod asker;

use std::os::fd::BorrowedFd;

use super::{Credentials, quota::Quotas, session::Session};
use crate::recovery::{
    Answers, Client, MessageRange, Tally,
    plan::Limits,
    stream::{Connection, Hangup, Protocol},
};
use asker::Asker;

/// A second in nanoseconds.
const SECOND_NS: u64 = 1_000_000_000;

/// How GRP is asked.
#[derive(Clone, Debug)]
pub struct Config {
    /// For the login.
    pub credentials: Credentials,
    /// Bounds of the requests.
    pub limits: Limits,
    /// Most requests sent in a time.
    pub quotas: Quotas,
}

impl Config {
    /// With Cboe's limits: 100 messages a request; 320 requests a second, 1,500 a minute, 100,000 a day. No capture
    /// shows them; where a server's are lower, its answers say so and are followed.
    #[must_use]
    pub fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            limits: Limits {
                count: 100,
                outstanding: 64,
                pieces: 4096,
                tries: 5,
                retry_ns: 200_000_000,
                longest_retry_ns: 2 * SECOND_NS,
                patience_ns: 10 * SECOND_NS,
            },
            quotas: Quotas { second: 320, minute: 1_500, day: 100_000 },
        }
    }
}

/// The client's side of a GRP connection.
#[derive(Debug)]
pub struct Requester {
    session: Session,
    asker: Asker,
}

impl Requester {
    /// Nothing is wanted yet.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let Config { credentials, limits, quotas } = config;
        Self { session: Session::new(credentials), asker: Asker::new(limits, quotas) }
    }

    /// As [`Client::wanted`].
    pub fn wanted(&mut self, range: MessageRange, now_ns: u64) {
        self.asker.wanted(range, now_ns);
    }

    /// As [`Client::filled`].
    pub fn filled(&mut self, range: MessageRange) {
        self.asker.filled(range);
    }
}

impl Protocol for Requester {
    /// Always: a login takes time that a gap does not have.
    fn wants_connection(&self) -> bool {
        true
    }

    fn opened(&mut self, now_ns: u64, out: &mut Vec<u8>) {
        self.session.opened(now_ns, out);
    }

    fn feed(
        &mut self,
        bytes: &[u8],
        now_ns: u64,
        _: &mut dyn Answers,
        _: &mut Vec<u8>,
    ) -> Result<(), Hangup> {
        self.session.feed(bytes, now_ns, |logged_in, message| match logged_in {
            true => self.asker.answered(message, now_ns),
            false => self.asker.unexpected(),
        })
    }

    fn poll(&mut self, now_ns: u64, answers: &mut dyn Answers, out: &mut Vec<u8>) -> Result<u64, Hangup> {
        let mut asks_ns = u64::MAX;
        if self.session.is_logged_in() {
            let before = out.len();
            asks_ns = self.asker.ask(now_ns, out);
            if out.len() > before {
                self.session.sent(now_ns);
            }
        }
        let gives_up_ns = self.asker.give_up(now_ns, self.session.obstacle(), answers);
        Ok(self.session.beat(now_ns, out)?.min(asks_ns).min(gives_up_ns))
    }

    fn closed(&mut self, _: u64) -> bool {
        self.session.closed()
    }

    fn tally(&mut self) -> &mut Tally {
        &mut self.asker.tally
    }
}

impl Client for Connection<Requester> {
    fn wanted(&mut self, range: MessageRange, now_ns: u64) {
        self.protocol.wanted(range, now_ns);
    }

    fn filled(&mut self, range: MessageRange) {
        self.protocol.filled(range);
    }

    fn service(&mut self, now_ns: u64, answers: &mut dyn Answers) -> u64 {
        self.drive(now_ns, answers)
    }

    fn socket(&self) -> Option<BorrowedFd<'_>> {
        self.fd()
    }

    fn tally(&self) -> Tally {
        self.protocol.asker.tally
    }
}
