//! What a message costs from the datagram to the last field, beside what others take to decode it alone; and what
//! finding gaps costs a packet. In memory, one thread.
//!
//! `cargo bench -p xdpfeed --bench feed` (a minute; captures as for the tests). After criterion's own figures it times
//! all readers in turns and prints what they took and how they compare: on a machine with other work, the least of
//! many turns says most.
//!
//! Every reader of messages reads every field of every message into a checksum, and all checksums are the same:
//! else nothing is measured.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a bench fails by panicking")]

mod channel; // the channels that are measured
mod channels; // one feed's packets, dealt to many channels
mod checksum; // what reading every field comes to
mod fields; // a consumer that reads every field
mod gaps; // framing and arbitration, no decoding
mod lines; // datagrams in memory, and how they are handed to a pipeline
mod many; // what a packet costs with so many channels
mod readers; // who reads the messages
mod turns; // all of them in turns

#[path = "../../tests/agreement/peers/mod.rs"]
mod peers;

#[path = "../instructions/ring.rs"]
mod ring;

#[path = "../../src/captures.rs"]
#[allow(dead_code, reason = "tests use all of it")]
mod captures;

use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput};

/// How messages are packed: what is printed, and messages per packet on average. Nasdaq's own is 1.27; what fits
/// one Ethernet frame is about 40.
const PACKINGS: [(&str, f64); 3] = [("1.27", 1.27), ("4", 4.0), ("20", 20.0)];

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(1500))
        .configure_from_args();
    let feeds = PACKINGS.map(|(label, mean)| (label, readers::Feed::new(mean)));
    for (label, feed) in &feeds {
        feed.assert_all_read_the_same();
        let mut group = criterion.benchmark_group(format!("messages, {label} a packet"));
        group.throughput(Throughput::Elements(feed.messages()));
        for reader in readers::ALL {
            group.bench_function(reader.name, |bencher| {
                bencher.iter_batched_ref(
                    || feed.prepare(),
                    |prepared| (reader.read)(feed, prepared),
                    BatchSize::PerIteration,
                );
            });
        }
        group.finish();
    }
    let captures = gaps::all();
    let mut group = criterion.benchmark_group("gap detection");
    for capture in &captures {
        group.throughput(Throughput::Elements(capture.packets()));
        group.bench_function(capture.name, |bencher| {
            bencher.iter_batched_ref(
                || capture.prepare(),
                |pipeline| capture.run(pipeline),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
    let many = many::all();
    let mut group = criterion.benchmark_group("channels");
    for channels in &many {
        group.throughput(Throughput::Elements(channels.packets()));
        group.bench_function(&channels.name, |bencher| {
            bencher.iter_batched_ref(
                || channels.prepare(),
                |prepared| channels.run(prepared),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
    criterion.final_summary();
    // Without `--bench` (`cargo test`) each was run once, and there is nothing to compare; a profiler wants one alone.
    let given = |flag: &str| std::env::args().any(|argument| argument == flag);
    if given("--bench") && !given("--profile-time") {
        for (label, feed) in &feeds {
            turns::messages(label, feed);
        }
        turns::packets(&captures);
        turns::channels(&many);
    }
}
