//! Tests of arbitration, from examples of each rule to a simulated feed.

mod bench;
mod comings;
mod epochs;
mod eviction;
mod feed;
mod gaps;
mod heads;
mod joins;
mod jumps;
mod laps;
mod model;
mod network;
mod ranges;
mod simulated;
mod skews;
mod table;
mod wild;
mod windows;
