//! A channel's part of the summary.

use std::collections::BTreeMap;

use serde::{Serialize, ser::SerializeMap as _};

use super::recovery::{RecoverySummary, recoveries};
use crate::{
    arbiter::LineCounters,
    config::{self, Feed, Protocol},
    framing::Unit,
    pipeline::{Account, ChannelAccount},
    recovery::thread::Services,
};

/// One line of a channel. Messages are units of sequence: packets where packets are numbered.
#[derive(Clone, Debug, Serialize)]
pub struct LineSummary {
    /// Its name.
    pub name: String,
    /// Datagrams it brought.
    pub packets: u64,
    /// Messages in them.
    pub messages: u64,
    /// Messages another datagram had brought before.
    pub duplicates: u64,
    /// Messages it was the first to bring.
    pub first: u64,
    /// Messages that came after their gap was declared, or of an epoch that is over.
    pub late: u64,
    /// Messages its own sequence skipped: what this line lost before it came here.
    pub missed: u64,
}

/// One channel.
#[derive(Clone, Debug, Serialize)]
pub struct ChannelSummary {
    /// Its name.
    pub name: String,
    /// Framing and codec; `auto` where they were to be recognised, and were not.
    pub protocol: String,
    /// What its sequence numbers count, in the plural.
    #[serde(skip)]
    pub unit: &'static str,
    /// Messages delivered and read by the codec.
    pub messages: u64,
    /// The same by type, those that came at all.
    #[serde(serialize_with = "by_type")]
    pub messages_by_type: Vec<(&'static str, u64)>,
    /// Messages delivered that the codec could not read, by cause.
    pub messages_malformed: BTreeMap<&'static str, u64>,
    /// Messages outside every sequence, of all lines: counted in the above as often as they came.
    pub unsequenced: u64,
    /// Heartbeats, on all lines.
    pub heartbeats: u64,
    /// Times a stream began again.
    pub resets: u64,
    /// Sequence spaces seen.
    pub streams: u64,
    /// Holes whose window closed.
    pub gaps: u64,
    /// Of these, gaps wholly filled afterwards.
    pub gaps_recovered: u64,
    /// Messages in gaps.
    pub messages_lost: u64,
    /// Messages that recovery brought after their gap was declared.
    pub messages_recovered: u64,
    /// What its recovery service did; there if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery: Option<RecoverySummary>,
    /// Messages more than one datagram brought.
    pub duplicates: u64,
    /// Messages that came too late.
    pub late: u64,
    /// Its lines.
    pub lines: Vec<LineSummary>,
    /// The sum of the lines that were removed; there if they had brought anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines_removed: Option<LineSummary>,
}

fn by_type<S: serde::Serializer>(types: &[(&'static str, u64)], to: S) -> Result<S::Ok, S::Error> {
    let mut map = to.serialize_map(Some(types.len()))?;
    for (label, count) in types {
        map.serialize_entry(label, count)?;
    }
    map.end()
}

/// Summarises every channel. `services` is what recovery did, if there is any.
#[must_use]
pub fn channels(feed: &Feed, account: &Account, services: Option<&Services>) -> Vec<ChannelSummary> {
    let recoveries = recoveries(feed, services);
    let channels = account.channels.iter().zip(&feed.channels).zip(recoveries);
    channels.map(|((channel, configured), recovery)| summary(feed, configured, channel, recovery)).collect()
}

fn line(name: &str, counters: &LineCounters) -> LineSummary {
    LineSummary {
        name: name.to_owned(),
        packets: counters.packets,
        messages: counters.units,
        duplicates: counters.duplicates,
        first: counters.first,
        late: counters.late,
        missed: counters.missed(),
    }
}

/// What the sequence numbers of a protocol count, in the plural.
pub(super) fn unit(protocol: Option<Protocol>) -> &'static str {
    match protocol.map(|protocol| protocol.framing.facts().unit) {
        Some(Unit::Packet) => "numbered packets",
        Some(Unit::Message) | None => "messages",
    }
}

fn summary(
    feed: &Feed,
    configured: &config::Channel,
    channel: &ChannelAccount,
    recovery: Option<RecoverySummary>,
) -> ChannelSummary {
    let protocol = channel.protocol;
    let types = protocol.and_then(|protocol| protocol.codec).map_or(&[][..], |codec| codec.types());
    let (counters, counted) = (&channel.counters, &channel.counted);
    let lines = configured.lines.iter().filter_map(|index| {
        let configured = &feed.lines[*index];
        channel.lines.get(configured.index).map(|account| line(&configured.name, &account.counters))
    });
    ChannelSummary {
        name: configured.name.clone(),
        protocol: protocol.map_or_else(|| configured.protocol.name(), Protocol::name),
        unit: unit(protocol),
        messages: counted.messages(),
        messages_by_type: types
            .iter()
            .zip(counted.by_type.iter())
            .filter(|(_, count)| **count > 0)
            .map(|(known, count)| (known.label, *count))
            .collect(),
        messages_malformed: super::accounts::named(
            crate::codec::Unread::ALL.map(crate::codec::Unread::name),
            counted.unread,
        ),
        unsequenced: counted.unsequenced,
        heartbeats: counters.heartbeats,
        resets: counters.resets,
        streams: counters.streams,
        gaps: counters.gaps,
        gaps_recovered: counters.gaps_recovered,
        messages_lost: counters.units_lost,
        messages_recovered: counters.units_recovered,
        recovery: recovery.map(|recovery| recovery.with(channel)),
        duplicates: counters.duplicates,
        late: counters.late,
        lines: lines.collect(),
        lines_removed: (channel.retired != LineCounters::default()).then(|| line("", &channel.retired)),
    }
}
