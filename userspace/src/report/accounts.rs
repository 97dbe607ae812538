//! What goes into the ledger, stage by stage.

use std::collections::BTreeMap;

use xdp_prog::Reason;

use super::{
    Packets,
    arbitrated::{enter_arbitration, enter_delivery},
};
use crate::{
    config::Feed,
    framing::Malformed,
    ledger::Ledger,
    pipeline::{Account, ArenaCounters, ChannelAccount},
    program::Verdicts,
    source::af_xdp::PortCounters,
    xsk::SocketStatistics,
};

/// The counters that are not zero, by name.
pub(super) fn named<const N: usize>(
    names: [&'static str; N],
    counts: [u64; N],
) -> BTreeMap<&'static str, u64> {
    names.into_iter().zip(counts).filter(|(_, count)| *count > 0).collect()
}

/// Enters one interface: its program's verdicts and its sockets' counters.
pub fn enter_source(
    ledger: &mut Ledger,
    interface: &str,
    verdicts: &Verdicts,
    sockets: &[(SocketStatistics, PortCounters)],
) {
    for reason in Reason::ALL {
        ledger.add(format!("xdp_{}", reason.name()), verdicts.of(*reason));
    }
    let sum = |of: fn(&(SocketStatistics, PortCounters)) -> u64| sockets.iter().map(of).sum::<u64>();
    let received = sum(|(_, port)| port.packets);
    let dropped = sum(|(kernel, _)| kernel.rx_dropped);
    let ring_full = sum(|(kernel, _)| kernel.rx_ring_full);
    let foreign = sum(|(_, port)| port.foreign);
    let line_removed = sum(|(_, port)| port.line_removed);
    ledger.add("socket_received", received);
    ledger.add("socket_rx_dropped", dropped);
    ledger.add("socket_rx_ring_full", ring_full);
    ledger.add("source_foreign", foreign);
    ledger.add("source_line_removed", line_removed);
    ledger.add("source_unjoined", sum(|(_, port)| port.unjoined));
    let self_test = sum(|(_, port)| port.self_test);
    ledger.add("source_self_test", self_test);
    // Evidence, in no identity: attempts and descriptors, not packets.
    ledger.add("socket_rx_fill_ring_empty_descs", sum(|(kernel, _)| kernel.rx_fill_ring_empty_descs));
    ledger.add("socket_rx_invalid_descs", sum(|(kernel, _)| kernel.rx_invalid_descs));
    ledger.add("socket_wakeups", sum(|(_, port)| port.wakeups));
    ledger.add("source_joined", sum(|(_, port)| port.joined));

    let redirected = verdicts.of(Reason::Redirected);
    ledger.flow(
        format!("{interface}: what the program redirected reached a socket or was dropped at one"),
        [("xdp_redirected", redirected)],
        [
            ("socket_received", received),
            ("socket_rx_dropped", dropped),
            ("socket_rx_ring_full", ring_full),
            ("source_self_test", self_test),
        ],
    );
    let queues = |of: fn(&xdp_prog::QueueCounters) -> u64| verdicts.by_queue.iter().map(of).sum::<u64>();
    ledger.flow(
        format!("{interface}: the queues' matched packets are the program's"),
        [("queues_redirected", queues(|q| q.redirected)), ("queues_no_socket", queues(|q| q.no_socket))],
        [("xdp_redirected", redirected), ("xdp_no_socket", verdicts.of(Reason::NoSocket))],
    );
}

/// Enters what the sockets brought and what the worker took of it.
pub fn enter_worker(ledger: &mut Ledger, ports: impl Iterator<Item = PortCounters>, received: u64) {
    let mut sum = PortCounters::default();
    for port in ports {
        sum.packets += port.packets;
        sum.foreign += port.foreign;
        sum.unjoined += port.unjoined;
        sum.line_removed += port.line_removed;
    }
    ledger.identity(
        "every packet reached the worker, was not ours, larger than what it was to be joined in, or of a line removed \
         before",
        [("socket_received", sum.packets)],
        [
            ("worker_received", received),
            ("source_foreign", sum.foreign),
            ("source_unjoined", sum.unjoined),
            ("source_line_removed", sum.line_removed),
        ],
    );
}

/// Enters the pipeline: from the datagrams the source handed over to the messages the sink counted.
/// `received` is the source's own count of datagrams of the lines asked for. Returns the packets' part of the
/// summary, but for what the source passed.
pub fn enter_pipeline(ledger: &mut Ledger, feed: &Feed, account: &Account, received: u64) -> Packets {
    let mut packets = Packets { received, ..Packets::default() };
    let datagrams: u64 = account.channels.iter().map(|channel| channel.framed.datagrams).sum();
    let sent_again: u64 = account.channels.iter().map(|channel| channel.sent_again).sum();
    let early: u64 = account.channels.iter().map(|channel| channel.early).sum();
    ledger.add("worker_received", received);
    let ArenaCounters { copies, full, too_long, high_water: _ } = account.arena;
    // Evidence, in no identity: how datagrams waited, not what became of them.
    ledger.add("arena_copies", copies);
    ledger.add("arena_full", full);
    ledger.add("arena_too_long", too_long);
    ledger.flow(
        "every datagram received went to a channel, as a line's or as a recovery group's, or waits for one's protocol to be recognised",
        [("worker_received", received)],
        [
            ("framing_datagrams", datagrams),
            ("recovery_group_datagrams", sent_again),
            ("recognition_waiting", early),
        ],
    );
    for (channel, configured) in account.channels.iter().zip(&feed.channels) {
        enter_framing(ledger, &configured.name, channel, &mut packets);
        enter_arbitration(ledger, &configured.name, channel);
        enter_delivery(ledger, &configured.name, channel);
    }
    packets
}

fn enter_framing(ledger: &mut Ledger, name: &str, channel: &ChannelAccount, packets: &mut Packets) {
    let framed = &channel.framed;
    let malformed: u64 = framed.malformed.iter().sum();
    ledger.add("framing_datagrams", framed.datagrams);
    ledger.add("framing_unrecognised", framed.unrecognised);
    ledger.add("framing_accepted", framed.accepted);
    ledger.add("framing_units", framed.units);
    ledger.add("framing_unsequenced", framed.unsequenced);
    ledger.add("framing_unsequenced_messages", framed.unsequenced_messages);
    ledger.add("framing_after_stop", framed.after_stop);
    ledger.add("framing_after_stop_units", framed.after_stop_units);
    ledger.add("framing_trailing_bytes", framed.trailing);
    packets.after_stop += framed.after_stop;
    for (cause, count) in named(Malformed::ALL.map(Malformed::name), framed.malformed) {
        ledger.add(format!("framing_malformed_{cause}"), count);
        *packets.malformed_by_cause.entry(cause).or_default() += count;
    }
    packets.malformed += malformed;
    ledger.identity(
        format!("{name}: every datagram was accepted or malformed, or its protocol was not recognised"),
        [("framing_datagrams", framed.datagrams)],
        [
            ("framing_accepted", framed.accepted),
            ("framing_malformed", malformed),
            ("framing_unrecognised", framed.unrecognised),
        ],
    );
}

/// What the user should know of channels that refused something.
pub fn refusals(feed: &Feed, account: &Account) -> Vec<String> {
    let channels = account.channels.iter().zip(&feed.channels);
    let refused = channels.filter(|(channel, _)| channel.counters.streams_refused > 0);
    refused
        .map(|(channel, configured)| {
            format!(
                "{}: {} datagrams were of more streams than a channel may open: sessions are being forged, or the \
                 protocol is another",
                configured.name,
                channel.counters.streams_refused
            )
        })
        .collect()
}
