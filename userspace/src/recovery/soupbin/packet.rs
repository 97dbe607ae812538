//! Logical packets: a length of type and payload, big-endian; the type; the payload.

use std::fmt;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::recovery::stream::{Cutter, Malformed, Prefix};

/// A session's name. Names that differ in padding alone are the same.
#[derive(Clone, Copy, Debug, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(transparent)]
pub struct Session(pub [u8; 10]);

impl Session {
    /// In a login request: whichever session is running.
    pub const ANY: Self = Self([b' '; 10]);
}

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        self.0.trim_ascii() == other.0.trim_ascii()
    }
}

/// Login Request ("L"), without its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(super) struct LoginRequest {
    /// Padded with spaces on the right.
    pub(super) username: [u8; 6],
    /// Padded with spaces on the right.
    pub(super) password: [u8; 10],
    pub(super) session: Session,
    /// The next message wanted, in digits; 0: the next that there will be.
    pub(super) sequence: [u8; 20],
}

/// Login Accepted ("A"), without its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(super) struct LoginAccepted {
    pub(super) session: Session,
    /// The next message that will be sent, in digits.
    pub(super) sequence: [u8; 20],
}

const _: () = assert!(size_of::<LoginRequest>() == 46 && size_of::<LoginAccepted>() == 30);

/// Types of packets.
pub(super) mod kind {
    pub(in super::super) const DEBUG: u8 = b'+';
    pub(in super::super) const LOGIN_ACCEPTED: u8 = b'A';
    pub(in super::super) const LOGIN_REJECTED: u8 = b'J';
    pub(in super::super) const SEQUENCED: u8 = b'S';
    pub(in super::super) const SERVER_HEARTBEAT: u8 = b'H';
    pub(in super::super) const END_OF_SESSION: u8 = b'Z';
    pub(in super::super) const LOGIN_REQUEST: u8 = b'L';
    pub(in super::super) const UNSEQUENCED: u8 = b'U';
    pub(in super::super) const CLIENT_HEARTBEAT: u8 = b'R';
    pub(in super::super) const LOGOUT_REQUEST: u8 = b'O';
}

/// Why a login was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum RejectReason {
    /// User name or password are wrong.
    NotAuthorised = b'A',
    /// The session asked for is not there.
    SessionNotAvailable = b'S',
}

/// User name and password, padded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Credentials {
    pub(super) username: [u8; 6],
    pub(super) password: [u8; 10],
}

/// Why words are no credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a SoupBinTCP {what} is at most {most} ASCII characters")]
pub struct NoCredentials {
    what: &'static str,
    most: usize,
}

impl fmt::Debug for Credentials {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { username, password: _ } = self;
        write!(f, "Credentials({})", username.escape_ascii())
    }
}

impl Credentials {
    /// Checks and pads.
    ///
    /// # Errors
    /// When a word is too long (user name 6, password 10), or not ASCII.
    pub fn new(username: &str, password: &str) -> Result<Self, NoCredentials> {
        Ok(Self { username: padded("user name", username)?, password: padded("password", password)? })
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

/// Frames of a SoupBinTCP connection.
#[derive(Debug)]
pub struct Packet;

impl Prefix for Packet {
    const LEN: usize = 2;
    // The type is always there.
    const SHORTEST: usize = 3;

    fn frame_len(prefix: &[u8]) -> usize {
        usize::from(u16::from_be_bytes([prefix[0], prefix[1]])) + Self::LEN
    }
}

/// Reads packets from a byte stream.
pub type Packets = Cutter<Packet>;

/// Type and payload of a whole packet.
pub(super) fn parts(packet: &[u8]) -> (u8, &[u8]) {
    (packet[2], &packet[3..])
}

/// Reads a payload by its layout; what is behind its known fields is passed over.
pub(super) fn layout<T: FromBytes + KnownLayout + Immutable + Unaligned>(
    payload: &[u8],
) -> Result<&T, Malformed> {
    T::ref_from_prefix(payload).map(|(layout, _)| layout).map_err(|_| Malformed::ShortMessage)
}

/// Appends a packet. `false`, with `out` untouched, for a payload of more than 65,534 bytes, which none can hold.
pub(super) fn write(kind: u8, payload: &[u8], out: &mut Vec<u8>) -> bool {
    let Ok(length) = u16::try_from(payload.len() + 1) else { return false };
    out.extend_from_slice(&length.to_be_bytes());
    out.push(kind);
    out.extend_from_slice(payload);
    true
}
