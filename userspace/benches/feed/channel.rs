//! The channel that is measured.

use xdpfeed::{
    arbiter::{Limits, OnGap, Start},
    config::Protocol,
    framing::Framing,
    pipeline::Pipeline,
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
    pipeline.add_channel("bench", protocol, limits(protocol.framing, lines));
    for line in 0..lines {
        pipeline.add_line(0, line);
    }
    pipeline
}
