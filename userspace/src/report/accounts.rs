//! What goes into the ledger, stage by stage.

use std::collections::BTreeMap;

use xdp_prog::Reason;

use super::Packets;
use crate::{
    codec::Unread,
    config::Feed,
    framing::{Malformed, Unit},
    ledger::Ledger,
    pipeline::Pipeline,
    program::Verdicts,
    sink::Count,
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

/// Enters the pipeline: from the datagrams the source handed over to the messages the sink counted.
/// `received` is the source's own count of datagrams of the lines asked for. Returns the packets' part of the
/// summary, but for what the source passed.
pub fn enter_pipeline<F>(
    ledger: &mut Ledger,
    feed: &Feed,
    pipeline: &Pipeline<F, Count>,
    received: u64,
) -> Packets {
    let mut packets = Packets { received, ..Packets::default() };
    let datagrams: u64 = pipeline.channels().iter().map(|channel| channel.framed().datagrams).sum();
    ledger.add("worker_received", received);
    ledger.identity(
        "every datagram received went to a channel",
        [("worker_received", received)],
        [("framing_datagrams", datagrams)],
    );
    for ((channel, counted), configured) in
        pipeline.channels().iter().zip(pipeline.sink().channels()).zip(&feed.channels)
    {
        let name = &configured.name;
        let framed = channel.framed();
        let malformed = named(Malformed::ALL.map(Malformed::name), framed.malformed);
        let malformed_sum: u64 = framed.malformed.iter().sum();
        ledger.add("framing_datagrams", framed.datagrams);
        ledger.add("framing_accepted", framed.accepted);
        ledger.add("framing_trailing_bytes", framed.trailing);
        for (cause, count) in &malformed {
            ledger.add(format!("framing_malformed_{cause}"), *count);
            *packets.malformed_by_cause.entry(cause).or_default() += count;
        }
        packets.malformed += malformed_sum;
        ledger.identity(
            format!("{name}: every datagram was accepted or malformed"),
            [("framing_datagrams", framed.datagrams)],
            [("framing_accepted", framed.accepted), ("framing_malformed", malformed_sum)],
        );

        let arbiter = channel.arbiter();
        let counters = arbiter.counters();
        let lines =
            |of: fn(&crate::arbiter::LineCounters) -> u64| arbiter.lines().iter().map(of).sum::<u64>();
        let arbiter_packets = lines(|line| line.packets);
        ledger.identity(
            format!("{name}: every accepted datagram was arbitrated"),
            [("framing_accepted", framed.accepted)],
            [("arbiter_packets", arbiter_packets)],
        );
        let (units, first) = (lines(|line| line.units), lines(|line| line.first));
        let terms = [
            ("arbiter_first", first),
            ("arbiter_duplicates", counters.duplicates),
            ("arbiter_late", counters.late),
            ("arbiter_discarded", lines(|line| line.discarded.units())),
        ];
        ledger.add("arbiter_units", units);
        for (term, count) in terms {
            ledger.add(term, count);
        }
        ledger.identity(
            format!("{name}: every framed unit was arbitrated"),
            [("framing_units", framed.units)],
            [("arbiter_units", units)],
        );
        ledger.identity(
            format!("{name}: every unit was first, a duplicate, late or discarded"),
            [("arbiter_units", units)],
            terms,
        );
        for (cause, count) in [
            ("stream_refused", lines(|line| line.discarded.stream_refused)),
            ("jump_refused", lines(|line| line.discarded.jump_refused)),
            ("not_held", lines(|line| line.discarded.not_held)),
        ] {
            ledger.add(format!("arbiter_discarded_{cause}"), count);
        }
        ledger.add("arbiter_windows_full", counters.windows_full);
        ledger.add("arbiter_windows_unheld", counters.windows_unheld);
        ledger.add("arbiter_delivered", counters.delivered);
        ledger.add("arbiter_lost", counters.units_lost);
        ledger.identity(
            format!("{name}: every unit brought first was delivered"),
            [("arbiter_first", first)],
            [("arbiter_delivered", counters.delivered)],
        );
        let unread = named(Unread::ALL.map(Unread::name), counted.unread);
        let unread_sum: u64 = counted.unread.iter().sum();
        ledger.add("sink_messages", counted.messages());
        for (cause, count) in &unread {
            ledger.add(format!("sink_messages_{cause}"), *count);
        }
        if configured.protocol.framing.unit() == Unit::Message {
            ledger.identity(
                format!("{name}: every delivered message reached the sink"),
                [("arbiter_delivered", counters.delivered)],
                [("sink_messages", counted.messages()), ("sink_messages_unread", unread_sum)],
            );
        }
        ledger.identity(
            format!("{name}: every gap was told in the stream"),
            [("arbiter_gaps", counters.gaps)],
            [("sink_gap_events", counted.gap_events)],
        );
    }
    packets
}
