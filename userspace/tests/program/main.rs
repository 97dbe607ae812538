//! The XDP program in the kernel, held against the etherparse-based walk of [`xdpfeed::wire`] and a table of matches:
//! every kind of packet, cut anywhere, with lengths that lie, and bytes at random.
//!
//! The kernel runs it by `BPF_PROG_TEST_RUN`. A real socket is registered, so that a matched packet is redirected and
//! gets its header. Each test has a thread and a network namespace of its own, which goes with the thread.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod front; // what is compared before the maps are asked
mod header; // what is written in front
mod kernel; // the loaded program, and what it makes of a packet
mod kinds; // every kind of packet
mod matching; // which packets are wanted, and on which queue
mod oracle; // what the program ought to make of a packet
mod random; // bytes at random, and packets damaged at random
mod spread; // packets spread over several buffers
mod verdicts; // every kind, cut anywhere, with fields that lie
