//! The kernel's list of network devices (`RTM_GETLINK`, rtnetlink(7)): what `ip -details link` shows.

use std::io;

use nix::{errno::Errno, net::if_::if_indextoname, sys::socket::SockProtocol};
use serde::Serialize;

use crate::sys::netlink::{Scope, ask, attributes_of, number, text};

const RTM_GETLINK: u16 = 18;
/// `struct ifinfomsg`, in front of the attributes.
const HEADER: usize = 16;

/// Attributes (`IFLA_*` of `linux/if_link.h`).
const IFNAME: u16 = 3;
const MTU: u16 = 4;
const LINK: u16 = 5;
const MASTER: u16 = 10;
const LINKINFO: u16 = 18;
/// Within `LINKINFO`; then within its data of a VLAN device.
const INFO_KIND: u16 = 1;
const INFO_DATA: u16 = 2;
const VLAN_ID: u16 = 1;
const PROMISCUITY: u16 = 30;
const NUM_RX_QUEUES: u16 = 32;
const LINK_NETNSID: u16 = 37;
const XDP: u16 = 43;
const CARRIER_DOWNS: u16 = 48;
const PARENT_DEV_NAME: u16 = 56;
const ALLMULTICITY: u16 = 61;

/// In `IFLA_XDP`: the id of the program, by where it runs.
const XDP_PROGRAMS: [(u16, XdpMode); 3] =
    [(5, XdpMode::Native), (6, XdpMode::Generic), (7, XdpMode::Offloaded)];

/// Flags (`IFF_*` of `linux/if.h`).
const UP: u32 = 1 << 0;
const PROMISC: u32 = 1 << 8;
const ALLMULTI: u32 = 1 << 9;
const MULTICAST: u32 = 1 << 12;
const LOWER_UP: u32 = 1 << 16;

/// `ARPHRD_ETHER` and `ARPHRD_LOOPBACK`: frames begin with an Ethernet header.
const ETHERNET: [u16; 2] = [1, 772];

/// Where an XDP program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum XdpMode {
    /// In the driver.
    Native,
    /// Behind it, on the kernel's copy of the packet.
    Generic,
    /// In the NIC.
    Offloaded,
}

/// A network device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Link {
    /// The kernel's index of it.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// What kind of software device it is: `veth`, `bridge`, `bond`, `vlan`; empty for hardware and loopback.
    pub kind: String,
    /// Bytes of the largest packet behind the link header.
    pub mtu: u32,
    /// Brought up.
    pub up: bool,
    /// It has a carrier, or needs none.
    pub carrier: bool,
    /// It may receive multicast.
    pub multicast: bool,
    /// It takes every multicast packet (`ip link set … allmulticast on`, or its filter is full).
    pub allmulti: bool,
    /// It takes every packet: set by an administrator, or for who listens in or stands on it.
    pub promiscuous: bool,
    /// An administrator set that.
    pub promiscuous_by_hand: bool,
    /// Its frames begin with an Ethernet header.
    pub ethernet: bool,
    /// Receive queues it was made with.
    pub rx_queues: u32,
    /// Index of the device it stands on (VLAN, macvlan) or is paired with (veth), unless that is elsewhere.
    pub lower: Option<u32>,
    /// That device is in another network namespace.
    pub lower_elsewhere: bool,
    /// Index of the bridge, bond or team it is a port of.
    pub master: Option<u32>,
    /// Its VLAN, if it is a VLAN device.
    pub vlan: Option<u16>,
    /// Times its carrier went away, as far as the kernel counts that.
    #[serde(skip)]
    pub carrier_downs: Option<u32>,
    /// Its device on the bus: `virtio2`, `0000:01:00.0`; `None` for a device made of software.
    pub parent: Option<String>,
    /// Ids of the XDP programs on it: at most one a mode.
    #[serde(skip)]
    pub programs: Vec<(u32, XdpMode)>,
}

impl Link {
    /// It is up, and its carrier as well.
    #[must_use]
    pub const fn runs(&self) -> bool {
        self.up && self.carrier
    }
}

/// Every device in this network namespace.
///
/// # Errors
/// What netlink says.
pub fn links() -> io::Result<Vec<Link>> {
    let answers = ask(SockProtocol::NetlinkRoute, RTM_GETLINK, Scope::All, &[0; HEADER])?;
    Ok(answers.iter().filter_map(|answer| parse(answer)).collect())
}

/// One `RTM_NEWLINK` or `RTM_DELLINK` message; `None` where it is of another family, as a bridge's own words are.
pub(super) fn parse(message: &[u8]) -> Option<Link> {
    if *message.first()? != 0 {
        return None;
    }
    let kind = u16::from_ne_bytes(*message.get(2..)?.first_chunk()?);
    let index = u32::from_ne_bytes(*message.get(4..)?.first_chunk()?);
    let flags = u32::from_ne_bytes(*message.get(8..)?.first_chunk()?);
    let mut link = Link {
        index,
        up: flags & UP != 0,
        carrier: flags & LOWER_UP != 0,
        multicast: flags & MULTICAST != 0,
        allmulti: flags & ALLMULTI != 0,
        promiscuous: flags & PROMISC != 0,
        promiscuous_by_hand: flags & PROMISC != 0,
        ethernet: ETHERNET.contains(&kind),
        ..Link::default()
    };
    let mut lower = None;
    for (kind, value) in attributes_of(message, HEADER) {
        let number = number(value).unwrap_or_default() as u32;
        match kind {
            IFNAME => link.name = text(value),
            MTU => link.mtu = number,
            LINK => lower = Some(number),
            MASTER => link.master = Some(number),
            // Also by those who listen in: the flag is the administrator's alone.
            PROMISCUITY => link.promiscuous |= number > 0,
            ALLMULTICITY => link.allmulti |= number > 0,
            NUM_RX_QUEUES => link.rx_queues = number,
            LINK_NETNSID => link.lower_elsewhere = true,
            PARENT_DEV_NAME => link.parent = Some(text(value)),
            CARRIER_DOWNS => link.carrier_downs = Some(number),
            XDP => link.programs = programs(value),
            LINKINFO => info(value, &mut link),
            _ => {}
        }
    }
    link.lower = lower.filter(|lower| *lower != index && *lower != 0 && !link.lower_elsewhere);
    Some(link)
}

