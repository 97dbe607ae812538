//! The AF_XDP source: all sockets of one worker.

use std::os::fd::AsRawFd;

use anyhow::Context;

use super::{Frames, Received, Source};
use crate::{
    clock::Clock,
    sys::wait::Readable,
    wire::{Checksum, checksum},
    xsk::{Frame, Socket},
};

/// How long a packet may lie between the XDP program's stamp and the RX ring: the driver's poll loop submits up
/// to 64 packets at once, and may be interrupted meanwhile.
///
/// A socket found empty proves nothing about packets stamped this recently. Too low and a gap is declared while
/// its filler lies in the driver; too high delays each real gap by so much.
const SUBMIT_DELAY_NS: u64 = 200_000;

/// One socket and the lines its interface's groups belong to.
#[derive(Debug)]
struct Port {
    socket: Socket,
    /// Group index of the interface's XDP program → line.
    lines: Vec<u16>,
    generation: u8,
    watermark_ns: u64,
    packets: u64,
    foreign: u64,
    checksums: ChecksumCounters,
}

/// What one socket has brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PortCounters {
    /// Frames taken off the RX ring.
    pub packets: u64,
    /// Of these, frames without a header of ours, or of a line that is no more.
    pub foreign: u64,
    /// What their checksums said, if that was asked for.
    pub checksums: ChecksumCounters,
}

/// What datagrams' checksums said. Those that were right are in none of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChecksumCounters {
    /// Wrong: given back, and handed to nobody.
    pub wrong: u64,
    /// None there: taken.
    pub absent: u64,
    /// Never filled in by a sender on this host: taken.
    pub partial: u64,
}

/// All sockets of one worker, read in turn.
#[derive(Debug)]
pub struct AfXdp {
    ports: Vec<Port>,
    batch: usize,
    stamps: bool,
    clock: Clock,
    verify_checksums: bool,
    waits: Readable,
}

impl AfXdp {
    /// A source without sockets. `stamps` says whether the XDP programs stamp packets; if not, a batch is
    /// stamped when it is read.
    #[must_use]
    pub fn new(batch: usize, stamps: bool) -> Self {
        Self {
            ports: Vec::new(),
            batch,
            stamps,
            clock: Clock::Monotonic,
            verify_checksums: false,
            waits: Readable::default(),
        }
    }

    /// The XDP programs stamp by this clock, and so does a batch that is stamped when it is read.
    pub const fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// The clock of its stamps.
    #[must_use]
    pub const fn clock(&self) -> Clock {
        self.clock
    }

    /// From now on gives datagrams back whose checksums are wrong, counted, instead of handing them on.
    pub const fn verify_checksums(&mut self) {
        self.verify_checksums = true;
    }

    /// Adds a socket whose interface's program knows the line `lines[i]` by group index `i`.
    pub fn add(&mut self, socket: Socket, lines: Vec<u16>, generation: u8) {
        self.waits.add(socket.as_raw_fd());
        let port = Port {
            socket,
            lines,
            generation,
            watermark_ns: 0,
            packets: 0,
            foreign: 0,
            checksums: ChecksumCounters::default(),
        };
        self.ports.push(port);
    }

    /// Room a batch vector needs.
    #[must_use]
    pub const fn batch_capacity(&self) -> usize {
        self.batch * self.ports.len()
    }

    /// The sockets, in the order they were added.
    pub fn sockets(&self) -> impl Iterator<Item = &Socket> {
        self.ports.iter().map(|port| &port.socket)
    }

    /// What each socket has brought, in the same order.
    pub fn counters(&self) -> impl Iterator<Item = PortCounters> {
        self.ports.iter().map(|port| PortCounters {
            packets: port.packets,
            foreign: port.foreign,
            checksums: port.checksums,
        })
    }

    /// Gives the kernel back what was released since the last call.
    #[inline]
    pub fn refill(&mut self) {
        for port in &mut self.ports {
            port.socket.refill();
        }
    }

