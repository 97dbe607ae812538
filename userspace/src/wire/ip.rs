//! IPv4, IPv6 and UDP: steps 3 to 5 of the [decision order](super).

use super::UdpDatagram;
use etherparse::{
    IpNumber, Ipv4HeaderSlice, Ipv6HeaderSlice, UdpHeaderSlice,
    err::{ipv4, ipv6},
    ip_number,
};
use std::net::{IpAddr, SocketAddr};
use xdp_prog::Reason;

/// Bytes of a UDP header, and so the least a UDP length may say.
const UDP_LEN: usize = 8;

/// IPv6 next headers that are extension headers, the fragment header (44) aside: hop-by-hop options, routing,
/// encapsulating security payload, authentication, destination options, mobility, host identity, shim6.
const EXTENSIONS: [IpNumber; 8] = [
    ip_number::IPV6_HEADER_HOP_BY_HOP,
    ip_number::IPV6_ROUTE_HEADER,
    ip_number::ENCAPSULATING_SECURITY_PAYLOAD,
    ip_number::AUTHENTICATION_HEADER,
    ip_number::IPV6_DESTINATION_OPTIONS,
    ip_number::MOBILITY_HEADER,
    ip_number::HIP,
    ip_number::SHIM6,
];

/// The datagram of an IPv4 packet that starts at `packet` and ends there or before.
#[inline]
pub(super) fn v4(packet: &[u8]) -> Result<UdpDatagram<'_>, Reason> {
    let header = Ipv4HeaderSlice::from_slice(packet).map_err(|error| match error {
        ipv4::HeaderSliceError::Len(_) => Reason::Truncated,
        ipv4::HeaderSliceError::Content(_) => Reason::BadLength,
    })?;
    if header.protocol() != ip_number::UDP {
        return Err(Reason::NotUdp);
    }
    if header.is_fragmenting_payload() {
        return Err(Reason::Fragment);
    }
    let (header_len, total_len) = (header.slice().len(), usize::from(header.total_len()));
    if total_len < header_len + UDP_LEN {
        return Err(Reason::BadLength);
    }
    let payload = packet.get(header_len..total_len).ok_or(Reason::Truncated)?;
    udp(header.source_addr().into(), header.destination_addr().into(), payload)
}

/// The datagram of an IPv6 packet that starts at `packet` and ends there or before.
#[inline]
pub(super) fn v6(packet: &[u8]) -> Result<UdpDatagram<'_>, Reason> {
    let header = Ipv6HeaderSlice::from_slice(packet).map_err(|error| match error {
        ipv6::HeaderSliceError::Len(_) => Reason::Truncated,
        ipv6::HeaderSliceError::Content(_) => Reason::BadLength,
    })?;
    match header.next_header() {
        ip_number::UDP => {}
        ip_number::IPV6_FRAGMENTATION_HEADER => return Err(Reason::Fragment),
        other if EXTENSIONS.contains(&other) => return Err(Reason::Ipv6Extension),
        _ => return Err(Reason::NotUdp),
    }
    let payload_len = usize::from(header.payload_length());
    if payload_len < UDP_LEN {
        return Err(Reason::BadLength);
    }
    let start = header.slice().len();
    let payload = packet.get(start..start + payload_len).ok_or(Reason::Truncated)?;
    udp(header.source_addr().into(), header.destination_addr().into(), payload)
}

/// The datagram whose UDP header opens `ip_payload`.
#[inline]
fn udp(source: IpAddr, destination: IpAddr, ip_payload: &[u8]) -> Result<UdpDatagram<'_>, Reason> {
    let header = UdpHeaderSlice::from_slice(ip_payload).map_err(|_| Reason::Truncated)?;
    // `get` turns away a length under 8 (range backwards) and one beyond the IP payload alike.
    let payload = ip_payload.get(UDP_LEN..usize::from(header.length())).ok_or(Reason::BadLength)?;
    Ok(UdpDatagram {
        source: SocketAddr::new(source, header.source_port()),
        destination: SocketAddr::new(destination, header.destination_port()),
        vlan: 0,
        payload,
    })
}
