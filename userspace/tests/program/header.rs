//! What is written in front of a redirected packet, and that there must be room for it.

use aya::programs::ProgramError;
use xdp_prog::{FrameHeader, Reason};
use xdpfeed::{
    clock::Clock,
    program::{Match, ProgramConfig},
};

use crate::kernel::{CONFIG, Kernel, XDP_PASS, XDP_REDIRECT, cannot_run, in_namespace};
use crate::kinds::{PAYLOAD, all, datagrams, matches, tagged, v4, v4_options, wanted, wanted_from};

/// Bytes a driver leaves in front of a packet (`XDP_PACKET_HEADROOM`).
const HEADROOM: usize = 256;

#[test]
fn the_header_leads_to_the_payload() {
    in_namespace(|| {
        let mut kernel = Kernel::new(CONFIG, &matches());
        for (packet, group) in [(v4(), 0x0102), (tagged(&v4_options(7), &[0x88a8, 0x8100]), 0x0102)] {
            let out = kernel.run(&packet).out;
            let header = FrameHeader::from_bytes(*out.first_chunk().unwrap());
            let start = usize::from(header.payload_offset);
            assert_eq!(&out[start..start + usize::from(header.payload_len)], PAYLOAD);
            assert_eq!((header.group, header.version, header.generation), (group, FrameHeader::VERSION, 0));
            assert_eq!(&out[FrameHeader::LEN..], packet);
        }
    });
}

#[test]
fn packets_are_stamped_by_the_clock_asked_for() {
    in_namespace(|| {
        for (timestamps, clock) in [(false, Clock::Monotonic), (true, Clock::Monotonic), (true, Clock::Tai)] {
            let config = ProgramConfig { timestamps, clock, ..CONFIG };
            let mut kernel = Kernel::new(config, &matches());
            for (kind, packet) in all() {
                kernel.check(&kind, &packet);
            }
            for (kind, packet) in datagrams() {
                let before = clock.now_ns();
                let out = kernel.run(&packet).out;
                let stamp_ns = FrameHeader::from_bytes(*out.first_chunk().unwrap()).stamp_ns;
                if timestamps {
                    assert!(
                        (before..=clock.now_ns()).contains(&stamp_ns),
                        "{kind}: {stamp_ns} after {before}"
                    );
                } else {
                    assert_eq!(stamp_ns, 0, "{kind}");
                }
            }
        }
    });
}

/// The generation a line's entry has is the one its frames carry: also the highest, and beside the flag next to it.
#[test]
fn the_generation_is_the_entrys() {
    in_namespace(|| {
        for generation in [0, 1, 127, 128, 255] {
            let line = Match { generation, ..wanted(0xFFFD, "224.2.3.10:16648") };
            let from_elsewhere = wanted_from(1, "10.9.9.9", "224.2.3.10:16648");
            for matches in [&[line][..], &[line, from_elsewhere]] {
                let mut kernel = Kernel::new(CONFIG, matches);
                let header = FrameHeader::from_bytes(*kernel.run(&v4()).out.first_chunk().unwrap());
                assert_eq!((header.generation, header.group), (generation, 0xFFFD));
            }
        }
    });
}

/// Metadata that another program left in front of the packet takes the header's room, 4 bytes at a time.
#[test]
fn without_room_for_the_header_a_packet_passes_intact() {
    in_namespace(|| {
        let mut kernel = Kernel::new(CONFIG, &matches());
        let mut reasons = Vec::new();
        for meta in (0..HEADROOM).step_by(4) {
            let data = [vec![0xaa; meta], v4()].concat();
            let outcome = match kernel.run_with(&data, Some([meta as u32, data.len() as u32, 0, 0, 0, 0])) {
                Ok(outcome) => outcome,
                // More than there is room for, with nothing left for a program.
                Err(ProgramError::SyscallError(error))
                    if error.io_error.raw_os_error() == Some(libc::EINVAL) =>
                {
                    break;
                }
                Err(error) => panic!("{error}"),
            };
            reasons.push(outcome.reason);
            if outcome.reason == Reason::NoHeadroom {
                assert_eq!(outcome.action, XDP_PASS);
                assert_eq!((outcome.out, outcome.queues), (data, (0, 0)), "intact, {meta} bytes of metadata");
            } else {
                assert_eq!((outcome.action, outcome.reason), (XDP_REDIRECT, Reason::Redirected));
                assert_eq!(&outcome.out[..meta], &data[..meta]);
                assert_eq!(&outcome.out[meta + FrameHeader::LEN..], v4());
            }
        }
        if reasons.len() <= 9 {
            return cannot_run("this kernel takes no more than 32 bytes of metadata in a test run");
        }
        assert!(
            reasons.ends_with(&[Reason::NoHeadroom]),
            "room for {} bytes of metadata: {reasons:?}",
            reasons.len() * 4
        );
        assert!(reasons.is_sorted_by_key(|reason| *reason == Reason::NoHeadroom), "{reasons:?}");
    });
}
