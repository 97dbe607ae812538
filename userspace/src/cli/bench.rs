//! `bench`: what was typed.

use std::{
    fs::{self, OpenOptions},
    io::{self, IsTerminal as _},
    path::PathBuf,
    time::Duration,
};

use clap::Args;

use crate::{
    bench::{self, ALL, Path, Plan, Way},
    cli::run::seconds,
    console, cpu,
    failure::Failure,
    worker::Wait,
};

/// Send the same feed to every receive path in turn, on a veth pair of this process alone, and compare them: packets a
/// second without loss, latency, CPU time.
///
/// Needs root and two CPUs with nothing else to do. All paths end in the same pipeline: MoldUDP64, arbitration, ITCH 5.0.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  xdpfeed bench --plot bench.svg
  xdpfeed bench --paths recv,af-xdp-copy --waits spin --rounds 1
  xdpfeed bench --paths af-xdp-copy --messages 20 --memory 16 --json")]
pub struct BenchArgs {
    /// Messages in a packet
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=MOST_MESSAGES))]
    pub messages: u8,

    /// Paths to compare, beside recv-copy poll, which the others are measured by (without it all)
    #[arg(long, value_name = "PATH[,…]", value_delimiter = ',')]
    pub paths: Vec<Path>,

    /// Of these paths, only what waits like this
    #[arg(long, value_enum, value_name = "WAIT[,…]", value_delimiter = ',')]
    pub waits: Vec<Wait>,

    /// Rounds over all paths
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub rounds: u8,

    /// Length of a trial for the highest rate without loss; the others are shorter by fixed factors, but 50 ms at least
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds)]
    pub trial: Duration,

    /// MiB of frames or receive buffer that each receiver has, a power of two: a machine that stalls for a millisecond needs
    /// 2 for each million packets a second. `run` has 16 for a socket
    #[arg(long, value_name = "MIB", default_value = "64", value_parser = mebibytes)]
    pub memory: u32,

    /// Have the frames of AF_XDP in huge pages (`sysctl vm.nr_hugepages=N` reserves them: half of --memory)
    #[arg(long)]
    pub hugepages: bool,

    /// CPU of the sender, on which the kernel hands packets up as well, and CPU of the receiver
    #[arg(long, value_name = "SENDER,RECEIVER", default_value = "0,1", value_parser = two_cpus)]
    pub cpus: (usize, usize),

    /// Have the kernel hand packets up on a thread of its own on the receiver's CPU (threaded NAPI), not where they are sent
    #[arg(long)]
    pub threaded_napi: bool,

    /// Print one JSON object (docs/bench.md)
    #[arg(long)]
    pub json: bool,

    /// Draw latencies and losses into an SVG file
    #[arg(long, value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

/// Messages of the feed that fit a packet, by the lengths that most runs of them have.
const MOST_MESSAGES: i64 = 35;

fn mebibytes(given: &str) -> Result<u32, String> {
    let mebibytes = given.parse().ok().filter(|mib: &u32| mib.is_power_of_two() && *mib <= 1024);
    mebibytes.ok_or_else(|| format!("'{given}' is not a power of two from 1 to 1024"))
}

fn two_cpus(given: &str) -> Result<(usize, usize), String> {
    let cpus = given
        .split_once(',')
        .and_then(|(sender, receiver)| Some((sender.parse().ok()?, receiver.parse().ok()?)));
    match cpus {
        None => Err(format!("'{given}' is not two CPUs, the sender's and the receiver's, such as 0,1")),
        Some((sender, receiver)) if sender == receiver => {
            Err("sender and receiver on one CPU would starve each other: name two".into())
        }
        Some(cpus) => Ok(cpus),
    }
}

/// Leaves the file as it is, or as absent: there may never be anything to write.
fn can_be_written(file: &std::path::Path) -> io::Result<()> {
    match OpenOptions::new().append(true).open(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        opened => return opened.map(drop),
    }
    OpenOptions::new().append(true).create(true).open(file)?;
    // It, and not a link to it.
    fs::remove_file(fs::canonicalize(file)?)
}

/// Runs it.
///
/// # Errors
/// How it ended, if not well.
pub fn run(args: &BenchArgs) -> Result<(), Failure> {
    let (sender, receiver) = args.cpus;
    cpu::may_pin(sender)?;
    cpu::may_pin(receiver)?;
    let asked_for = |way: &Way| {
        let path = args.paths.is_empty() || args.paths.contains(&way.path);
        let wait = args.waits.is_empty() || args.waits.contains(&way.wait);
        path && wait
    };
    let ways = ALL.iter().copied().filter(|way| *way == Way::BASELINE || asked_for(way)).collect();
    if !ALL.iter().any(asked_for) {
        return Err(Failure::Usage(
            "--paths and --waits leave nothing to compare with recv-copy poll: docs/bench.md has which path waits how".into(),
        ));
    }
    // Found out before minutes of measuring.
    if let Some(file) = &args.plot {
        can_be_written(file).map_err(|error| {
            Failure::Usage(format!("--plot {}: cannot be written: {error}", file.display()))
        })?;
    }
    let plan = Plan {
        ways,
        messages: args.messages.into(),
        rounds: args.rounds.into(),
        trial: args.trial,
        memory: args.memory << 20,
        huge_pages: args.hugepages,
        sender,
        receiver,
        threaded_napi: args.threaded_napi,
        progress: io::stderr().is_terminal(),
    };
    let report = bench::run(&plan)?;
    let drawn = args.plot.as_ref().map_or(Ok(()), |file| bench::draw(&report, file));
    if args.json {
        console::print(&format!("{:#}\n", bench::object(&report)))?;
    } else {
        console::print(&bench::text(&report))?;
    }
    Ok(drawn?)
}
