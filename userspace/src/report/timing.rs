//! How the lines of each channel lie in time. Apart from the channels, which are the same however often a feed is
//! received.

use serde::Serialize;

use crate::{
    clock::Clock,
    config::Feed,
    latency::Percentiles,
    pipeline::{Account, OneWaySummary},
};

/// One line's timing.
#[derive(Clone, Debug, Serialize)]
pub struct LineTiming {
    /// Its channel's name.
    pub channel: String,
    /// Its own name.
    pub line: String,
    /// Nanoseconds it has not been heard for; `None` if it never was, or not since its streams ended.
    pub silent_ns: Option<u64>,
    /// Nanoseconds its copies came after the first one on another line; `None` if none was compared.
    pub skew_ns: Option<Percentiles>,
    /// Nanoseconds from its sender to the receive stamp; `None` where that is not measured.
    pub one_way_ns: Option<OneWaySummary>,
    /// Its membership and its first packet; there for a live line.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub joined: Option<LineJoined>,
}

/// A channel's latency.
#[derive(Clone, Debug, Serialize)]
pub struct ChannelLatency {
    /// Its name.
    pub channel: String,
    /// From the XDP program's stamp to the sink.
    pub latency_ns: Percentiles,
}

/// What the receive stamps are.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Stamps {
    /// Who stamps: `xdp`, `worker` (when it reads a batch), or `capture`.
    pub by: &'static str,
    /// The clock's name.
    pub clock: &'static str,
    /// Whether the NIC stamps, and if not, why.
    pub hardware: &'static str,
}

impl Stamps {
    /// The captures' own.
    pub const OF_CAPTURE: Self =
        Self { by: "capture", clock: "utc", hardware: "not known: a capture does not say" };

    /// Of a live receiver without XDP.
    #[must_use]
    pub const fn without_xdp(clock: Clock) -> Self {
        Self { by: "worker", clock: clock.name(), hardware: "not asked for by this source" }
    }

    /// Of a live receiver through AF_XDP.
    #[must_use]
    pub const fn live(by_program: bool, clock: Clock) -> Self {
        Self {
            by: if by_program { "xdp" } else { "worker" },
            clock: clock.name(),
            hardware: "not available: a NIC's stamp is read by bpf_xdp_metadata_rx_timestamp, which only a program \
                       loaded for that NIC may call, and aya loads none such",
        }
    }
}

/// The latency of every channel it was measured of.
#[must_use]
pub fn latencies(feed: &Feed, account: &Account) -> Vec<ChannelLatency> {
    let channels = feed.channels.iter().zip(&account.channels);
    let of = channels.filter_map(|(configured, channel)| {
        Some(ChannelLatency { channel: configured.name.clone(), latency_ns: channel.latency? })
    });
    of.collect()
}

/// Lines whose sender's clock and this host's do not agree, in sentences.
#[must_use]
pub fn clocks_apart(timing: &[LineTiming]) -> Vec<String> {
    let apart = timing
        .iter()
        .filter_map(|line| Some((line, line.one_way_ns?)))
        .filter(|(_, way)| way.before_sent > 0);
    apart
        .map(|(line, way)| {
            format!(
                "{}/{}: {} datagrams came up to {} ns before they were sent: the sender's clock and this one do not agree, \
                 and no one-way latency of this line can be believed",
                line.channel, line.line, way.before_sent, way.earliest_ns
            )
        })
        .collect()
}

/// A live line's membership.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct LineJoined {
    /// What came of it; there where each packet's arrival is looked at.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub first: Option<FirstPacket>,
    /// Times it was joined again: its link or interface came back, or its membership was gone.
    pub joined_again: u64,
}

/// When a live line was joined, and when its first packet came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct FirstPacket {
    /// Seconds after the receiver began that it was joined.
    pub joined_s: f64,
    /// Milliseconds from then to its first packet; `None` if none came.
    pub first_packet_ms: Option<f64>,
}

/// The timing of every line, `now_ns` in the time of the receive stamps. `joined` says what is known of a live line's
/// membership, by its index.
#[must_use]
pub fn timing(
    feed: &Feed,
    account: &Account,
    now_ns: u64,
    joined: impl Fn(usize) -> Option<LineJoined>,
) -> Vec<LineTiming> {
    let mut timing = Vec::new();
    for (configured, channel) in feed.channels.iter().zip(&account.channels) {
        for index in &configured.lines {
            let line = &feed.lines[*index];
            let Some(counted) = channel.lines.get(line.index) else { continue };
            let statistics = counted.statistics;
            timing.push(LineTiming {
                channel: configured.name.clone(),
                line: line.name.clone(),
                silent_ns: statistics.last_ns.map(|last_ns| now_ns.saturating_sub(last_ns)),
                skew_ns: statistics.skew,
                one_way_ns: counted.one_way,
                joined: joined(*index),
            });
        }
    }
    timing
}
