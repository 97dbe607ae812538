//! Every kind of packet, cut anywhere, with fields that lie: the program decides as the oracle does.

use xdp_prog::Reason;
use xdpfeed::program::ProgramConfig;

use crate::kernel::{CONFIG, Kernel, MIN_LEN, in_namespace};
use crate::kinds::{IP, all, datagrams, matches, others, tag_stacks, tagged, v4, v4_options, v6, with};

#[test]
fn datagrams_are_redirected_and_others_pass() {
    in_namespace(|| {
        let mut kernel = Kernel::new(CONFIG, &matches());
        for (kind, packet) in datagrams() {
            for tags in tag_stacks().iter().filter(|tags| tags.len() < 3 && !tags.contains(&0x9100)) {
                assert_eq!(
                    kernel.run(&tagged(&packet, tags)).reason,
                    Reason::Redirected,
                    "{kind} {tags:04x?}"
                );
            }
        }
        for (kind, packet) in others() {
            assert_ne!(kernel.run(&packet).reason, Reason::Redirected, "{kind}");
        }
    });
}

#[test]
fn every_kind_cut_anywhere() {
    in_namespace(|| {
        for sources_first in [false, true] {
            let mut kernel = Kernel::new(ProgramConfig { sources_first, ..CONFIG }, &matches());
            for (kind, packet) in all() {
                for tags in tag_stacks() {
                    let packet = tagged(&packet, &tags);
                    for len in MIN_LEN..=packet.len() {
                        kernel.check(&format!("{kind}, tags {tags:04x?}, cut to {len}"), &packet[..len]);
                    }
                }
            }
        }
    });
}

/// What a length says against the bytes there are: padding behind, exact, cut anywhere.
#[test]
fn lengths_that_lie() {
    in_namespace(|| {
        let mut kernel = Kernel::new(CONFIG, &matches());
        let fields = [
            ("ipv4 total length", v4(), IP + 2),
            ("ipv4 total length, options", v4_options(10), IP + 2),
            ("udp length", v4(), IP + 24),
            ("udp length, options", v4_options(10), IP + 64),
            ("ipv6 payload length", v6(), IP + 4),
            ("udp length over ipv6", v6(), IP + 44),
        ];
        for (field, packet, at) in fields {
            let truth = u16::from_be_bytes([packet[at], packet[at + 1]]);
            let padded = [&packet[..], &[0xee; 30]].concat();
            for lie in (0..=truth + 40).chain([0x7fff, 0x8000, 0xff00, u16::MAX - 1, u16::MAX]) {
                let packet = with(padded.clone(), at, &lie.to_be_bytes());
                for len in at + 2..=packet.len() {
                    kernel.check(&format!("{field} {truth} says {lie}, {len} bytes"), &packet[..len]);
                }
            }
        }
    });
}

/// Every byte of every kind, each bit turned and each extreme.
#[test]
fn every_byte_changed() {
    in_namespace(|| {
        for sources_first in [false, true] {
            let mut kernel = Kernel::new(ProgramConfig { sources_first, ..CONFIG }, &matches());
            for (kind, packet) in all() {
                for at in 0..packet.len() {
                    let was = packet[at];
                    let turned = (0..8).map(|bit| was ^ (1 << bit));
                    for value in turned.chain([0, 1, was.wrapping_add(1), was.wrapping_sub(1), u8::MAX]) {
                        let what = format!("{kind}, byte {at} is {value:#04x}");
                        kernel.check(&what, &with(packet.clone(), at, &[value]));
                    }
                }
            }
        }
    });
}

#[test]
fn every_value_of_the_fields_that_decide() {
    in_namespace(|| {
        let mut kernel = Kernel::new(CONFIG, &matches());
        for value in 0..=u8::MAX {
            let bytes = [value];
            kernel.check("ipv4 version and header length", &with(v4(), IP, &bytes));
            kernel.check("the same, options", &with(v4_options(10), IP, &bytes));
            kernel.check("ipv6 version", &with(v6(), IP, &bytes));
            kernel.check("ipv4 protocol", &with(v4(), IP + 9, &bytes));
            kernel.check("ipv6 next header", &with(v6(), IP + 6, &bytes));
        }
        for bit in 0..16 {
            let bytes = (1u16 << bit).to_be_bytes();
            kernel.check("ipv4 flags and fragment offset", &with(v4(), IP + 6, &bytes));
            kernel.check("EtherType", &with(v4(), 12, &bytes));
        }
        // Each EtherType that means something here, and its neighbours.
        for meant in [0u16, 46, 1500, 1536, 0x0800, 0x0806, 0x8100, 0x86dd, 0x88a8, 0x9100] {
            for ethertype in meant.saturating_sub(1)..=meant + 1 {
                kernel.check("EtherType", &with(v4(), 12, &ethertype.to_be_bytes()));
                kernel.check(
                    "EtherType behind a tag",
                    &with(tagged(&v6(), &[0x8100]), 16, &ethertype.to_be_bytes()),
                );
            }
        }
    });
}
