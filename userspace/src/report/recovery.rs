//! What recovery did: its part of the summary, and of the ledger.

use std::collections::BTreeMap;

use serde::Serialize;

use super::accounts::named;
use crate::{
    config::Feed,
    framing::Malformed,
    ledger::Ledger,
    pipeline::{Channel, Pipeline},
    recovery::{Lost, Tally, moldudp64::Unused, thread::Desk},
    sink::Sink,
};

/// One channel's recovery service, as its client saw it.
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
    /// Answers of no use, by cause.
    pub unused: BTreeMap<&'static str, u64>,
    /// Messages given up, by cause.
    pub gave_up: BTreeMap<&'static str, u64>,
    /// Connections made (TCP).
    pub connected: u64,
    /// Connections that could not be made or kept, and logins refused (TCP).
    pub disconnected: u64,
}

impl From<&Tally> for RecoverySummary {
    fn from(tally: &Tally) -> Self {
        Self {
            requests: tally.requests,
            repeated: tally.repeated,
            refused: tally.refused,
            answers: tally.datagrams,
            unused: named(Unused::ALL.map(Unused::name), tally.unused),
            gave_up: named(Lost::ALL.map(Lost::name), tally.gave_up),
            connected: tally.connected,
            disconnected: tally.disconnected + tally.not_connected + tally.login_refused,
        }
    }
}

/// What the client of each channel did; `None` for a channel without one.
#[must_use]
pub(super) fn recoveries(feed: &Feed, desk: Option<&Desk>) -> Vec<Option<RecoverySummary>> {
    let mut summaries = vec![None; feed.channels.len()];
    for (channel, source) in desk.into_iter().flat_map(Desk::sources) {
        if let Some(summary) = summaries.get_mut(channel) {
            *summary = Some(RecoverySummary::from(&source.tally()));
        }
    }
    summaries
}

/// Enters recovery: from what came to the clients' sockets to what the arbiter took of it.
pub fn enter_recovery<F, K: Sink>(ledger: &mut Ledger, feed: &Feed, pipeline: &Pipeline<F, K>, desk: &Desk) {
    let mut answers = 0;
    for (channel, source) in desk.sources() {
        let tally = source.tally();
        answers += tally.datagrams;
        enter_client(ledger, feed.channels.get(channel).map_or("", |channel| &channel.name), &tally);
    }
    let handed = desk.handed();
    let Some((mail, unheard)) = pipeline.recovery() else { return };
    ledger.add("recovery_undelivered", handed.undelivered);
    ledger.add("recovery_worker_received", mail.datagrams);
    ledger.add("recovery_after_stop", mail.left);
    // Evidence, in no identity: what the worker said, not what came of it.
    ledger.add("recovery_notices", mail.notices);
    ledger.add("recovery_notices_deferred", mail.deferred);
    ledger.add("recovery_notices_dropped", mail.dropped + unheard);
    ledger.identity(
        "every answer was handed to the worker, or found no room",
        [("recovery_answers", answers)],
        [("recovery_handed_over", handed.datagrams), ("recovery_undelivered", handed.undelivered)],
    );
    ledger.identity(
        "every answer handed over reached the worker, or came when it had stopped",
        [("recovery_handed_over", handed.datagrams)],
        [("recovery_worker_received", mail.datagrams), ("recovery_after_stop", mail.left)],
    );
    let framed = pipeline.channels().iter().map(|channel| channel.recovered().datagrams).sum();
    ledger.identity(
        "every answer the worker received went to a channel",
        [("recovery_worker_received", mail.datagrams)],
        [("recovery_framing_datagrams", framed)],
    );
    for (channel, configured) in pipeline.channels().iter().zip(&feed.channels) {
        enter_framing(ledger, &configured.name, channel);
    }
}

fn enter_client(ledger: &mut Ledger, name: &str, tally: &Tally) {
    for (entry, count) in [
        ("recovery_requests", tally.requests),
        ("recovery_requests_repeated", tally.repeated),
        ("recovery_requests_refused", tally.refused),
        ("recovery_requests_unsent", tally.unsent),
        ("recovery_received", tally.received),
        ("recovery_answers", tally.datagrams),
    ] {
        ledger.add(entry, count);
    }
    for (cause, count) in named(Unused::ALL.map(Unused::name), tally.unused) {
        ledger.add(format!("recovery_unused_{cause}"), count);
    }
    for (cause, count) in named(Lost::ALL.map(Lost::name), tally.gave_up) {
        ledger.add(format!("recovery_gave_up_{cause}"), count);
    }
    // A connection has no datagrams to count.
    if tally.received > 0 {
        ledger.identity(
            format!("{name}: every datagram that came to the client was an answer, or of no use"),
            [("recovery_received", tally.received)],
            [("recovery_answers", tally.datagrams), ("recovery_unused", tally.unused.iter().sum())],
        );
    }
}

fn enter_framing<F>(ledger: &mut Ledger, name: &str, channel: &Channel<F>) {
    let (framed, arbitrated) = (channel.recovered(), channel.arbiter().recovery());
    for (cause, count) in named(Malformed::ALL.map(Malformed::name), framed.malformed) {
        ledger.add(format!("recovery_framing_malformed_{cause}"), count);
    }
    ledger.identity(
        format!("{name}: every answer was accepted or malformed"),
        [("recovery_framing_datagrams", framed.datagrams)],
        [
            ("recovery_framing_accepted", framed.accepted),
            ("recovery_framing_malformed", framed.malformed.iter().sum()),
        ],
    );
    ledger.identity(
        format!("{name}: every accepted answer was arbitrated, or stands outside the sequence"),
        [("recovery_framing_accepted", framed.accepted)],
        [("recovery_arbitrated", arbitrated.packets), ("recovery_unsequenced", framed.unsequenced)],
    );
    ledger.identity(
        format!("{name}: every unit in an answer was arbitrated"),
        [("recovery_framing_units", framed.units)],
        [("recovery_units", arbitrated.units)],
    );
}
