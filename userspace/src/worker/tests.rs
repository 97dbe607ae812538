//! How a worker ends, over a source that brings what a test wrote down.

use anyhow::anyhow;

use super::*;
use crate::{
    arbiter::Limits,
    config::{Feed, Protocol},
    framing::Framing,
    ledger::Ledger,
    report,
    sink::Count,
    source::testing::Scripted,
};

const PROTOCOL: Protocol = Protocol { framing: Framing::MoldUdp64, codec: None };

/// A MoldUDP64 packet of the message of this sequence.
fn packet(sequence: u64) -> Vec<u8> {
    [&b"SESSION001"[..], &sequence.to_be_bytes(), &[0, 1, 0, 1, b'x']].concat()
}

/// A worker of one line whose source finds these.
fn worker(looks: impl IntoIterator<Item = Result<Vec<Vec<u8>>>>) -> Worker<Scripted, Count> {
    let mut pipeline = Pipeline::new(Count::default(), 0);
    pipeline.add_channel("feed", PROTOCOL, Limits::new(PROTOCOL.framing.facts(), 1));
    pipeline.add_line(0, 0);
    Worker::new(Scripted::new(looks), pipeline, false, Wait::Spin)
}

/// Fails unless each of so many packets was delivered, lost, or waits.
#[track_caller]
fn assert_accounted_for(worker: &Worker<Scripted, Count>, packets: u64) {
    let feed =
        Feed::new(&["feed/A=224.0.1.1:1".parse().unwrap()], &["moldudp64/raw".parse().unwrap()]).unwrap();
    let Counts { account, packets: taken, .. } = worker.counts();
    let mut ledger = Ledger::default();
    report::enter_pipeline(&mut ledger, &feed, &account, taken.1);
    assert_eq!((taken.1, ledger.broken().len()), (packets, 0), "{:#}", ledger.to_json());
}

#[test]
fn a_drained_worker_ends_when_nothing_comes_any_more() {
    let mut worker = worker([Ok(vec![packet(1), packet(3)]), Ok(vec![]), Ok(vec![packet(4)])]);
    let shared = Shared { drain: true.into(), ..Shared::default() };
    worker.run(&shared).unwrap();
    assert_accounted_for(&worker, 3);
    let counters = worker.pipeline().channels()[0].arbiter().counters();
    assert_eq!((counters.delivered, counters.units_lost, counters.waiting), (3, 1, 0));
    assert_eq!(shared.packets.into_inner(), 3);
}

/// Nothing is declared lost for that: it might yet have come.
#[test]
fn a_source_that_fails_ends_its_worker_with_what_came_accounted_for() {
    let broken = || Err(anyhow!("the source is broken"));
    let mut worker = worker([Ok(vec![packet(1)]), Ok(vec![packet(3)]), broken(), Ok(vec![packet(2)])]);
    let shared = Shared::default();
    assert_eq!(worker.run(&shared).unwrap_err().to_string(), "the source is broken");
    assert_accounted_for(&worker, 2);
    let counters = worker.pipeline().channels()[0].arbiter().counters();
    assert_eq!((counters.delivered, counters.units_lost, counters.waiting), (1, 0, 1));
    assert_eq!(shared.packets.into_inner(), 2, "the control plane knows of them");
}
