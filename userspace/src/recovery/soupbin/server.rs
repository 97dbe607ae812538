//! A server's side of one connection.

use std::mem;

use zerocopy::IntoBytes;

use super::{
    ascii::{number, write_number},
    packet::{self, Credentials, LoginAccepted, LoginRequest, Packets, RejectReason, Session, kind},
};
use crate::recovery::{
    fault::Fault,
    server,
    stream::{Hangup, Pulse},
};

/// Most bytes sent in one go, 64 KiB, so that heartbeats of the client are heard between. Lower costs calls.
const BURST: usize = 64 * 1024;

/// The messages of a session, from number 1 on.
pub trait Source {
    /// Appends the message with this number. `false`, with `into` untouched, while it is not there.
    fn message(&mut self, sequence: u64, into: &mut Vec<u8>) -> bool;

    /// The number of the next message there will be.
    fn next(&self) -> u64;

    /// Whether there will be none any more.
    fn is_over(&self) -> bool;
}

/// What a server lets in, and what goes wrong.
#[derive(Clone, Debug)]
pub struct Config {
    /// The login that is accepted.
    pub credentials: Credentials,
    /// The session that runs.
    pub session: Session,
    /// What goes wrong. [`Fault::Partial`] is the source's part.
    pub fault: Fault,
}

/// The server's side of one connection.
#[derive(Debug)]
pub struct Server<S> {
    config: Config,
    source: S,
    /// The next message to send, and when to begin; `None` before the login.
    sends: Option<(u64, u64)>,
    over: bool,
    pulse: Pulse,
    packets: Packets,
    message: Vec<u8>,
}

impl<S: Source> Server<S> {
    /// A client has connected.
    #[must_use]
    pub fn new(config: Config, source: S, now_ns: u64) -> Self {
        let (pulse, packets) = (Pulse::new(now_ns), Packets::default());
        Self { config, source, sends: None, over: false, pulse, packets, message: Vec::new() }
    }

    fn packet(&mut self, packet: &[u8], now_ns: u64, out: &mut Vec<u8>) -> Result<(), Hangup> {
        let (kind, payload) = packet::parts(packet);
        match (kind, self.sends) {
            (kind::LOGIN_REQUEST, None) => self.log_in(packet::layout(payload)?, now_ns, out),
            (kind::CLIENT_HEARTBEAT | kind::UNSEQUENCED, Some(_)) | (kind::DEBUG, _) => Ok(()),
            (kind::LOGOUT_REQUEST, _) => Err(Hangup::Done),
            _ => Err(Hangup::Refused),
        }
    }

    fn log_in(&mut self, request: &LoginRequest, now_ns: u64, out: &mut Vec<u8>) -> Result<(), Hangup> {
        let Credentials { username, password } = self.config.credentials;
        let known = request.username.eq_ignore_ascii_case(&username)
            && request.password.eq_ignore_ascii_case(&password);
        let refused = match self.config.fault {
            _ if !known => Some(RejectReason::NotAuthorised),
            Fault::RefuseLogin => Some(RejectReason::NotAuthorised),
            Fault::Refuse => Some(RejectReason::SessionNotAvailable),
            _ if request.session == Session::ANY || request.session == self.config.session => None,
            _ => Some(RejectReason::SessionNotAvailable),
        };
        if let Some(reason) = refused {
            packet::write(kind::LOGIN_REJECTED, &[reason as u8], out);
            return Err(Hangup::Refused);
        }
        let next = match number(&request.sequence)? {
            0 => self.source.next(),
            sequence => sequence.min(self.source.next()),
        };
        let delay_ns = match self.config.fault {
            Fault::Slow(delay) => u64::try_from(delay.as_nanos()).unwrap_or(u64::MAX),
            _ => 0,
        };
        self.sends = Some((next, now_ns.saturating_add(delay_ns)));
        let accepted = LoginAccepted { session: self.config.session, sequence: write_number(next) };
        packet::write(kind::LOGIN_ACCEPTED, accepted.as_bytes(), out);
        Ok(())
    }

    /// Sends what there is. Returns whether there may be more at once.
    fn send(&mut self, now_ns: u64, out: &mut Vec<u8>) -> bool {
        let Some((next, begins_ns)) = &mut self.sends else { return false };
        if now_ns < *begins_ns {
            return false;
        }
        let before = out.len();
        while out.len() - before < BURST {
            self.message.clear();
            if !self.source.message(*next, &mut self.message) {
                if self.source.is_over() {
                    packet::write(kind::END_OF_SESSION, &[], out);
                    self.over = true;
                }
                return false;
            }
            // A message too long for a packet cannot be sent, and nothing behind it: the stream ends in front.
            if !packet::write(kind::SEQUENCED, &self.message, out) {
                self.over = true;
                return false;
            }
            *next += 1;
        }
        true
    }
}

impl<S: Source> server::Session for Server<S> {
    fn feed(&mut self, bytes: &[u8], now_ns: u64, out: &mut Vec<u8>) -> Result<(), Hangup> {
        self.pulse.received(now_ns);
        let before = out.len();
        let mut packets = mem::take(&mut self.packets);
        let fed = packets.feed(bytes, |packet| self.packet(packet, now_ns, out));
        self.packets = packets;
        if out.len() > before {
            self.pulse.sent(now_ns);
        }
        fed
    }

    fn poll(&mut self, now_ns: u64, out: &mut Vec<u8>) -> Result<u64, Hangup> {
        if self.over {
            return Err(Hangup::EndOfSession);
        }
        if now_ns >= self.pulse.dead_ns() {
            return Err(Hangup::Silent);
        }
        let before = out.len();
        let more = self.send(now_ns, out);
        if out.len() > before {
            self.pulse.sent(now_ns);
        }
        let Some((_, begins_ns)) = self.sends else { return Ok(self.pulse.dead_ns()) };
        if now_ns >= self.pulse.beat_ns() {
            packet::write(kind::SERVER_HEARTBEAT, &[], out);
            self.pulse.sent(now_ns);
        }
        if more || self.over {
            return Ok(now_ns);
        }
        let begins_ns = if begins_ns > now_ns { begins_ns } else { u64::MAX };
        Ok(self.pulse.beat_ns().min(self.pulse.dead_ns()).min(begins_ns))
    }
}
