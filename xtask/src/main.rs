//! `cargo xtask VERB`: set-up, build, demo and tests of xdpfeed.

fn main() {}
