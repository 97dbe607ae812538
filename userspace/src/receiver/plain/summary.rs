//! The summary of a run without XDP.

use super::{
    Site,
    accounts::{Passed, Plain},
};
use crate::{
    config::Line,
    evidence::{self, Evidence},
    ledger::{Ledger, Scope},
    recovery::thread::Services,
    report::{self, Stamps, Summary, WorkerSummary},
    source::Keeper,
    worker::mailbox::Counts,
};

/// Enters every counter there is in the ledger, and says what the user should know.
pub(super) fn summary<S: Plain>(
    site: &Site<'_>,
    counts: &Counts<S::Port>,
    services: Option<&Services>,
    keeper: &Keeper,
) -> Summary {
    let Site { args, feed, .. } = site;
    let (mut ledger, mut passed) = (Ledger::default(), Passed::new());
    let mut notes = S::enter(&mut ledger, feed, &counts.ports, &mut passed);
    let mut packets = report::enter_pipeline(&mut ledger, feed, &counts.account, counts.packets.1);
    packets.passed = passed;
    ledger.add(&Scope::Whole, "worker_preempted", counts.preempted);
    let evidence = evidence_of(site);
    let entries = ledger.entries();
    let lost = |name| entries.iter().find(|(entry, _)| *entry == name).map(|(_, lost)| *lost);
    let at_sockets = lost("udp_socket_drops");
    // A packet socket has them before the IP stack looks.
    let wrong = at_sockets.map_or(0, |_| evidence.wrong_checksums());
    if wrong > 0 {
        notes.push(format!(
            "{wrong} UDP datagrams came to this host with wrong checksums and were dropped (evidence, InCsumErrors): they \
             were damaged on the way, or their sender left the checksum to a NIC that there was not"
        ));
    }
    // Sockets count those that were for them among what they had no room for.
    let full = at_sockets.unwrap_or_default().saturating_sub(wrong);
    let full = full + lost("packet_socket_drops").unwrap_or_default();
    notes.extend(report::put_off(0, counts.preempted, full));
    if let Some(services) = services {
        report::enter_recovery(&mut ledger, feed, &counts.account, services);
    }
    if packets.received == 0 {
        notes.push(
            "no datagram came: check that the sender is up, cabling, switch port and IGMP snooping, a firewall here, and \
             --line against `tcpdump -ni IFACE udp`"
                .into(),
        );
    }
    notes.extend(report::refusals(feed, &counts.account));
    notes.extend(report::recognitions(feed, &counts.account));
    let timing = report::timing(feed, &counts.account, args.clock.now_ns(), |line| {
        let Line { interface, destination, source, .. } = feed.lines.get(line)?;
        let joined_again = keeper.joined_again(interface.as_deref()?, destination.ip(), *source);
        Some(report::LineJoined { first: None, joined_again })
    });
    notes.extend(report::clocks_apart(&timing));
    Summary {
        mode: site.name.into(),
        seconds: site.begun.elapsed().as_secs_f64(),
        packets,
        capture_truncated: 0,
        channels: report::channels(feed, &counts.account, services),
        timing,
        interfaces: Vec::new(),
        workers: vec![worker(site, counts)],
        latency: None,
        latencies: Vec::new(),
        stamps: Stamps::without_xdp(args.clock),
        ledger,
        evidence,
        notes,
    }
}

/// What the interfaces and the IP stack counted meanwhile.
fn evidence_of(site: &Site<'_>) -> Evidence {
    let moved = site
        .interfaces
        .iter()
        .zip(&site.before)
        .map(|(name, before)| (name.clone(), evidence::moved(before, &evidence::of_interface(name))));
    Evidence { interfaces: moved.collect(), ip: evidence::moved(&site.ip_before, &evidence::of_ip()) }
}

/// The one worker there is.
fn worker<P>(site: &Site<'_>, counts: &Counts<P>) -> WorkerSummary {
    WorkerSummary {
        worker: 0,
        cpu: site.args.cpu.first().copied(),
        channels: site.feed.channels.iter().map(|channel| channel.name.clone()).collect(),
        sockets: counts.ports.len(),
        packets: counts.packets.1,
        preempted: counts.preempted,
        latency_ns: None,
    }
}
