//! What GRP and Spin clients have in common: login, heartbeats, units.

use std::{fmt, mem};

use super::{
    LoginStatus,
    units::{self, Units},
    wire::{Layout, Login, LoginResponse},
};
use crate::recovery::{
    Lost,
    stream::{Hangup, Pulse},
};

/// What Cboe gave the client to log in with. Shorter words are padded with spaces, longer ones cannot be.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    session_sub_id: [u8; 4],
    username: [u8; 4],
    password: [u8; 10],
}

/// Why words are no credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a Cboe {what} is at most {most} ASCII characters")]
pub struct NoCredentials {
    what: &'static str,
    most: usize,
}

impl fmt::Debug for Credentials {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { session_sub_id, username, password: _ } = self;
        write!(f, "Credentials({} {})", session_sub_id.escape_ascii(), username.escape_ascii())
    }
}

impl Credentials {
    /// Checks and pads.
    ///
    /// # Errors
    /// When a word is too long (sub-id and user name 4, password 10), or not ASCII.
    pub fn new(session_sub_id: &str, username: &str, password: &str) -> Result<Self, NoCredentials> {
        Ok(Self {
            session_sub_id: padded("session sub-id", session_sub_id)?,
            username: padded("user name", username)?,
            password: padded("password", password)?,
        })
    }

    /// The message they are sent in.
    #[must_use]
    pub fn login(&self) -> Login {
        let Self { session_sub_id, username, password } = *self;
        Login { header: Login::header(), session_sub_id, username, filler: *b"  ", password }
    }
}

fn padded<const N: usize>(what: &'static str, word: &str) -> Result<[u8; N], NoCredentials> {
    let mut bytes = [b' '; N];
    match bytes.get_mut(..word.len()) {
        Some(front) if word.is_ascii() => front.copy_from_slice(word.as_bytes()),
        _ => return Err(NoCredentials { what, most: N }),
    }
    Ok(bytes)
}

/// How far the login has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// Not connected.
    Apart,
    Sent,
    Accepted,
}

/// A client's connection, up to the messages.
#[derive(Debug)]
pub(super) struct Session {
    credentials: Credentials,
    login: Progress,
    /// Whether the last login was refused as one that cannot succeed.
    denied: bool,
    pulse: Pulse,
    units: Units,
}

impl Session {
    pub(super) fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            login: Progress::Apart,
            denied: false,
            pulse: Pulse::default(),
            units: Units::default(),
        }
    }

    pub(super) fn is_logged_in(&self) -> bool {
        self.login == Progress::Accepted
    }

    /// What keeps requests from being sent.
    pub(super) fn obstacle(&self) -> Option<Lost> {
        match self.login {
            Progress::Accepted => None,
            _ if self.denied => Some(Lost::NotAuthorised),
            _ => Some(Lost::Unreachable),
        }
    }

    pub(super) fn opened(&mut self, now_ns: u64, out: &mut Vec<u8>) {
        self.units.clear();
        self.pulse = Pulse::new(now_ns);
        self.login = Progress::Sent;
        units::single(&self.credentials.login(), out);
    }

    /// Gives every message but that of the login to `message`, with whether the login was accepted before it.
    pub(super) fn feed(
        &mut self,
        bytes: &[u8],
        now_ns: u64,
        mut message: impl FnMut(bool, &[u8]) -> Result<(), Hangup>,
    ) -> Result<(), Hangup> {
        self.pulse.received(now_ns);
        let mut units = mem::take(&mut self.units);
        let fed = units.feed(bytes, |unit| {
            units::messages(unit, |bytes| match bytes[1] {
                LoginResponse::KIND => self.login_answered(bytes),
                _ => message(self.is_logged_in(), bytes),
            })
        });
        self.units = units;
        fed
    }

    fn login_answered(&mut self, bytes: &[u8]) -> Result<(), Hangup> {
        let response = units::layout::<LoginResponse>(bytes)?;
        let status = LoginStatus::from_letter(response.status);
        self.denied = matches!(status, Some(LoginStatus::NotAuthorised | LoginStatus::InvalidSession));
        if status == Some(LoginStatus::Accepted) {
            self.login = Progress::Accepted;
            return Ok(());
        }
        Err(Hangup::Refused)
    }

    /// Something was sent.
    pub(super) fn sent(&mut self, now_ns: u64) {
        self.pulse.sent(now_ns);
    }

    /// Sends a heartbeat if one is due. Returns when to look again.
    pub(super) fn beat(&mut self, now_ns: u64, out: &mut Vec<u8>) -> Result<u64, Hangup> {
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
            units::heartbeat(out);
            self.pulse.sent(now_ns);
        }
        Ok(self.pulse.beat_ns().min(self.pulse.dead_ns()))
    }

    /// The connection is gone. Returns whether it was logged in.
    pub(super) fn closed(&mut self) -> bool {
        mem::replace(&mut self.login, Progress::Apart) == Progress::Accepted
    }
}
