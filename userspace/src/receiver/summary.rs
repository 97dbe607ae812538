//! The summary of a live run.

use std::collections::BTreeMap;

use anyhow::Result;
use xdp_prog::Reason;

use super::{
    Receiver, Site, Totals,
    bind::Bound,
    polling::{self, BusyPolling},
    site::{Seat, Tally},
    totals,
};
use crate::{
    cli::run::Timestamps,
    evidence::{self, Evidence},
    ledger::{InFlight, Ledger, Scope},
    nic::steering::Steered,
    program::{AttachMode, Verdicts},
    recovery::thread::Services,
    report::{self, InterfaceSummary, LinkSummary, QueueSummary, Stamps, Summary},
    sys::driver_counters,
    xsk::BoundMode,
};

/// What is known of a receiver that goes on receiving.
pub(super) struct Running {
    /// What each site's programs had counted before the worker was asked.
    pub(super) before: Vec<Verdicts>,
    /// What may be on its way between the stages.
    pub(super) in_flight: InFlight,
}

/// What the sites have to say.
#[derive(Default)]
struct Said<'a> {
    ledger: Ledger,
    evidence: Evidence,
    notes: Vec<String>,
    passed: BTreeMap<&'static str, u64>,
    redirected: u64,
    /// Interfaces that brought packets while their interrupts were put off.
    put_off: Vec<&'a str>,
    interfaces: Vec<InterfaceSummary>,
}

/// Enters every counter there is in the ledger, and says what the user should know. The workers' were read before,
/// those in front of them are read now. `services` is what recovery did, if there is any.
pub(super) fn summary(
    receiver: &Receiver<'_>,
    totals: &Totals,
    services: Option<&Services>,
    running: Option<&Running>,
) -> Result<Summary> {
    let Receiver { feed, sites, args, .. } = receiver;
    let mut said = Said::default();
    said.notes.extend(receiver.inlets.iter().flat_map(|inlet| inlet.notes.clone()));
    if let Some(running) = running {
        said.ledger.running(running.in_flight);
    }
    for (place, site) in sites.iter().enumerate() {
        let before = running.and_then(|running| running.before.get(place));
        enter_site(&mut said, site, (totals, before))?;
    }
    let Said { mut ledger, mut evidence, mut notes, passed, redirected, put_off, interfaces } = said;
    evidence.ip = evidence::moved(&receiver.ip_before, &evidence::of_ip());
    ledger.add(&Scope::Whole, "source_stall_kicks", totals.kicks.kicks);
    ledger.add(&Scope::Whole, "source_stall_kicks_followed", totals.kicks.followed);
    ledger.add(&Scope::Whole, "worker_preempted", totals.preempted);
    notes.extend(receiver.put_off(totals));
    let received = totals.packets;
    if let Some(before) = receiver.busy_polled_before {
        notes.extend(polling::enter(before, &put_off, &mut ledger)?);
    }
    let mut packets = report::enter_pipeline(&mut ledger, feed, &totals.account, received);
    packets.passed = passed;
    if let Some(services) = services {
        report::enter_recovery(&mut ledger, feed, &totals.account, services);
    }
    if packets.received == 0 && !packets.passed.contains_key(Reason::NoSocket.name()) {
        notes.push(nothing_came(redirected, &packets.passed, &evidence));
    }
    notes.extend(receiver.strayed(totals));
    notes.extend(receiver.silent_lines());
    notes.extend(report::refusals(feed, &totals.account));
    notes.extend(report::recognitions(feed, &totals.account));
    notes.extend(report::misnamed(&totals.account));
    let timing = report::timing(feed, &totals.account, args.clock.now_ns(), |line| receiver.joined(line));
    notes.extend(report::clocks_apart(&timing));
    let worst = sites.iter().map(|site| &site.mode).max_by_key(|(_, rank)| *rank);
    Ok(Summary {
        mode: worst.map(|(mode, _)| mode.clone()).unwrap_or_default(),
        seconds: receiver.begun.elapsed().as_secs_f64(),
        packets,
        capture_truncated: 0,
        channels: report::channels(feed, &totals.account, services),
        timing,
        interfaces,
        workers: totals::workers(receiver, totals),
        latency: totals.latency,
        latencies: report::latencies(feed, &totals.account),
        stamps: Stamps::live(args.timestamps == Timestamps::Xdp, args.clock),
        ledger,
        evidence,
        notes,
    })
}

