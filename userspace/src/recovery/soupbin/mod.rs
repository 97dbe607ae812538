//! SoupBinTCP 3.0: a numbered stream of messages over TCP that goes on where it was after a connection breaks.
//!
//! Source: Nasdaq, "SoupBinTCP" Version 3.00. No captured byte of it is at hand: the layouts are from the
//! specification and agree with public dissectors.

mod ascii;
mod client;
mod packet;
mod server;
#[cfg(test)]
mod tests;

pub(crate) use ascii::{number, write_number};
pub use client::{Client, Heard};
pub use packet::{Credentials, NoCredentials, Packets, RejectReason, Session};
pub use server::{Config, Server, Source};
