//! What goes into the ledger, stage by stage.

use std::{collections::BTreeMap, sync::Arc};

use xdp_prog::Reason;

use super::{
    Packets,
    arbitrated::{enter_arbitration, enter_delivery},
    channel::unit,
};
use crate::{
    arbiter::Limits,
    config::{self, Feed},
    framing::Malformed,
    ledger::{Ledger, Scope},
    pipeline::{Account, ArenaCounters, ChannelAccount},
    program::Verdicts,
    source::af_xdp::{ChecksumCounters, PortCounters},
    xsk::SocketStatistics,
};

/// The counters that are not zero, by name.
pub(super) fn named<const N: usize>(
    names: [&'static str; N],
    counts: [u64; N],
) -> BTreeMap<&'static str, u64> {
    names.into_iter().zip(counts).filter(|(_, count)| *count > 0).collect()
}

/// Enters one interface: its program's verdicts, as read before and after everything else, and its sockets' counters,
/// each with its queue.
pub fn enter_source(
    ledger: &mut Ledger,
    interface: &str,
    (before, after): (&Verdicts, &Verdicts),
    sockets: &[(u32, SocketStatistics, PortCounters)],
) {
    let name: Arc<str> = interface.into();
    let scope = Scope::Interface(Arc::clone(&name));
    for reason in Reason::ALL {
        let counted = (before.of(*reason), after.of(*reason));
        ledger.add_twice(&scope, format!("xdp_{}", reason.name()), counted);
    }
    for (queue, (before, after)) in (0u32..).zip(before.by_queue.iter().zip(&after.by_queue)) {
        let scope = Scope::Queue(Arc::clone(&name), queue);
        ledger.add_twice(&scope, "queue_redirected", (before.redirected, after.redirected));
        ledger.add_twice(&scope, "queue_no_socket", (before.no_socket, after.no_socket));
        // Without a socket nothing is received or dropped, which the identities hold against what was redirected.
        enter_socket(ledger, &scope, &SocketStatistics::default(), &PortCounters::default());
        // Several, where the interface went away and came back.
        for (_, kernel, port) in sockets.iter().filter(|(of, _, _)| *of == queue) {
            enter_socket(ledger, &scope, kernel, port);
        }
    }
}

fn enter_socket(ledger: &mut Ledger, scope: &Scope, kernel: &SocketStatistics, port: &PortCounters) {
    let ChecksumCounters { wrong, absent, partial } = port.checksums;
    for (name, count) in [
        ("socket_received", port.packets),
        ("socket_rx_dropped", kernel.rx_dropped),
        ("socket_rx_ring_full", kernel.rx_ring_full),
        ("source_self_test", port.self_test),
        ("source_foreign", port.foreign),
        ("source_line_removed", port.line_removed),
        ("source_other_worker", port.elsewhere),
        ("source_unjoined", port.unjoined),
        ("source_discarded_checksum", wrong),
        // From here on evidence, in no identity: what was taken all the same, attempts, descriptors.
        ("source_joined", port.joined),
        ("socket_wakeups", port.wakeups),
        ("source_checksum_absent", absent),
        ("source_checksum_partial", partial),
        ("socket_rx_fill_ring_empty_descs", kernel.rx_fill_ring_empty_descs),
        ("socket_rx_invalid_descs", kernel.rx_invalid_descs),
        ("socket_tx_ring_empty_descs", kernel.tx_ring_empty_descs),
        ("socket_tx_invalid_descs", kernel.tx_invalid_descs),
    ] {
        ledger.add(scope, name, count);
    }
}

/// Enters the pipeline: from the datagrams the source handed over to the messages the sink counted.
/// `received` is the source's own count of datagrams of the lines asked for. Returns the packets' part of the
/// summary, but for what the source passed.
pub fn enter_pipeline(ledger: &mut Ledger, feed: &Feed, account: &Account, received: u64) -> Packets {
    let mut packets = Packets { received, ..Packets::default() };
    let sum = |of: fn(&ChannelAccount) -> u64| account.channels.iter().map(of).sum::<u64>();
    let ArenaCounters { copies, full, too_long, high_water: _ } = account.arena;
    for (name, count) in [
        ("worker_received", received),
        ("recovery_group_datagrams", sum(|channel| channel.sent_again)),
        ("recognition_waiting", sum(|channel| channel.early)),
        // Evidence, in no identity: how datagrams waited, not what became of them.
        ("arena_copies", copies),
        ("arena_full", full),
        ("arena_too_long", too_long),
    ] {
        ledger.add(&Scope::Whole, name, count);
    }
    // There may be no channel: a capture without a datagram that could be one's.
    ledger.add(&Scope::Whole, "framing_datagrams", 0);
    for (channel, configured) in account.channels.iter().zip(&feed.channels) {
        let scope = Scope::Channel(configured.name.as_str().into());
        enter_framing(ledger, &scope, channel, &mut packets);
        enter_arbitration(ledger, &scope, channel);
        enter_delivery(ledger, &scope, channel);
    }
    packets
}

