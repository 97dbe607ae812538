//! The header walk: Ethernet, 0–2 VLAN tags, IPv4 with options or IPv6, UDP.
//!
//! Every header is reached through [`Packet::at`], whose comparison with the packet's end is what the verifier asks
//! for, and read by [`load`](crate::load). The order of the checks is part of the contract: userspace's `wire` module
//! decides in the same order, and tests hold the two against each other.

use aya_ebpf::{helpers::bpf_xdp_get_buff_len, programs::XdpContext};
use xdp_prog::Reason;

use crate::load::{Header, unknown};

const ETHERNET_LEN: usize = 14;
const VLAN_TAG_LEN: usize = 4;
const IPV4_MIN_LEN: usize = 20;
const IPV6_LEN: usize = 40;
const UDP_LEN: usize = 8;

// As a load yields them: in network byte order.
const ETHERTYPE_IPV4: u16 = 0x0800_u16.to_be();
const ETHERTYPE_IPV6: u16 = 0x86DD_u16.to_be();
const ETHERTYPE_VLAN: u16 = 0x8100_u16.to_be(); // IEEE 802.1Q
const ETHERTYPE_QINQ: u16 = 0x88A8_u16.to_be(); // IEEE 802.1ad
/// Flag MF and the 13 bits of the offset (RFC 791 §3.1): either makes the packet a fragment.
const FRAGMENT_MASK: u16 = 0x3FFF_u16.to_be();

/// The 12 bits of a tag that are the VLAN's id (IEEE 802.1Q); those in front are priority.
const VLAN_ID_MASK: u16 = 0x0FFF;

const PROTOCOL_UDP: u8 = 17;
const NEXT_HEADER_FRAGMENT: u8 = 44;

/// Addresses of a UDP datagram, as they lie in the packet.
pub(crate) enum Addresses {
    V4 { source: u32, destination: u32 },
    V6 { source: [u64; 2], destination: [u64; 2] },
}

/// A whole UDP datagram inside a packet.
pub(crate) struct Datagram {
    pub(crate) addresses: Addresses,
    /// Destination port, network byte order.
    pub(crate) port: u16,
    /// VLAN id of the tag nearest to the IP header, host byte order; 0 without a tag.
    pub(crate) vlan: u16,
    /// Bytes from the packet's start to the payload.
    pub(crate) payload_offset: usize,
    /// Payload bytes.
    pub(crate) payload_len: usize,
}

/// The packet's bounds. `SPREAD`: it may lie in several buffers, of which only the first can be read.
#[derive(Clone, Copy)]
pub(crate) struct Packet<const SPREAD: bool> {
    start: usize,
    /// Of the first buffer.
    end: usize,
    /// Of all buffers; 0 unless `SPREAD`.
    len: usize,
}

impl<const SPREAD: bool> Packet<SPREAD> {
    /// The packet as it is now.
    #[inline(always)]
    pub(crate) fn of(ctx: &XdpContext) -> Self {
        let len = if SPREAD {
            // SAFETY: the context is the one the kernel called us with.
            unsafe { bpf_xdp_get_buff_len(ctx.ctx) as usize }
        } else {
            0
        };
        Self { start: ctx.data(), end: ctx.data_end(), len }
    }

    /// The header of `len` bytes that lies `offset` bytes into the packet.
    ///
    /// Once a length field was compared with what the packet holds, the compiler knows that a header within that
    /// length is there and would drop this comparison, without which the verifier refuses to read: it does not
    /// follow sums of lengths. So the end is made a value the compiler knows nothing about.
    #[inline(always)]
    pub(crate) fn at(self, offset: usize, len: usize) -> Result<Header, Reason> {
        let header = self.start + offset;
        if header + len > unknown(self.end) {
            return Err(Reason::Truncated);
        }
        Ok(Header(header))
    }

    /// Bytes from `header` to the packet's end.
    #[inline(always)]
    fn behind(self, header: Header) -> usize {
        if SPREAD { self.len - (header.0 - self.start) } else { self.end - header.0 }
    }
}

