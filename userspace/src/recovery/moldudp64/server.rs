//! A re-request server over a [`Store`], with faults on purpose.

use std::{
    collections::VecDeque,
    io::{self, ErrorKind},
    net::{SocketAddr, UdpSocket},
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use serde::Serialize;
use zerocopy::{FromBytes as _, IntoBytes as _};

use super::RequestPacket;
use crate::{
    framing::{StreamKey, moldudp64::Header},
    recovery::{fault::Fault, store::Store},
};

/// How often an idle server looks whether it shall stop, or whether an answer held back is due.
const LOOK: Duration = Duration::from_millis(5);

/// Answers held back at a time, [`Fault::Slow`]; further requests are not answered.
const HELD_BACK: usize = 4_096;

/// Longest request read, in bytes: one more than a request, so that a longer one shows.
const LONGEST: usize = size_of::<RequestPacket>() + 1;

/// What a server counts: every request is answered, refused, malformed, or went unanswered by a fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ServerTally {
    /// Requests received.
    pub requests: u64,
    /// Answered with messages.
    pub answered: u64,
    /// Messages in these answers.
    pub messages: u64,
    /// Answered without messages: not at hand, or refused on purpose.
    pub refused: u64,
    /// Of another length than a request.
    pub malformed: u64,
    /// Answers cut short or left out on purpose: counted above as well.
    pub faults: u64,
    /// Answers the kernel did not take.
    pub unsent: u64,
}

/// What one request got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Served {
    /// A datagram is to be sent.
    Answer,
    /// Nothing is.
    Nothing,
}

/// Answers requests, one at a time.
pub struct Server<'s> {
    store: &'s dyn Store,
    fault: Fault,
    /// Bytes of the largest answer.
    largest: usize,
    /// Bytes answered so far, for [`Fault::Die`].
    bytes: u64,
    died: bool,
    tally: ServerTally,
    message: Vec<u8>,
}

impl<'s> Server<'s> {
    /// Answers from `store` in datagrams of at most `largest` bytes.
    #[must_use]
    pub fn new(store: &'s dyn Store, fault: Fault, largest: usize) -> Self {
        let tally = ServerTally::default();
        Self { store, fault, largest, bytes: 0, died: false, tally, message: Vec::new() }
    }

    /// Writes the answer to `request` to `answer`.
    pub fn serve(&mut self, request: &[u8], answer: &mut Vec<u8>) -> Served {
        answer.clear();
        self.tally.requests += 1;
        let Ok(request) = RequestPacket::read_from_bytes(request) else {
            self.tally.malformed += 1;
            return Served::Nothing;
        };
        let count = match self.fault {
            Fault::Refuse | Fault::RefuseLogin => {
                self.tally.faults += 1;
                0
            }
            Fault::Partial => {
                self.tally.faults += 1;
                u64::from(request.count.get()).div_ceil(2)
            }
            Fault::None | Fault::Slow(_) | Fault::Die(_) => request.count.get().into(),
        };
        let sent = self.fill(&request, count, answer);
        if sent == 0 {
            self.tally.refused += 1;
        } else {
            self.tally.answered += 1;
            self.tally.messages += u64::from(sent);
        }
        self.die(answer)
    }

    /// As many of the first `count` messages asked for as there are and fit. Without any, a packet that says so.
    fn fill(&mut self, request: &RequestPacket, count: u64, answer: &mut Vec<u8>) -> u16 {
        let mut header = Header { session: request.session, sequence: request.sequence, count: 0.into() };
        answer.extend_from_slice(header.as_bytes());
        let key = StreamKey::new(request.session);
        let first = request.sequence.get();
        for sequence in first..first.saturating_add(count) {
            self.message.clear();
            if !self.store.message(key, sequence, &mut self.message) {
                break;
            }
            let Ok(length) = u16::try_from(self.message.len()) else { break };
            if answer.len() + size_of_val(&length) + self.message.len() > self.largest {
                break;
            }
            answer.extend_from_slice(&length.to_be_bytes());
            answer.extend_from_slice(&self.message);
            header.count += 1;
        }
        answer[..size_of::<Header>()].copy_from_slice(header.as_bytes());
        header.count.get()
    }

    /// Cuts the answer in which the server dies.
    fn die(&mut self, answer: &mut Vec<u8>) -> Served {
        let before = self.bytes;
        self.bytes = self.bytes.saturating_add(answer.len() as u64);
        if let Fault::Die(after) = self.fault
            && !self.died
            && self.bytes > after
        {
            self.died = true;
            self.tally.faults += 1;
            answer.truncate(usize::try_from(after.saturating_sub(before)).unwrap_or(usize::MAX));
        }
        if answer.is_empty() { Served::Nothing } else { Served::Answer }
    }

    /// Serves a socket until `stop`, and then until nothing was asked for `quiet`.
    ///
    /// # Errors
    /// The socket cannot be read any more.
    pub fn run(&mut self, socket: &UdpSocket, stop: &AtomicBool, quiet: Duration) -> io::Result<()> {
        socket.set_read_timeout(Some(LOOK))?;
        let held_back_for = match self.fault {
            Fault::Slow(time) => time,
            _ => Duration::ZERO,
        };
        let mut held_back: VecDeque<(Instant, SocketAddr, Vec<u8>)> = VecDeque::new();
        let (mut request, mut answer) = ([0; LONGEST], Vec::with_capacity(self.largest));
        let mut asked = Instant::now();
        while !stop.load(Ordering::Relaxed) || asked.elapsed() < quiet || !held_back.is_empty() {
            while held_back.front().is_some_and(|(due, ..)| *due <= Instant::now()) {
                if let Some((_, to, answer)) = held_back.pop_front() {
                    self.send(socket, &answer, to);
                }
            }
            let (len, from) = match socket.recv_from(&mut request) {
                Ok(received) => received,
                // Nothing came; or word of an answer that found nobody.
                Err(error) if passes(error.kind()) => continue,
                Err(error) => return Err(error),
            };
            asked = Instant::now();
            if self.serve(&request[..len], &mut answer) == Served::Nothing {
                continue;
            }
            if held_back_for.is_zero() {
                self.send(socket, &answer, from);
            } else if held_back.len() < HELD_BACK {
                held_back.push_back((Instant::now() + held_back_for, from, answer.clone()));
            }
        }
        Ok(())
    }

    fn send(&mut self, socket: &UdpSocket, answer: &[u8], to: SocketAddr) {
        self.tally.unsent += u64::from(socket.send_to(answer, to).is_err());
    }

    /// What it counted.
    #[must_use]
    pub const fn tally(&self) -> &ServerTally {
        &self.tally
    }
}

/// Whether the socket is still of use after this.
fn passes(error: ErrorKind) -> bool {
    matches!(
        error,
        ErrorKind::WouldBlock
            | ErrorKind::TimedOut
            | ErrorKind::Interrupted
            | ErrorKind::ConnectionRefused
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
    )
}
