//! The AF_XDP source: all sockets of one worker.

mod arrivals; // the first packet of each line
mod live; // orders, and waiting
mod port; // one socket
mod read; // all in turn
mod stranger; // frames of no line as it is known

use std::{os::fd::AsRawFd as _, sync::Arc};

use super::{
    Frames,
    stall::{StallGuard, Watched},
};
use crate::{
    clock::Clock,
    sys::wait::Readable,
    xsk::{Frame, Socket},
};
pub use arrivals::Arrivals;
pub use live::{ClosedPort, Order, SPARE_PORTS};
use port::Port;
pub use port::{ChecksumCounters, PortCount, PortCounters};
use stranger::NEVER;

/// All sockets of one worker, read in turn.
#[derive(Debug)]
pub struct AfXdp {
    /// By number. A number that is free has none.
    ports: Vec<Option<Port>>,
    /// What frames of each line say in front, by the line's index: its generation, with [`FRESH`](stranger::FRESH)
    /// until the first came.
    lines: Vec<u16>,
    arrivals: Arc<Arrivals>,
    batch: usize,
    stamps: bool,
    clock: Clock,
    verify_checksums: bool,
    waits: Readable,
    guard: StallGuard,
    /// When the sockets were read last.
    read_ns: u64,
}

impl AfXdp {
    /// A source without sockets, for at most `lines` lines. `stamps` says whether the XDP programs stamp packets; if
    /// not, a batch is stamped when it is read.
    #[must_use]
    pub fn new(batch: usize, stamps: bool, lines: usize) -> Self {
        Self {
            ports: Vec::new(),
            lines: vec![NEVER; lines],
            arrivals: Arc::new(Arrivals::new(lines)),
            batch,
            stamps,
            clock: Clock::Monotonic,
            verify_checksums: false,
            waits: Readable::default(),
            guard: StallGuard::default(),
            read_ns: 0,
        }
    }

    /// The XDP programs stamp by this clock, and so does a batch that is stamped when it is read.
    pub const fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// From now on gives datagrams back whose checksums are wrong, counted, instead of handing them on.
    pub const fn verify_checksums(&mut self) {
        self.verify_checksums = true;
    }

    /// Adds a socket; its number is the number of those added before.
    pub fn add(&mut self, socket: Socket) {
        self.put(self.ports.len(), socket);
    }

    /// Gives a socket the number `port`, which is free or the next one.
    fn put(&mut self, port: usize, socket: Socket) {
        self.waits.add(socket.as_raw_fd());
        let counted = PortCounters::default();
        let new = Port { socket, leaving: false, dry: false, watermark_ns: 0, counted };
        match self.ports.get_mut(port) {
            Some(free) => *free = Some(new),
            None => self.ports.push(Some(new)),
        }
    }

    /// When each line brought its first packet.
    #[must_use]
    pub fn arrivals(&self) -> Arc<Arrivals> {
        Arc::clone(&self.arrivals)
    }

    /// Has an interface guarded against stalls. Gives back what guarded one of its name before.
    pub fn guard(&mut self, watched: Watched) -> Option<Watched> {
        self.guard.watch(watched)
    }

    /// The sockets and what each has brought, by their numbers.
    pub fn ports(&self) -> impl Iterator<Item = (u16, &Socket, PortCounters)> {
        let numbered = (0..).zip(&self.ports);
        numbered
            .filter_map(|(number, port)| port.as_ref().map(|port| (number, &port.socket, port.counters())))
    }
}

impl Frames for AfXdp {
    type Frame = Frame;

    #[inline]
    fn payload<'a>(&'a self, frame: &'a Frame) -> &'a [u8] {
        // A socket stays for as long as a frame of it is held.
        let port = self.ports[usize::from(frame.socket())].as_ref();
        port.map_or(&[], |port| port.socket.payload(frame))
    }

    #[inline]
    fn hold(&mut self, frame: Frame) -> Result<Frame, Frame> {
        match &mut self.ports[usize::from(frame.socket())] {
            Some(port) => port.socket.hold(frame),
            None => Err(frame),
        }
    }

    #[inline]
    fn release(&mut self, frame: Frame) {
        if let Some(port) = &mut self.ports[usize::from(frame.socket())] {
            port.socket.release(frame);
        }
    }
}
