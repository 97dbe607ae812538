//! What goes into the ledger, stage by stage.

use std::{borrow::Cow, collections::BTreeMap};

use xdp_prog::Reason;

use super::{
    Packets,
    arbitrated::{enter_arbitration, enter_delivery},
};
use crate::{
    config::Feed,
    framing::Malformed,
    ledger::Ledger,
    pipeline::{ArenaCounters, Channel, Pipeline},
    program::Verdicts,
    sink::{Count, Counted, Sink},
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
    ledger.add("socket_received", received);
    ledger.add("socket_rx_dropped", dropped);
    ledger.add("socket_rx_ring_full", ring_full);
    ledger.add("source_foreign", foreign);
    // Evidence, in no identity: attempts and descriptors, not packets.
    ledger.add("socket_rx_fill_ring_empty_descs", sum(|(kernel, _)| kernel.rx_fill_ring_empty_descs));
    ledger.add("socket_rx_invalid_descs", sum(|(kernel, _)| kernel.rx_invalid_descs));
    ledger.add("socket_tx_ring_empty_descs", sum(|(kernel, _)| kernel.tx_ring_empty_descs));
    ledger.add("socket_tx_invalid_descs", sum(|(kernel, _)| kernel.tx_invalid_descs));

    let redirected = verdicts.of(Reason::Redirected);
    ledger.identity(
        format!("{interface}: what the program redirected reached a socket or was dropped at one"),
        [("xdp_redirected", redirected)],
        [("socket_received", received), ("socket_rx_dropped", dropped), ("socket_rx_ring_full", ring_full)],
    );
    let queues = |of: fn(&xdp_prog::QueueCounters) -> u64| verdicts.by_queue.iter().map(of).sum::<u64>();
    ledger.identity(
        format!("{interface}: the queues' matched packets are the program's"),
        [("queues_redirected", queues(|q| q.redirected)), ("queues_no_socket", queues(|q| q.no_socket))],
        [("xdp_redirected", redirected), ("xdp_no_socket", verdicts.of(Reason::NoSocket))],
    );
}

/// Enters what the sockets brought and what the worker took of it.
pub fn enter_worker(ledger: &mut Ledger, ports: impl Iterator<Item = PortCounters>, received: u64) {
    let (packets, foreign) =
        ports.fold((0, 0), |(packets, foreign), port| (packets + port.packets, foreign + port.foreign));
    ledger.identity(
        "every frame reached the worker, or was not ours",
        [("socket_received", packets)],
        [("worker_received", received), ("source_foreign", foreign)],
    );
}

/// Enters the pipeline: from the datagrams the source handed over to the messages the sink counted.
/// `received` is the source's own count of datagrams of the lines asked for. Returns the packets' part of the
/// summary, but for what the source passed.
pub fn enter_pipeline<F, K: Sink>(
    ledger: &mut Ledger,
    feed: &Feed,
    pipeline: &Pipeline<F, Count<K>>,
    received: u64,
) -> Packets {
    let mut packets = Packets { received, ..Packets::default() };
    let datagrams: u64 = pipeline.channels().iter().map(|channel| channel.framed().datagrams).sum();
    let sent_again: u64 = pipeline.channels().iter().map(Channel::sent_again).sum();
    ledger.add("worker_received", received);
    let ArenaCounters { copies, full, too_long, high_water: _ } = *pipeline.arena();
    // Evidence, in no identity: how datagrams waited, not what became of them.
    ledger.add("arena_copies", copies);
    ledger.add("arena_full", full);
    ledger.add("arena_too_long", too_long);
    ledger.identity(
        "every datagram received went to a channel, as a line's or as a recovery group's",
        [("worker_received", received)],
        [("framing_datagrams", datagrams), ("recovery_group_datagrams", sent_again)],
    );
    for (channel, configured) in pipeline.channels().iter().zip(&feed.channels) {
        let counted = counted_of(pipeline, channel);
        enter_framing(ledger, &configured.name, channel, &mut packets);
        enter_arbitration(ledger, &configured.name, channel);
        enter_delivery(ledger, &configured.name, channel, &counted);
    }
    packets
}

/// What the sink counted of a channel: nothing where its protocol was not recognised.
pub(super) fn counted_of<'a, F, K: Sink>(
    pipeline: &'a Pipeline<F, Count<K>>,
    channel: &Channel<F>,
) -> Cow<'a, Counted> {
    let counted = channel.place().and_then(|place| pipeline.sink().channels().get(place));
    counted.map_or_else(|| Cow::Owned(Counted::default()), Cow::Borrowed)
}

fn enter_framing<F>(ledger: &mut Ledger, name: &str, channel: &Channel<F>, packets: &mut Packets) {
    let framed = channel.framed();
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
pub fn refusals<F, K: Sink>(feed: &Feed, pipeline: &Pipeline<F, K>) -> Vec<String> {
    let channels = pipeline.channels().iter().zip(&feed.channels);
    let refused = channels.filter(|(channel, _)| channel.arbiter().counters().streams_refused > 0);
    refused
        .map(|(channel, configured)| {
            format!(
                "{}: {} datagrams were of more streams than a channel may open: sessions are being forged, or the \
                 protocol is another",
                configured.name,
                channel.arbiter().counters().streams_refused
            )
        })
        .collect()
}
