//! Recovery of Cboe's feeds by `run`, as a user starts it, on a veth pair in a network namespace of its own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bed; // the network, the receiver, datagrams
mod gaps; // what both lines lost, from a Gap Request Proxy
mod spin; // units joined late, from Spin servers
