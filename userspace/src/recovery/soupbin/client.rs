//! A client's connections to one session, up to its messages.

use std::mem;

use zerocopy::IntoBytes;

use super::{
    ascii::{number, write_number},
    packet::{self, Credentials, LoginAccepted, LoginRequest, Packets, RejectReason, Session, kind},
};
use crate::recovery::{
    Lost,
    stream::{Hangup, Pulse},
};

/// What a client heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard<'a> {
    /// The login is accepted; the next message is this one.
    Accepted {
        /// Of the session that runs.
        session: Session,
        /// The next message's sequence. Later than the one asked for: those between are not to be had.
        next: u64,
    },
    /// A message of the stream.
    Sequenced {
        /// Its number, counted from that of the login.
        sequence: u64,
        /// Its bytes.
        message: &'a [u8],
    },
    /// A message outside the stream.
    Unsequenced(&'a [u8]),
    /// A packet that has no place here.
    Unexpected,
}

/// How far the login has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// Not connected.
    Apart,
    Sent,
    Accepted,
}

/// Follows a session from connection to connection: each logs in to the same session, at the next message.
#[derive(Debug)]
pub struct Client {
    credentials: Credentials,
    session: Session,
    next: u64,
    login: Progress,
    /// Whether the last login was refused as one that cannot succeed.
    denied: bool,
    pulse: Pulse,
    packets: Packets,
}

impl Client {
    /// Asks first for the session that runs, from its first message on.
    #[must_use]
    pub fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            session: Session::ANY,
            next: 1,
            login: Progress::Apart,
            denied: false,
            pulse: Pulse::default(),
            packets: Packets::default(),
        }
    }

    /// Asks next as in the beginning.
    pub fn start_over(&mut self) {
        self.session = Session::ANY;
        self.next = 1;
    }

    /// A connection is up: logs in.
    pub fn opened(&mut self, now_ns: u64, out: &mut Vec<u8>) {
        self.packets.clear();
        self.pulse = Pulse::new(now_ns);
        self.login = Progress::Sent;
        let Credentials { username, password } = self.credentials;
        let sequence = write_number(self.next);
        let request = LoginRequest { username, password, session: self.session, sequence };
        packet::write(kind::LOGIN_REQUEST, request.as_bytes(), out);
    }

    /// Bytes were received.
    ///
    /// # Errors
    /// The first error of `heard`, a login rejected, the end of the session, or bytes that are not of the protocol.
    pub fn feed(
        &mut self,
        bytes: &[u8],
        now_ns: u64,
        mut heard: impl FnMut(Heard<'_>) -> Result<(), Hangup>,
    ) -> Result<(), Hangup> {
        self.pulse.received(now_ns);
        let mut packets = mem::take(&mut self.packets);
        let fed = packets.feed(bytes, |packet| self.packet(packet, &mut heard));
        self.packets = packets;
        fed
    }

    fn packet(
        &mut self,
        packet: &[u8],
        heard: &mut impl FnMut(Heard<'_>) -> Result<(), Hangup>,
    ) -> Result<(), Hangup> {
        let (kind, payload) = packet::parts(packet);
        match (kind, self.login) {
            (kind::SERVER_HEARTBEAT | kind::DEBUG, _) => Ok(()),
            (kind::LOGIN_ACCEPTED, Progress::Sent) => {
                let accepted: &LoginAccepted = packet::layout(payload)?;
                self.next = number(&accepted.sequence)?;
                self.session = accepted.session;
                self.login = Progress::Accepted;
                self.denied = false;
                heard(Heard::Accepted { session: self.session, next: self.next })
            }
            (kind::LOGIN_REJECTED, Progress::Sent) => {
                self.rejected(*packet::layout(payload)?);
                Err(Hangup::Refused)
            }
            (kind::SEQUENCED, Progress::Accepted) => {
                let sequence = self.next;
                self.next = sequence.wrapping_add(1);
                heard(Heard::Sequenced { sequence, message: payload })
            }
            (kind::UNSEQUENCED, Progress::Accepted) => heard(Heard::Unsequenced(payload)),
            (kind::END_OF_SESSION, Progress::Accepted) => Err(Hangup::EndOfSession),
            _ => heard(Heard::Unexpected),
        }
    }

    fn rejected(&mut self, reason: u8) {
        self.denied = reason == RejectReason::NotAuthorised as u8;
        if reason == RejectReason::SessionNotAvailable as u8 {
            // The session followed is over. Another may run.
            self.start_over();
        }
    }

    /// Sends a heartbeat if one is due. Returns when to look again.
    ///
    /// # Errors
    /// When the server is silent for too long.
    pub fn beat(&mut self, now_ns: u64, out: &mut Vec<u8>) -> Result<u64, Hangup> {
        if self.login == Progress::Apart {
            return Ok(u64::MAX);
        }
        if now_ns >= self.pulse.dead_ns() {
            return Err(Hangup::Silent);
        }
        if self.login == Progress::Sent {
            return Ok(self.pulse.dead_ns());
        }
        if now_ns >= self.pulse.beat_ns() {
            packet::write(kind::CLIENT_HEARTBEAT, &[], out);
            self.pulse.sent(now_ns);
        }
        Ok(self.pulse.beat_ns().min(self.pulse.dead_ns()))
    }

    /// Says goodbye.
    pub fn log_out(&self, out: &mut Vec<u8>) {
        packet::write(kind::LOGOUT_REQUEST, &[], out);
    }

    /// The connection is gone. Returns whether it was logged in.
    pub fn closed(&mut self) -> bool {
        mem::replace(&mut self.login, Progress::Apart) == Progress::Accepted
    }

    /// What keeps messages from coming.
    #[must_use]
    pub fn obstacle(&self) -> Option<Lost> {
        match self.login {
            Progress::Accepted => None,
            _ if self.denied => Some(Lost::NotAuthorised),
            _ => Some(Lost::Unreachable),
        }
    }
}
