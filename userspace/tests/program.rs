//! The XDP program in the kernel, by `BPF_PROG_TEST_RUN`: what it decides of every kind of packet, whole, cut at every
//! length and with every header byte changed, is what an oracle built on etherparse decides.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod packets;

use std::{
    env,
    io::Write as _,
    net::{IpAddr, SocketAddr},
    process::Command,
    thread,
};

use aya::programs::{TestRun as _, TestRunOptions};
use nix::sched::{CloneFlags, unshare};
use packets::{Packet, udp_v4, udp_v6};
use xdp_prog::{FrameHeader, Reason};
use xdpfeed::{
    program::{Match, Program, ProgramConfig},
    wire,
    xsk::{Socket, SocketConfig},
};

const XDP_PASS: u32 = 2;
const XDP_REDIRECT: u32 = 4;
/// The kernel refuses to run an XDP program on less than an Ethernet header.
const SHORTEST: usize = 14;
/// Room for the header in front.
const ROOM: usize = 64;

/// What the program is asked for: (destination, source, group index).
const WANTED: [(&str, Option<&str>, u16); 4] = [
    ("239.1.1.1:5000", None, 0),
    ("239.1.1.1:5000", Some("10.0.0.7"), 1),
    ("239.1.1.2:5000", Some("10.0.0.7"), 2),
    ("[ff15::1]:5000", None, 3),
];

/// The reference for what is wanted of a datagram.
fn wanted(source: IpAddr, destination: SocketAddr) -> Option<u16> {
    let of = |source: Option<IpAddr>| {
        WANTED.iter().find(|(to, from, _)| {
            to.parse() == Ok(destination) && from.map(|from| from.parse().unwrap()) == source
        })
    };
    of(Some(source)).or_else(|| of(None)).map(|(_, _, index)| *index)
}

const PLAIN: ProgramConfig = ProgramConfig {
    queues: 4,
    groups: WANTED.len() as u32,
    timestamps: true,
    sources_first: false,
    trace: false,
};

struct Kernel {
    program: Program,
    _socket: Option<Socket>,
}

/// What one run did.
struct Run {
    verdict: u32,
    out: Vec<u8>,
    reasons: Vec<(Reason, u64)>,
}

impl Kernel {
    fn new(timestamps: bool, with_socket: bool) -> Self {
        Self::with(ProgramConfig { timestamps, ..PLAIN }, with_socket)
    }

    fn with(config: ProgramConfig, with_socket: bool) -> Self {
        let mut program = Program::load(config).unwrap();
        let matches = WANTED.map(|(destination, source, index)| Match {
            destination: destination.parse().unwrap(),
            source: source.map(|source| source.parse().unwrap()),
            index,
        });
        program.set_matches(&matches).unwrap();
        // Test runs pretend to come from queue 0 of the namespace's loopback device.
        let socket = with_socket.then(|| {
            let config = SocketConfig { frames: 64, frame_size: 2048, batch: 1 };
            Socket::bind("lo", 0, false, config).unwrap()
        });
        if let Some(socket) = &socket {
            program.set_socket(0, socket).unwrap();
        }
        Self { program, _socket: socket }
    }

    fn run(&mut self, packet: &[u8]) -> Run {
        let before = self.program.verdicts().unwrap();
        let mut out = vec![0; packet.len() + ROOM];
        let result = self
            .program
            .xdp()
            .unwrap()
            .test_run(TestRunOptions {
                data_in: Some(packet),
                data_out: Some(&mut out),
                ..TestRunOptions::new()
            })
            .unwrap();
        out.truncate(result.data_size_out as usize);
        let after = self.program.verdicts().unwrap();
        let reasons = Reason::ALL.iter().map(|reason| (*reason, after.of(*reason) - before.of(*reason)));
        Run { verdict: result.return_value, out, reasons: reasons.filter(|(_, count)| *count > 0).collect() }
    }

    /// Runs the program on a packet and holds it against the oracle.
    fn agrees(&mut self, packet: &[u8]) {
        let run = self.run(packet);
        let oracle = wire::ethernet(packet);
        let index = oracle.as_ref().ok().and_then(|udp| wanted(udp.source.ip(), udp.destination));
        let expected = match (&oracle, index) {
            (Err(reason), _) => *reason,
            (Ok(_), None) => Reason::NoMatch,
            (Ok(_), Some(_)) => Reason::Redirected,
        };
        assert_eq!(run.reasons, [(expected, 1)], "{packet:02x?}");
        let (Ok(datagram), Some(index)) = (oracle, index) else {
            assert_eq!(run.verdict, XDP_PASS, "{packet:02x?}");
            assert_eq!(run.out, packet, "what is not matched passes untouched");
            return;
        };
        assert_eq!(run.verdict, XDP_REDIRECT);
        let (header, behind) = run.out.split_first_chunk().unwrap();
        let header = FrameHeader::from_bytes(*header);
        assert_eq!(behind, packet, "the packet itself is untouched");
        assert_eq!(header.group, index);
        assert_eq!((header.version, header.generation), (FrameHeader::VERSION, 0));
        let start = usize::from(header.payload_offset);
        assert_eq!(&run.out[start..start + usize::from(header.payload_len)], datagram.payload);
    }
}

