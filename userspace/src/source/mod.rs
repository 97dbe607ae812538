//! Sources: where datagrams come from.
//!
//! A source lends frames for the length of one batch. A frame is a move-only token: whoever has it owns the
//! memory behind it, and only [`Frames::release`] ends it. What must outlive the batch goes through
//! [`Frames::hold`] first.

pub mod af_xdp;
pub mod capture;
pub mod stall; // packets reach the NIC, and none reaches us

pub use stall::Kicks;

use crate::{clock::Clock, worker::Wait};

/// Longest sleep of [`Wait::Poll`] in ms: also the granularity at which reorder windows close in a silent feed
/// and a stop is noticed.
pub const POLL_MS: i32 = 1;

/// The memory datagrams lie in.
pub trait Frames {
    /// A token for one received datagram. Neither `Copy` nor `Clone`.
    type Frame;

    /// The datagram's UDP payload, where the source put it.
    fn payload<'a>(&'a self, frame: &'a Self::Frame) -> &'a [u8];

    /// Makes a frame outlive the batch it came in.
    ///
    /// # Errors
    /// Gives the frame back when the source has no more room for held ones; the caller must do without.
    fn hold(&mut self, frame: Self::Frame) -> Result<Self::Frame, Self::Frame>;

    /// Gives the memory back to the source.
    fn release(&mut self, frame: Self::Frame);
}

/// One datagram as a source hands it over.
#[derive(Debug)]
pub struct Received<F> {
    /// The line it belongs to: index into the configured lines.
    pub line: u16,
    /// Receive stamp in ns: the XDP program's (by its source's clock), or the capture's.
    pub stamp_ns: u64,
    /// Its memory.
    pub frame: F,
}

/// A source of datagrams.
pub trait Source: Frames {
    /// Appends at most one batch of datagrams to `batch`, which has room for it. Does not wait for any, unless that is
    /// how the source was told to wait.
    ///
    /// # Errors
    /// Only what ends the source for good; datagrams it cannot use are counted inside.
    fn receive(&mut self, batch: &mut Vec<Received<Self::Frame>>) -> anyhow::Result<()>;

    /// No datagram with a receive stamp up to this one is still to come, on any of the source's sockets: each
    /// was found empty at, or has yielded a datagram stamped, this or later. Reorder windows close by it.
    fn watermark_ns(&self) -> u64;

    /// True once nothing will ever come again (end of file).
    fn finished(&self) -> bool;
}

/// A source that a worker reads: what it needs of one beside its datagrams.
pub trait Live: Source {
    /// What it can be told while it works; [`Infallible`](std::convert::Infallible) where there is nothing.
    type Order;
    /// Memory that comes back for what came with an order.
    type Spent;
    /// A socket that was told to go, once nothing of it is left here.
    type Left;
    /// What one of its sockets has counted.
    type Port;

    /// The clock of its stamps.
    fn clock(&self) -> Clock;

    /// Makes room for all it will ever need. Returns the room that a batch needs.
    fn reserve(&mut self) -> usize;

    /// Gives the kernel back what was released since the last call.
    fn refill(&mut self) {}

    /// Passes the time until there may be something to read, for at most [`POLL_MS`].
    ///
    /// # Errors
    /// What ends the source for good.
    fn idle(&mut self, wait: Wait) -> anyhow::Result<()>;

    /// From now on takes datagrams of line `line` that say `generation`. A source whose lines never change does nothing.
    fn open_line(&mut self, _line: u16, _generation: u8) {}

    /// From now on takes no datagram of line `line`: they are counted.
    fn close_line(&mut self, _line: u16) {}

    /// Does what it is told.
    fn obey(&mut self, order: Self::Order) -> Obeyed<Self::Spent>;

    /// Takes out a socket that was told to go. To be called between two batches.
    fn take_left(&mut self) -> Option<Self::Left> {
        None
    }

    /// Writes down what each socket has counted, in the memory that is there. Asks the kernel: a system call each, made
    /// only when somebody wants to know.
    fn count_ports(&self, into: &mut Vec<Self::Port>);

    /// What was done against stalls.
    fn kicks(&self) -> Kicks {
        Kicks::default()
    }
}

/// What became of an order.
#[derive(Debug)]
pub enum Obeyed<S> {
    /// It is done.
    Done,
    /// It is done, and this is left over.
    Spent(S),
    /// A socket is to go: [`Live::take_left`] has it in a while.
    Leaving,
}