/// Walks to the packet's UDP payload.
#[inline(always)]
pub(crate) fn walk<const SPREAD: bool>(ctx: &XdpContext) -> Result<Datagram, Reason> {
    let packet = Packet::<SPREAD>::of(ctx);
    let mut ethertype = packet.at(0, ETHERNET_LEN)?.u16::<12>();
    let (mut offset, mut vlan) = (ETHERNET_LEN, 0);
    for _ in 0..2 {
        if ethertype == ETHERTYPE_VLAN || ethertype == ETHERTYPE_QINQ {
            let tag = packet.at(offset, VLAN_TAG_LEN)?;
            (vlan, ethertype) = (u16::from_be(tag.u16::<0>()) & VLAN_ID_MASK, tag.u16::<2>());
            offset += VLAN_TAG_LEN;
        }
    }
    match ethertype {
        ETHERTYPE_IPV4 => ipv4(packet, offset, vlan),
        ETHERTYPE_IPV6 => ipv6(packet, offset, vlan),
        ETHERTYPE_VLAN | ETHERTYPE_QINQ => Err(Reason::VlanDepth),
        _ => Err(Reason::NotIp),
    }
}

/// IPv4 (RFC 791 §3.1).
#[inline(always)]
fn ipv4<const SPREAD: bool>(packet: Packet<SPREAD>, offset: usize, vlan: u16) -> Result<Datagram, Reason> {
    let header = packet.at(offset, IPV4_MIN_LEN)?;
    let version_ihl = header.u8::<0>();
    let header_len = usize::from(version_ihl & 0x0F) * 4;
    if version_ihl >> 4 != 4 || header_len < IPV4_MIN_LEN {
        return Err(Reason::BadLength);
    }
    if header_len > packet.behind(header) {
        return Err(Reason::Truncated);
    }
    if header.u8::<9>() != PROTOCOL_UDP {
        return Err(Reason::NotUdp);
    }
    if header.u16::<6>() & FRAGMENT_MASK != 0 {
        return Err(Reason::Fragment);
    }
    let total_len = usize::from(u16::from_be(header.u16::<2>()));
    if total_len < header_len + UDP_LEN {
        return Err(Reason::BadLength);
    }
    if total_len > packet.behind(header) {
        return Err(Reason::Truncated);
    }
    let addresses = Addresses::V4 { source: header.u32::<12>(), destination: header.u32::<16>() };
    udp(packet, offset + header_len, total_len - header_len, (addresses, vlan))
}

/// IPv6 (RFC 8200 §3) with UDP directly behind it.
#[inline(always)]
fn ipv6<const SPREAD: bool>(packet: Packet<SPREAD>, offset: usize, vlan: u16) -> Result<Datagram, Reason> {
    let header = packet.at(offset, IPV6_LEN)?;
    if header.u8::<0>() >> 4 != 6 {
        return Err(Reason::BadLength);
    }
    match header.u8::<6>() {
        PROTOCOL_UDP => {}
        NEXT_HEADER_FRAGMENT => return Err(Reason::Fragment),
        // Hop-by-hop, routing, ESP, AH, destination options, mobility, HIP, shim6 (IANA protocol numbers).
        0 | 43 | 50 | 51 | 60 | 135 | 139 | 140 => return Err(Reason::Ipv6Extension),
        _ => return Err(Reason::NotUdp),
    }
    let payload_len = usize::from(u16::from_be(header.u16::<4>()));
    if payload_len < UDP_LEN {
        return Err(Reason::BadLength);
    }
    if payload_len > packet.behind(header) - IPV6_LEN {
        return Err(Reason::Truncated);
    }
    let addresses = Addresses::V6 {
        source: [header.u64::<8>(), header.u64::<16>()],
        destination: [header.u64::<24>(), header.u64::<32>()],
    };
    udp(packet, offset + IPV6_LEN, payload_len, (addresses, vlan))
}

/// UDP (RFC 768): its length must fit what IP carries. Less is padding; 0 is a checksum-less relic.
#[inline(always)]
fn udp<const SPREAD: bool>(
    packet: Packet<SPREAD>,
    offset: usize,
    carried: usize,
    (addresses, vlan): (Addresses, u16),
) -> Result<Datagram, Reason> {
    let header = packet.at(offset, UDP_LEN)?;
    let len = usize::from(u16::from_be(header.u16::<4>()));
    if len < UDP_LEN || len > carried {
        return Err(Reason::BadLength);
    }
    Ok(Datagram {
        addresses,
        port: header.u16::<2>(),
        vlan,
        payload_offset: offset + UDP_LEN,
        payload_len: len - UDP_LEN,
    })
}
