//! The program for packets spread over several buffers: it decides like the other, and over all of them.

use xdpfeed::program::ProgramConfig;

use crate::kernel::{CONFIG, Kernel, MIN_LEN, in_namespace};
use crate::kinds::{IP, all, v4, with};

const SPREAD: ProgramConfig = ProgramConfig { frags: true, ..CONFIG };

/// Ethernet, IPv4 and UDP headers of [`v4`].
const HEADERS: usize = IP + 28;

/// A datagram of so many bytes; the kernel keeps less than a page of a packet in its first buffer.
fn datagram(payload: usize) -> Vec<u8> {
    let packet = [&v4()[..HEADERS], &vec![0xda; payload]].concat();
    let packet = with(packet, IP + 2, &(28 + payload as u16).to_be_bytes());
    with(packet, IP + 24, &(8 + payload as u16).to_be_bytes())
}

#[test]
fn every_kind_in_one_buffer_cut_anywhere() {
    in_namespace(|| {
        let mut kernel = Kernel::new(SPREAD, &crate::kinds::matches());
        for (kind, packet) in all() {
            for len in MIN_LEN..=packet.len() {
                kernel.check(&format!("{kind}, cut to {len}"), &packet[..len]);
            }
        }
    });
}

#[test]
fn datagrams_in_several_buffers_are_whole_or_truncated() {
    in_namespace(|| {
        let mut kernel = Kernel::new(SPREAD, &crate::kinds::matches());
        for payload in [1_000, 3_000, 4_000, 5_000, 8_958] {
            let packet = datagram(payload);
            kernel.check(&format!("{payload} bytes"), &packet);
            let padded = [&packet[..], &[0xee; 64]].concat();
            kernel.check(&format!("{payload} bytes and padding"), &padded);
            for cut in [1, 2, 500, payload / 2, payload - 1, payload] {
                kernel.check(&format!("{payload} bytes, {cut} cut off"), &packet[..packet.len() - cut]);
            }
        }
    });
}
