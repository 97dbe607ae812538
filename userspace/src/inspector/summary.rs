//! What was in the captures, added up.

use std::net::SocketAddr;

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
    wire::Link,
};

/// The summary of what was read, whether or not that was all.
pub(super) fn summary(source: &CaptureSource<Table>, account: &Account, taken: &Taken) -> Summary {
    let mut ledger = Ledger::default();
    enter_capture(&mut ledger, source.counters());
    let feed = &source.lines().feed;
    let mut packets = report::enter_pipeline(&mut ledger, feed, account, taken.received);
    let reasons = Reason::ALL.iter().map(|reason| (reason.name(), source.counters().reason(*reason)));
    let unread = ("unread_link", source.counters().unread_link);
    packets.passed = reasons.chain([unread]).filter(|(_, count)| *count > 0).collect();
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
        notes: notes(source, account),
    }
}

/// What the figures alone do not tell.
fn notes(source: &CaptureSource<Table>, account: &Account) -> Vec<String> {
    let (table, counters) = (source.lines(), source.counters());
    let mut notes = if counters.matched == 0 {
        vec![nothing_matched(counters, table.unicast, table.discover)]
    } else {
        let causes = passed(counters, table.unicast);
        causes.into_iter().map(|(count, were)| format!("{count} packets {were}")).collect()
    };
    if table.left_out > 0 {
        notes.push(format!(
            "{} datagrams were to more than {DISCOVERED} destinations: name those that matter with --line",
            table.left_out
        ));
    }
    notes.extend(report::refusals(&table.feed, account));
    notes.extend(report::recognitions(&table.feed, account));
    notes.extend(report::misnamed(account));
    notes
}

/// Packets that would have been lines', but for something that can be mended: how many, and what they were. `unicast` is
/// [`Table::unicast`].
fn passed(counters: &CaptureCounters, unicast: (u64, Option<SocketAddr>)) -> Vec<(u64, String)> {
    let mut causes = Vec::new();
    if let (count, Some(first)) = unicast {
        let were = format!(
            "were UDP to destinations that are not multicast, which are lines only if they are named: name the feed's with \
             --line, for example --line A={first}, and with them its multicast ones"
        );
        causes.push((count, were));
    }
    if counters.snapped > 0 {
        let were = "were cut by the capture's snap length, so that their datagrams are not whole: capture them again with a \
                    longer one (tcpdump -s 0)";
        causes.push((counters.snapped, were.into()));
    }
    if let Some(linktype) = counters.unread_linktype {
        let were = format!(
            "were of another link type ({linktype} the first), in which no datagrams are looked for; what is read: {}",
            Link::SUPPORTED
        );
        causes.push((counters.unread_link, were));
    }
    causes
}

/// What to look at when no datagram was for a line: what most of those packets were that could have been. `discover`: no line was
/// named.
fn nothing_matched(counters: &CaptureCounters, unicast: (u64, Option<SocketAddr>), discover: bool) -> String {
    let CaptureCounters { packets, .. } = counters;
    let mut causes = passed(counters, unicast);
    let mut add = |reason, were: &str| causes.push((counters.reason(reason), were.into()));
    if !discover {
        add(
            Reason::NoMatch,
            "were UDP to other destinations, or from other sources: check --line against them (`tcpdump -nr FILE udp`)",
        );
    }
    add(
        Reason::Fragment,
        "were IP fragments, which are not put together: a feed's datagrams have to fit its sender's MTU",
    );
    // Of equals the first: it says more of what to do.
    let most = causes.into_iter().filter(|(count, _)| *count > 0).rev().max_by_key(|(count, _)| *count);
    let why = if *packets == 0 {
        "the capture has no packets: look whether its filter let any pass".into()
    } else if counters.reason(Reason::WrongVlan) > 0 {
        // However few: all else is as the line has it.
        format!(
            "{} datagrams to its destinations were in another VLAN than the line's: check vlan= in --line",
            counters.reason(Reason::WrongVlan)
        )
    } else if let Some((count, were)) = most {
        format!("{count} of the capture's {packets} packets {were}")
    } else {
        let named = Reason::ALL.iter().filter(|reason| counters.reason(**reason) > 0);
        let malformed = (counters.malformed > 0).then_some("malformed");
        let named: Vec<&str> = named.map(|reason| reason.name()).chain(malformed).collect();
        format!(
            "none of the capture's {packets} packets holds a whole UDP datagram, which is all that feeds are read from: what \
             they are is in the counters ({})",
            named.join(", ")
        )
    };
    format!("no datagram was for a line: {why}")
}

