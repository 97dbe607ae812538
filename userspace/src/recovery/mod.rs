//! Recovery: asking for what no line brought, and the state of a stream that is joined late.
//!
//! A [`Client`] is told what is missing and, as soon as it came some other way, that it no longer is; a [`Joiner`] is
//! told from where on a stream is at hand. Both hand what they obtain to [`Answers`]: datagrams in the channel's own
//! framing, for the ordinary framing and arbiter to take, or the messages of a snapshot. What cannot be had is given
//! up by name. The protocols are state machines over bytes, without clock or socket; a thin driver beside each moves
//! the bytes. See `docs/recovery.md`.

pub mod cboe;
mod client;
pub mod fault;
pub mod glimpse;
mod joining;
mod mailbox;
pub mod moldudp64;
pub mod plan;
pub mod server;
pub mod snapshots;
pub mod soupbin;
pub mod store;
pub mod stream;
mod tally;
#[cfg(test)]
mod testing;
pub mod thread;

pub use client::{Answers, Client, Joiner, Lost, MessageRange};
pub use joining::Patience;
pub use mailbox::{ANSWER_BYTES, Buffer, Form, MailCounters, Notice, Reply, ThreadEnd, WorkerEnd, mailbox};
pub use tally::Tally;
