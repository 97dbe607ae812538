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
    let (full, damaged) = dropped(&ledger, &evidence);
    notes.extend(damaged);
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
    notes.extend(report::misnamed(&counts.account));
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

/// How many datagrams sockets and rings had no room for, and what there is to say of those that were damaged.
fn dropped(ledger: &Ledger, evidence: &Evidence) -> (u64, Option<String>) {
    let entries = ledger.entries();
    let lost = |name| entries.iter().find(|(entry, _)| *entry == name).map(|(_, lost)| *lost);
    let at_sockets = lost("udp_socket_drops");
    // A packet socket has them before the IP stack looks.
    let wrong = at_sockets.map_or(0, |_| evidence.wrong_checksums());
    let damaged = (wrong > 0).then(|| {
        format!(
            "{wrong} UDP datagrams came to this host with wrong checksums and were dropped (evidence, InCsumErrors): they \
             were damaged on the way, or their sender left the checksum to a NIC that there was not"
        )
    });
    // Sockets count those that were for them among what they had no room for.
    let full = at_sockets.unwrap_or_default().saturating_sub(wrong);
    (full + lost("packet_socket_drops").unwrap_or_default(), damaged)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What was dropped at sockets or rings, while the IP stack found so many checksums wrong, IPv4's and IPv6's.
    fn of(lost: &[(&'static str, u64)], wrong: [u64; 2]) -> (u64, Option<String>) {
        let mut ledger = Ledger::default();
        for (interface, (name, count)) in ["eth0", "eth1"].into_iter().zip(lost) {
            ledger.add(&Scope::Interface(interface.into()), *name, *count);
        }
        let ip =
            ["Udp.InCsumErrors", "Udp6.InCsumErrors"].map(str::to_owned).into_iter().zip(wrong).collect();
        dropped(&ledger, &Evidence { ip, ..Evidence::default() })
    }

    #[test]
    fn what_was_damaged_found_no_socket_full() {
        let (full, damaged) = of(&[("udp_socket_drops", 5), ("udp_socket_drops", 4)], [2, 1]);
        assert_eq!(full, 6);
        let damaged = damaged.unwrap();
        assert!(damaged.starts_with("3 UDP datagrams came to this host with wrong checksums"), "{damaged}");
        assert_eq!(of(&[("udp_socket_drops", 5)], [0, 0]), (5, None));
    }

    /// Short datagrams, and those of other sockets.
    #[test]
    fn more_may_be_damaged_than_was_dropped_at_the_sockets() {
        let (full, damaged) = of(&[("udp_socket_drops", 2)], [3, 0]);
        assert!(full == 0 && damaged.is_some_and(|damaged| damaged.starts_with("3 UDP datagrams")));
    }

    #[test]
    fn a_packet_ring_is_full_whatever_the_ip_stack_makes_of_checksums() {
        assert_eq!(of(&[("packet_socket_drops", 4)], [3, 0]), (4, None));
    }
}