fn enter_capture(ledger: &mut Ledger, counters: &CaptureCounters) {
    let CaptureCounters { packets, matched, reasons, malformed, unread_link, capture_truncated, .. } =
        counters;
    for (name, count) in [
        ("capture_packets", packets),
        ("capture_matched", matched),
        ("capture_malformed", malformed),
        ("capture_unread_link", unread_link),
    ] {
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

    fn counted(reasons: &[(Reason, u64)], snapped: u64) -> CaptureCounters {
        let mut counters = CaptureCounters { snapped, ..CaptureCounters::default() };
        for (reason, count) in reasons {
            counters.reasons[*reason as usize] = *count;
            counters.packets += count;
        }
        counters
    }

    /// 7 datagrams, the first of them to this destination.
    fn unicast() -> (u64, Option<SocketAddr>) {
        (7, Some("10.0.0.2:5000".parse().unwrap()))
    }

    #[test]
    fn unicast_and_cut_packets_are_told() {
        let packets = [(Reason::NoMatch, 7), (Reason::Truncated, 3)];
        assert_eq!(passed(&counted(&packets, 0), (0, None)), []);
        let told = passed(&counted(&packets, 2), unicast());
        assert_eq!([told[0].0, told[1].0], [7, 2]);
        assert!(told[0].1.starts_with("were UDP to destinations that are not multicast"), "{told:?}");
        assert!(told[0].1.contains("--line A=10.0.0.2:5000"), "{told:?}");
        assert!(told[1].1.starts_with("were cut by the capture's snap length"), "{told:?}");
    }

    #[test]
    fn why_nothing_was_for_a_line_is_what_most_packets_were() {
        for (reasons, discover, says) in [
            (&[][..], true, "no packets"),
            (
                &[(Reason::NoMatch, 7), (Reason::NotIp, 90)],
                false,
                "7 of the capture's 97 packets were UDP to other",
            ),
            (
                &[(Reason::NoMatch, 7), (Reason::WrongVlan, 2)],
                false,
                "2 datagrams to its destinations were in another VLAN",
            ),
            (
                &[(Reason::NoMatch, 7), (Reason::NotIp, 2)],
                true,
                "7 of the capture's 9 packets were UDP to destinations",
            ),
            (&[(Reason::NoMatch, 7), (Reason::Fragment, 7)], true, "7 of the capture's 14 packets were UDP"),
            (
                &[(Reason::NoMatch, 7), (Reason::Fragment, 8)],
                true,
                "8 of the capture's 15 packets were IP fragments",
            ),
            (
                &[(Reason::NoMatch, 7), (Reason::Fragment, 8)],
                false,
                "8 of the capture's 15 packets were IP fragments",
            ),
            (&[(Reason::NotIp, 1), (Reason::NotUdp, 2)], false, "none of the capture's 3 packets holds"),
            (&[(Reason::NotIp, 1), (Reason::NotUdp, 2)], true, "(not_ip, not_udp)"),
        ] {
            let unicast =
                if discover && reasons.contains(&(Reason::NoMatch, 7)) { unicast() } else { (0, None) };
            let told = nothing_matched(&counted(reasons, 0), unicast, discover);
            assert!(told.starts_with("no datagram was for a line: ") && told.contains(says), "{told}");
            assert_eq!(told.contains("--line"), says.contains("UDP") || says.contains("VLAN"), "{told}");
        }
        let told =
            nothing_matched(&counted(&[(Reason::NoMatch, 7), (Reason::Truncated, 9)], 8), unicast(), true);
        assert!(told.contains("8 of the capture's 16 packets were cut"), "{told}");
    }
}
