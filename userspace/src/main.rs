//! The `xdpfeed` command.
fn main() {}
