//! What the kernel is to put into a ring at all: UDP to the addresses of its lines, in classic BPF.
//!
//! The rest is decided where it is counted, by [`wire`](crate::wire): ports, VLANs, fragments, lengths.

use std::{collections::BTreeSet, net::IpAddr};

use libc::sock_filter;

use crate::sys::packet_filter::MOST;

/// Instructions of `linux/bpf_common.h`: load a word or a byte, jump, jump if equal, return.
const LOAD_WORD: u16 = 0x20;
const LOAD_BYTE: u16 = 0x30;
const JUMP: u16 = 0x05;
const IF_EQUAL: u16 = 0x15;
const RETURN: u16 = 0x06;

/// All of the packet.
const TAKE: sock_filter = instruction(RETURN, u32::MAX);
/// None of it.
const LEAVE: sock_filter = instruction(RETURN, 0);

/// Where the network header is, tags or not, and the EtherType behind those that were taken off (`linux/filter.h`).
const NETWORK: u32 = libc::SKF_NET_OFF as u32;
const ETHER_TYPE: u32 = (libc::SKF_AD_OFF + libc::SKF_AD_PROTOCOL) as u32;

const UDP: u32 = 17;
const FRAGMENT: u32 = 44;

const fn instruction(code: u16, k: u32) -> sock_filter {
    sock_filter { code, jt: 0, jf: 0, k }
}

/// Goes on if it is equal, else skips one.
const fn if_equal(k: u32) -> sock_filter {
    sock_filter { code: IF_EQUAL, jt: 0, jf: 1, k }
}

/// A program that takes UDP packets to these addresses, and whatever has a tag inside another: all UDP, where there are
/// more addresses than a program can have.
pub(super) fn to(addresses: impl IntoIterator<Item = IpAddr>) -> Vec<sock_filter> {
    let (mut v4, mut v6) = (BTreeSet::new(), BTreeSet::new());
    for address in addresses {
        match address {
            IpAddr::V4(address) => v4.insert(u32::from(address)),
            // The last four bytes: as good as all of them, for what they let in wrongly is turned away later.
            IpAddr::V6(address) => v6.insert(u128::from(address) as u32),
        };
    }
    let [of_v4, of_v6] = [(9, 16, v4), (6, 36, v6)].map(|(protocol, destination, wanted)| {
        let mut section = vec![instruction(LOAD_BYTE, NETWORK.wrapping_add(protocol))];
        // IPv6 fragments say so where UDP would; those of IPv4 say UDP.
        section.extend([
            sock_filter { code: IF_EQUAL, jt: 3, jf: 0, k: UDP },
            if_equal(FRAGMENT),
            JUMP_ONE,
            LEAVE,
        ]);
        section.push(instruction(LOAD_WORD, NETWORK.wrapping_add(destination)));
        section.extend(wanted.into_iter().flat_map(|address| [if_equal(address), TAKE]));
        section.push(LEAVE);
        section
    });
    let mut program = vec![instruction(LOAD_WORD, ETHER_TYPE)];
    for tag in [0x8100, 0x88a8] {
        program.extend([if_equal(tag), TAKE]);
    }
    // Two jumps and a refusal lie between here and the first section.
    program.extend([if_equal(0x0800), instruction(JUMP, 3), if_equal(0x86dd)]);
    program.push(instruction(JUMP, 1 + of_v4.len() as u32));
    program.push(LEAVE);
    program.extend(of_v4);
    program.extend(of_v6);
    if program.len() > MOST {
        return to_any();
    }
    program
}

/// Skips one.
const JUMP_ONE: sock_filter = instruction(JUMP, 1);

/// Whatever is IP.
fn to_any() -> Vec<sock_filter> {
    let mut program = vec![instruction(LOAD_WORD, ETHER_TYPE)];
    for kind in [0x8100, 0x88a8, 0x0800, 0x86dd] {
        program.extend([if_equal(kind), TAKE]);
    }
    program.push(LEAVE);
    program
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a program on an IP packet.
    fn takes(program: &[sock_filter], ether_type: u32, packet: &[u8]) -> bool {
        let (mut at, mut accumulator) = (0, 0);
        loop {
            let sock_filter { code, jt, jf, k } = program[at];
            at += 1;
            let offset = k.wrapping_sub(NETWORK) as usize;
            match code {
                LOAD_WORD if k == ETHER_TYPE => accumulator = ether_type,
                LOAD_WORD => {
                    accumulator = u32::from_be_bytes(packet[offset..offset + 4].try_into().unwrap());
                }
                LOAD_BYTE => accumulator = u32::from(packet[offset]),
                JUMP => at += k as usize,
                IF_EQUAL => at += usize::from(if accumulator == k { jt } else { jf }),
                RETURN => return k > 0,
                other => panic!("{other:#x}"),
            }
        }
    }

    fn packet(protocol_at: usize, protocol: u8, destination_at: usize, destination: &[u8]) -> Vec<u8> {
        let mut packet = vec![0; 40];
        packet[protocol_at] = protocol;
        packet[destination_at..destination_at + destination.len()].copy_from_slice(destination);
        packet
    }

    #[test]
    fn udp_to_the_lines_is_taken_and_nothing_else() {
        let addresses = ["239.1.1.1", "239.1.1.2", "ff15::1:2"].map(|address| address.parse().unwrap());
        let program = to(addresses);
        let v4 =
            |protocol, destination: [u8; 4]| takes(&program, 0x0800, &packet(9, protocol, 16, &destination));
        assert!(v4(17, [239, 1, 1, 1]) && v4(17, [239, 1, 1, 2]));
        assert!(!v4(17, [239, 1, 1, 3]), "another group");
        assert!(!v4(6, [239, 1, 1, 1]), "TCP");
        let v6 =
            |protocol, destination: [u8; 4]| takes(&program, 0x86dd, &packet(6, protocol, 36, &destination));
        assert!(v6(17, [0, 1, 0, 2]) && v6(44, [0, 1, 0, 2]), "and a fragment of it");
        assert!(!v6(17, [239, 1, 1, 1]) && !v6(58, [0, 1, 0, 2]));
        assert!(takes(&program, 0x8100, &[]) && takes(&program, 0x88a8, &[]), "tags inside tags");
        assert!(!takes(&program, 0x0806, &[0; 40]), "ARP");
    }

    #[test]
    fn more_addresses_than_a_program_can_have_are_told_apart_later() {
        let many = to((0..5000u32).map(|address| IpAddr::V4((0xe001_0000 + address).into())));
        assert!(many.len() < 16 && takes(&many, 0x0800, &[]) && !takes(&many, 0x0806, &[]));
    }
}
