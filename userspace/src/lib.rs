//! `xdpfeed`: a receiver for sequenced UDP multicast feeds over AF_XDP.
//!
//! The modules in the order a packet meets them, then what surrounds them.

pub mod program; // the XDP program: load, attach, typed maps
pub mod xsk; // UMEM, sockets, rings
pub mod source; // where datagrams come from: one trait
pub mod wire; // Ethernet to UDP for sources without the program's header in front
pub mod framing; // datagram → stream, first sequence, count
pub mod arbiter; // message ranges of redundant lines → one stream in order, once, with every gap named
pub mod recovery; // what no line brought, asked for again; the snapshot of a stream joined late
pub mod codec; // typed views over message bytes
pub mod sink; // where messages and events go
pub mod recognise; // which protocol a channel speaks, from its first datagrams
pub mod pipeline; // framing → arbiter → codec → sink, the same for every source
pub mod worker; // the loop
pub mod clock; // the clocks of receive stamps
pub mod latency; // histograms
pub mod ledger; // every counter, and the identities between them
pub mod report; // the summary, as text and as JSON

pub mod bench; // every receive path side by side
pub mod cli; // one file a subcommand: what the user typed
pub mod config; // the same, validated
pub mod console; // standard output and standard error
pub mod cpu; // the one a thread is on
pub mod evidence; // what the host counted meanwhile: interfaces, drivers, IP stack
pub mod failure; // how a command ends when it does not end well
pub mod inspector; // `inspect`: captures through the pipeline
pub mod kernel; // the oldest that `run` works on
pub mod line; // what --line says
pub mod nic; // the host and its interfaces: what can be found out; multicast membership
pub mod probe; // `probe`: what the host can do, judged
pub mod publish; // the other side: a synthetic feed on redundant lines, and the truth about it
pub mod receiver; // `run`: set-up, the control plane, teardown
pub mod replay; // a capture's packets onto an interface
pub mod stop; // SIGINT and SIGTERM
pub mod sys; // calls no crate wraps

#[cfg(test)]
mod captures; // where tests find captures that are not ours to ship
