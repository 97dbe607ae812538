//! `inspect`, from opening the captures to the summary.

use std::{net::SocketAddr, path::Path};

use xdp_prog::Reason;

use crate::{
    cli::inspect::InspectArgs,
    config::{Feed, ProtocolChoice, ProtocolSpec},
    console::tell,
    evidence::Evidence,
    failure::Failure,
    framing::Framing,
    ledger::{Ledger, Scope},
    line::LineSpec,
    pipeline::{Measured, Pipeline, ROOM},
    report::{self, Stamps, Summary},
    sink::{Count, Sink},
    source::{
        Received, Source as _,
        capture::{CaptureCounters, CaptureFrame, CaptureSource, Lines},
        destinations::Destinations,
    },
    wire::UdpDatagram,
};

/// Packets read between two looks at the reorder windows: as many as a live batch.
const BATCH: usize = 64;

/// Channels made of destinations that were not named. Each costs some 80 KB once it has a stream; a capture with more is
/// of many feeds, and more would let a file decide how much memory is used.
const DISCOVERED: usize = 2048;

/// Channels whose reorder windows may be full at the same time: each costs some MB of slots. With fewer slots
/// than datagrams waiting, windows give way early, and that is counted.
const HOLDING_CHANNELS: usize = 8;

/// Which line a captured datagram belongs to.
struct Table {
    feed: Feed,
    destinations: Destinations,
    /// Make a channel of each multicast destination: no line was named.
    discover: bool,
    protocols: Vec<ProtocolSpec>,
    /// Datagrams to destinations beyond [`DISCOVERED`].
    left_out: u64,
}

impl Table {
    fn new(feed: Feed, protocols: Vec<ProtocolSpec>) -> Self {
        let discover = feed.lines.is_empty();
        let mut destinations = Destinations::default();
        for (index, line) in feed.lines.iter().enumerate() {
            destinations.add(line.destination, line.source, line.vlan, index as u16);
        }
        Self { feed, destinations, discover, protocols, left_out: 0 }
    }

    /// Makes a channel of a destination that was not met before.
    fn discovered(&mut self, destination: SocketAddr) -> Option<u16> {
        if self.feed.channels.len() == DISCOVERED {
            self.left_out += 1;
            return None;
        }
        let spec = LineSpec {
            channel: Some(destination.to_string()),
            name: "A".to_owned(),
            interface: None,
            vlan: None,
            source: None,
            destination,
        };
        let index = u16::try_from(self.feed.lines.len()).ok()?;
        self.feed.add(&spec, &self.protocols).ok()?;
        self.destinations.add(destination, None, None, index);
        Some(index)
    }
}

impl Lines for Table {
    fn find(&mut self, datagram: &UdpDatagram<'_>) -> Result<u16, Reason> {
        let destination = datagram.destination;
        // Addresses wiped out for publication are all zeros.
        let is_new = self.discover
            && (destination.ip().is_multicast() || destination.ip().is_unspecified())
            && !self.destinations.has(&destination);
        if is_new {
            return self.discovered(destination).ok_or(Reason::NoMatch);
        }
        self.destinations.find(datagram)
    }
}