fn enter_site<'a>(
    said: &mut Said<'a>,
    site: &'a Site,
    (totals, before): (&Totals, Option<&Verdicts>),
) -> Result<()> {
    let Tally { verdicts, sockets } = site.tally(totals)?;
    let name = &site.name;
    report::enter_source(&mut said.ledger, name, (before.unwrap_or(&verdicts), &verdicts), &sockets);
    said.redirected += verdicts.of(Reason::Redirected);
    for reason in Reason::ALL.iter().filter(|reason| **reason != Reason::Redirected) {
        let count = verdicts.of(*reason);
        if count > 0 {
            *said.passed.entry(reason.name()).or_default() += count;
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
    said.notes.extend(site.now.iter().flat_map(|attached| attached.bound.warnings.iter().cloned()));
    said.notes.extend(queues.iter().filter(|queue| queue.no_socket > 0 && !queue.bound).map(|queue| {
        format!(
            "{name}: {} packets arrived on queue {}, which has no socket: bind it with --queues all",
            queue.no_socket, queue.queue
        )
    }));
    let steered = site.steered();
    said.notes.extend(steered.iter().flat_map(|steered| elsewhere(name, steered, &queues)));
    said.notes.extend(report::checksums(name, &sockets));
    said.notes.extend(report::unjoined(name, &sockets));
    let mode = site.bound().map_or(BoundMode::Copy, |bound| bound.copy);
    let losses =
        sockets.iter().flat_map(|(queue, kernel, _)| report::socket_losses(name, *queue, mode, kernel));
    said.notes.extend(losses);
    match site.bound() {
        None => said.notes.push(format!("interface {name} is gone, and did not come back")),
        Some(bound) => {
            if let Some(id) = bound.program.lost_to() {
                said.notes.push(format!("{name}: ended because program id {id} took our place"));
            }
            if verdicts.of(Reason::Redirected) > 0
                && bound.polling.as_ref().is_some_and(BusyPolling::puts_off)
            {
                said.put_off.push(name);
            }
            enter_host(said, site, bound);
        }
    }
    said.interfaces.push(shown(site, queues));
    Ok(())
}

fn shown(site: &Site, queues: Vec<QueueSummary>) -> InterfaceSummary {
    InterfaceSummary {
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
        steered: site.steered(),
        queues,
    }
}

/// Queues that packets came on, though no rule leads there.
fn elsewhere(name: &str, steered: &Steered, queues: &[QueueSummary]) -> Vec<String> {
    let led_to = |queue: &&QueueSummary| queue.redirected > 0 && !steered.queues.contains(&queue.queue);
    let queues = queues.iter().filter(led_to);
    let sentence = |queue: &QueueSummary| {
        format!(
            "{name}: {} packets of lines came on queue {}, though no rule leads there: the NIC does not heed its rules for \
             them (`ethtool -n {name}` shows these)",
            queue.redirected, queue.queue
        )
    };
    queues.map(sentence).collect()
}

impl Receiver<'_> {
    /// Packets that came on a queue of another worker than their channel's: by queue, and of which lines.
    fn strayed(&self, totals: &Totals) -> Vec<String> {
        let mut notes = Vec::new();
        for (site, seat) in self.sites.iter().flat_map(|site| {
            site.now.iter().flat_map(|attached| &attached.seats).map(move |seat| (site, seat))
        }) {
            let count = totals.port(*seat).map_or(0, |(_, counters, _)| counters.elsewhere);
            let arrivals = &self.stations[seat.worker].arrivals;
            let lines = self.feed.live().filter(|(index, _)| arrivals.astray(*index) > 0);
            let lines: Vec<String> = lines.map(|(_, line)| self.feed.label(line)).collect();
            if count > 0 {
                notes.push(astray(&site.name, seat, count, &lines));
            }
        }
        notes
    }
}

impl Receiver<'_> {
    /// Workers that were put off their CPUs, and whose sockets had no room for what came.
    fn put_off(&self, totals: &Totals) -> Vec<String> {
        let mut lost = vec![0; self.stations.len()];
        for attached in self.sites.iter().filter_map(|site| site.now.as_ref()) {
            for seat in &attached.seats {
                if let Some((_, _, Some(kernel))) = totals.port(*seat) {
                    lost[seat.worker] += report::too_late(attached.bound.copy, kernel);
                }
            }
        }
        let workers = (0..).zip(totals.preempted_each()).zip(lost);
        workers.filter_map(|((worker, times), lost)| report::put_off(worker, times, lost)).collect()
    }
}

