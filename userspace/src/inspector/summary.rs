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
    let table = source.lines();
    let mut notes = passed(source.counters(), table.unicast);
    if source.counters().matched == 0 {
        notes.push(nothing_matched(source.counters(), table.discover));
    }
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

/// Packets that would have been lines', but for something that can be mended. `unicast` is [`Table::unicast`].
fn passed(counters: &CaptureCounters, unicast: (u64, Option<SocketAddr>)) -> Vec<String> {
    let mut notes = Vec::new();
    if let (count, Some(first)) = unicast {
        notes.push(format!(
            "{count} UDP datagrams were to destinations that are not multicast, which are lines only if they are named: name \
             the feed's with --line, for example --line A={first}, and with them its multicast ones"
        ));
    }
    if counters.snapped > 0 {
        notes.push(format!(
            "{} packets were cut by the capture's snap length, so that their datagrams are not whole: capture them again \
             with a longer one (tcpdump -s 0)",
            counters.snapped
        ));
    }
    if let Some(linktype) = counters.unread_linktype {
        notes.push(format!(
            "{} packets were of another link type ({linktype}), in which no datagrams are looked for; what is read: {}",
            counters.unread_link,
            Link::SUPPORTED
        ));
    }
    notes
}

/// What to look at when no datagram was for a line. `discover`: no line was named.
fn nothing_matched(counters: &CaptureCounters, discover: bool) -> String {
    let CaptureCounters { packets, .. } = counters;
    let no_match = counters.reason(Reason::NoMatch);
    let why = if *packets == 0 {
        "the capture has no packets: look whether its filter let any pass".into()
    } else if counters.reason(Reason::WrongVlan) > 0 {
        format!(
            "{} datagrams to its destinations were in another VLAN than the line's: check vlan= in --line",
            counters.reason(Reason::WrongVlan)
        )
    } else if no_match > 0 && !discover {
        format!(
            "{no_match} of the capture's {packets} packets were UDP to other destinations, or from other sources: check \
             --line against them (`tcpdump -nr FILE udp`)"
        )
    } else if no_match > 0 {
        format!("the capture has {no_match} UDP datagrams, none of them to a multicast destination")
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

    #[test]
    fn unicast_and_cut_packets_are_told() {
        assert_eq!(passed(&counted(&[(Reason::NoMatch, 7), (Reason::Truncated, 3)], 0), (0, None)), [""; 0]);
        let unicast = (7, Some("10.0.0.2:5000".parse().unwrap()));
        let told = passed(&counted(&[(Reason::NoMatch, 7), (Reason::Truncated, 3)], 2), unicast);
        assert!(
            told[0].starts_with("7 UDP datagrams were to destinations that are not multicast"),
            "{told:?}"
        );
        assert!(told[0].contains("--line A=10.0.0.2:5000"), "{told:?}");
        assert!(told[1].starts_with("2 packets were cut by the capture's snap length"), "{told:?}");
    }

    #[test]
    fn why_nothing_was_for_a_line_is_what_the_packets_were() {
        for (reasons, discover, says) in [
            (&[][..], true, "no packets"),
            (
                &[(Reason::NoMatch, 7), (Reason::NotIp, 2)],
                false,
                "7 of the capture's 9 packets were UDP to other",
            ),
            (
                &[(Reason::NoMatch, 7), (Reason::WrongVlan, 2)],
                false,
                "2 datagrams to its destinations were in another VLAN",
            ),
            (
                &[(Reason::NoMatch, 7), (Reason::NotIp, 2)],
                true,
                "7 UDP datagrams, none of them to a multicast",
            ),
            (&[(Reason::NotIp, 1), (Reason::NotUdp, 2)], false, "none of the capture's 3 packets holds"),
            (&[(Reason::NotIp, 1), (Reason::NotUdp, 2)], true, "(not_ip, not_udp)"),
        ] {
            let told = nothing_matched(&counted(reasons, 0), discover);
            assert!(told.starts_with("no datagram was for a line: ") && told.contains(says), "{told}");
            assert_eq!(told.contains("--line"), says.contains("other"), "{told}");
        }
    }
}
