//! MoldUDP64 V1.00 re-requests ("Request Packet" of the specification): over UDP, answered by one downstream packet
//! to the port the request came from, with as many of the messages asked for as fit.
//!
//! The protocol has no refusal. A server that has nothing of what is asked for answers nothing, or a packet without
//! messages: a heartbeat with the sequence asked for or with the next one, or the end of the session.

mod client;
#[cfg(test)]
mod loopback;
mod requester;
mod server;
#[cfg(test)]
mod tests;
mod unused;

pub use client::MoldUdp64Client;
pub use requester::{Request, Requester};
pub use server::{Served, Server, ServerTally};
pub use unused::Unused;

use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    big_endian::{U16, U64},
};

/// The request packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct RequestPacket {
    /// The session: ten characters.
    pub session: [u8; 10],
    /// The first sequence asked for.
    pub sequence: U64,
    /// How many messages are asked for.
    pub count: U16,
}

const _: () = assert!(size_of::<RequestPacket>() == 20);