fn astray(name: &str, Seat { worker, queue, .. }: &Seat, count: u64, lines: &[String]) -> String {
    let lines = if lines.is_empty() { String::new() } else { format!(" ({})", lines.join(", ")) };
    format!(
        "{name}: {count} packets came on queue {queue}, which worker {worker} reads, of lines that another worker \
         has{lines}: they were not taken (source_other_worker); the NIC does not heed its rules for them (`ethtool -n {name}` \
         shows these)"
    )
}

/// Enters what the interface's own counters say. They were read before and after the program was attached, and before it was
/// detached: what came in between may be on either side.
fn enter_host(said: &mut Said<'_>, site: &Site, bound: &Bound) {
    let name = bound.interface.name.as_str();
    let now = evidence::of_interface(name);
    let [earliest, latest] = &bound.counted;
    let before = evidence::moved(earliest, &now);
    let after = evidence::moved(latest, bound.counted_last.as_ref().unwrap_or(&now));
    // With GRO it polls its rings without a program as well, and with generic XDP not at all. Of a device that is
    // another one now, nobody knows what the first counted in the end; of one where another program took our place,
    // what it counted since.
    let counts_ours = bound.attached == AttachMode::Native
        && site.link.removals == 0
        && bound.program.lost_to().is_none()
        && driver_counters::merges_packets(name).is_ok_and(|merges| !merges);
    if counts_ours && evidence::is_veth(&now) {
        let [(most, most_drops), (least, least_drops)] = [&before, &after].map(evidence::veth_sums);
        let scope = Scope::Interface(name.into());
        said.ledger.add_twice(&scope, "veth_xdp_packets", (least, most));
        said.ledger.add_twice(&scope, "veth_drops", (least_drops, most_drops));
    }
    said.evidence.interfaces.insert(name.to_owned(), before);
}

/// What to look at when nothing was received: the commonest of all complaints.
fn nothing_came(redirected: u64, passed: &BTreeMap<&'static str, u64>, evidence: &Evidence) -> String {
    if redirected > 0 {
        "packets were redirected, and every one was dropped at its socket: socket_rx_dropped are larger than a \
         frame or found none free, socket_rx_ring_full came too fast"
            .into()
    } else if passed.values().sum::<u64>() == 0
        && let Some((name, count)) = evidence.most_received()
    {
        format!(
            "no packet reached the XDP program, but {name} itself counted {count} of them: its driver dropped them, or hands \
             on none any more; look at the interface's other counters in the evidence, and try --mode copy or generic"
        )
    } else if passed.values().sum::<u64>() == 0 {
        "no packet at all reached the XDP program: check cabling, switch port and IGMP snooping, and that the \
         sender is up"
            .into()
    } else if passed.contains_key(Reason::WrongVlan.name()) {
        "packets for the lines arrived, but in another VLAN than the line's (vlan=, or the VLAN device it is on), or \
         tagged where it says none: compare with `tcpdump -eni IFACE udp`; a NIC that takes tags off (`ethtool -k \
         IFACE`: rx-vlan-offload) hides them"
            .into()
    } else if passed.contains_key("no_match") {
        "UDP arrived, but to no group and port asked for, or from another source: compare --line with \
         `tcpdump -ni IFACE udp`"
            .into()
    } else {
        "packets arrived, but none that could be a feed's: --trace-verdicts says why each was passed".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_on_another_worker_s_queue_are_told() {
        let told = astray("eth0", &Seat { worker: 1, port: 0, queue: 3 }, 7, &["itch/A".into()]);
        assert!(
            told.starts_with("eth0: 7 packets came on queue 3, which worker 1 reads, of lines that another worker has (itch/A)"),
            "{told}"
        );
    }

    #[test]
    fn packets_that_no_rule_led_to_a_queue_are_told() {
        let steered = Steered { lines: 2, found: 0, queues: [0, 2].into() };
        let queue = |queue, redirected| QueueSummary { queue, bound: true, redirected, no_socket: 0 };
        assert_eq!(elsewhere("eth0", &steered, &[queue(0, 7), queue(1, 0), queue(2, 0)]), [""; 0]);
        let told = elsewhere("eth0", &steered, &[queue(0, 7), queue(1, 3), queue(2, 1)]);
        assert!(
            told.len() == 1 && told[0].starts_with("eth0: 3 packets of lines came on queue 1"),
            "{told:?}"
        );
    }
}
