//! How the lines of each channel lie in time. Apart from the channels, which are the same however often a feed is
//! received.

use serde::Serialize;

use crate::{config::Feed, latency::Percentiles, pipeline::Account};

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
    /// Its membership and its first packet; there for a live line.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub joined: Option<LineJoined>,
}

/// When a live line was joined, and what came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct LineJoined {
    /// Seconds after the receiver began that it was joined.
    pub joined_s: f64,
    /// Milliseconds from then to its first packet; `None` if none came.
    pub first_packet_ms: Option<f64>,
    /// Times it was joined again: its link or interface came back, or its membership was gone.
    pub joined_again: u64,
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
            let Some(statistics) = channel.lines.get(line.index).map(|line| line.statistics) else {
                continue;
            };
            timing.push(LineTiming {
                channel: configured.name.clone(),
                line: line.name.clone(),
                silent_ns: statistics.last_ns.map(|last_ns| now_ns.saturating_sub(last_ns)),
                skew_ns: statistics.skew,
                joined: joined(*index),
            });
        }
    }
    timing
}
