//! How the lines of each channel lie in time. Apart from the channels, which are the same however often a feed is
//! received.

use serde::Serialize;

use crate::{config::Feed, latency::Percentiles, pipeline::Pipeline, sink::Sink};

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
}

/// The timing of every line, `now_ns` in the time of the receive stamps.
#[must_use]
pub fn timing<F, K: Sink>(feed: &Feed, pipeline: &Pipeline<F, K>, now_ns: u64) -> Vec<LineTiming> {
    let mut timing = Vec::new();
    for (configured, channel) in feed.channels.iter().zip(pipeline.channels()) {
        for (place, line) in configured.lines.iter().enumerate() {
            let statistics = channel.arbiter().statistics(place);
            timing.push(LineTiming {
                channel: configured.name.clone(),
                line: feed.lines[*line].name.clone(),
                silent_ns: statistics.last_ns.map(|last_ns| now_ns.saturating_sub(last_ns)),
                skew_ns: statistics.skew,
            });
        }
    }
    timing
}
