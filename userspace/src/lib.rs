//! `xdpfeed`: a receiver for sequenced UDP multicast feeds over AF_XDP.
//!
//! The modules in the order a packet meets them.

pub mod arbiter; // message ranges of redundant lines → one stream in order, once, with every gap named
pub mod cli; // what the user types: one file a subcommand
pub mod codec; // typed views over message bytes
pub mod failure; // how a command ends when it does not end well
pub mod framing; // datagram → stream, first sequence, count
pub mod line; // what --line says
pub mod replay; // a capture's packets onto an interface
pub mod source; // where datagrams come from: one trait
pub mod sys; // system calls no crate wraps: with xsk the only unsafe code in userspace
pub mod wire; // link layer → UDP datagram, for sources without the XDP program's header

#[cfg(test)]
mod captures; // the real captures tests read
