//! What GRP and Spin servers have in common: login, heartbeats, units.

use std::mem;

use crate::recovery::{
    cboe::{
        Credentials, LoginStatus,
        units::{self, Units},
        wire::{Layout, Login, LoginResponse},
    },
    fault::Fault,
    stream::{Hangup, Pulse},
};

/// Lets one client in.
#[derive(Debug)]
pub(super) struct Door {
    credentials: Credentials,
    fault: Fault,
    open: bool,
    pulse: Pulse,
    units: Units,
}

impl Door {
    pub(super) fn new(credentials: Credentials, fault: Fault, now_ns: u64) -> Self {
        Self { credentials, fault, open: false, pulse: Pulse::new(now_ns), units: Units::default() }
    }

    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    /// Answers the login, and gives every other message of a client that is logged in to `message`.
    pub(super) fn feed(
        &mut self,
        bytes: &[u8],
        now_ns: u64,
        out: &mut Vec<u8>,
        mut message: impl FnMut(&[u8], &mut Vec<u8>) -> Result<(), Hangup>,
    ) -> Result<(), Hangup> {
        self.pulse.received(now_ns);
        let before = out.len();
        let mut units = mem::take(&mut self.units);
        let fed = units.feed(bytes, |unit| {
            units::messages(unit, |bytes| match (self.open, bytes[1]) {
                (false, Login::KIND) => self.login(units::layout(bytes)?, out),
                (false, _) => Err(Hangup::Refused),
                (true, _) => message(bytes, out),
            })
        });
        self.units = units;
        self.sent(before, now_ns, out);
        fed
    }

    fn login(&mut self, login: &Login, out: &mut Vec<u8>) -> Result<(), Hangup> {
        let expected = self.credentials.login();
        let status = if login.session_sub_id != expected.session_sub_id {
            LoginStatus::InvalidSession
        } else if *login != expected || self.fault == Fault::RefuseLogin {
            LoginStatus::NotAuthorised
        } else {
            LoginStatus::Accepted
        };
        units::single(&LoginResponse { header: LoginResponse::header(), status: status.letter() }, out);
        self.open = status == LoginStatus::Accepted;
        if self.open { Ok(()) } else { Err(Hangup::Refused) }
    }

    /// Notes that `out` has grown since it was `before` bytes long, if it has.
    pub(super) fn sent(&mut self, before: usize, now_ns: u64, out: &[u8]) {
        if out.len() > before {
            self.pulse.sent(now_ns);
        }
    }

    /// Sends a heartbeat if one is due. Returns when to look again.
    pub(super) fn beat(&mut self, now_ns: u64, out: &mut Vec<u8>) -> Result<u64, Hangup> {
        if now_ns >= self.pulse.dead_ns() {
            return Err(Hangup::Silent);
        }
        if self.open && now_ns >= self.pulse.beat_ns() {
            units::heartbeat(out);
            self.pulse.sent(now_ns);
        }
        let beats_ns = if self.open { self.pulse.beat_ns() } else { u64::MAX };
        Ok(beats_ns.min(self.pulse.dead_ns()))
    }
}
