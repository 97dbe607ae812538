//! The channels that are measured.

use xdpfeed::{
    arbiter::Limits,
    config::Protocol,
    pipeline::{Measured, Pipeline},
    sink::Sink,
};

/// A pipeline of one channel.
pub(crate) fn pipeline<F, K: Sink>(protocol: Protocol, lines: usize, sink: K) -> Pipeline<F, K> {
    let mut pipeline = Pipeline::new(sink, 0);
    add_channel(&mut pipeline, 0, protocol, lines);
    pipeline
}

/// A pipeline of so many channels, with latencies measured as `run` does, or without.
pub(crate) fn pipeline_of<F, K: Sink>(
    channels: usize,
    protocol: Protocol,
    lines: usize,
    (latency, sink): (bool, K),
) -> Pipeline<F, K> {
    let mut pipeline = Pipeline::new(sink, 0);
    pipeline.measure(Measured { latency, one_way: None });
    for channel in 0..channels {
        add_channel(&mut pipeline, channel, protocol, lines);
    }
    pipeline
}

fn add_channel<F, K: Sink>(pipeline: &mut Pipeline<F, K>, channel: usize, protocol: Protocol, lines: usize) {
    pipeline.add_channel("bench", protocol, Limits::new(protocol.framing.facts(), lines));
    for line in 0..lines {
        pipeline.add_line(channel, line);
    }
}
