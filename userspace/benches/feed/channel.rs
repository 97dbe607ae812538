//! The channels that are measured.

use xdpfeed::{
    arbiter::{Limits, OnGap, Start},
    config::Protocol,
    framing::Framing,
    pipeline::{Measured, Pipeline},
    sink::Sink,
};

/// The limits that `run` has unless told otherwise.
pub(crate) fn limits(framing: Framing, lines: usize) -> Limits {
    let facts = framing.facts();
    Limits {
        lines,
        start: Start::First,
        origin: facts.origin,
        window_packets: 2048,
        window_ns: 10_000_000,
        max_streams: 64,
        max_jump: 512,
        parallel: facts.parallel,
        sequence_bits: facts.sequence_bits,
        on_gap: OnGap::Skip,
        recover_ns: 0,
        silence_ns: facts.silence_ns,
    }
}

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
    pipeline.add_channel("bench", protocol, limits(protocol.framing, lines));
    for line in 0..lines {
        pipeline.add_line(channel, line);
    }
}
