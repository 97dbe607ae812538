//! End to end: xdpfeed as a user runs it, in network namespaces joined by veth pairs.
//!
//! One binary. Each test makes its own network and reads from top to bottom; what the kernel, the publisher and
//! the receiver say about the same packets must agree.

use anyhow::Result;

mod arbitrate; // lines that lose packets
mod bench; // every receive path side by side
mod clock; // receive stamps that can be compared with the sender
mod deferral; // interrupts put off for busy polling
mod ending; // signals, and what stays behind
mod failing; // workers whose sources end
mod faults; // each way to lose a packet, under its own name
mod feed; // command lines and accounts
mod frames; // frames made byte by byte
mod modes; // whatever sockets, memory and waiting are made of
mod preempted; // a worker that shares its CPU
mod probe; // what probe says is true
mod lines; // lines that come and go while others are received
mod links; // links and interfaces that do
mod receive; // everything sent is counted
mod recover; // what both lines lost is asked for again
mod refuse; // what cannot be received is said in a sentence
mod replay; // a real capture over the wire
mod sources; // the same by every other way there is
mod thousand; // a thousand lines
mod workers; // several of them

/// The network's publisher side and receiver side, or nothing where this host cannot have them.
fn network(lines: u8, options: e2e::VethOptions) -> Result<Option<e2e::Network>> {
    if e2e::root() { e2e::Network::new(lines, options).map(Some) } else { Ok(None) }
}