    /// Sleeps until a packet comes on any socket, or `most_ms` milliseconds have passed.
    ///
    /// # Errors
    /// What `poll` says, but for an interruption by a signal.
    pub fn sleep(&mut self, most_ms: i32) -> anyhow::Result<()> {
        self.waits.wait(most_ms).context("cannot wait for packets")
    }

    /// Makes the kernel poll each socket's queue once, for drivers that were told to wait for us.
    pub fn busy_poll(&mut self) {
        for port in &mut self.ports {
            port.socket.busy_poll();
        }
    }
}

/// Gives the datagrams of `batch` from `first` on back whose checksums are wrong.
#[cold]
fn discard_wrong(
    socket: &mut Socket,
    batch: &mut Vec<Received<Frame>>,
    first: usize,
    counters: &mut ChecksumCounters,
) {
    let is_wrong = |received: &mut Received<Frame>| {
        let found = checksum(socket.packet(&received.frame));
        match found {
            Checksum::Right => {}
            Checksum::Absent => counters.absent += 1,
            Checksum::Partial => counters.partial += 1,
            Checksum::Wrong => counters.wrong += 1,
        }
        found == Checksum::Wrong
    };
    // Allocates only for what is wrong.
    let wrong: Vec<_> = batch.extract_if(first.., is_wrong).collect();
    wrong.into_iter().for_each(|received| socket.release(received.frame));
}

impl Frames for AfXdp {
    type Frame = Frame;

    #[inline]
    fn payload<'a>(&'a self, frame: &'a Frame) -> &'a [u8] {
        self.ports[usize::from(frame.socket)].socket.payload(frame)
    }

    #[inline]
    fn hold(&mut self, frame: Frame) -> Result<Frame, Frame> {
        self.ports[usize::from(frame.socket)].socket.hold(frame)
    }

    #[inline]
    fn release(&mut self, frame: Frame) {
        self.ports[usize::from(frame.socket)].socket.release(frame);
    }
}

impl Source for AfXdp {
    #[inline]
    fn receive(&mut self, batch: &mut Vec<Received<Frame>>) -> anyhow::Result<()> {
        let Self { ports, batch: most, stamps, clock, verify_checksums, waits: _ } = self;
        let now_ns = clock.now_ns();
        for (index, port) in ports.iter_mut().enumerate() {
            let before = batch.len();
            let Port { socket, lines, generation, watermark_ns, packets, foreign, checksums } = port;
            let mut last_ns = *watermark_ns;
            let mut refused = Vec::new();
            let (taken, without_header) = socket.receive(index as u16, |frame, header| {
                let stamp_ns = if *stamps { header.stamp_ns } else { now_ns };
                last_ns = stamp_ns;
                match lines.get(usize::from(header.group)) {
                    Some(&line) if header.generation == *generation => {
                        batch.push(Received { line, stamp_ns, frame });
                    }
                    // Never on a matched path of our own program: allocates only then.
                    _ => refused.push(frame),
                }
            });
            *packets += taken as u64;
            *foreign += without_header + refused.len() as u64;
            for frame in refused {
                socket.release(frame);
            }
            if *verify_checksums {
                discard_wrong(socket, batch, before, checksums);
            }
            // An empty ring proves up to now, but for what the driver still has; one that may hold more proves
            // up to its last stamp, if that is a stamp of when the packet came.
            let proven_ns = match (taken < *most, *stamps) {
                (true, _) => now_ns.saturating_sub(SUBMIT_DELAY_NS),
                (false, true) => last_ns,
                (false, false) => *watermark_ns,
            };
            *watermark_ns = proven_ns.max(*watermark_ns);
        }
        Ok(())
    }

    fn watermark_ns(&self) -> u64 {
        self.ports.iter().map(|port| port.watermark_ns).min().unwrap_or(u64::MAX)
    }

    fn finished(&self) -> bool {
        false
    }
}
