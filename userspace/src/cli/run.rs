//! `xdpfeed run`: receive live lines, through AF_XDP or one of the kernel's other ways.

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};

use super::{
    feed::FeedArgs,
    messages,
    sockets::SocketArgs,
    source::{self, SourceArgs, SourceName},
};
use crate::{clock::Clock, config::Feed, failure::Failure, receiver, sink::Sink, worker::Wait};

/// Receive live lines: through AF_XDP, or one of the kernel's other ways.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  xdpfeed run --protocol moldudp64/itch50 --line itch/A=eth0,233.54.12.111:26477 \\
      --line itch/B=eth1,233.54.12.101:26400 --cpu 1
  xdpfeed run --protocol iextp/deep --line iex/A=eth0,224.2.3.10:16648 --seconds 10 --json
  xdpfeed run --protocol itch=moldudp64/itch50 --line itch/A=eth0,233.54.12.111:26477 \\
      --protocol iex=iextp/deep --line iex/A=eth1,224.2.3.10:16648 --workers 2 --cpu 2,3
  xdpfeed run --require zero-copy @feed.args
  xdpfeed run --source recvmmsg @feed.args    (without XDP)")]
pub struct RunArgs {
    /// What the feed is.
    #[command(flatten)]
    pub feed: FeedArgs,

    /// Where from.
    #[command(flatten)]
    pub source: SourceArgs,

    /// How packets are to come: auto tries zero-copy, then native copy, then generic
    #[arg(long, value_enum, default_value_t = Mode::Auto)]
    pub mode: Mode,

    /// Refuse (exit 3) a lesser mode than this
    #[arg(long, value_enum)]
    pub require: Option<Requirement>,

    /// What an idle worker does
    #[arg(long, value_enum, default_value_t = Wait::Spin)]
    pub wait: Wait,

    /// Receive queues to bind: all, or a list such as 0,1
    #[arg(long, value_name = "QUEUES", default_value = "all")]
    pub queues: Queues,

    /// Deal the channels over N workers, a thread each (docs/modes.md). A channel's lines go to one worker, and so do an
    /// interface's packets, unless --steer has the NIC part them: refused (exit 3) where that leaves one with nothing
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    pub workers: u16,

    /// Pin the worker to this CPU, or each of several workers to its own: 2,3 (without it, they are not pinned)
    #[arg(long, value_name = "N[,N…]", value_delimiter = ',')]
    pub cpu: Vec<usize>,

    /// What the sockets are made of.
    #[command(flatten)]
    pub sockets: SocketArgs,

    /// Receive stamps: by the XDP program, or off (a batch is stamped when read; no latency is measured), as without XDP
    #[arg(long, value_enum, default_value_t = Timestamps::Xdp, default_value_ifs = source::WITHOUT_STAMPS)]
    pub timestamps: Timestamps,

    /// Take requests on a Unix socket at PATH, which only this user can reach: `xdpfeed ctl` adds and removes lines
    /// and asks for statistics (docs/control.md). Without it there is none
    #[arg(long, value_name = "PATH")]
    pub control: Option<PathBuf>,

    /// Lines there can be at one time, those added while running included (with --control 1,024 more than are given)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=65_534))]
    pub max_lines: Option<u16>,
    /// Verify the IPv4 header's and the UDP checksum of every datagram, and discard those that are wrong, counted. A NIC
    /// has usually done so; datagrams of a sender on this host whose checksums were never filled in are taken
    #[arg(long)]
    pub verify_checksum: bool,

    /// Clock of the receive stamps: monotonic, or tai, which can be compared with the times feeds are sent at (then
    /// one-way latency is measured; needs Linux 6.1, and a clock kept in step)
    #[arg(long, value_enum, default_value_t = Clock::Monotonic)]
    pub clock: Clock,

    /// End after N seconds
    #[arg(long, value_name = "N", value_parser = seconds)]
    pub seconds: Option<Duration>,

    /// End once at least N packets have come
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub packets: Option<u64>,

    /// Print the summary as one JSON object (docs/json.md)
    #[arg(long)]
    pub json: bool,

    /// Write every message with all its fields, and every event, as JSON lines: to look at a feed, for the worker
    /// writes them, and the feed waits for that. Of several workers each writes a file of its own: FILE.0, FILE.1, …
    #[arg(long, value_name = "FILE")]
    pub messages: Option<PathBuf>,

    /// Say once a second how it goes, on standard error
    #[arg(long)]
    pub progress: bool,

    /// Say why each packet was passed to the kernel's stack instead of redirected (slow: for finding faults)
    #[arg(long)]
    pub trace_verdicts: bool,
}

/// `--mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// The best there is.
    Auto,
    /// The driver writes into the UMEM.
    ZeroCopy,
    /// Native XDP, the kernel copies.
    Copy,
    /// Generic XDP, the kernel copies.
    Generic,
}

