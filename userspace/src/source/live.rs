//! Sources that a worker reads while the feed goes on.

use std::net::{IpAddr, SocketAddr};

use anyhow::{Result, ensure};

use super::{Kicks, Source};
use crate::{clock::Clock, config::Line, worker::Wait};

/// Longest sleep of [`Wait::Poll`] in ms: also the granularity at which reorder windows close in a silent feed
/// and a stop is noticed.
pub const POLL_MS: i32 = 1;

/// A source that a worker reads: what it needs of one beside its datagrams. It goes to the worker's thread with all it is
/// told, and back.
pub trait Live: Source<Frame: Send> + Send {
    /// What it can be told while it works; [`Infallible`](std::convert::Infallible) where there is nothing.
    type Order: Send;
    /// Memory that comes back for what came with an order.
    type Spent: Send;
    /// A socket that was told to go, once nothing of it is left here.
    type Left: Send;
    /// What one of its sockets has counted.
    type Port: Send;

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
    fn idle(&mut self, wait: Wait) -> Result<()>;

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

/// A line as a source without an XDP program is given it. Its place among the lines it is given with is its index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveLine {
    /// The interface it arrives at.
    pub interface: String,
    /// The only VLAN it is taken from; 0 for no tag at all.
    pub vlan: Option<u16>,
    /// The only source it is taken from.
    pub source: Option<IpAddr>,
    /// Where it is sent to.
    pub destination: SocketAddr,
}

impl LiveLine {
    /// Of a configured line; `None` if that names no interface.
    #[must_use]
    pub fn of(line: &Line) -> Option<Self> {
        let Line { vlan, source, destination, .. } = *line;
        Some(Self { interface: line.interface.clone()?, vlan, source, destination })
    }

    /// As it is told.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} on {}", self.destination, self.interface)
    }
}

/// How a source without an XDP program receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receiving {
    /// What its worker does when it is idle.
    pub wait: Wait,
    /// Datagrams taken from a socket at once.
    pub batch: usize,
    /// Bytes the kernel is asked to let wait at a socket, its own share of each datagram included (`SO_RCVBUF`); of a
    /// packet ring, its size.
    pub receive_buffer: usize,
    /// Buffers that datagrams are read to, for all sockets. Half of them may be held.
    pub buffers: usize,
    /// Bytes of each: a longer datagram is counted, and not handed on.
    pub buffer_bytes: usize,
    /// The clock of its stamps.
    pub clock: Clock,
}

impl Default for Receiving {
    /// As `xdpfeed run` does without flags.
    fn default() -> Self {
        Self {
            wait: Wait::Spin,
            batch: 64,
            receive_buffer: 16 << 20,
            buffers: 8192,
            buffer_bytes: 2048,
            clock: Clock::Monotonic,
        }
    }
}

impl Receiving {
    /// Whether so many sockets can be read with it.
    pub(super) fn check(&self, sockets: usize) -> Result<()> {
        ensure!(sockets > 0, "there is no line to receive");
        ensure!(self.batch > 0, "a batch of no datagrams would receive none");
        ensure!(
            self.buffers >= 2 * sockets,
            "{} buffers are too few for {sockets} sockets: give at least two each",
            self.buffers
        );
        Ok(())
    }
}
