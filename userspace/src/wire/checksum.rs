//! The checksums of a datagram's headers and bytes: what a NIC looks at when nobody asks it to redirect packets.

use etherparse::ether_type;

/// What a packet's checksums say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// They are those of its bytes.
    Right,
    /// It has none: over IPv4 a UDP checksum of 0 says so (RFC 768).
    Absent,
    /// The UDP checksum is that of the addresses alone: a sender on this host left the rest to a NIC, and no NIC was
    /// on the way (`CHECKSUM_PARTIAL`). Its bytes were never on a wire. One damaged packet in 65,536 looks the same.
    Partial,
    /// One is not that of its bytes: the IPv4 header's, or the datagram's. So is a UDP checksum of 0 over IPv6, which
    /// has to have one (RFC 8200 §8.1).
    Wrong,
}

/// Bytes of an Ethernet header up to the EtherType, of the EtherType, and of a VLAN tag.
const ADDRESSES_LEN: usize = 12;
const ETHERTYPE_LEN: usize = 2;
const TAG_LEN: usize = 4;
const IPV6_LEN: usize = 40;
const UDP_LEN: usize = 8;
/// UDP's protocol number, as the pseudo header has it.
const UDP: u64 = 17;

/// Looks at the checksums of an Ethernet frame in which [`ethernet`](super::ethernet) finds a datagram. Of any other
/// it says [`Checksum::Wrong`].
#[must_use]
pub fn checksum(frame: &[u8]) -> Checksum {
    look(frame).unwrap_or(Checksum::Wrong)
}

fn look(frame: &[u8]) -> Option<Checksum> {
    let mut at = ADDRESSES_LEN;
    let mut kind = word(frame, at)?;
    while kind == ether_type::VLAN_TAGGED_FRAME.0 || kind == ether_type::PROVIDER_BRIDGING.0 {
        at += TAG_LEN;
        kind = word(frame, at)?;
    }
    let packet = frame.get(at + ETHERTYPE_LEN..)?;
    if kind == ether_type::IPV4.0 {
        let header_len = usize::from(packet.first()? & 0x0F) * 4;
        let (header, rest) = packet.split_at_checked(header_len)?;
        if folded(sum(header)) != u16::MAX {
            return Some(Checksum::Wrong);
        }
        udp(header.get(12..20)?, rest, true)
    } else {
        let (header, rest) = packet.split_at_checked(IPV6_LEN)?;
        udp(header.get(8..40)?, rest, false)
    }
}

/// The UDP checksum: over source and destination address, protocol and length (the pseudo header), and the datagram.
fn udp(addresses: &[u8], rest: &[u8], may_be_absent: bool) -> Option<Checksum> {
    let len = word(rest, 4)?;
    let datagram = rest.get(..usize::from(len)).filter(|datagram| datagram.len() >= UDP_LEN)?;
    let pseudo = sum(addresses) + UDP + u64::from(len);
    Some(match word(datagram, 6)? {
        0 if may_be_absent => Checksum::Absent,
        0 => Checksum::Wrong,
        _ if folded(pseudo + sum(datagram)) == u16::MAX => Checksum::Right,
        given if given == folded(pseudo) => Checksum::Partial,
        _ => Checksum::Wrong,
    })
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map(|word| u16::from_be_bytes(*word))
}

/// The sum of 16-bit words, a last odd byte being the upper half of one (RFC 1071).
fn sum(bytes: &[u8]) -> u64 {
    let (words, odd) = bytes.as_chunks::<2>();
    let last = odd.first().map_or(0, |byte| u64::from(*byte) << 8);
    words.iter().map(|word| u64::from(u16::from_be_bytes(*word))).sum::<u64>() + last
}

/// The sum in one's complement: what runs over 16 bits is added again.
fn folded(mut sum: u64) -> u16 {
    while sum > u64::from(u16::MAX) {
        sum = (sum >> 16) + (sum & 0xFFFF);
    }
    sum as u16
}

#[cfg(test)]
mod tests {
    use etherparse::PacketBuilder;

    use super::*;

    fn frame(v6: bool, payload: &[u8]) -> Vec<u8> {
        let ether = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [1, 0, 0x5e, 1, 1, 1]);
        let mut frame = Vec::new();
        if v6 {
            ether.ipv6([0xfd; 16], [0xff; 16], 16).udp(4000, 5000).write(&mut frame, payload).unwrap();
        } else {
            let ether = ether.single_vlan(7.try_into().unwrap());
            ether.ipv4([10, 0, 0, 1], [239, 1, 1, 1], 16).udp(4000, 5000).write(&mut frame, payload).unwrap();
        }
        frame
    }

    /// Where IP begins in the frames above, and the UDP header.
    const IP: [usize; 2] = [18, 14];
    const UDP_AT: [usize; 2] = [38, 54];

    #[test]
    fn what_etherparse_computes_is_right_and_every_changed_byte_is_wrong() {
        for v6 in [false, true] {
            for payload in [&b""[..], b"odd", b"even", &[0xff; 1400]] {
                let whole = frame(v6, payload);
                assert_eq!(checksum(&whole), Checksum::Right);
                let header_bytes = IP[usize::from(v6)]..UDP_AT[usize::from(v6)];
                // Priority, flow and hop limit of IPv6 are in no checksum; its next header and length are in the UDP
                // length and protocol, which are taken from there.
                let covered = if v6 { 14 + 8..whole.len() } else { header_bytes.start + 1..whole.len() };
                for at in covered {
                    let mut damaged = whole.clone();
                    damaged[at] ^= 0x40;
                    assert_eq!(checksum(&damaged), Checksum::Wrong, "byte {at} of {}", whole.len());
                }
            }
        }
    }

    #[test]
    fn what_is_absent_and_what_is_partial() {
        for v6 in [false, true] {
            let at = UDP_AT[usize::from(v6)] + 6;
            let mut bare = frame(v6, b"sequenced");
            bare[at..at + 2].copy_from_slice(&[0, 0]);
            assert_eq!(checksum(&bare), if v6 { Checksum::Wrong } else { Checksum::Absent });
            // As the kernel leaves it: the folded sum of the pseudo header, not complemented.
            let ip = IP[usize::from(v6)];
            let addresses = if v6 { ip + 8..ip + 40 } else { ip + 12..ip + 20 };
            let pseudo = sum(&bare[addresses]) + UDP + 8 + 9;
            bare[at..at + 2].copy_from_slice(&folded(pseudo).to_be_bytes());
            assert_eq!(checksum(&bare), Checksum::Partial);
        }
    }

    #[test]
    fn what_is_no_datagram_is_wrong_and_never_read_beyond() {
        let whole = frame(false, b"sequenced");
        for len in 0..whole.len() {
            assert_eq!(checksum(&whole[..len]), Checksum::Wrong, "{len} bytes");
        }
    }
}
