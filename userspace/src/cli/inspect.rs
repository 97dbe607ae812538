//! `xdpfeed inspect`: read captures through the same pipeline.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Args;

use super::feed::FeedArgs;
use crate::{
    config::Feed,
    failure::Failure,
    inspector,
    sink::{JsonLines, Sink},
};

/// Read captures through the same pipeline: no NIC, no root.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  xdpfeed inspect --protocol iextp/deep --line iex/A=224.2.3.10:16648 DEEP10.pcap.gz
  xdpfeed inspect --json --protocol moldudp64/itch50 day.pcapng
  xdpfeed inspect --protocol iextp/deep --messages - DEEP10.pcap.gz | head
  zcat big.pcap.gz | xdpfeed inspect --protocol iextp/deep -")]
pub struct InspectArgs {
    /// Captures: pcap or pcapng, plain or gzip; several are merged by their stamps; - is standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    /// What the feed is. Without --line, each multicast destination in the files is a channel of one line.
    #[command(flatten)]
    pub feed: FeedArgs,

    /// Believe no sequence: hand on every message of every line as it comes (captures whose sequences were wiped)
    #[arg(long)]
    pub unsequenced: bool,

    /// Write every message with all its fields, and every event, as JSON lines; - is standard output, and the
    /// summary then goes to standard error
    #[arg(long, value_name = "FILE")]
    pub messages: Option<PathBuf>,

    /// Print the summary as one JSON object (docs/json.md)
    #[arg(long)]
    pub json: bool,
}

/// Runs it.
///
/// # Errors
/// How it ended, if not well.
pub fn run(args: &InspectArgs) -> Result<(), Failure> {
    let Some(path) = &args.messages else { return with_sink(args, ()) };
    let messages = with_sink(args, JsonLines::new(BufWriter::new(open(path)?)))?;
    match messages.finish() {
        // A reader that had seen enough (`| head`).
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written.with_context(|| format!("cannot write messages to {}", path.display()))?),
    }
}

/// Runs it, and hands messages and events to `sink`, which comes back.
///
/// # Errors
/// How it ended, if not well.
pub fn with_sink<K: Sink>(args: &InspectArgs, sink: K) -> Result<K, Failure> {
    let feed = Feed::new(&args.feed.lines, &args.feed.protocols)?;
    if let Some(line) = feed.lines.iter().find(|line| line.interface.is_some()) {
        return Err(Failure::Usage(format!(
            "line {}: a capture has no interfaces: write {}={}",
            line.name, line.name, line.destination
        )));
    }
    if feed.lines.is_empty() && !args.feed.protocols.iter().any(|spec| spec.channel.is_none()) {
        return Err(Failure::Usage(
            "nothing says what the capture's channels speak: add --protocol FRAMING/CODEC, for example --protocol iextp/deep"
                .into(),
        ));
    }
    inspector::run(args, feed, sink)
}

fn open(path: &Path) -> Result<Box<dyn Write>, Failure> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdout()));
    }
    let file = File::create(path);
    let file = file.map_err(|error| {
        Failure::Usage(format!("--messages {}: {error}: name a file that can be written", path.display()))
    })?;
    Ok(Box::new(file))
}
