//! `xdpfeed inspect`: read captures through the same pipeline.

use std::path::PathBuf;

use clap::Args;

use super::{feed::FeedArgs, messages};
use crate::{arbiter::OnGap, config::Feed, failure::Failure, inspector, sink::Sink};

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
    ///
    /// Without --line, each multicast destination in them is a channel of one line. Name redundant lines as lines of one channel,
    /// and they are arbitrated: --line itch/A=233.54.12.111:26477 --line itch/B=233.54.12.101:26400
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    /// What the feed is.
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
    let feed = feed(args)?;
    messages::is_no_input(path, &args.files)?;
    messages::finish(inspector::run(args, feed, || messages::open(path))?, path)
}

/// Runs it, and hands messages and events to `sink`, which comes back.
///
/// # Errors
/// How it ended, if not well.
pub fn with_sink<K: Sink>(args: &InspectArgs, sink: K) -> Result<K, Failure> {
    inspector::run(args, feed(args)?, || Ok(sink))
}

/// What is to be read of the captures.
fn feed(args: &InspectArgs) -> Result<Feed, Failure> {
    let feed = Feed::new(&args.feed.lines, &args.feed.protocols)?;
    if let Some(line) = feed.lines.iter().find(|line| line.interface.is_some()) {
        return Err(Failure::Usage(format!(
            "line {}: a capture has no interfaces: write {}={}",
            line.name, line.name, line.destination
        )));
    }
    if args.feed.recover.on_gap() == OnGap::Recover || !args.feed.recover.recover.is_empty() {
        return Err(Failure::Usage(
            "nobody can be asked for what a capture lacks: leave --recover and --on-gap recover to `xdpfeed run`".into(),
        ));
    }
    if feed.lines.is_empty() && !args.feed.protocols.iter().any(|spec| spec.channel.is_none()) {
        return Err(Failure::Usage(
            "nothing says what the capture's channels speak: add --protocol FRAMING/CODEC, for example --protocol iextp/deep, or --protocol auto to \
             have them recognised"
                .into(),
        ));
    }
    Ok(feed)
}
