//! The summary of a live run.

use std::{collections::BTreeMap, time::Duration};

use anyhow::Result;
use xdp_prog::Reason;

use super::Bound;
use crate::{
    config::Feed,
    evidence::{self, Counters, Evidence},
    ledger::{Ledger, Scope},
    program::AttachMode,
    recovery::thread::Desk,
    report::{self, InterfaceSummary, QueueSummary, Stamps, Summary},
    sink::{Count, Sink},
    sys::driver_counters,
    worker::Worker,
};

/// Reads every counter there is, enters them in the ledger, and says what the user should know.
pub(super) fn summary<K: Sink>(
    feed: &Feed,
    interfaces: &[Bound],
    worker: &Worker<Count<K>>,
    desk: Option<&Desk>,
    ip_before: &Counters,
    elapsed: Duration,
) -> Result<Summary> {
    let mut ledger = Ledger::default();
    let mut notes = Vec::new();
    let mut redirected = 0;
    let mut shown = Vec::new();
    let mut passed = BTreeMap::new();
    let mut evidence = Evidence { ip: evidence::moved(ip_before, &evidence::of_ip()), ..Evidence::default() };
    let sockets: Vec<_> = worker.source().sockets().zip(worker.source().counters()).collect();
    for bound in interfaces {
        notes.extend_from_slice(&bound.warnings);
        let verdicts = bound.program.verdicts()?;
        let counters = bound
            .sockets
            .iter()
            .map(|(index, queue)| Ok((*queue, sockets[*index].0.statistics()?, sockets[*index].1)))
            .collect::<Result<Vec<_>>>()?;
        report::enter_source(&mut ledger, &bound.interface.name, (&verdicts, &verdicts), &counters);
        enter_host(&mut ledger, &mut evidence, bound);
        notes.extend(report::checksums(&bound.interface.name, &counters));
        redirected += verdicts.of(Reason::Redirected);
        for reason in Reason::ALL.iter().filter(|reason| **reason != Reason::Redirected) {
            let count = verdicts.of(*reason);
            if count > 0 {
                *passed.entry(reason.name()).or_default() += count;
            }
        }
        let queues: Vec<QueueSummary> = (0u32..)
            .zip(&verdicts.by_queue)
            .map(|(queue, counters)| QueueSummary {
                queue,
                bound: bound.sockets.iter().any(|(_, bound)| *bound == queue),
                redirected: counters.redirected,
                no_socket: counters.no_socket,
            })
            .collect();
        for queue in queues.iter().filter(|queue| queue.no_socket > 0) {
            notes.push(format!(
                "{}: {} packets arrived on queue {}, which has no socket: bind it with --queues all",
                bound.interface.name, queue.no_socket, queue.queue
            ));
        }
        for (queue, statistics, _) in &counters {
            notes.extend(report::socket_losses(&bound.interface.name, *queue, bound.copy, statistics));
        }
        shown.push(InterfaceSummary {
            name: bound.interface.name.clone(),
            mode: bound.mode(),
            steps_down: bound.steps_down.clone(),
            queues,
        });
    }
    let mut packets = report::enter_pipeline(&mut ledger, feed, worker.pipeline(), worker.packets());
    packets.passed = passed;
    if let Some(desk) = desk {
        report::enter_recovery(&mut ledger, feed, worker.pipeline(), desk);
    }
    if packets.received == 0 && !packets.passed.contains_key(Reason::NoSocket.name()) {
        notes.push(nothing_came(redirected, &packets.passed));
    }
    notes.extend(report::refusals(feed, worker.pipeline()));
    notes.extend(report::recognitions(feed, worker.pipeline()));
    let timing = report::timing(feed, worker.pipeline(), worker.source().clock().now_ns());
    notes.extend(report::clocks_apart(&timing));
    Ok(Summary {
        mode: interfaces.iter().max_by_key(|bound| bound.rank()).map(Bound::mode).unwrap_or_default(),
        seconds: elapsed.as_secs_f64(),
        packets,
        capture_truncated: 0,
        channels: report::channels(feed, worker.pipeline(), desk),
        timing,
        interfaces: shown,
        latency: worker.latency().percentiles(),
        latencies: report::latencies(feed, worker.pipeline()),
        stamps: Stamps::live(worker.stamped(), worker.source().clock()),
        ledger,
        evidence,
        notes,
    })
}

/// Enters what the interface's own counters say. They were read before and after the program was attached: what came
/// in between may be on either side.
fn enter_host(ledger: &mut Ledger, evidence: &mut Evidence, bound: &Bound) {
    let name = bound.interface.name.as_str();
    let now = evidence::of_interface(name);
    let [before, after] = bound.counted.each_ref().map(|then| evidence::moved(then, &now));
    // With GRO it polls its rings without a program as well, and with generic XDP not at all.
    let counts_ours = bound.attached == AttachMode::Native
        && driver_counters::merges_packets(name).is_ok_and(|merges| !merges);
    if counts_ours && evidence::is_veth(&now) {
        let [(most, most_drops), (least, least_drops)] = [&before, &after].map(evidence::veth_sums);
        let scope = Scope::Interface(name.into());
        ledger.add_twice(&scope, "veth_xdp_packets", (least, most));
        ledger.add_twice(&scope, "veth_drops", (least_drops, most_drops));
    }
    evidence.interfaces.insert(name.to_owned(), before);
}

/// What to look at when nothing was received: the commonest of all complaints.
fn nothing_came(redirected: u64, passed: &BTreeMap<&'static str, u64>) -> String {
    if redirected > 0 {
        "packets were redirected, and every one was dropped at its socket".into()
    } else if passed.values().sum::<u64>() == 0 {
        "no packet at all reached the XDP program: check cabling, switch port and IGMP snooping, and that the \
         sender is up"
            .into()
    } else if passed.contains_key(Reason::WrongVlan.name()) {
        "packets for the lines arrived, but in another VLAN than vlan= says, or tagged where it says none: compare with \
         `tcpdump -eni IFACE udp`; a NIC that takes tags off (`ethtool -k IFACE`: rx-vlan-offload) hides them"
            .into()
    } else if passed.contains_key("no_match") {
        "UDP arrived, but to no group and port asked for, or from another source: compare --line with \
         `tcpdump -ni IFACE udp`"
            .into()
    } else {
        "packets arrived, but none that could be a feed's: --trace-verdicts says why each was passed".into()
    }
}
