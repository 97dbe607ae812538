//! The header walk: Ethernet, 0–2 VLAN tags, IPv4 with options or IPv6, UDP.
//!
//! `start` and `end` are the packet's `data` and `data_end`. Every read goes through [`at`], whose comparison
//! against `end` is what the verifier asks for. The compiler may not reason it away: see [`bounds`]. The order of the checks is part of the contract: userspace's
//! `wire` module decides in the same order, and tests hold the two against each other.

use aya_ebpf::programs::XdpContext;
use xdp_prog::Reason;

const ETHERNET_LEN: usize = 14;
const VLAN_TAG_LEN: usize = 4;
const IPV4_MIN_LEN: usize = 20;
const IPV6_LEN: usize = 40;
const UDP_LEN: usize = 8;

const ETHERTYPE_IPV4: u16 = 0x0800;
const ETHERTYPE_IPV6: u16 = 0x86DD;
const ETHERTYPE_VLAN: u16 = 0x8100; // IEEE 802.1Q
const ETHERTYPE_QINQ: u16 = 0x88A8; // IEEE 802.1ad
const PROTOCOL_UDP: u8 = 17;
const NEXT_HEADER_FRAGMENT: u8 = 44;
/// Flag MF and the 13 bits of the offset (RFC 791 §3.1): either makes the packet a fragment.
const FRAGMENT_MASK: u16 = 0x3FFF;

/// Addresses of a UDP datagram.
pub(crate) enum Addresses {
    V4 { source: [u8; 4], destination: [u8; 4] },
    V6 { source: [u8; 16], destination: [u8; 16] },
}

/// A whole UDP datagram inside a packet.
pub(crate) struct Datagram {
    pub(crate) addresses: Addresses,
    /// Destination port, network byte order.
    pub(crate) port: [u8; 2],
    /// Bytes from the packet's start to the payload.
    pub(crate) payload_offset: usize,
    /// Payload bytes.
    pub(crate) payload_len: usize,
}

/// The `T` that lies `offset` bytes into the packet.
#[inline(always)]
fn at<T: Copy>(start: usize, end: usize, offset: usize) -> Result<T, Reason> {
    if start + offset + size_of::<T>() > end {
        return Err(Reason::Truncated);
    }
    let pointer = (start + offset) as *const T;
    // SAFETY: the comparison above puts the whole `T` inside the packet, and every `T` used here is an array
    // of bytes: alignment 1, valid whatever the bytes are.
    Ok(unsafe { *pointer })
}

/// Start and end of the packet, read anew.
///
/// Once a length field was compared with what the packet holds, the compiler knows that a header within that
/// length is there and drops the comparison with `end`, without which the verifier refuses the access: it does
/// not follow sums of lengths. A volatile read makes the two values ones the compiler knows nothing about.
#[inline(always)]
fn bounds(ctx: &XdpContext) -> (usize, usize) {
    let md = ctx.ctx;
    // SAFETY: the kernel passed a valid context; `data` is a field of it.
    let start = unsafe { core::ptr::read_volatile(&raw const (*md).data) };
    // SAFETY: as above, for `data_end`.
    let end = unsafe { core::ptr::read_volatile(&raw const (*md).data_end) };
    (start as usize, end as usize)
}

#[inline(always)]
fn be16(bytes: [u8; 2]) -> u16 {
    u16::from_be_bytes(bytes)
}

