//! `xdpfeed`: a receiver for sequenced UDP multicast feeds over AF_XDP.
//!
//! The modules in the order a packet meets them.

pub mod arbiter; // message ranges of redundant lines → one stream in order, once, with every gap named
pub mod codec; // typed views over message bytes
pub mod framing; // datagram → stream, first sequence, count
pub mod source; // where datagrams come from: one trait
