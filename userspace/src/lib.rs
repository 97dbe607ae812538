//! `xdpfeed`: a receiver for sequenced UDP multicast feeds over AF_XDP.
//!
//! The modules in the order a packet meets them.

pub mod arbiter; // message ranges of redundant lines → one stream in order, once, with every gap named
pub mod cli; // one file a subcommand: what the user typed
pub mod codec; // typed views over message bytes
pub mod failure; // how a command ends when it does not end well
pub mod framing; // datagram → stream, first sequence, count
pub mod line;
pub mod publish; // the other side: a synthetic feed on redundant lines, and the truth about it
pub mod source; // where datagrams come from: one trait // what --line says
pub mod sys; // calls that no crate wraps