/// `--require`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Requirement {
    /// The program runs in the driver.
    Native,
    /// The driver writes into the UMEM.
    ZeroCopy,
}

/// `--timestamps`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Timestamps {
    /// None by the program.
    Off,
    /// The XDP program's.
    Xdp,
}

/// `--queues`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Queues {
    /// Every receive queue of each interface.
    All,
    /// These, ascending, each once.
    Some(Vec<u32>),
}

impl std::str::FromStr for Queues {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, String> {
        if given == "all" {
            return Ok(Self::All);
        }
        let numbers: Result<Vec<u32>, _> = given.split(',').map(|number| number.trim().parse()).collect();
        let mut numbers =
            numbers.map_err(|_| format!("'{given}' is neither all nor a list of queues such as 0,1"))?;
        numbers.sort_unstable();
        numbers.dedup();
        Ok(Self::Some(numbers))
    }
}

pub(super) fn seconds(given: &str) -> Result<Duration, String> {
    let fix = || format!("'{given}' is not a number of seconds above 0");
    let seconds: f64 = given.parse().map_err(|_| fix())?;
    Duration::try_from_secs_f64(seconds).ok().filter(|duration| !duration.is_zero()).ok_or_else(fix)
}

/// Runs it.
///
/// # Errors
/// How it ended, if not well.
pub fn run(args: &RunArgs) -> Result<(), Failure> {
    let Some(path) = &args.messages else { return with_sinks(args, |_| Ok(())).map(drop) };
    let paths = messages::paths(path, args.workers.into())?;
    let written = with_sinks(args, |worker| messages::open(&paths[worker]))?;
    written.into_iter().zip(&paths).try_for_each(|(messages, path)| messages::finish(messages, path))
}

/// Runs it with a sink for each worker, which `make` makes by the worker's number, from 0, before anything is set up.
/// Messages and events of one channel all go to one of them, on its worker's thread. They come back, in that order.
///
/// # Errors
/// How it ended, if not well; what `make` says.
pub fn with_sinks<K: Sink + Send>(
    args: &RunArgs,
    make: impl FnMut(usize) -> Result<K, Failure>,
) -> Result<Vec<K>, Failure> {
    let feed = feed(args)?;
    let sinks = (0..usize::from(args.workers)).map(make).collect::<Result<Vec<_>, _>>()?;
    match args.source.source {
        SourceName::AfXdp => receiver::run(args, &feed, sinks),
        // One worker: more are refused.
        _ => sinks.into_iter().map(|sink| receiver::plain::run(args, &feed, sink)).collect(),
    }
}

/// What is to be received, if that makes sense.
fn feed(args: &RunArgs) -> Result<Feed, Failure> {
    if args.feed.lines.is_empty() {
        return Err(Failure::Usage(
            "nothing to receive: add --line CHANNEL/A=IFACE,GROUP:PORT and --protocol FRAMING/CODEC".into(),
        ));
    }
    source::check(args)?;
    let at_least = match args.require {
        None => 0,
        Some(Requirement::Native) => 1,
        Some(Requirement::ZeroCopy) => 2,
    };
    let at_most = match args.mode {
        Mode::Generic => 0,
        Mode::Copy => 1,
        Mode::ZeroCopy | Mode::Auto => 2,
    };
    if at_most < at_least {
        return Err(Failure::Usage("--mode rules out what --require asks for: leave one of them out".into()));
    }
    if let Some(ring) = args.sockets.rx_ring.filter(|ring| *ring > args.sockets.frames) {
        return Err(Failure::Usage(format!(
            "--rx-ring {ring} is more than the {} frames of --frames: the rest would never be used",
            args.sockets.frames
        )));
    }
    workers(args)?;
    let mut feed = Feed::new(&args.feed.lines, &args.feed.protocols)?;
    args.feed.recover.check(&feed)?;
    args.feed.recover.add_groups(&mut feed)?;
    if let Some(line) = feed.lines.iter().find(|line| line.interface.is_none()) {
        return Err(Failure::Usage(format!(
            "line {} names no interface: write {}=IFACE,{}",
            line.name, line.name, line.destination
        )));
    }
    Ok(feed)
}

/// Whether each worker has a CPU, if any has.
fn workers(args: &RunArgs) -> Result<(), Failure> {
    let (workers, cpus) = (usize::from(args.workers), &args.cpu);
    if !cpus.is_empty() && cpus.len() != workers {
        return Err(Failure::Usage(format!(
            "--cpu names {} CPUs, but there {}: name one for each, or leave --cpu out",
            cpus.len(),
            if workers == 1 { "is one worker".to_owned() } else { format!("are {workers} workers") }
        )));
    }
    match cpus.iter().enumerate().find(|(index, cpu)| cpus[..*index].contains(cpu)) {
        None => Ok(()),
        Some((_, cpu)) => Err(Failure::Usage(format!(
            "--cpu names CPU {cpu} twice: two workers on one CPU keep each other waiting; give each its own"
        ))),
    }
}
