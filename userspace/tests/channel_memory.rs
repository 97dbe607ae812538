//! What a channel costs in memory: reserved when it is added, bounded by its limits, and the same however many there
//! are. docs/performance.md#linear states the figures that are held here.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use allocation_counter::measure;
use xdpfeed::{
    arbiter::{Limits, OnGap, Start},
    codec::Codec,
    config::Protocol,
    framing::Framing,
    pipeline::{Measured, Pipeline},
    sink::Count,
    xsk::Frame,
};

/// What `run` has by default.
const LIMITS: Limits = Limits {
    lines: 2,
    start: Start::First,
    origin: Some(1),
    window_packets: 2048,
    window_ns: 10_000_000,
    max_streams: 64,
    max_jump: 512,
    parallel: false,
    sequence_bits: 64,
    on_gap: OnGap::Skip,
    recover_ns: 0,
    silence_ns: 0,
};

/// Bytes of a channel of two lines within these limits, at most.
const CHANNEL: u64 = 1_200_000;

/// Bytes of each line beyond.
const LINE: u64 = 34_000;

/// Bytes of a channel that lets nothing wait and has one stream: what no limit takes away.
const LEAST: u64 = 60_000;

/// Bytes that a datagram more in the reorder window costs, without the frame it waits in.
const WAITING: u64 = 350;

/// Bytes of each stream more, with two lines.
const STREAM: u64 = 6_000;

/// Bytes of so many channels.
fn bytes_of(channels: usize, limits: Limits) -> u64 {
    let mut made = None;
    let counted = measure(|| made = Some(pipeline(channels, limits)));
    u64::try_from(counted.bytes_current).unwrap()
}

fn bytes(limits: Limits) -> u64 {
    bytes_of(2, limits) - bytes_of(1, limits)
}

/// As `run` has it: latencies are measured, and messages counted by type.
fn pipeline(channels: usize, limits: Limits) -> Pipeline<Frame, Count> {
    let mut pipeline = Pipeline::new(Count::default(), 0);
    pipeline.measure(Measured { latency: true, one_way: None });
    pipeline.reserve(channels * limits.lines);
    for channel in 0..channels {
        let protocol = Protocol { framing: Framing::MoldUdp64, codec: Some(Codec::Itch50) };
        pipeline.add_channel("channel", protocol, limits);
        for line in 0..limits.lines {
            pipeline.add_line(channel, line);
        }
    }
    pipeline
}

#[test]
fn what_a_channel_reserves_is_bounded_by_its_limits() {
    let channel = bytes(LIMITS);
    let line = bytes(Limits { lines: 3, ..LIMITS }) - channel;
    let least = bytes(Limits { window_packets: 0, max_streams: 1, ..LIMITS });
    let waiting = (bytes(Limits { window_packets: 4096, ..LIMITS }) - channel) / 2048;
    let stream = (bytes(Limits { max_streams: 128, ..LIMITS }) - channel) / 64;
    println!("channel {channel}, line {line}, least {least}, waiting {waiting}, stream {stream}");
    for (what, is, most) in [
        ("a channel of two lines", channel, CHANNEL),
        ("a line more", line, LINE),
        ("a channel with one stream in which nothing waits", least, LEAST),
        ("a datagram more that may wait", waiting, WAITING),
        ("a stream more", stream, STREAM),
    ] {
        assert!(is <= most, "{what} takes {is} bytes, and {most} at most are said");
        assert!(is > most / 2, "{what} takes {is} bytes: less can be said than {most}");
    }
}

#[test]
fn a_thousand_channels_take_a_thousand_times_as_much() {
    // What keeps them grows by doubling, as the sink's counters do.
    let (all, one) = (bytes_of(1_001, LIMITS) - bytes_of(1, LIMITS), bytes(LIMITS));
    assert!(all.abs_diff(1_000 * one) < 10 * one, "{all} bytes, and {one} for each of them");
}
