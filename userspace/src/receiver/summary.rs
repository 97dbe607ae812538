//! The summary of a live run.

use std::collections::BTreeMap;

use anyhow::Result;
use xdp_prog::Reason;

use super::{
    Bound, Receiver, Site,
    site::Tally,
};
use crate::{
    ledger::Ledger,
    nic::busy_polled,
    recovery::thread::Desk,
    report::{self, InterfaceSummary, LinkSummary, QueueSummary, Summary},
    source::af_xdp::monotonic_ns,
    worker::mailbox::Counts,
};

/// Enters every counter there is in the ledger, and says what the user should know. The worker's were read before, those
/// in front of it are read now; `in_flight` packets may be on the way between them. `desk` is what did recovery, where
/// that has ended.
pub(super) fn summary(
    receiver: &Receiver<'_>,
    counts: &Counts,
    desk: Option<&Desk>,
    in_flight: u64,
) -> Result<Summary> {
    let Receiver { feed, sites, .. } = receiver;
    let mut ledger = Ledger::in_flight(in_flight);
    let mut notes: Vec<String> = receiver.inlets.iter().flat_map(|inlet| inlet.notes.clone()).collect();
    let mut redirected = 0;
    let mut shown = Vec::new();
    let mut passed = BTreeMap::new();
    let mut ports = Vec::new();
    for site in sites {
        notes.extend(site.now.iter().flat_map(|attached| attached.bound.warnings.iter().cloned()));
        let Tally { verdicts, sockets } = site.tally(counts)?;
        let counters: Vec<_> = sockets.iter().map(|(_, kernel, port)| (*kernel, *port)).collect();
        report::enter_source(&mut ledger, &site.name, &verdicts, &counters);
        ports.extend(counters.iter().map(|(_, port)| *port));
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
                bound: site.is_bound(queue),
                redirected: counters.redirected,
                no_socket: counters.no_socket,
            })
            .collect();
        for queue in queues.iter().filter(|queue| queue.no_socket > 0 && !queue.bound) {
            notes.push(format!(
                "{}: {} packets arrived on queue {}, which has no socket: bind it with --queues all",
                site.name, queue.no_socket, queue.queue
            ));
        }
        if let Some(id) = site.bound().and_then(|bound| bound.program.lost_to()) {
            notes.push(format!("{}: ended because program id {id} took our place", site.name));
        }
        if site.now.is_none() {
            notes.push(format!("interface {} is gone, and did not come back", site.name));
        }
        shown.push(InterfaceSummary {
            name: site.name.clone(),
            mode: site.mode.0.clone(),
            multi_buffer: site.bound().is_some_and(|bound| bound.multi_buffer),
            steps_down: site.now.iter().flat_map(|attached| attached.bound.steps_down.clone()).collect(),
            link: LinkSummary {
                up: site.link.up,
                downs: site.link.downs,
                removals: site.link.removals,
                bound_again: site.link.bound_again,
            },
            queues,
        });
    }
    ledger.add("source_stall_kicks", counts.kicks.kicks);
    ledger.add("source_stall_kicks_followed", counts.kicks.followed);
    let received = counts.packets.1;
    notes.extend(busy_polling(sites.iter().filter_map(Site::bound), received, &mut ledger)?);
    report::enter_worker(&mut ledger, ports.into_iter(), received);
    let mut packets = report::enter_pipeline(&mut ledger, feed, &counts.account, received);
    packets.passed = passed;
    if let Some(desk) = desk {
        report::enter_recovery(&mut ledger, feed, &counts.account, desk);
    }
    if packets.received == 0 && !packets.passed.contains_key(Reason::NoSocket.name()) {
        notes.push(nothing_came(redirected, &packets.passed));
    }
    notes.extend(receiver.silent_lines());
    notes.extend(report::refusals(feed, &counts.account));
    notes.extend(report::recognitions(feed, &counts.account));
    let worst = sites.iter().map(|site| &site.mode).max_by_key(|(_, rank)| *rank);
    Ok(Summary {
        mode: worst.map(|(mode, _)| mode.clone()).unwrap_or_default(),
        seconds: receiver.begun.elapsed().as_secs_f64(),
        packets,
        capture_truncated: 0,
        channels: report::channels(feed, &counts.account, desk),
        timing: report::timing(feed, &counts.account, monotonic_ns(), |line| receiver.joined(line)),
        interfaces: shown,
        latency: counts.latency,
        ledger,
        notes,
    })
}

/// With `--wait busy-poll`: what that brought of the packets received, on all interfaces of the namespace; what to know
/// if it was nothing.
fn busy_polling<'a>(
    bound: impl Iterator<Item = &'a Bound>,
    received: u64,
    ledger: &mut Ledger,
) -> Result<Option<String>> {
    let before = bound.filter_map(|bound| bound.busy_polled.as_ref().map(|(before, _)| *before));
    let Some(before) = before.min() else { return Ok(None) };
    let brought = busy_polled()?.saturating_sub(before);
    ledger.add("host_busy_polled", brought);
    Ok((received > 0 && brought == 0).then(|| {
        format!(
            "busy polling brought none of the {received} packets (TcpExt BusyPollRxPackets did not move): they came \
             by interrupts, as with --wait spin; kernel or driver do not let AF_XDP busy-poll here"
        )
    }))
}

/// What to look at when nothing was received: the commonest of all complaints.
fn nothing_came(redirected: u64, passed: &BTreeMap<&'static str, u64>) -> String {
    if redirected > 0 {
        "packets were redirected, and every one was dropped at its socket: socket_rx_dropped are larger than a \
         frame or found none free, socket_rx_ring_full came too fast"
            .into()
    } else if passed.values().sum::<u64>() == 0 {
        "no packet at all reached the XDP program: check cabling, switch port and IGMP snooping, and that the \
         sender is up"
            .into()
    } else if passed.contains_key("no_match") {
        "UDP arrived, but to no group and port asked for, or from another source: compare --line with \
         `tcpdump -ni IFACE udp`"
            .into()
    } else {
        "packets arrived, but none that could be a feed's: --trace-verdicts says why each was passed".into()
    }
}
