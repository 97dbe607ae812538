//! `xdpfeed replay`: a capture's packets onto an interface.

use crate::{
    console, cpu,
    failure::Failure,
    replay::{Feed, Pace, READ_AHEAD_LEN, Sender},
    stop,
    sys::packet_socket::{self, PacketSender},
};
use anyhow::{Context, anyhow};
use std::{num::NonZeroU64, path::PathBuf};

/// Send a capture's packets onto an interface
///
/// Sends Ethernet frames as they were captured. Prints one JSON object at the end; fails if a packet could not be
/// sent whole.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "Examples:
  xdpfeed replay capture.pcap.gz --interface veth0               in the capture's own timing
  xdpfeed replay capture.pcap.gz --interface veth0 --rate 300000
  zstd -dc capture.pcap.zst | xdpfeed replay - --interface veth0 --top-speed")]
pub struct ReplayArgs {
    /// Capture to send: pcap or pcapng, plain or gzip; - for standard input
    pub file: PathBuf,

    /// Interface to send on
    #[arg(long, value_name = "IF")]
    pub interface: String,

    /// Send as fast as the interface takes the packets
    #[arg(long, conflicts_with = "rate")]
    pub top_speed: bool,

    /// Send N packets a second, evenly
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub rate: Option<NonZeroU64>,

    /// Send the capture N times
    #[arg(long, value_name = "N", default_value = "1", value_parser = at_least_one)]
    pub loops: NonZeroU64,

    /// Send from this CPU
    #[arg(long, value_name = "N")]
    pub cpu: Option<usize>,
}

/// Replays the capture, and prints what came of it.
///
/// # Errors
/// What was typed makes no sense (no such interface, no capture), or not every packet could be sent.
pub fn run(args: &ReplayArgs) -> Result<(), Failure> {
    let pace = match args.rate {
        Some(rate) => Pace::Rate(rate),
        None if args.top_speed => Pace::TopSpeed,
        None => Pace::Capture,
    };
    if let Some(cpu) = args.cpu {
        cpu::may_pin(cpu)?;
    }
    packet_socket::index(&args.interface).map_err(|error| Failure::Usage(error.to_string()))?;
    let socket = PacketSender::open(&args.interface)?;
    let feed = Feed::open(&args.file, args.loops.get(), READ_AHEAD_LEN)
        .map_err(|error| Failure::Usage(format!("{error:#}")))?;
    // From here on, and not while standard input may still block: a signal ends the sending, not the process.
    let stop = stop::on_signal()?;
    // After the read-ahead thread has started: it must not share the CPU.
    if let Some(cpu) = args.cpu {
        cpu::pin(cpu)?;
    }
    let (summary, result) = Sender::new(socket, pace, &stop)?.run(feed);
    let json = serde_json::to_string(&summary).context("cannot write the summary as JSON")?;
    console::print(&format!("{json}\n"))?;
    result?;
    summary.complaint().map_or(Ok(()), |complaint| Err(anyhow!(complaint).into()))
}

fn at_least_one(given: &str) -> Result<NonZeroU64, String> {
    given.parse().map_err(|_| format!("'{given}' is not a whole number from 1"))
}