/// Walks to the packet's UDP payload.
#[inline(always)]
pub(crate) fn walk(ctx: &XdpContext) -> Result<Datagram, Reason> {
    let (start, end) = bounds(ctx);
    at::<[u8; ETHERNET_LEN]>(start, end, 0)?;
    let mut ethertype = be16(at(start, end, 12)?);
    let mut offset = ETHERNET_LEN;
    for _ in 0..2 {
        if ethertype == ETHERTYPE_VLAN || ethertype == ETHERTYPE_QINQ {
            let tag: [u8; VLAN_TAG_LEN] = at(start, end, offset)?;
            ethertype = be16([tag[2], tag[3]]);
            offset += VLAN_TAG_LEN;
        }
    }
    match ethertype {
        ETHERTYPE_IPV4 => ipv4(ctx, offset),
        ETHERTYPE_IPV6 => ipv6(ctx, offset),
        ETHERTYPE_VLAN | ETHERTYPE_QINQ => Err(Reason::VlanDepth),
        _ => Err(Reason::NotIp),
    }
}

/// IPv4 (RFC 791 §3.1).
#[inline(always)]
fn ipv4(ctx: &XdpContext, offset: usize) -> Result<Datagram, Reason> {
    let (start, end) = bounds(ctx);
    let header: [u8; IPV4_MIN_LEN] = at(start, end, offset)?;
    let header_len = usize::from(header[0] & 0x0F) * 4;
    if header[0] >> 4 != 4 || header_len < IPV4_MIN_LEN {
        return Err(Reason::BadLength);
    }
    if start + offset + header_len > end {
        return Err(Reason::Truncated);
    }
    if header[9] != PROTOCOL_UDP {
        return Err(Reason::NotUdp);
    }
    if be16([header[6], header[7]]) & FRAGMENT_MASK != 0 {
        return Err(Reason::Fragment);
    }
    let total_len = usize::from(be16([header[2], header[3]]));
    if total_len < header_len + UDP_LEN {
        return Err(Reason::BadLength);
    }
    if total_len > end - start - offset {
        return Err(Reason::Truncated);
    }
    let addresses = Addresses::V4 {
        source: [header[12], header[13], header[14], header[15]],
        destination: [header[16], header[17], header[18], header[19]],
    };
    udp(ctx, offset + header_len, total_len - header_len, addresses)
}

/// IPv6 (RFC 8200 §3) with UDP directly behind it.
#[inline(always)]
fn ipv6(ctx: &XdpContext, offset: usize) -> Result<Datagram, Reason> {
    let (start, end) = bounds(ctx);
    let fixed: [u8; 8] = at(start, end, offset)?;
    let source = at(start, end, offset + 8)?;
    let destination = at(start, end, offset + 24)?;
    if fixed[0] >> 4 != 6 {
        return Err(Reason::BadLength);
    }
    match fixed[6] {
        PROTOCOL_UDP => {}
        NEXT_HEADER_FRAGMENT => return Err(Reason::Fragment),
        // Hop-by-hop, routing, ESP, AH, destination options, mobility, HIP, shim6 (IANA protocol numbers).
        0 | 43 | 50 | 51 | 60 | 135 | 139 | 140 => return Err(Reason::Ipv6Extension),
        _ => return Err(Reason::NotUdp),
    }
    let payload_len = usize::from(be16([fixed[4], fixed[5]]));
    if payload_len < UDP_LEN {
        return Err(Reason::BadLength);
    }
    if payload_len > end - start - offset - IPV6_LEN {
        return Err(Reason::Truncated);
    }
    udp(ctx, offset + IPV6_LEN, payload_len, Addresses::V6 { source, destination })
}

/// UDP (RFC 768): its length must fit what IP carries. Less is padding; 0 is a checksum-less relic.
#[inline(always)]
fn udp(ctx: &XdpContext, offset: usize, carried: usize, addresses: Addresses) -> Result<Datagram, Reason> {
    let (start, end) = bounds(ctx);
    let header: [u8; UDP_LEN] = at(start, end, offset)?;
    let len = usize::from(be16([header[4], header[5]]));
    if len < UDP_LEN || len > carried {
        return Err(Reason::BadLength);
    }
    Ok(Datagram {
        addresses,
        port: [header[2], header[3]],
        payload_offset: offset + UDP_LEN,
        payload_len: len - UDP_LEN,
    })
}
