//! GLIMPSE 5.0: the state of Nasdaq's books, for a TotalView-ITCH 5.0 feed joined late.
//!
//! A snapshot is a SoupBinTCP session of ITCH messages, numbered from 1, which has nothing to do with the feed's
//! sequences. Its last message, `G`, names the feed's sequence to go on with. Source: Nasdaq GLIMPSE 5.0, "Architecture"
//! and "Snapshot Message". No captured byte is at hand, and the specification can be read either way: the number is
//! taken for the next sequence, so that if it is the last one included, that one message is delivered twice, and none
//! is missed.

use std::os::fd::BorrowedFd;

use super::{
    Answers, Joiner, Patience, Tally,
    joining::Joining,
    soupbin::{Client, Credentials, Heard, number, write_number},
    stream::{Connection, Hangup, Malformed, Protocol},
};
use crate::framing::StreamKey;

/// Type of the message that ends a snapshot.
const END: u8 = b'G';

/// Its length: type and 20 digits.
const END_LEN: usize = 21;

/// Appends the message that ends a snapshot from which the feed goes on with `next`.
pub fn write_end(next: u64, out: &mut Vec<u8>) {
    out.push(END);
    out.extend_from_slice(&write_number(next));
}

/// The client's side of a GLIMPSE connection. It is made for a snapshot, and ends with it.
#[derive(Debug)]
pub struct Glimpse {
    patience: Patience,
    soup: Client,
    taker: Taker,
}

/// Everything about it but the connection.
#[derive(Debug, Default)]
struct Taker {
    wanted: Option<Joining>,
    /// Whether the snapshot has begun.
    begun: bool,
    /// Whether what has begun is not what is wanted any more.
    void: bool,
    tally: Tally,
}

impl Glimpse {
    /// No snapshot is wanted yet.
    #[must_use]
    pub fn new(credentials: Credentials, patience: Patience) -> Self {
        Self { patience, soup: Client::new(credentials), taker: Taker::default() }
    }

    /// As [`Joiner::join`]. The snapshot is of everything the server has; it is handed on under `key`. One at a time:
    /// another `key` takes the place of the one before.
    pub fn join(&mut self, key: StreamKey, oldest: u64, now_ns: u64) {
        self.taker.wanted = Some(Joining::new(key, oldest, self.patience, now_ns));
        self.taker.void = self.taker.begun;
    }
}

impl Taker {
    fn take(&mut self, heard: Heard<'_>, now_ns: u64, answers: &mut dyn Answers) -> Result<(), Hangup> {
        let Some(joining) = &mut self.wanted else { return Err(Hangup::Done) };
        match heard {
            Heard::Accepted { next: 1, .. } => {
                self.begun = true;
                joining.begun();
                answers.begin(joining.key);
                Ok(())
            }
            // The snapshot lacks its beginning.
            Heard::Accepted { .. } => Err(Hangup::Unusable),
            Heard::Sequenced { message, .. } if message.first() == Some(&END) => {
                self.end(message, now_ns, answers)
            }
            Heard::Sequenced { message, .. } => {
                if !self.void {
                    self.tally.snapshot_messages += 1;
                    answers.snapshot(joining.key, message);
                }
                Ok(())
            }
            Heard::Unsequenced(_) | Heard::Unexpected => {
                self.tally.unexpected += 1;
                Ok(())
            }
        }
    }

    fn end(&mut self, message: &[u8], now_ns: u64, answers: &mut dyn Answers) -> Result<(), Hangup> {
        let next = number(message.get(1..END_LEN).ok_or(Malformed::ShortMessage)?)?;
        if let Some(joining) = self.wanted.as_mut().filter(|_| !self.void) {
            if joining.goes_on_from(next) {
                self.tally.snapshots += 1;
                answers.join(joining.key, next);
                self.wanted = None;
            } else {
                joining.failed(now_ns, &mut self.tally);
            }
        }
        self.begun = false;
        Err(Hangup::Done)
    }
}

impl Protocol for Glimpse {
    fn wants_connection(&self) -> bool {
        self.taker.wanted.is_some()
    }

    fn opened(&mut self, now_ns: u64, out: &mut Vec<u8>) {
        // Every login gets a snapshot of its own, from its first message on.
        self.soup.start_over();
        self.soup.opened(now_ns, out);
        self.taker.tally.requests += 1;
    }

    fn feed(
        &mut self,
        bytes: &[u8],
        now_ns: u64,
        answers: &mut dyn Answers,
        out: &mut Vec<u8>,
    ) -> Result<(), Hangup> {
        let fed = self.soup.feed(bytes, now_ns, |heard| self.taker.take(heard, now_ns, answers));
        if fed == Err(Hangup::Done) {
            self.soup.log_out(out);
        }
        fed
    }

    fn poll(&mut self, now_ns: u64, answers: &mut dyn Answers, out: &mut Vec<u8>) -> Result<u64, Hangup> {
        let Taker { wanted, begun, void, tally } = &mut self.taker;
        if *void {
            self.soup.log_out(out);
            return Err(Hangup::Done);
        }
        let mut gives_up_ns = u64::MAX;
        if let Some(joining) = wanted.filter(|_| !*begun) {
            gives_up_ns = joining.gives_up_ns();
            if joining.gave_up(now_ns, self.soup.obstacle(), tally, answers) {
                *wanted = None;
                gives_up_ns = u64::MAX;
            }
        }
        Ok(self.soup.beat(now_ns, out)?.min(gives_up_ns))
    }

    fn closed(&mut self, now_ns: u64) -> bool {
        let Taker { wanted, begun, void, tally } = &mut self.taker;
        if *begun && let Some(joining) = wanted {
            // What was wanted anew has its own tries and time.
            match *void {
                true => tally.snapshots_void += 1,
                false => joining.failed(now_ns, tally),
            }
        }
        (*begun, *void) = (false, false);
        self.soup.closed()
    }

    fn tally(&mut self) -> &mut Tally {
        &mut self.taker.tally
    }
}

impl Joiner for Connection<Glimpse> {
    fn join(&mut self, key: StreamKey, oldest: u64, now_ns: u64) {
        self.protocol.join(key, oldest, now_ns);
    }

    fn service(&mut self, now_ns: u64, answers: &mut dyn Answers) -> u64 {
        self.drive(now_ns, answers)
    }

    fn socket(&self) -> Option<BorrowedFd<'_>> {
        self.fd()
    }

    fn tally(&self) -> Tally {
        self.protocol.taker.tally
    }
}
