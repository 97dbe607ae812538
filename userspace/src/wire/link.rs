//! The link layers captures come with, up to the EtherType.

use super::{UdpDatagram, ip};
use etherparse::{EtherType, Ethernet2HeaderSlice, SingleVlanHeaderSlice, ether_type};
use std::fmt;
use xdp_prog::Reason;

/// A link layer that is read. The numbers are the LINKTYPE_ values of pcap and pcapng
/// (<https://www.tcpdump.org/linktypes.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Ethernet (1).
    Ethernet,
    /// Linux cooked capture (113): what capturing on `any` gave before libpcap 1.10.
    LinuxCooked,
    /// Linux cooked capture, version 2 (276).
    LinuxCooked2,
    /// IPv4 or IPv6, told apart by the version field (101, and 12 and 14 from BSDs).
    RawIp,
    /// IPv4 (228).
    Ipv4,
    /// IPv6 (229).
    Ipv6,
    /// BSD loopback: a 4-byte protocol family, in the capturing host's byte order (0) or the network's (108).
    Loopback,
}

/// Bytes of a Linux cooked header; the protocol is its last field.
const COOKED_LEN: usize = 16;
/// Bytes of a Linux cooked header, version 2; the protocol is its first field.
const COOKED2_LEN: usize = 20;
/// ARPHRD_ values of devices whose cooked protocol field holds no EtherType: Frame Relay access device, GRE,
/// 802.11 radiotap, netlink.
const ARPHRD_WITHOUT_ETHER_TYPE: [u16; 4] = [770, 778, 803, 824];
/// VLAN tags that are walked; a frame with more is [`Reason::VlanDepth`].
const MAX_TAGS: usize = 2;

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ethernet => "Ethernet",
            Self::LinuxCooked => "Linux cooked (SLL)",
            Self::LinuxCooked2 => "Linux cooked (SLL2)",
            Self::RawIp => "raw IP",
            Self::Ipv4 => "raw IPv4",
            Self::Ipv6 => "raw IPv6",
            Self::Loopback => "BSD loopback",
        })
    }
}

impl Link {
    /// What [`Link::from_linktype`] knows, for error messages.
    pub const SUPPORTED: &'static str = "Ethernet (1), Linux cooked (113, 276), raw IP (12, 14, 101, 228, 229) \
                                         and BSD loopback (0, 108)";

    /// The link layer of a capture's LINKTYPE_ value; `None` for one that is not read.
    #[must_use]
    pub const fn from_linktype(linktype: u32) -> Option<Self> {
        Some(match linktype {
            0 | 108 => Self::Loopback,
            1 => Self::Ethernet,
            12 | 14 | 101 => Self::RawIp,
            113 => Self::LinuxCooked,
            228 => Self::Ipv4,
            229 => Self::Ipv6,
            276 => Self::LinuxCooked2,
            _ => return None,
        })
    }

    /// Finds the datagram in a packet of this link layer, of which `packet` is what was captured.
    ///
    /// # Errors
    /// The reason it holds none, in the order of the [module's list](super).
    #[inline]
    pub fn datagram(self, packet: &[u8]) -> Result<UdpDatagram<'_>, Reason> {
        match self {
            Self::Ethernet => {
                let header = Ethernet2HeaderSlice::from_slice(packet).map_err(|_| Reason::Truncated)?;
                tagged(header.ether_type(), &packet[header.slice().len()..])
            }
            Self::LinuxCooked => {
                let header = packet.first_chunk::<COOKED_LEN>().ok_or(Reason::Truncated)?;
                cooked([header[2], header[3]], [header[14], header[15]], &packet[COOKED_LEN..])
            }
            Self::LinuxCooked2 => {
                let header = packet.first_chunk::<COOKED2_LEN>().ok_or(Reason::Truncated)?;
                cooked([header[8], header[9]], [header[0], header[1]], &packet[COOKED2_LEN..])
            }
            Self::RawIp => match packet.first().ok_or(Reason::Truncated)? >> 4 {
                4 => ip::v4(packet),
                6 => ip::v6(packet),
                _ => Err(Reason::NotIp),
            },
            Self::Ipv4 => ip::v4(packet),
            Self::Ipv6 => ip::v6(packet),
            Self::Loopback => {
                let (family, rest) = packet.split_first_chunk::<4>().ok_or(Reason::Truncated)?;
                loopback(*family, rest)
            }
        }
    }
}

/// Walks the VLAN tags, if any.
#[inline]
fn tagged(mut kind: EtherType, mut rest: &[u8]) -> Result<UdpDatagram<'_>, Reason> {
    let (mut tags, mut vlan) = (0, 0);
    while kind == ether_type::VLAN_TAGGED_FRAME || kind == ether_type::PROVIDER_BRIDGING {
        if tags == MAX_TAGS {
            return Err(Reason::VlanDepth);
        }
        let tag = SingleVlanHeaderSlice::from_slice(rest).map_err(|_| Reason::Truncated)?;
        (kind, vlan) = (tag.ether_type(), tag.vlan_identifier().value());
        rest = &rest[tag.slice().len()..];
        tags += 1;
    }
    let datagram = match kind {
        ether_type::IPV4 => ip::v4(rest),
        ether_type::IPV6 => ip::v6(rest),
        _ => Err(Reason::NotIp),
    };
    datagram.map(|datagram| UdpDatagram { vlan, ..datagram })
}

fn cooked(device: [u8; 2], protocol: [u8; 2], rest: &[u8]) -> Result<UdpDatagram<'_>, Reason> {
    if ARPHRD_WITHOUT_ETHER_TYPE.contains(&u16::from_be_bytes(device)) {
        return Err(Reason::NotIp);
    }
    tagged(EtherType(u16::from_be_bytes(protocol)), rest)
}

/// The families fit 16 bits, so the byte order is the one in which the value does.
fn loopback(family: [u8; 4], rest: &[u8]) -> Result<UdpDatagram<'_>, Reason> {
    let little = u32::from_le_bytes(family);
    let family = if little > u32::from(u16::MAX) { u32::from_be_bytes(family) } else { little };
    match family {
        2 => ip::v4(rest),
        // AF_INET6 is 10 on Linux and 24, 28 or 30 on the BSDs.
        10 | 24 | 28 | 30 => ip::v6(rest),
        _ => Err(Reason::NotIp),
    }
}
