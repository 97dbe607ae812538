//! The codecs against readers that others wrote, or that were written from the specification alone: every field of
//! every message, on real captures and on generated messages over the whole range of values.
//!
//! In release mode (`cargo test --release -p xdpfeed --test agreement`) 10 million messages are generated, otherwise
//! 200,000: a debug build would take minutes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod captured; // ITCH messages of real captures
mod compare; // ours, itch5's and itchy's fields side by side
mod deep; // DEEP
mod deep_reader; // another reader of DEEP
mod generated; // ITCH messages made here
mod legal; // which values the specification allows
mod peers; // who else reads ITCH

#[allow(dead_code, reason = "shared with the unit tests")]
#[path = "../../src/captures.rs"]
mod captures;

/// Messages generated of each protocol.
const GENERATED: usize = if cfg!(debug_assertions) { 200_000 } else { 10_000_000 };
