//! Tests of arbitration, from examples of each rule to a simulated feed.

mod bench;
mod epochs;
mod ranges;
mod windows;