/// Runs a test in a network namespace of its own, with the loopback device up: in a thread, with which it goes.
fn in_namespace(test: fn()) {
    let outcome = thread::spawn(move || -> Result<(), String> {
        unshare(CloneFlags::CLONE_NEWNET).map_err(|e| format!("cannot make a network namespace: {e}"))?;
        let up = Command::new("ip").args(["link", "set", "lo", "up"]).status();
        assert!(up.is_ok_and(|status| status.success()), "ip link set lo up");
        test();
        Ok(())
    });
    if let Err(reason) = outcome.join().unwrap() {
        assert!(env::var_os("CI").is_none(), "{reason}");
        // Not `eprintln!`: the test runner hides that of tests that pass.
        let _told = writeln!(std::io::stderr(), "skipped: {reason}: run as root");
    }
}

#[test]
fn every_kind_of_packet_at_every_length() {
    in_namespace(|| {
        // Which map is asked first is a matter of cost: the verdicts are the same.
        for sources_first in [false, true] {
            let mut kernel = Kernel::with(ProgramConfig { sources_first, ..PLAIN }, true);
            for Packet { name, bytes } in packets::all() {
                for len in SHORTEST..=bytes.len() {
                    kernel.agrees(&bytes[..len]);
                }
                // Ethernet pads short packets: what lies behind IP is nobody's.
                kernel.agrees(&[&bytes[..], &[0; 18]].concat());
                println!("{name}: {} lengths", bytes.len() - SHORTEST + 2);
            }
        }
    });
}

#[test]
fn every_header_byte_changed() {
    in_namespace(|| {
        let mut kernel = Kernel::new(false, true);
        for Packet { bytes, .. } in packets::all() {
            for at in 0..bytes.len().min(96) {
                let was = bytes[at];
                for value in [0, 1, was.wrapping_sub(1), was.wrapping_add(1), was ^ 0x0f, was ^ 0xf0, 0xff] {
                    let mut bytes = bytes.clone();
                    bytes[at] = value;
                    kernel.agrees(&bytes);
                }
            }
        }
    });
}

#[test]
fn arbitrary_bytes_and_mutations() {
    in_namespace(|| {
        let seeds: Vec<Vec<u8>> = packets::all().into_iter().map(|packet| packet.bytes).collect();
        let kernel = std::sync::Mutex::new(Kernel::new(false, true));
        bolero::check!().with_iterations(5_000).with_type::<(u8, u16, Vec<(u8, u8)>, Vec<u8>)>().for_each(
            |(seed, len, changes, tail)| {
                let mut bytes = match seeds.get(usize::from(*seed)) {
                    Some(seed) => [&seed[..], tail].concat(),
                    None => tail.clone(),
                };
                for (at, value) in changes {
                    if let Some(byte) = bytes.get_mut(usize::from(*at)) {
                        *byte = *value;
                    }
                }
                bytes.truncate(usize::from(*len).clamp(60, 1600));
                if bytes.len() >= SHORTEST {
                    kernel.lock().unwrap().agrees(&bytes);
                }
            },
        );
    });
}

#[test]
fn the_most_exact_match_wins() {
    in_namespace(|| {
        for sources_first in [false, true] {
            let mut kernel = Kernel::with(ProgramConfig { sources_first, ..PLAIN }, true);
            for (source, destination, port, index) in [
                ([10, 0, 0, 7], [239, 1, 1, 1], 5000, Some(1)),
                ([10, 0, 0, 8], [239, 1, 1, 1], 5000, Some(0)),
                ([10, 0, 0, 7], [239, 1, 1, 2], 5000, Some(2)),
                ([10, 0, 0, 8], [239, 1, 1, 2], 5000, None),
                ([10, 0, 0, 7], [239, 1, 1, 1], 5001, None),
                ([10, 0, 0, 7], [239, 1, 1, 3], 5000, None),
            ] {
                let run = kernel.run(&udp_v4(source, destination, port, b"payload"));
                let header = run.out.first_chunk().map(|bytes| FrameHeader::from_bytes(*bytes));
                let group = header.filter(|_| run.verdict == XDP_REDIRECT).map(|header| header.group);
                assert_eq!(group, index, "{source:?} to {destination:?}:{port}");
            }
        }
    });
}

#[test]
fn stamps_are_there_when_asked_for() {
    in_namespace(|| {
        let packet = udp_v6(5000, b"payload");
        for stamped in [true, false] {
            let run = Kernel::new(stamped, true).run(&packet);
            assert_eq!(run.verdict, XDP_REDIRECT);
            assert_eq!(FrameHeader::from_bytes(*run.out.first_chunk().unwrap()).stamp_ns != 0, stamped);
        }
    });
}

#[test]
fn a_queue_without_a_socket_passes_and_is_counted() {
    in_namespace(|| {
        let mut kernel = Kernel::new(true, false);
        let packet = udp_v4([10, 0, 0, 8], [239, 1, 1, 1], 5000, b"payload");
        let run = kernel.run(&packet);
        assert_eq!((run.verdict, run.reasons), (XDP_PASS, vec![(Reason::NoSocket, 1)]));
        assert_eq!(run.out, packet);
        let queues = kernel.program.verdicts().unwrap().by_queue;
        assert_eq!((queues[0].redirected, queues[0].no_socket), (0, 1));
    });
}
