//! Tests of arbitration, from examples of each rule to a simulated feed.

mod bench;
mod epochs;
mod feed;
mod heads;
mod jumps;
mod model;
mod network;
mod ranges;
mod simulated;
mod table;
mod wild;
mod windows;
