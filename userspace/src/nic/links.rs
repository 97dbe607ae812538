//! What the kernel says of its interfaces, by rtnetlink: which there are, up or down, what lies beneath them.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use anyhow::{Context, Result, bail};
use nix::{
    errno::Errno,
    sys::socket::{
        AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, send, socket,
    },
};

/// `RTMGRP_LINK` of `linux/rtnetlink.h`.
const LINK_GROUP: u32 = 1;
/// `RTM_NEWLINK`, `RTM_DELLINK`, `RTM_GETLINK`, `NLMSG_ERROR`, `NLMSG_DONE`.
const NEW_LINK: u16 = 16;
const DELETE_LINK: u16 = 17;
const GET_LINK: u16 = 18;
const ERROR: u16 = 2;
const DONE: u16 = 3;
/// `NLM_F_REQUEST | NLM_F_DUMP`.
const REQUEST_DUMP: u16 = 0x301;
/// Attributes: `IFLA_…`.
const NAME: u16 = 3;
const LOWER: u16 = 5;
const MASTER: u16 = 10;
const INFO: u16 = 18;
const CARRIER_DOWNS: u16 = 48;
/// Within [`INFO`]; within its data of a VLAN device.
const INFO_KIND: u16 = 1;
const INFO_DATA: u16 = 2;
const VLAN_ID: u16 = 1;
/// `IFF_UP`, `IFF_LOWER_UP`.
const UP: u32 = 1;
const LOWER_UP: u32 = 0x1_0000;

/// Bytes of one answer, at most: the kernel fills at most this much of a dump at once.
const BUFFER: usize = 64 << 10;

/// An interface, as the kernel describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// The kernel's index of it.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// Whether it is up, and its carrier as well.
    pub up: bool,
    /// Times its carrier went away, as far as the kernel counts that.
    pub carrier_downs: Option<u32>,
    /// What makes it (`vlan`, `bond`, `veth`); `None` for a device of its own.
    pub kind: Option<String>,
    /// The device it stands on, or its other end.
    pub lower: Option<u32>,
    /// What it is part of: a bond, a bridge.
    pub master: Option<u32>,
    /// Its VLAN, if it is a VLAN device.
    pub vlan: Option<u16>,
}

/// What happened to an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkNews {
    /// It is there, new or changed.
    There(Link),
    /// It is gone.
    Gone(Link),
}

/// Hears of every interface of this network namespace.
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
        Self::open(LINK_GROUP).context("cannot listen for changes of the interfaces")
    }

    /// All interfaces there are now.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn all() -> Result<Vec<Link>> {
        let mut links = Self::open(0).context("cannot ask for the interfaces")?;
        let mut request = Vec::with_capacity(32);
        request.extend(32u32.to_ne_bytes());
        request.extend(GET_LINK.to_ne_bytes());
        request.extend(REQUEST_DUMP.to_ne_bytes());
        request.resize(32, 0); // sequence, port, and an empty ifinfomsg
        send(links.socket.as_raw_fd(), &request, MsgFlags::empty())
            .context("cannot ask for the interfaces")?;
        let mut all = Vec::new();
        loop {
            let len = recv(links.socket.as_raw_fd(), &mut links.buffer, MsgFlags::empty())
                .context("cannot read the interfaces")?;
            for (kind, body) in messages(&links.buffer[..len]) {
                match kind {
                    DONE => return Ok(all),
                    ERROR => bail!("the kernel refused to list the interfaces"),
                    NEW_LINK => all.extend(link(body)),
                    _ => {}
                }
            }
        }
    }

    fn open(groups: u32) -> Result<Self> {
        let kind = SockFlag::SOCK_CLOEXEC;
        let socket = socket(AddressFamily::Netlink, SockType::Raw, kind, SockProtocol::NetlinkRoute)?;
        bind(socket.as_raw_fd(), &NetlinkAddr::new(0, groups))?;
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
            news.extend(messages(&self.buffer[..len]).filter_map(|(kind, body)| match kind {
                NEW_LINK => link(body).map(LinkNews::There),
                DELETE_LINK => link(body).map(LinkNews::Gone),
                _ => None,
            }));
        }
    }
}

impl AsFd for Links {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// The messages in what was read: type and body of each.
fn messages(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let len = number(bytes.first_chunk()?) as usize;
        let kind = u16::from_ne_bytes(*bytes.get(4..)?.first_chunk()?);
        let body = bytes.get(16..len)?;
        bytes = bytes.get(len.next_multiple_of(4)..).unwrap_or_default();
        Some((kind, body))
    })
}

