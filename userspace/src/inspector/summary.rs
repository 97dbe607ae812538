//! What was in the captures, added up.

use xdp_prog::Reason;

use super::{
    Taken,
    table::{DISCOVERED, Table},
};
use crate::{
    evidence::Evidence,
    ledger::{Ledger, Scope},
    pipeline::Account,
    report::{self, Stamps, Summary},
    source::capture::{CaptureCounters, CaptureSource},
};

/// The summary of what was read, whether or not that was all.
pub(super) fn summary(source: &CaptureSource<Table>, account: &Account, taken: &Taken) -> Summary {
    let mut ledger = Ledger::default();
    enter_capture(&mut ledger, source.counters());
    let feed = &source.lines().feed;
    let mut packets = report::enter_pipeline(&mut ledger, feed, account, taken.received);
    let reasons = Reason::ALL.iter().map(|reason| (reason.name(), source.counters().reason(*reason)));
    packets.passed = reasons.filter(|(_, count)| *count > 0).collect();
    Summary {
        mode: "capture".into(),
        seconds: taken.span.map_or(0.0, |(first, last)| (last - first) as f64 / 1e9),
        packets,
        capture_truncated: source.counters().capture_truncated,
        channels: report::channels(feed, account, None),
        timing: report::timing(feed, account, taken.span.map_or(0, |(_, last)| last), |_| None),
        interfaces: Vec::new(),
        workers: Vec::new(),
        latency: None,
        latencies: Vec::new(),
        stamps: Stamps::OF_CAPTURE,
        ledger,
        evidence: Evidence::default(),
        notes: notes(source, account, taken.received),
    }
}

/// What the figures alone do not tell.
fn notes(source: &CaptureSource<Table>, account: &Account, received: u64) -> Vec<String> {
    let table = source.lines();
    let mut notes = Vec::new();
    if received == 0 {
        notes.push(format!(
            "no datagram was for a line; the capture has {} packets: check --line against its destinations",
            source.counters().packets
        ));
    }
    if table.left_out > 0 {
        notes.push(format!(
            "{} datagrams were to more than {DISCOVERED} destinations: name those that matter with --line",
            table.left_out
        ));
    }
    notes.extend(report::refusals(&table.feed, account));
    notes.extend(report::recognitions(&table.feed, account));
    notes
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