fn enter_framing(ledger: &mut Ledger, scope: &Scope, channel: &ChannelAccount, packets: &mut Packets) {
    let framed = &channel.framed;
    for (name, count) in [
        ("framing_datagrams", framed.datagrams),
        ("framing_unrecognised", framed.unrecognised),
        ("framing_accepted", framed.accepted),
        ("framing_units", framed.units),
        ("framing_unsequenced", framed.unsequenced),
        ("framing_unsequenced_messages", framed.unsequenced_messages),
        ("framing_after_stop", framed.after_stop),
        ("framing_after_stop_units", framed.after_stop_units),
        ("framing_trailing_bytes", framed.trailing),
    ] {
        ledger.add(scope, name, count);
    }
    packets.after_stop += framed.after_stop;
    for (cause, count) in named(Malformed::ALL.map(Malformed::name), framed.malformed) {
        ledger.add(scope, format!("framing_malformed_{cause}"), count);
        *packets.malformed_by_cause.entry(cause).or_default() += count;
        packets.malformed += count;
    }
}

/// What the user should know of channels that refused something.
pub fn refusals(feed: &Feed, account: &Account) -> Vec<String> {
    let channels = account.channels.iter().zip(&feed.channels);
    channels
        .flat_map(|(channel, configured)| {
            [streams_refused(channel, configured), jumps_refused(channel, configured)].into_iter().flatten()
        })
        .collect()
}

fn streams_refused(channel: &ChannelAccount, configured: &config::Channel) -> Option<String> {
    let refused = channel.counters.streams_refused;
    (refused > 0).then(|| {
        format!(
            "{}: {refused} datagrams were of more streams than a channel may open: sessions are being forged, or the \
             protocol is another",
            configured.name
        )
    })
}

fn jumps_refused(channel: &ChannelAccount, configured: &config::Channel) -> Option<String> {
    let lines = channel.lines.iter().map(|line| &line.counters).chain([&channel.retired]);
    let refused: u64 = lines.map(|line| line.discarded.jump_refused).sum();
    let unit = unit(channel.protocol);
    (refused > 0).then(|| {
        format!(
            "{}: {refused} {unit} were thrown away, for they lay further ahead than {} and nothing went on from there: their \
             sequences are forged or damaged, the protocol is another, it ended right behind a great loss, or a capture was put \
             together from samples, which `xdpfeed inspect --unsequenced` shows as they come",
            configured.name,
            Limits::MAX_JUMP
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arbiter::{Counters, Discarded, LineCounters};

    fn told(protocol: &str, streams_refused: u64, jump_refused: u64) -> Vec<String> {
        let lines = ["itch/A=224.0.1.1:5000".parse().unwrap()];
        let feed = Feed::new(&lines, &[protocol.parse().unwrap()]).unwrap();
        let discarded = Discarded { jump_refused, ..Discarded::default() };
        let channel = ChannelAccount {
            protocol: feed.channels[0].protocol.fixed(),
            counters: Counters { streams_refused, ..Counters::default() },
            retired: LineCounters { discarded, ..LineCounters::default() },
            ..ChannelAccount::default()
        };
        refusals(&feed, &Account { channels: vec![channel], ..Account::default() })
    }

    #[test]
    fn what_was_refused_is_told_with_its_channel() {
        assert_eq!(told("moldudp64", 0, 0), [""; 0]);
        let both = told("moldudp64", 3, 38);
        let begins = [
            "itch: 3 datagrams were of more streams",
            "itch: 38 messages were thrown away, for they lay further ahead than 512 ",
        ];
        assert_eq!(both.len(), begins.len());
        assert!(both.iter().zip(begins).all(|(told, begins)| told.starts_with(begins)), "{both:?}");
        let numbered = told("mdp3", 0, 2);
        assert!(numbered[0].starts_with("itch: 2 numbered packets were thrown away"), "{numbered:?}");
    }
}
