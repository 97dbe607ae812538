//! `--source`: where `run` receives from, and what that cannot be asked for.

use std::path::Path;

use clap::{Args, ValueEnum};

use super::run::{Mode, Queues, RunArgs, Timestamps};
use crate::{cli::sockets::Jumbo, failure::Failure, nic::journal, sys::uring::MOST_BUFFERS, worker::Wait};

/// Where datagrams are received from.
#[derive(Clone, Debug, Args)]
pub struct SourceArgs {
    /// How datagrams are received: through AF_XDP, or, where XDP cannot be had, by another of the kernel's ways
    /// (docs/sources.md)
    #[arg(long, value_enum, default_value_t = SourceName::AfXdp)]
    pub source: SourceName,

    /// Bytes the kernel is asked to let wait at each UDP socket, or the size of each packet ring; not with --source af-xdp
    /// (without it 16777216)
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(1..=1 << 30))]
    pub receive_buffer: Option<u32>,
}

/// `--source`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SourceName {
    /// An XDP program and AF_XDP sockets.
    AfXdp,
    /// UDP sockets, read one datagram at a time, copied out, and each message again: the traditional way.
    RecvCopy,
    /// UDP sockets, read one datagram at a time.
    Recv,
    /// UDP sockets, read one datagram at a time, scattered.
    Recvmsg,
    /// UDP sockets, read a batch at a time.
    Recvmmsg,
    /// UDP sockets, multishot receives into buffers given to the kernel.
    IoUring,
    /// Packet sockets with a ring (TPACKET_V3).
    PacketMmap,
}

impl SourceName {
    /// As typed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AfXdp => "af-xdp",
            Self::RecvCopy => "recv-copy",
            Self::Recv => "recv",
            Self::Recvmsg => "recvmsg",
            Self::Recvmmsg => "recvmmsg",
            Self::IoUring => "io-uring",
            Self::PacketMmap => "packet-mmap",
        }
    }
}

/// What `--timestamps` is unless it is given: there is no program to stamp.
pub(super) const WITHOUT_STAMPS: [(&str, &str, Option<&str>); 6] = [
    ("source", "recv-copy", Some("off")),
    ("source", "recv", Some("off")),
    ("source", "recvmsg", Some("off")),
    ("source", "recvmmsg", Some("off")),
    ("source", "io-uring", Some("off")),
    ("source", "packet-mmap", Some("off")),
];

/// Refuses flags that the source has no use for: they would promise what it does not do.
///
/// # Errors
/// [`Failure::Usage`] with the first of them.
pub(super) fn check(args: &RunArgs) -> Result<(), Failure> {
    let name = args.source.source.name();
    let refused = |flag: &str| {
        Err(Failure::Usage(format!("{flag} is for --source af-xdp alone: leave it out, or --source {name}")))
    };
    if args.source.source == SourceName::AfXdp {
        return match args.source.receive_buffer {
            Some(_) => Err(Failure::Usage(
                "--receive-buffer is for the other sources; with --source af-xdp it is --frames that says how much can wait"
                    .into(),
            )),
            None => Ok(()),
        };
    }
    let sockets = &args.sockets;
    let of_xdp = [
        ("--mode", args.mode != Mode::Auto),
        ("--require", args.require.is_some()),
        ("--queues", args.queues != Queues::All),
        ("--workers", args.workers > 1),
        ("--rx-ring", sockets.rx_ring.is_some()),
        ("--shared-umem", sockets.shared_umem),
        ("--hugepages", sockets.hugepages),
        ("--jumbo", sockets.jumbo != Jumbo::Auto),
        ("--replace", sockets.replace),
        ("--self-test", sockets.self_test),
        ("--steer", sockets.steer),
        ("--trace-verdicts", args.trace_verdicts),
        ("--verify-checksum", args.verify_checksum),
        ("--control", args.control.is_some()),
        ("--max-lines", args.max_lines.is_some()),
        ("--timestamps xdp", args.timestamps == Timestamps::Xdp),
        ("--state-dir", sockets.state_dir != Path::new(journal::DIRECTORY)),
    ];
    if let Some((flag, _)) = of_xdp.iter().find(|(_, given)| *given) {
        return refused(flag);
    }
    if args.source.source == SourceName::IoUring && sockets.frames > u32::from(MOST_BUFFERS) {
        return Err(Failure::Usage(format!(
            "--frames {} is more than an io_uring takes: give it {MOST_BUFFERS} at most, or use --source recvmmsg",
            sockets.frames
        )));
    }
    if args.wait == Wait::BusyPoll
        && matches!(args.source.source, SourceName::IoUring | SourceName::PacketMmap)
    {
        return Err(Failure::Usage(format!(
            "--source {name} cannot be busy-polled: use --wait spin or poll"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_but_af_xdp_has_no_stamps() {
        let others = SourceName::value_variants().iter().filter(|source| **source != SourceName::AfXdp);
        let expected: Vec<_> = others.map(|source| ("source", source.name(), Some("off"))).collect();
        assert_eq!(WITHOUT_STAMPS.to_vec(), expected);
        for source in SourceName::value_variants() {
            let typed = source.to_possible_value().map(|value| value.get_name().to_owned());
            assert_eq!(typed.as_deref(), Some(source.name()));
        }
    }
}
