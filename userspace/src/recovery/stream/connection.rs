//! The TCP connection under a [`Protocol`]: made, kept, made again. It never blocks.

use std::{
    io::{ErrorKind, Read, Write},
    mem,
    net::{SocketAddr, TcpStream},
    os::fd::{AsFd, BorrowedFd},
};

use super::{
    Hangup, Protocol,
    dial::{dial, is_up},
};
use crate::recovery::Answers;

/// Wait before the second attempt at a connection, 100 ms, doubled by each further one up to [`LONGEST_WAIT_NS`].
/// Shorter, and a server that just restarts is hammered; longer, and a broken connection costs that much of recovery.
const FIRST_WAIT_NS: u64 = 100_000_000;

/// Longest wait between attempts at a connection, 5 s: also that after a login refused, which is not going to be
/// accepted soon. Shorter loads a server that is down; longer adds to the time it takes to notice that it is back.
const LONGEST_WAIT_NS: u64 = 5_000_000_000;

/// Longest wait for a connection to come up, 3 s: two lost SYN. Shorter gives up on a lossy network; longer delays
/// the next attempt.
const CONNECT_NS: u64 = 3_000_000_000;

/// How often a connection that is coming up is looked at, 1 ms: it is in nobody's poll set.
const LOOK_NS: u64 = 1_000_000;

/// Bytes read at a time. A multiple of the largest frame's 64 KiB gains nothing.
const CHUNK: usize = 64 * 1024;

/// Chunks read in one call, so that a server that sends without end does not keep the thread from its other clients.
const CHUNKS: usize = 16;

#[derive(Debug)]
enum State {
    /// No connection before this time.
    Apart { until_ns: u64 },
    /// Being made, until this time at the latest.
    Connecting { stream: TcpStream, until_ns: u64 },
    /// Up.
    Open { stream: TcpStream },
}

/// A protocol and its connection to one server.
#[derive(Debug)]
pub struct Connection<P> {
    pub(in crate::recovery) protocol: P,
    server: SocketAddr,
    state: State,
    /// Wait before the next attempt, once this connection is gone.
    wait_ns: u64,
    out: Vec<u8>,
    chunk: Box<[u8]>,
}

impl<P: Protocol> Connection<P> {
    /// No connection is made before the first service.
    #[must_use]
    pub fn new(protocol: P, server: SocketAddr) -> Self {
        Self {
            protocol,
            server,
            state: State::Apart { until_ns: 0 },
            wait_ns: FIRST_WAIT_NS,
            out: Vec::new(),
            chunk: vec![0; CHUNK].into_boxed_slice(),
        }
    }

    /// Connects, reads, does what is due, writes. Returns when to call again at the latest.
    pub fn drive(&mut self, now_ns: u64, answers: &mut dyn Answers) -> u64 {
        let connecting = self.connect(now_ns);
        let mut outcome = match self.state {
            State::Open { .. } => self.read(now_ns, answers),
            _ => Ok(u64::MAX),
        };
        if outcome.is_ok() {
            let polled = self.protocol.poll(now_ns, answers, &mut self.out);
            outcome = outcome.and_then(|again| polled.map(|next| again.min(next)));
        }
        let written = self.write();
        match outcome {
            Ok(next) if written => next.min(connecting),
            Ok(_) => self.close(now_ns, None),
            Err(why) => self.close(now_ns, Some(why)),
        }
    }

    /// The socket, once it is up.
    pub fn fd(&self) -> Option<BorrowedFd<'_>> {
        match &self.state {
            State::Open { stream } => Some(stream.as_fd()),
            _ => None,
        }
    }

    /// Moves a connection towards being up. Returns when to look at it again.
    fn connect(&mut self, now_ns: u64) -> u64 {
        if let State::Apart { until_ns } = self.state {
            if !self.protocol.wants_connection() {
                return u64::MAX;
            }
            if now_ns < until_ns {
                return until_ns;
            }
            match dial(self.server) {
                Ok(stream) => {
                    self.state = State::Connecting { stream, until_ns: now_ns.saturating_add(CONNECT_NS) };
                }
                Err(_) => return self.not_connected(now_ns),
            }
        }
        let State::Connecting { stream, until_ns } = &self.state else { return u64::MAX };
        match is_up(stream) {
            Ok(true) => self.open(now_ns),
            Ok(false) if now_ns < *until_ns => now_ns.saturating_add(LOOK_NS),
            Ok(false) | Err(_) => self.not_connected(now_ns),
        }
    }

    fn open(&mut self, now_ns: u64) -> u64 {
        let apart = State::Apart { until_ns: now_ns };
        if let State::Connecting { stream, .. } = mem::replace(&mut self.state, apart) {
            // Requests are small and each is waited for. Without it they come a little later, that is all.
            let _slower = stream.set_nodelay(true);
            self.state = State::Open { stream };
            self.protocol.tally().connected += 1;
            self.out.clear();
            self.protocol.opened(now_ns, &mut self.out);
        }
        u64::MAX
    }

    fn read(&mut self, now_ns: u64, answers: &mut dyn Answers) -> Result<u64, Hangup> {
        for _ in 0..CHUNKS {
            let State::Open { stream } = &mut self.state else { return Ok(u64::MAX) };
            match stream.read(&mut self.chunk) {
                Ok(0) => return Err(Hangup::Closed),
                Ok(length) => self.protocol.feed(&self.chunk[..length], now_ns, answers, &mut self.out)?,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(u64::MAX),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err(Hangup::Closed),
            }
        }
        Ok(now_ns)
    }

    /// Sends what is to be sent. `false`: the connection is of no more use. A server that does not take in what is a
    /// few bytes a second is one that does not read: what is left over stays for the next call.
    fn write(&mut self) -> bool {
        let State::Open { stream } = &mut self.state else {
            self.out.clear();
            return true;
        };
        while !self.out.is_empty() {
            match stream.write(&self.out) {
                Ok(0) => return false,
                Ok(sent) => drop(self.out.drain(..sent)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
        }
        true
    }

    fn close(&mut self, now_ns: u64, why: Option<Hangup>) -> u64 {
        let logged_in = self.protocol.closed(now_ns);
        let tally = self.protocol.tally();
        match why {
            Some(Hangup::Done) => {}
            Some(Hangup::Refused) => tally.login_refused += 1,
            Some(Hangup::Malformed(cause)) => {
                tally.malformed[cause.index()] += 1;
                tally.disconnected += 1;
            }
            _ => tally.disconnected += 1,
        }
        if why == Some(Hangup::Refused) {
            self.wait_ns = LONGEST_WAIT_NS;
        } else if logged_in {
            self.wait_ns = FIRST_WAIT_NS;
        }
        self.stay_apart(now_ns)
    }

    fn not_connected(&mut self, now_ns: u64) -> u64 {
        self.protocol.tally().not_connected += 1;
        self.stay_apart(now_ns)
    }

    /// Waits before the next attempt. The answer is for now, so that what the protocol makes of it is done at once.
    fn stay_apart(&mut self, now_ns: u64) -> u64 {
        let until_ns = now_ns.saturating_add(self.wait_ns);
        self.state = State::Apart { until_ns };
        self.wait_ns = self.wait_ns.saturating_mul(2).min(LONGEST_WAIT_NS);
        self.out.clear();
        now_ns.saturating_add(LOOK_NS)
    }
}
