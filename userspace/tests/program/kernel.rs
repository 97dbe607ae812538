//! The program, loaded, with a socket; what it makes of a packet.

use std::{env, fs, io::Write as _, panic::resume_unwind, path::Path, process::Command, thread};

use aya::{
    TestRunOptions,
    programs::{ProgramError, TestRun},
};
use nix::sched::{CloneFlags, unshare};
use xdp_prog::{FrameHeader, Reason};
use xdpfeed::{
    clock::Clock,
    program::{Match, Program, ProgramConfig, Verdicts},
    xsk::{Socket, SocketConfig},
};

use crate::oracle::Oracle;

/// `enum xdp_action` of `linux/bpf.h`.
pub(crate) const XDP_PASS: u32 = 2;
pub(crate) const XDP_REDIRECT: u32 = 4;

/// The least the kernel runs a program on: an Ethernet header.
pub(crate) const MIN_LEN: usize = 14;
/// More than any packet here, its metadata and the frame header.
const OUT_LEN: usize = 16_384;

pub(crate) const CONFIG: ProgramConfig = ProgramConfig {
    queues: 4,
    groups: 64,
    timestamps: false,
    clock: Clock::Monotonic,
    sources_first: false,
    frags: false,
    trace: false,
};

/// Runs a test on a thread in a network namespace of its own, its loopback interface up. Without the privilege to, says
/// so; where `CI` is set, fails.
///
/// Interfaces stay silent in it: what the kernel itself sends when IPv6 comes up on one (multicast listener reports)
/// would be counted by an attached program, beside the packets of the test.
pub(crate) fn in_namespace(test: impl FnOnce() + Send + 'static) {
    let thread = thread::spawn(|| {
        if let Err(error) = unshare(CloneFlags::CLONE_NEWNET) {
            return cannot_run(&format!("cannot make a network namespace ({error}): run as root"));
        }
        for which in ["all", "default"] {
            let switch = format!("/proc/sys/net/ipv6/conf/{which}/disable_ipv6");
            if Path::new(&switch).exists() {
                fs::write(&switch, "1").unwrap_or_else(|error| panic!("{switch}: {error}"));
            }
        }
        ip("link set lo up");
        test();
    });
    thread.join().unwrap_or_else(|panic| resume_unwind(panic));
}

pub(crate) fn cannot_run(reason: &str) {
    assert!(env::var_os("CI").is_none(), "cannot run here, and CI is set: {reason}");
    // Not `eprintln!`: the test harness keeps what a passing test prints to itself.
    let _unseen = writeln!(std::io::stderr(), "skipped: {reason}");
}

pub(crate) fn ip(arguments: &str) {
    let done = Command::new("ip").args(arguments.split(' ')).status();
    assert!(done.is_ok_and(|status| status.success()), "ip {arguments}");
}

/// A socket small enough to have many.
pub(crate) fn socket(interface: &str, queue: u32) -> Socket {
    let config = SocketConfig { frames: 64, frame_size: 2048, rx_ring: 64, batch: 16 };
    Socket::bind(interface, queue, false, config).unwrap()
}

/// What the program did with one packet.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) action: u32,
    /// The one reason that was counted.
    pub(crate) reason: Reason,
    /// Counted on the queues, all together: redirected, without socket.
    pub(crate) queues: (u64, u64),
    /// The packet behind it, metadata in front.
    pub(crate) out: Vec<u8>,
}

/// The program, and what it ought to do.
pub(crate) struct Kernel {
    pub(crate) program: Program,
    pub(crate) oracle: Oracle,
    counted: Verdicts,
    out: Vec<u8>,
    /// Registered for queue 0.
    _socket: Option<Socket>,
}

impl Kernel {
    /// Loads the program, without a socket.
    pub(crate) fn without_socket(config: ProgramConfig, matches: &[Match]) -> Self {
        let mut program = Program::load(config).unwrap();
        program.set_matches(matches).unwrap();
        let counted = program.verdicts().unwrap();
        let oracle = Oracle { matches: matches.to_vec(), socket: false };
        Self { program, oracle, counted, out: vec![0; OUT_LEN], _socket: None }
    }

    /// Loads the program, with a socket on the queue packets are run on.
    pub(crate) fn new(config: ProgramConfig, matches: &[Match]) -> Self {
        let mut kernel = Self::without_socket(config, matches);
        let socket = socket("lo", 0);
        kernel.program.set_socket(0, &socket).unwrap();
        kernel.oracle.socket = true;
        kernel._socket = Some(socket);
        kernel
    }

    /// Runs the program on a packet that came on the loopback interface's queue 0.
    pub(crate) fn run(&mut self, packet: &[u8]) -> Outcome {
        self.run_with(packet, None).unwrap()
    }

    /// Runs the program on `data` and the `struct xdp_md` that says where it came from and what of it is metadata.
    pub(crate) fn run_with(
        &mut self,
        data: &[u8],
        context: Option<[u32; 6]>,
    ) -> Result<Outcome, ProgramError> {
        let context: Option<Vec<u8>> =
            context.map(|fields| fields.iter().flat_map(|field| field.to_ne_bytes()).collect());
        let options = TestRunOptions {
            data_in: Some(data),
            data_out: Some(&mut self.out),
            ctx_in: context.as_deref(),
            ..TestRunOptions::new()
        };
        let result = self.program.xdp().unwrap().test_run(options)?;
        let out = self.out[..result.data_size_out as usize].to_vec();
        let before = std::mem::replace(&mut self.counted, self.program.verdicts().unwrap());
        let counted: Vec<(Reason, u64)> = Reason::ALL
            .iter()
            .map(|reason| (*reason, self.counted.of(*reason) - before.of(*reason)))
            .filter(|(_, count)| *count > 0)
            .collect();
        let [(reason, 1)] = counted[..] else { panic!("counted {counted:?} for one packet: {data:02x?}") };
        let sum = |verdicts: &Verdicts| {
            let queues = verdicts.by_queue.iter();
            queues.fold((0, 0), |sum, queue| (sum.0 + queue.redirected, sum.1 + queue.no_socket))
        };
        let (now, then) = (sum(&self.counted), sum(&before));
        let queues = (now.0 - then.0, now.1 - then.1);
        Ok(Outcome { action: result.return_value, reason, queues, out })
    }

    /// Runs the program on a packet and holds all it did against the oracle.
    #[track_caller]
    pub(crate) fn check(&mut self, what: &str, packet: &[u8]) {
        let expected = self.oracle.verdict(packet);
        let Outcome { action, reason, queues, out } = self.run(packet);
        assert_eq!(reason, expected.reason(), "{what}: {packet:02x?}");
        if reason != Reason::Redirected {
            assert_eq!(action, XDP_PASS, "{what}: passed");
            assert_eq!(out, packet, "{what}: untouched");
            assert_eq!(queues, (0, u64::from(reason == Reason::NoSocket)), "{what}: on the queue");
            return;
        }
        assert_eq!((action, queues), (XDP_REDIRECT, (1, 0)), "{what}: redirected");
        let (header, rest) = out.split_first_chunk::<{ FrameHeader::LEN }>().unwrap();
        assert_eq!(rest, packet, "{what}: the packet behind the header");
        let header = FrameHeader { stamp_ns: 0, ..FrameHeader::from_bytes(*header) };
        assert_eq!(Some(header), expected.header(), "{what}");
    }
}
