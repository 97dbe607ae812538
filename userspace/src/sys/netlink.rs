//! Asking the kernel over netlink: one request, all of its answers (`linux/netlink.h`, `linux/genetlink.h`).

use std::{
    io,
    os::fd::{AsRawFd, OwnedFd},
};

use nix::sys::{
    socket::{
        AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, recv, send, setsockopt, socket, sockopt,
    },
    time::TimeVal,
};

const NLM_F_REQUEST: u16 = 0x1;
const NLM_F_ACK: u16 = 0x4;
const NLM_F_DUMP: u16 = 0x300;
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const HEADER: usize = 16;

/// Length and kind in front of each attribute's value.
const ATTRIBUTE_HEADER: usize = 4;
/// The bits of an attribute's kind that are none of its number (nested, network byte order).
const ATTRIBUTE_FLAGS: u16 = 0xc000;

/// Bytes read at once: the kernel makes dump messages no larger than 32 KiB.
const BUFFER: usize = 1 << 16;

/// How long the kernel may take. It answers while the request is sent; this only ends what would hang for good.
const PATIENCE_S: i64 = 5;

/// `GENL_ID_CTRL`, the family that knows the families.
const CONTROL: u16 = 16;
const CTRL_CMD_GETFAMILY: u8 = 3;
const CTRL_ATTR_FAMILY_ID: u16 = 1;
const CTRL_ATTR_FAMILY_NAME: u16 = 2;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One thing, named in the request.
    One,
    /// All there are.
    All,
}

/// Sends a request of type `kind` and returns the payloads of its answers.
///
/// # Errors
/// What the kernel answers: `ENODEV` for no such interface, `EOPNOTSUPP` for a request it does not know.
pub fn ask(protocol: SockProtocol, kind: u16, scope: Scope, payload: &[u8]) -> io::Result<Vec<Vec<u8>>> {
    let socket: OwnedFd = socket(AddressFamily::Netlink, SockType::Raw, SockFlag::SOCK_CLOEXEC, protocol)?;
    setsockopt(&socket, sockopt::ReceiveTimeout, &TimeVal::new(PATIENCE_S, 0))?;
    let flags = NLM_F_REQUEST | if scope == Scope::All { NLM_F_DUMP } else { NLM_F_ACK };
    let mut request = Vec::with_capacity(HEADER + payload.len());
    request.extend(((HEADER + payload.len()) as u32).to_ne_bytes());
    request.extend(kind.to_ne_bytes());
    request.extend(flags.to_ne_bytes());
    // Sequence and port: this socket asks once, and the kernel knows who asks.
    request.extend([0; 8]);
    request.extend(payload);
    send(socket.as_raw_fd(), &request, MsgFlags::empty())?;
    let mut answers = Vec::new();
    let mut buffer = vec![0; BUFFER];
    loop {
        let len = recv(socket.as_raw_fd(), &mut buffer, MsgFlags::empty())?;
        if split(&buffer[..len], &mut answers)? {
            return Ok(answers);
        }
    }
}

/// The messages in what was read: kind and payload of each. What is cut short ends them.
pub fn messages(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let header = bytes.first_chunk::<HEADER>()?;
        let len = number(&header[..4])? as usize;
        let message = (number(&header[4..6])? as u16, bytes.get(HEADER..len)?);
        bytes = bytes.get(aligned(len)..).unwrap_or_default();
        Some(message)
    })
}

/// Takes the messages of one datagram apart; says whether the last one was among them.
fn split(mut bytes: &[u8], answers: &mut Vec<Vec<u8>>) -> io::Result<bool> {
    while let Some(header) = bytes.first_chunk::<HEADER>() {
        let len = number(&header[..4]).unwrap_or_default() as usize;
        let message = bytes.get(HEADER..len).ok_or_else(cut)?;
        match number(&header[4..6]).unwrap_or_default() as u16 {
            NLMSG_DONE => return Ok(true),
            // 0 is the acknowledgement.
            NLMSG_ERROR => {
                let code = message.first_chunk().map(|code| i32::from_ne_bytes(*code)).ok_or_else(cut)?;
                return if code == 0 { Ok(true) } else { Err(io::Error::from_raw_os_error(-code)) };
            }
            _ => answers.push(message.to_vec()),
        }
        bytes = bytes.get(aligned(len)..).unwrap_or_default();
    }
    Ok(false)
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a netlink message is cut short")
}

