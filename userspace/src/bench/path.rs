//! The receive paths that are compared.

use serde::Serialize;

use crate::worker::Wait;

/// A way from the driver to the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Path {
    /// `recv`, the datagram copied to memory of its own, each message copied out before it is decoded: the traditional way.
    RecvCopy,
    /// `recv`.
    Recv,
    /// `recvmsg` into a header and a payload.
    Recvmsg,
    /// `recvmmsg`, 64 datagrams at a time.
    Recvmmsg,
    /// io_uring: multishot receive into a ring of buffers.
    IoUring,
    /// AF_PACKET: TPACKET_V3 ring.
    PacketMmap,
    /// AF_XDP behind the driver, the kernel copies.
    AfXdpGeneric,
    /// AF_XDP in the driver, the kernel copies.
    AfXdpCopy,
    /// AF_XDP, the driver writes into the UMEM.
    AfXdpZeroCopy,
    /// As af-xdp-copy, but every frame is given back untouched: what only receiving costs.
    AfXdpBare,
    /// Dropped in the driver: what sending costs, and the most there can be.
    XdpDrop,
}

impl Path {
    /// As typed and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RecvCopy => "recv-copy",
            Self::Recv => "recv",
            Self::Recvmsg => "recvmsg",
            Self::Recvmmsg => "recvmmsg",
            Self::IoUring => "io-uring",
            Self::PacketMmap => "packet-mmap",
            Self::AfXdpGeneric => "af-xdp-generic",
            Self::AfXdpCopy => "af-xdp-copy",
            Self::AfXdpZeroCopy => "af-xdp-zero-copy",
            Self::AfXdpBare => "af-xdp-bare",
            Self::XdpDrop => "xdp-drop",
        }
    }

    /// Whether an AF_XDP socket receives.
    #[must_use]
    pub const fn is_af_xdp(self) -> bool {
        matches!(self, Self::AfXdpGeneric | Self::AfXdpCopy | Self::AfXdpZeroCopy | Self::AfXdpBare)
    }

    /// Whether messages come out of it.
    #[must_use]
    pub const fn delivers(self) -> bool {
        !matches!(self, Self::AfXdpBare | Self::XdpDrop)
    }
}

/// A path, and what its receiver does while nothing comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Way {
    /// The path.
    pub path: Path,
    /// How it waits.
    pub wait: Wait,
}

impl Way {
    /// What the others are measured by: the traditional way, asleep until something comes.
    pub const BASELINE: Self = Self { path: Path::RecvCopy, wait: Wait::Poll };

    /// As shown: `recv spin`.
    #[must_use]
    pub fn name(self) -> String {
        if self.path == Path::XdpDrop {
            self.path.name().into()
        } else {
            format!("{} {}", self.path.name(), wait(self.wait))
        }
    }
}

/// As typed and shown.
#[must_use]
pub const fn wait(wait: Wait) -> &'static str {
    match wait {
        Wait::Spin => "spin",
        Wait::BusyPoll => "busy-poll",
        Wait::Poll => "poll",
    }
}

/// What is compared unless told otherwise.
pub const ALL: &[Way] = &[
    Way::BASELINE,
    Way { path: Path::Recv, wait: Wait::Poll },
    Way { path: Path::Recv, wait: Wait::Spin },
    Way { path: Path::Recv, wait: Wait::BusyPoll },
    Way { path: Path::Recvmsg, wait: Wait::Poll },
    Way { path: Path::Recvmmsg, wait: Wait::Poll },
    Way { path: Path::Recvmmsg, wait: Wait::Spin },
    Way { path: Path::Recvmmsg, wait: Wait::BusyPoll },
    Way { path: Path::IoUring, wait: Wait::Spin },
    Way { path: Path::PacketMmap, wait: Wait::Spin },
    Way { path: Path::AfXdpGeneric, wait: Wait::Spin },
    Way { path: Path::AfXdpCopy, wait: Wait::Poll },
    Way { path: Path::AfXdpCopy, wait: Wait::Spin },
    Way { path: Path::AfXdpCopy, wait: Wait::BusyPoll },
    Way { path: Path::AfXdpZeroCopy, wait: Wait::Spin },
    Way { path: Path::AfXdpBare, wait: Wait::Spin },
    Way { path: Path::XdpDrop, wait: Wait::Spin },
];
