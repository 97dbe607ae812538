//! What becomes of the kernel's network devices, as it says so (`RTMGRP_LINK`, rtnetlink(7)).

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use anyhow::{Context, Result};
use nix::{
    errno::Errno,
    sys::socket::{
        AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, socket,
    },
};

use super::{Link, link};
use crate::sys::netlink::messages;

/// `RTMGRP_LINK` of `linux/rtnetlink.h`.
const LINK_GROUP: u32 = 1;
/// `RTM_NEWLINK`, `RTM_DELLINK`.
const NEW_LINK: u16 = 16;
const DELETE_LINK: u16 = 17;

/// Bytes of one message, at most.
const BUFFER: usize = 64 << 10;

/// What happened to a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkNews {
    /// It is there, new or changed.
    There(Link),
    /// It is gone.
    Gone(Link),
}

/// Hears of every device of this network namespace.
#[derive(Debug)]
pub struct Links {
    socket: OwnedFd,
    buffer: Vec<u8>,
}

impl Links {
    /// Hears of what happens from now on.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn listen() -> Result<Self> {
        let open = || -> nix::Result<OwnedFd> {
            let kind = SockFlag::SOCK_CLOEXEC;
            let socket = socket(AddressFamily::Netlink, SockType::Raw, kind, SockProtocol::NetlinkRoute)?;
            bind(socket.as_raw_fd(), &NetlinkAddr::new(0, LINK_GROUP))?;
            Ok(socket)
        };
        let socket = open().context("cannot listen for changes of the interfaces")?;
        Ok(Self { socket, buffer: vec![0; BUFFER] })
    }

    /// What happened since the last call. Never blocks. False when some of it was missed.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn news(&mut self, news: &mut Vec<LinkNews>) -> Result<bool> {
        let mut whole = true;
        loop {
            let len = match recv(self.socket.as_raw_fd(), &mut self.buffer, MsgFlags::MSG_DONTWAIT) {
                Ok(len) => len,
                Err(Errno::EAGAIN | Errno::EINTR) => return Ok(whole),
                Err(Errno::ENOBUFS) => {
                    whole = false;
                    continue;
                }
                Err(error) => return Err(error).context("cannot hear of the interfaces"),
            };
            news.extend(read(&self.buffer[..len]));
        }
    }
}

impl AsFd for Links {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

fn read(bytes: &[u8]) -> impl Iterator<Item = LinkNews> {
    messages(bytes).filter_map(|(kind, body)| match kind {
        NEW_LINK => link::parse(body).map(LinkNews::There),
        DELETE_LINK => link::parse(body).map(LinkNews::Gone),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u16, index: u32) -> Vec<u8> {
        let mut bytes = 32_u32.to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend([0; 14]);
        bytes.extend(index.to_ne_bytes());
        bytes.extend([0; 8]);
        bytes
    }

    #[test]
    fn news_is_told_in_order_and_other_messages_are_passed_over() {
        let bytes = [message(NEW_LINK, 7), message(20, 8), message(DELETE_LINK, 9)].concat();
        let read: Vec<LinkNews> = read(&bytes).collect();
        let [LinkNews::There(there), LinkNews::Gone(gone)] = &read[..] else { panic!("{read:?}") };
        assert_eq!((there.index, gone.index), (7, 9));
    }

    #[test]
    fn what_is_cut_short_is_no_more_than_what_is_there() {
        let whole = [message(NEW_LINK, 7), message(DELETE_LINK, 9)].concat();
        for len in 0..whole.len() {
            assert_eq!(read(&whole[..len]).count(), usize::from(len >= 32));
        }
        assert_eq!(messages(&[0; 64]).count(), 0);
    }
}