/// Asks a family of generic netlink, by its name.
///
/// # Errors
/// `ENOENT` where the kernel has no such family, else as [`ask`].
pub fn ask_generic(family: &str, command: u8, scope: Scope, attributes: &[u8]) -> io::Result<Vec<Vec<u8>>> {
    let mut name = Vec::new();
    push(&mut name, CTRL_ATTR_FAMILY_NAME, &[family.as_bytes(), &[0]].concat());
    let generic = |kind, command, scope, attributes: &[u8]| {
        // Version 1 of the family's messages, two bytes unused.
        let payload = [&[command, 1, 0, 0], attributes].concat();
        ask(SockProtocol::NetlinkGeneric, kind, scope, &payload)
    };
    let about = generic(CONTROL, CTRL_CMD_GETFAMILY, Scope::One, &name)?;
    let id = about
        .iter()
        .flat_map(|answer| attributes_of(answer, 4))
        .find_map(|(kind, value)| (kind == CTRL_ATTR_FAMILY_ID).then(|| number(value)).flatten());
    let id = id.ok_or_else(|| io::Error::from_raw_os_error(libc::ENOENT))?;
    generic(id as u16, command, scope, attributes)
}

/// Appends an attribute to a request.
pub fn push(to: &mut Vec<u8>, kind: u16, value: &[u8]) {
    to.extend(((ATTRIBUTE_HEADER + value.len()) as u16).to_ne_bytes());
    to.extend(kind.to_ne_bytes());
    to.extend(value);
    to.resize(aligned(to.len()), 0);
}

/// The attributes behind an answer's first `header` bytes: number and value. What is cut short ends them.
pub fn attributes_of(answer: &[u8], header: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = answer.get(header..).unwrap_or_default();
    std::iter::from_fn(move || {
        let len = usize::from(u16::from_ne_bytes(*rest.first_chunk()?));
        let kind = u16::from_ne_bytes(*rest.get(2..)?.first_chunk()?) & !ATTRIBUTE_FLAGS;
        let value = rest.get(ATTRIBUTE_HEADER..len)?;
        rest = rest.get(aligned(len)..).unwrap_or_default();
        Some((kind, value))
    })
}

/// A value of 1, 2, 4 or 8 bytes.
#[must_use]
pub fn number(value: &[u8]) -> Option<u64> {
    match *value {
        [byte] => Some(byte.into()),
        [a, b] => Some(u16::from_ne_bytes([a, b]).into()),
        [a, b, c, d] => Some(u32::from_ne_bytes([a, b, c, d]).into()),
        _ => value.try_into().ok().map(u64::from_ne_bytes),
    }
}

/// A value that is a name with a terminating zero.
#[must_use]
pub fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).trim_end_matches('\0').to_owned()
}

const fn aligned(len: usize) -> usize {
    (len + 3) & !3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u16, payload: &[u8]) -> Vec<u8> {
        let mut message = ((HEADER + payload.len()) as u32).to_ne_bytes().to_vec();
        message.extend(kind.to_ne_bytes());
        message.extend([0; 10]);
        message.extend(payload);
        message.resize(aligned(message.len()), 0);
        message
    }

    #[test]
    fn answers_end_with_done_or_an_acknowledgement() {
        let mut answers = Vec::new();
        assert!(!split(&[message(16, b"first"), message(16, b"second")].concat(), &mut answers).unwrap());
        assert!(split(&message(NLMSG_DONE, &[0; 4]), &mut answers).unwrap());
        assert_eq!(answers, [b"first".to_vec(), b"second".to_vec()]);
        assert!(split(&message(NLMSG_ERROR, &[0; 20]), &mut answers).unwrap());
    }

    #[test]
    fn the_kernels_refusal_is_the_error() {
        let refused = message(NLMSG_ERROR, &(-libc::ENODEV).to_ne_bytes());
        let error = split(&refused, &mut Vec::new()).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(libc::ENODEV));
        let mut cut = message(16, b"whole");
        cut.truncate(HEADER + 2);
        assert_eq!(split(&cut, &mut Vec::new()).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn attributes_are_read_as_written() {
        let mut bytes = vec![0; 4];
        push(&mut bytes, 3, b"eth0\0");
        push(&mut bytes, 4 | 0x8000, &1500_u32.to_ne_bytes());
        let read: Vec<_> = attributes_of(&bytes, 4).collect();
        assert_eq!(read, [(3, &b"eth0\0"[..]), (4, &1500_u32.to_ne_bytes()[..])]);
        assert_eq!((text(read[0].1), number(read[1].1)), ("eth0".into(), Some(1500)));
        // Cut anywhere, it ends; an attribute of length 0 does not go on for ever.
        for len in 0..bytes.len() {
            assert!(attributes_of(&bytes[..len], 4).count() < 2);
        }
        assert_eq!(attributes_of(&[0; 64], 0).count(), 0);
    }
}
