//! What recovery did: its part of the summary, and of the ledger.

use std::collections::BTreeMap;

use serde::Serialize;

use super::accounts::named;
use crate::{
    arbiter::LineCounters,
    config::Feed,
    framing::Malformed,
    ledger::{Ledger, Scope},
    pipeline::{Account, ChannelAccount, RecoveryCounters},
    recovery::{Lost, Tally, moldudp64::Unused, thread::Services},
};

/// One channel's recovery services, as its clients saw them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RecoverySummary {
    /// Requests sent, repetitions included.
    pub requests: u64,
    /// Requests sent again.
    pub repeated: u64,
    /// Requests that a server refused, or had nothing for.
    pub refused: u64,
    /// Answers handed on.
    pub answers: u64,
    /// Datagrams that came on its recovery groups, from where they went the way of the answers.
    pub group_packets: u64,
    /// Of all these, datagrams outside every sequence: dropped.
    pub unsequenced: u64,
    /// Messages that it was the first to bring.
    pub first: u64,
    /// Messages that were there already.
    pub duplicates: u64,
    /// Messages that came after they were given up.
    pub late: u64,
    /// Messages of streams, or beyond sequences, that no line has brought yet: dropped.
    pub unasked: u64,
    /// Snapshots that came to their end.
    pub snapshots: u64,
    /// Snapshots begun that did not.
    pub snapshots_void: u64,
    /// Answers of no use, by cause.
    pub unused: BTreeMap<&'static str, u64>,
    /// Messages given up, by cause.
    pub gave_up: BTreeMap<&'static str, u64>,
    /// Connections made (TCP).
    pub connected: u64,
    /// Connections that could not be made or kept, and logins refused (TCP).
    pub disconnected: u64,
}

impl RecoverySummary {
    /// Adds what one client counted.
    fn add(&mut self, tally: &Tally) {
        self.requests += tally.requests;
        self.repeated += tally.repeated;
        self.refused += tally.refused;
        self.answers += tally.datagrams;
        self.snapshots += tally.snapshots;
        self.snapshots_void += tally.snapshots_void;
        for (cause, count) in named(Unused::ALL.map(Unused::name), tally.unused) {
            *self.unused.entry(cause).or_default() += count;
        }
        for (cause, count) in named(Lost::ALL.map(Lost::name), tally.gave_up) {
            *self.gave_up.entry(cause).or_default() += count;
        }
        self.connected += tally.connected;
        self.disconnected += tally.disconnected + tally.not_connected + tally.login_refused;
    }

    /// With what came of it.
    #[must_use]
    pub(super) fn with(self, channel: &ChannelAccount) -> Self {
        let LineCounters { first, duplicates, late, discarded, .. } = channel.recovery;
        Self {
            group_packets: channel.sent_again,
            unsequenced: channel.recovered.unsequenced,
            first,
            duplicates,
            late,
            unasked: discarded.unasked,
            ..self
        }
    }
}

/// What the clients of each channel did; `None` for a channel without any.
#[must_use]
pub(super) fn recoveries(feed: &Feed, services: Option<&Services>) -> Vec<Option<RecoverySummary>> {
    let mut summaries: Vec<Option<RecoverySummary>> = vec![None; feed.channels.len()];
    for (channel, tally) in services.into_iter().flat_map(|services| &services.tallies) {
        if let Some(summary) = summaries.get_mut(*channel) {
            summary.get_or_insert_default().add(tally);
        }
    }
    summaries
}

/// Enters recovery: from what came to the clients' sockets to what the arbiter took of it.
pub fn enter_recovery(ledger: &mut Ledger, feed: &Feed, account: &Account, services: &Services) {
    let Services { tallies, handed } = services;
    for (channel, tally) in tallies {
        let name = feed.channels.get(*channel).map_or("", |channel| &channel.name);
        enter_client(ledger, &Scope::Channel(name.into()), tally);
    }
    let Some(RecoveryCounters { mail, unheard, unasked }) = account.recovery else { return };
    let shown = account.channels.iter().map(|channel| channel.counted.snapshot_messages).sum();
    for (name, count) in [
        ("recovery_handed_over", handed.datagrams + handed.snapshot_messages),
        ("recovery_undelivered", handed.undelivered),
        ("recovery_worker_received", mail.datagrams),
        ("recovery_worker_snapshot_messages", mail.snapshot_messages),
        ("recovery_after_stop", mail.left),
        ("sink_snapshot_messages", shown),
        ("recovery_snapshot_messages_unasked", unasked),
        // From here on evidence, in no identity: what the worker said, not what came of it.
        ("recovery_notices", mail.notices),
        ("recovery_notices_deferred", mail.deferred),
        ("recovery_notices_dropped", mail.dropped + unheard),
    ] {
        ledger.add(&Scope::Whole, name, count);
    }
    for (channel, configured) in account.channels.iter().zip(&feed.channels) {
        enter_framing(ledger, &Scope::Channel(configured.name.as_str().into()), channel);
    }
}

fn enter_client(ledger: &mut Ledger, scope: &Scope, tally: &Tally) {
    for (entry, count) in [
        ("recovery_requests", tally.requests),
        ("recovery_requests_repeated", tally.repeated),
        ("recovery_requests_refused", tally.refused),
        ("recovery_requests_unsent", tally.unsent),
        ("recovery_answers", tally.datagrams),
        ("recovery_snapshot_messages", tally.snapshot_messages),
        ("recovery_snapshots", tally.snapshots),
        ("recovery_snapshots_void", tally.snapshots_void),
    ] {
        ledger.add(scope, entry, count);
    }
    // A connection has no datagrams to count: what came on it that was of no use is in no identity of the channel's.
    let by_datagram = tally.received > 0;
    if by_datagram {
        ledger.add(scope, "recovery_received", tally.received);
        ledger.add(scope, "recovery_datagram_answers", tally.datagrams);
    }
    let unused_of = if by_datagram { scope } else { &Scope::Whole };
    for (cause, count) in named(Unused::ALL.map(Unused::name), tally.unused) {
        ledger.add(unused_of, format!("recovery_unused_{cause}"), count);
    }
    for (cause, count) in named(Lost::ALL.map(Lost::name), tally.gave_up) {
        ledger.add(scope, format!("recovery_gave_up_{cause}"), count);
    }
}

fn enter_framing(ledger: &mut Ledger, scope: &Scope, channel: &ChannelAccount) {
    let (framed, arbitrated) = (&channel.recovered, &channel.recovery);
    for (name, count) in [
        ("recovery_framing_datagrams", framed.datagrams),
        ("recovery_framing_accepted", framed.accepted),
        ("recovery_framing_units", framed.units),
        ("recovery_unsequenced", framed.unsequenced),
        ("recovery_unsequenced_messages", framed.unsequenced_messages),
        ("recovery_arbitrated", arbitrated.packets),
    ] {
        ledger.add(scope, name, count);
    }
    for (cause, count) in named(Malformed::ALL.map(Malformed::name), framed.malformed) {
        ledger.add(scope, format!("recovery_framing_malformed_{cause}"), count);
    }
}