/// What makes the device, and of a VLAN device its VLAN.
fn info(value: &[u8], link: &mut Link) {
    for (kind, value) in attributes_of(value, 0) {
        match kind {
            INFO_KIND => link.kind = text(value),
            INFO_DATA if link.kind == "vlan" => {
                let id = attributes_of(value, 0).find(|(kind, _)| *kind == VLAN_ID);
                link.vlan = id.and_then(|(_, id)| number(id)).map(|id| id as u16);
            }
            _ => {}
        }
    }
}

fn programs(xdp: &[u8]) -> Vec<(u32, XdpMode)> {
    let id = |wanted| {
        let (_, value) = attributes_of(xdp, 0).find(|(kind, _)| *kind == wanted)?;
        number(value).map(|id| id as u32).filter(|id| *id != 0)
    };
    XDP_PROGRAMS.iter().filter_map(|(kind, mode)| Some((id(*kind)?, *mode))).collect()
}

/// The name of the device with this index; `None` if there is none in this namespace.
///
/// # Errors
/// It cannot be asked for: no descriptor is to be had. That says nothing of the device.
pub fn name_of(index: u32) -> nix::Result<Option<String>> {
    // nix 0.31 takes the null pointer that says there is none for a success, with an empty name.
    let name =
        if_indextoname(index).and_then(|name| if name.is_empty() { Err(Errno::last()) } else { Ok(name) });
    match name {
        Ok(name) => Ok(Some(name.to_string_lossy().into_owned())),
        Err(Errno::ENXIO | Errno::ENODEV) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the kernel says that no device in this namespace has this index.
#[must_use]
pub fn is_gone(index: u32) -> bool {
    name_of(index) == Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::netlink::push;

    fn message(kind: u16, index: u32, flags: u32, attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut message = vec![0, 0];
        message.extend(kind.to_ne_bytes());
        message.extend(index.to_ne_bytes());
        message.extend(flags.to_ne_bytes());
        message.extend([0; 4]);
        for (kind, value) in attributes {
            push(&mut message, *kind, value);
        }
        message
    }

    #[test]
    fn a_vlan_device_names_what_it_stands_on() {
        let mut info = Vec::new();
        let mut id = Vec::new();
        push(&mut id, VLAN_ID, &10_u16.to_ne_bytes());
        push(&mut info, INFO_KIND, b"vlan\0");
        push(&mut info, INFO_DATA | 0x8000, &id);
        let mtu = 1500_u32.to_ne_bytes();
        let lower = 3_u32.to_ne_bytes();
        let attributes: [(u16, &[u8]); 4] =
            [(IFNAME, b"eth0.10\0"), (MTU, &mtu), (LINK, &lower), (LINKINFO, &info)];
        let link = parse(&message(1, 7, UP | MULTICAST | LOWER_UP, &attributes)).unwrap();
        assert_eq!((link.index, &link.name[..], &link.kind[..]), (7, "eth0.10", "vlan"));
        assert_eq!((link.mtu, link.lower, link.vlan), (1500, Some(3), Some(10)));
        assert!(link.runs());
        assert!(link.up && link.carrier && link.multicast && link.ethernet && !link.allmulti);
        assert!(parse(&[0; 5]).is_none());
        // A bridge says of its ports in a family of its own that they are gone from it.
        assert!(parse(&[&[7], &[0; 15][..]].concat()).is_none());
    }

    /// An index of another namespace would name the wrong device here.
    #[test]
    fn a_peer_elsewhere_is_no_device_here() {
        let index = 2_u32.to_ne_bytes();
        let link = parse(&message(1, 5, UP, &[(LINK, &index), (LINK_NETNSID, &[0; 4])])).unwrap();
        assert_eq!((link.lower, link.lower_elsewhere, link.carrier), (None, true, false));
    }

    #[test]
    fn programs_are_told_by_mode() {
        let mut xdp = Vec::new();
        // Attached: in the driver (1), with its id once for whom modes are no matter, once for the mode.
        push(&mut xdp, 2, &[1]);
        push(&mut xdp, 4, &41_u32.to_ne_bytes());
        push(&mut xdp, 5, &41_u32.to_ne_bytes());
        let link = parse(&message(1, 5, UP, &[(XDP, &xdp)])).unwrap();
        assert_eq!(link.programs, [(41, XdpMode::Native)]);
        assert_eq!(parse(&message(1, 5, UP, &[(XDP, &xdp[..8])])).unwrap().programs, []);
    }

    #[test]
    fn no_device_has_no_name() {
        assert_eq!(name_of(1).unwrap().as_deref(), Some("lo"));
        assert_eq!(name_of(i32::MAX.unsigned_abs()), Ok(None));
    }

    #[test]
    fn loopback_is_among_them() {
        let links = links().unwrap();
        let loopback = links.iter().find(|link| link.name == "lo").unwrap();
        assert!(loopback.ethernet && loopback.kind.is_empty() && loopback.lower.is_none());
    }
}
