//! What the sockets of `run` are made of, and what they are to displace.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::nic::journal;

/// Memory, sizes and set-up of sockets.
#[derive(Clone, Debug, Args)]
pub struct SocketArgs {
    /// Frames a socket has: a power of two
    #[arg(long, value_name = "N", default_value_t = 8192, value_parser = frames)]
    pub frames: u32,

    /// Bytes of a frame: 2048 or 4096
    #[arg(long, value_name = "BYTES", default_value_t = 2048, value_parser = frame_size)]
    pub frame_size: u32,

    /// Descriptors of a socket's RX ring: a power of two, at most as many as frames (without it as many: then it
    /// cannot overrun, and a receiver too slow runs out of frames instead)
    #[arg(long, value_name = "N", value_parser = frames)]
    pub rx_ring: Option<u32>,

    /// Packets taken off a ring at once
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub batch: u16,

    /// One UMEM for all queues of an interface rather than one each
    #[arg(long)]
    pub shared_umem: bool,

    /// UMEMs in huge pages; in ordinary ones, said aloud, where not enough are free
    #[arg(long)]
    pub hugepages: bool,

    /// Packets spread over several frames: auto takes them where the MTU does not fit one frame
    #[arg(long, value_enum, default_value_t = Jumbo::Auto)]
    pub jumbo: Jumbo,

    /// Put the program in the place of the one an interface has: of another xdpfeed's, which then ends, or of one that
    /// was attached without a link
    #[arg(long)]
    pub replace: bool,

    /// After the bind, have the kernel put a packet through program, map and socket of queue 0, and ask the program
    /// what it does with one on each other queue; refuse to run (exit 3) unless every socket gets its packets
    #[arg(long)]
    pub self_test: bool,

    /// Have the NIC put the packets of each channel on one queue, by rules (ntuple) that go with this process; refuse to
    /// run (exit 3) where it cannot (docs/steering.md; untested on hardware)
    #[arg(long)]
    pub steer: bool,

    /// Where to write down what is changed on the host, so that the next start can undo it after a crash
    #[arg(long, value_name = "DIR", default_value = journal::DIRECTORY)]
    pub state_dir: PathBuf,
}

impl SocketArgs {
    /// Descriptors of each RX ring.
    #[must_use]
    pub fn rx_ring(&self) -> u32 {
        self.rx_ring.unwrap_or(self.frames)
    }
}

/// `--jumbo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Jumbo {
    /// Where the MTU does not fit one frame, and the kernel can.
    Auto,
    /// Always, or not at all.
    On,
    /// Never: what no frame can take is dropped, and counted.
    Off,
}

/// Fewer frames than this do not hold one batch of a driver; more than this are 2 GB in the least frame size.
const FRAMES: std::ops::RangeInclusive<u32> = 64..=1 << 20;

fn frames(given: &str) -> Result<u32, String> {
    let frames =
        given.parse().ok().filter(|frames: &u32| frames.is_power_of_two() && FRAMES.contains(frames));
    frames
        .ok_or_else(|| format!("'{given}' is not a power of two from {} to {}", FRAMES.start(), FRAMES.end()))
}

fn frame_size(given: &str) -> Result<u32, String> {
    match given {
        "2048" => Ok(2048),
        "4096" => Ok(4096),
        _ => Err(format!("'{given}' is neither 2048 nor 4096")),
    }
}