/// The attributes in what follows a message's own header: type and value of each.
fn attributes(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let len = usize::from(u16::from_ne_bytes(*bytes.first_chunk()?));
        let kind = u16::from_ne_bytes(*bytes.get(2..)?.first_chunk()?);
        let value = bytes.get(4..len)?;
        bytes = bytes.get(len.next_multiple_of(4)..).unwrap_or_default();
        Some((kind & 0x3fff, value)) // without NLA_F_NESTED and NLA_F_NET_BYTEORDER
    })
}

const fn number(bytes: &[u8; 4]) -> u32 {
    u32::from_ne_bytes(*bytes)
}

fn text(value: &[u8]) -> String {
    let end = value.iter().position(|byte| *byte == 0).unwrap_or(value.len());
    String::from_utf8_lossy(&value[..end]).into_owned()
}

/// `struct ifinfomsg` and its attributes; `None` where it is of another family, as a bridge's own words are.
fn link(body: &[u8]) -> Option<Link> {
    if *body.first()? != 0 {
        return None;
    }
    let index = number(body.get(4..)?.first_chunk()?);
    let flags = number(body.get(8..)?.first_chunk()?);
    let mut link = Link { index, up: flags & UP != 0 && flags & LOWER_UP != 0, ..Link::default() };
    for (kind, value) in attributes(body.get(16..)?) {
        let number = value.first_chunk().map(number);
        match kind {
            NAME => link.name = text(value),
            LOWER => link.lower = number,
            MASTER => link.master = number,
            CARRIER_DOWNS => link.carrier_downs = number,
            INFO => {
                for (kind, value) in attributes(value) {
                    match kind {
                        INFO_KIND => link.kind = Some(text(value)),
                        INFO_DATA if link.kind.as_deref() == Some("vlan") => {
                            let id = attributes(value).find(|(kind, _)| *kind == VLAN_ID);
                            link.vlan = id.and_then(|(_, id)| Some(u16::from_ne_bytes(*id.first_chunk()?)));
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    Some(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
        let mut bytes = (value.len() as u16 + 4).to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(value);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn message(kind: u16, family: u8, index: u32, flags: u32, attributes: &[Vec<u8>]) -> Vec<u8> {
        let mut body = vec![family, 0, 1, 0];
        body.extend(index.to_ne_bytes());
        body.extend(flags.to_ne_bytes());
        body.extend([0; 4]);
        body.extend(attributes.concat());
        let mut bytes = (body.len() as u32 + 16).to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend([0; 10]);
        bytes.extend(body);
        bytes
    }

    fn vlan() -> Vec<u8> {
        let data = attribute(INFO_DATA | 0x8000, &attribute(VLAN_ID, &100u16.to_ne_bytes()));
        let info = [attribute(INFO_KIND, b"vlan\0"), data].concat();
        let attributes = [
            attribute(NAME, b"eth0.100\0"),
            attribute(LOWER, &2u32.to_ne_bytes()),
            attribute(CARRIER_DOWNS, &3u32.to_ne_bytes()),
            attribute(INFO, &info),
        ];
        message(NEW_LINK, 0, 7, UP | LOWER_UP, &attributes)
    }

    #[test]
    fn a_vlan_device_is_read() {
        let bytes = [vlan(), message(DELETE_LINK, 0, 9, 0, &[attribute(NAME, b"rx1\0")])].concat();
        let mut read = messages(&bytes);
        let (kind, body) = read.next().unwrap();
        let expected = Link {
            index: 7,
            name: "eth0.100".into(),
            up: true,
            carrier_downs: Some(3),
            kind: Some("vlan".into()),
            lower: Some(2),
            master: None,
            vlan: Some(100),
        };
        assert_eq!((kind, link(body)), (NEW_LINK, Some(expected)));
        let (kind, body) = read.next().unwrap();
        assert_eq!((kind, link(body).unwrap().name), (DELETE_LINK, "rx1".into()));
        assert_eq!(read.next(), None);
        // A bridge says of its ports in a family of its own that they are gone from it.
        assert_eq!(link(&message(DELETE_LINK, 7, 9, 0, &[])[16..]), None);
    }

    #[test]
    fn what_is_cut_short_is_no_more_than_what_is_there() {
        let whole = vlan();
        for len in 0..whole.len() {
            for (_, body) in messages(&whole[..len]) {
                let _less = link(body);
            }
            let _less = link(&whole[16..16.max(len)]);
        }
        assert_eq!(messages(&[0; 64]).next().map(|(kind, _)| kind), None);
    }

    #[test]
    fn this_host_has_a_loopback_interface() {
        let all = Links::all().unwrap();
        assert!(all.iter().any(|link| link.name == "lo" && link.index == 1), "{all:?}");
    }
}