/// Reads the captures to their end, hands what is in them to `sink`, and prints the summary. Gives the sink back.
///
/// # Errors
/// [`Failure::Usage`] when a file cannot be opened or is no capture; [`Failure::Failed`] when reading fails further on.
pub fn run<K: Sink>(args: &InspectArgs, feed: Feed, sink: K) -> Result<K, Failure> {
    // How much is held does not depend on the framing.
    let most_held = args.feed.limits(Framing::MoldUdp64.facts(), feed.lines.len().max(1)).most_held();
    let most_held = most_held.saturating_mul(feed.channels.len().clamp(1, HOLDING_CHANNELS));
    let table = Table::new(feed, args.feed.protocols.clone());
    let mut source = CaptureSource::open(&args.files, table, BATCH, most_held)
        .map_err(|error| Failure::Usage(format!("{error:#}")))?;
    let mut pipeline: Pipeline<CaptureFrame, Count<K>> =
        Pipeline::new(Count::before(sink), early_slots(args));
    let mut batch: Vec<Received<CaptureFrame>> = Vec::with_capacity(BATCH);
    // Stamps of captures are UTC.
    pipeline.measure(Measured { latency: false, one_way: Some(0) });
    if args.unsequenced {
        pipeline.ignore_sequences();
    }
    let mut received = 0;
    let mut span: Option<(u64, u64)> = None;
    let mut failure = None;
    while !source.finished() && failure.is_none() {
        failure = source.receive(&mut batch).err();
        received += batch.len() as u64;
        add_discovered(args, &source.lines().feed, &mut pipeline);
        for Received { line, stamp_ns, frame } in batch.drain(..) {
            let (first, last) = span.unwrap_or((stamp_ns, stamp_ns));
            span = Some((first.min(stamp_ns), last.max(stamp_ns)));
            // Windows close by the stamps alone, wherever a batch ends: nothing earlier is still to come, but
            // what has this very stamp.
            pipeline.advance(&mut source, last.max(stamp_ns).saturating_sub(1));
            pipeline.accept(&mut source, line, stamp_ns, frame);
        }
        tell_taken(&mut pipeline);
    }
    pipeline.finish(&mut source);
    tell_taken(&mut pipeline);
    let account = pipeline.account();
    let recognised = report::all_recognised(&source.lines().feed, &account);

    let mut ledger = Ledger::default();
    enter_capture(&mut ledger, source.counters());
    let feed = &source.lines().feed;
    let mut packets = report::enter_pipeline(&mut ledger, feed, &account, received);
    let reasons = Reason::ALL.iter().map(|reason| (reason.name(), source.counters().reason(*reason)));
    packets.passed = reasons.filter(|(_, count)| *count > 0).collect();
    let mut notes = Vec::new();
    if received == 0 {
        notes.push(format!(
            "no datagram was for a line; the capture has {} packets: check --line against its destinations",
            source.counters().packets
        ));
    }
    if source.lines().left_out > 0 {
        notes.push(format!(
            "{} datagrams were to more than {DISCOVERED} destinations: name those that matter with --line",
            source.lines().left_out
        ));
    }
    notes.extend(report::refusals(feed, &account));
    notes.extend(report::recognitions(feed, &account));
    let summary = Summary {
        mode: "capture".into(),
        seconds: span.map_or(0.0, |(first, last)| (last - first) as f64 / 1e9),
        packets,
        capture_truncated: source.counters().capture_truncated,
        channels: report::channels(feed, &account, None),
        timing: report::timing(feed, &account, span.map_or(0, |(_, last)| last), |_| None),
        interfaces: Vec::new(),
        workers: Vec::new(),
        latency: None,
        latencies: Vec::new(),
        stamps: Stamps::OF_CAPTURE,
        ledger,
        evidence: Evidence::default(),
        notes,
    };
    // Told even if reading failed: what came before is accounted for.
    if args.messages.as_deref() == Some(Path::new("-")) {
        tell(format_args!("{}", summary.text(args.json).trim_end()));
    } else {
        summary.print(args.json)?;
    }
    failure.map_or(recognised, |error| Err(error.into()))?;
    Ok(pipeline.into_sink().into_next())
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

fn enter_capture(ledger: &mut Ledger, counters: &CaptureCounters) {
    let CaptureCounters { packets, matched, reasons, malformed, capture_truncated } = counters;
    for (name, count) in
        [("capture_packets", packets), ("capture_matched", matched), ("capture_malformed", malformed)]
    {
        ledger.add(&Scope::Whole, name, *count);
    }
    for (reason, count) in Reason::ALL.iter().zip(reasons).filter(|(_, count)| **count > 0) {
        ledger.add(&Scope::Whole, format!("capture_{}", reason.name()), *count);
    }
    ledger.add(&Scope::Whole, "capture_files_cut_short", *capture_truncated);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(table: &mut Table, source: &str, destination: &str) -> Option<u16> {
        let (source, destination) = (source.parse().unwrap(), destination.parse().unwrap());
        table.find(&UdpDatagram { source, destination, vlan: 0, payload: &[] }).ok()
    }

    fn table(lines: &[&str]) -> Table {
        let lines: Vec<LineSpec> = lines.iter().map(|line| line.parse().unwrap()).collect();
        let protocols: Vec<ProtocolSpec> = vec!["iextp".parse().unwrap()];
        Table::new(Feed::new(&lines, &protocols).unwrap(), protocols)
    }

    #[test]
    fn a_line_that_names_the_source_wins() {
        let mut table = table(&["A=224.0.1.1:1", "B=10.0.0.1@224.0.1.1:1"]);
        assert_eq!(find(&mut table, "10.0.0.1:9", "224.0.1.1:1"), Some(1));
        assert_eq!(find(&mut table, "10.0.0.2:9", "224.0.1.1:1"), Some(0));
        assert_eq!(find(&mut table, "10.0.0.1:9", "224.0.1.1:2"), None);
    }

    #[test]
    fn without_lines_each_multicast_destination_becomes_one() {
        let mut table = table(&[]);
        assert_eq!(find(&mut table, "10.0.0.1:9", "224.0.1.1:1"), Some(0));
        assert_eq!(find(&mut table, "10.0.0.1:9", "10.0.0.2:1"), None, "unicast is nobody's feed");
        assert_eq!(find(&mut table, "10.0.0.1:9", "[ff15::1]:1"), Some(1));
        assert_eq!(find(&mut table, "10.0.0.3:9", "224.0.1.1:1"), Some(0));
        assert_eq!(table.feed.channels[1].name, "[ff15::1]:1");
    }
}
