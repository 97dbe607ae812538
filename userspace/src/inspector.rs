//! `inspect`, from opening the captures to the summary.

mod summary; // what was in the captures
mod table; // which line a datagram belongs to

use std::path::Path;

use crate::{
    cli::inspect::InspectArgs,
    config::{Feed, ProtocolChoice},
    console::tell,
    failure::Failure,
    framing::Framing,
    pipeline::{Measured, Pipeline, ROOM},
    report,
    sink::{Count, Sink},
    source::{
        Received, Source as _,
        capture::{CaptureFrame, CaptureSource},
    },
};
use summary::summary;
use table::Table;

/// Packets read between two looks at the reorder windows: as many as a live batch.
const BATCH: usize = 64;

/// Channels whose reorder windows may be full at the same time: each costs some MB of slots. With fewer slots
/// than datagrams waiting, windows give way early, and that is counted.
const HOLDING_CHANNELS: usize = 8;

/// What was taken from the captures.
#[derive(Default)]
struct Taken {
    /// Datagrams of the lines.
    received: u64,
    /// The earliest and the latest of their stamps.
    span: Option<(u64, u64)>,
    /// Why there was no more before the end.
    failure: Option<anyhow::Error>,
}

/// Reads the captures to their end, hands what is in them to the sink, which is asked for once they are open, and prints the
/// summary. Gives the sink back.
///
/// # Errors
/// [`Failure::Usage`] when a file cannot be opened or is no capture; [`Failure::Failed`] when reading fails further on.
pub fn run<K: Sink>(
    args: &InspectArgs,
    feed: Feed,
    sink: impl FnOnce() -> Result<K, Failure>,
) -> Result<K, Failure> {
    // How much is held does not depend on the framing.
    let most_held = args.feed.limits(Framing::MoldUdp64.facts(), feed.lines.len().max(1)).most_held();
    let most_held = most_held.saturating_mul(feed.channels.len().clamp(1, HOLDING_CHANNELS));
    let table = Table::new(feed, args.feed.protocols.clone());
    let mut source = CaptureSource::open(&args.files, table, BATCH, most_held)
        .map_err(|error| Failure::Usage(format!("{error:#}")))?;
    let mut pipeline: Pipeline<CaptureFrame, Count<K>> =
        Pipeline::new(Count::before(sink()?), early_slots(args));
    // Stamps of captures are UTC.
    pipeline.measure(Measured { latency: false, one_way: Some(0) });
    if args.unsequenced {
        pipeline.ignore_sequences();
    }
    let taken = take(args, &mut source, &mut pipeline);
    let account = pipeline.account();
    let recognised = report::all_recognised(&source.lines().feed, &account);
    let summary = summary(&source, &account, &taken);
    // Told even if reading failed: what came before is accounted for.
    if args.messages.as_deref() == Some(Path::new("-")) {
        tell(format_args!("{}", summary.text(args.json).trim_end()));
    } else {
        summary.print(args.json)?;
    }
    taken.failure.map_or(recognised, |error| Err(error.into()))?;
    Ok(pipeline.into_sink().into_next())
}

/// Takes the captures' datagrams through the pipeline, to their end or to where reading fails.
fn take(
    args: &InspectArgs,
    source: &mut CaptureSource<Table>,
    pipeline: &mut Pipeline<CaptureFrame, impl Sink>,
) -> Taken {
    let mut batch: Vec<Received<CaptureFrame>> = Vec::with_capacity(BATCH);
    let mut taken = Taken::default();
    while !source.finished() && taken.failure.is_none() {
        taken.failure = source.receive(&mut batch).err();
        taken.received += batch.len() as u64;
        add_discovered(args, &source.lines().feed, pipeline);
        for Received { line, stamp_ns, frame } in batch.drain(..) {
            let (first, last) = taken.span.unwrap_or((stamp_ns, stamp_ns));
            taken.span = Some((first.min(stamp_ns), last.max(stamp_ns)));
            // Windows close by the stamps alone, wherever a batch ends: nothing earlier is still to come, but
            // what has this very stamp. Unless a file's clock was put back: time goes on from there, for by the latest stamp
            // there was every hole would be past its window at once.
            pipeline.advance(source, stamp_ns.saturating_sub(1));
            pipeline.accept(source, line, stamp_ns, frame);
        }
        tell_taken(pipeline);
    }
    pipeline.finish(source);
    tell_taken(pipeline);
    taken
}

/// Says what protocols were recognised. What was refused is what the command ends with.
fn tell_taken<F>(pipeline: &mut Pipeline<F, impl Sink>) {
    for news in pipeline.take_news().iter().filter(|news| !news.refused) {
        tell(format_args!("xdpfeed: {}", news.text));
    }
}

/// Room for datagrams that waited for their protocol to be recognised, and then have to wait for one before them.
fn early_slots(args: &InspectArgs) -> u32 {
    let auto = args.feed.protocols.iter().any(|spec| spec.protocol == ProtocolChoice::Auto);
    if auto { (ROOM * HOLDING_CHANNELS) as u32 } else { 0 }
}

/// Gives the pipeline the channels and lines it does not have yet.
fn add_discovered<F>(args: &InspectArgs, feed: &Feed, pipeline: &mut Pipeline<F, impl Sink>) {
    for channel in feed.channels.iter().skip(pipeline.channels().len()) {
        args.feed.add_channel(channel, pipeline);
    }
    for line in feed.lines.iter().skip(pipeline.lines()) {
        pipeline.add_line(line.channel, line.index);
    }
}
