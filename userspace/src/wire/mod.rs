//! Link layer → UDP, for sources without an XDP program in front: capture files, packet sockets.
//!
//! The walk decides exactly as the XDP program does, in the same order, and names what it turns away by the
//! same [`Reason`]. It is therefore also what the XDP program's verdicts are tested against:
//!
//! 1. Ethernet header: 14 bytes, else [`Reason::Truncated`].
//! 2. At most two VLAN tags (EtherType 0x8100 or 0x88A8) of 4 bytes each, else `Truncated`; a third, as soon
//!    as the second announces it, is [`Reason::VlanDepth`].
//! 3. EtherType 0x0800: 20 bytes, else `Truncated`; version 4, else [`Reason::BadLength`]; header length (IHL)
//!    at least 5, else `BadLength`; all of the header there, else `Truncated`; protocol 17, else
//!    [`Reason::NotUdp`]; no fragment, else [`Reason::Fragment`]; total length at least header + 8, else
//!    `BadLength`; total length there, else `Truncated`.
//! 4. EtherType 0x86DD: 40 bytes, else `Truncated`; version 6, else `BadLength`; next header 44 is `Fragment`;
//!    0, 43, 50, 51, 60, 135, 139, 140 are [`Reason::Ipv6Extension`]; any other but 17 is `NotUdp`; payload
//!    length at least 8, else `BadLength`; payload length there, else `Truncated`.
//! 5. UDP: length from 8 to the IP payload's, else `BadLength` (0, a jumbogram's, included).
//! 6. Any other EtherType, IEEE 802.3 lengths among them, is [`Reason::NotIp`].
//!
//! The UDP length ends the payload, so Ethernet padding and frame check sequences behind it do no harm.
//! Checksums are not looked at here, since a local sender leaves them to hardware that is not there: [`checksum()`] is
//! for who asks.

mod checksum;
mod ip;
mod link;

#[cfg(test)]
mod tests;

pub use checksum::{Checksum, checksum};
pub use link::Link;

use std::net::SocketAddr;
use xdp_prog::Reason;

/// A UDP datagram found in a captured packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UdpDatagram<'a> {
    /// Source address and port.
    pub source: SocketAddr,
    /// Destination address and port.
    pub destination: SocketAddr,
    /// VLAN id of the tag nearest to the IP header; 0 without a tag.
    pub vlan: u16,
    /// What the UDP length covers behind the UDP header, within the packet's own bytes.
    pub payload: &'a [u8],
}

/// Finds the datagram in an Ethernet frame.
///
/// # Errors
/// The reason it holds none, in the order of the [module's list](self).
#[inline]
pub fn ethernet(frame: &[u8]) -> Result<UdpDatagram<'_>, Reason> {
    Link::Ethernet.datagram(frame)
}
