//! UDP sockets as a source: one for each line, bound to its group and port and joined on its interface. The way there
//! is on any host and kernel, and what XDP is to be measured by.
//!
//! Datagrams are stamped when they are read. A single socket under [`Wait::Poll`] is read by a call that blocks: that is
//! all its waiting, as in a receiver that has nothing but `recv` in its loop.

mod open;
mod read;

use std::{convert::Infallible, os::fd::AsRawFd as _};

use anyhow::{Context as _, Result};

use super::{
    Frames, Live, LiveLine, Obeyed, POLL_MS, Received, Receiving, Source,
    buffers::{Buffers, Copies, Pool},
    keeper::Keeper,
};
use crate::{clock::Clock, sys::wait::Readable, worker::Wait};
pub use open::fit;
pub(super) use open::{Opened, keeper, open};
use read::Reader;
pub use read::Reading;

/// How long a socket whose reads block may go without having been found empty before it is read without blocking, in
/// ns: only that proves that no filler lies in it. Lower: a system call more, so often a second. Higher: reorder windows
/// close so much later.
const PROOF_NS: u64 = 2_000_000;

/// A line's socket.
#[derive(Debug)]
struct Port {
    opened: Opened,
    line: u16,
    watermark_ns: u64,
    counted: SocketCounters,
}

/// What one socket has brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SocketCounters {
    /// Datagrams read from it: those handed on, and these:
    pub received: u64,
    /// Longer than the buffers there are. They are not handed on.
    pub truncated: u64,
    /// Bytes of the longest of these.
    pub longest: usize,
    /// Datagrams the kernel dropped at it, its receive buffer full or their checksums wrong; `None` if it does not say.
    pub dropped: Option<u64>,
    /// Bytes of its receive buffer, as the kernel counts them.
    pub receive_buffer: usize,
}

/// A line's index, and what its socket has brought.
pub type SocketCount = (u16, SocketCounters);

/// The sockets of one worker, read in turn into memory `M`.
#[derive(Debug)]
pub struct Sockets<M> {
    ports: Vec<Port>,
    memory: M,
    reader: Reader,
    wait: Wait,
    batch: usize,
    clock: Clock,
    waits: Readable,
    /// When they were read last.
    read_ns: u64,
}

/// The traditional way: read one by one, and copied to memory of its own. With
/// [`CopyMessages`](crate::sink::CopyMessages) each message is, too.
pub type RecvCopy = Sockets<Copies>;

impl RecvCopy {
    /// Opens a socket for each line.
    ///
    /// # Errors
    /// As for [`Sockets::open`].
    pub fn open_copying(lines: &[LiveLine], receiving: &Receiving) -> Result<Self> {
        Self::with(lines, Reading::Recv, receiving, Copies::new(receiving.buffer_bytes))
    }
}

impl Sockets<Pool> {
    /// Opens a socket for each line, to be read by `reading`.
    ///
    /// # Errors
    /// A line is one that no socket can have, or the kernel refuses; with what to do.
    pub fn open(lines: &[LiveLine], reading: Reading, receiving: &Receiving) -> Result<Self> {
        Self::with(lines, reading, receiving, Pool::new(receiving.buffers, receiving.buffer_bytes))
    }
}

impl<M: Buffers> Sockets<M> {
    fn with(lines: &[LiveLine], reading: Reading, receiving: &Receiving, memory: M) -> Result<Self> {
        receiving.check(lines.len())?;
        fit(lines)?;
        let (mut ports, mut waits) = (Vec::new(), Readable::default());
        for (line, wanted) in (0..).zip(lines) {
            let opened = open(wanted, receiving)?;
            waits.add(opened.socket.as_raw_fd());
            let counted =
                SocketCounters { receive_buffer: opened.receive_buffer, ..SocketCounters::default() };
            ports.push(Port { opened, line, watermark_ns: 0, counted });
        }
        // What may be lent at once is what may not be held, shared out evenly: no socket keeps another from being read.
        let batch = receiving.batch.min(receiving.buffers / 2 / ports.len());
        let reader = Reader::new(reading, batch);
        let Receiving { wait, clock, .. } = *receiving;
        Ok(Self { ports, memory, reader, wait, batch, clock, waits, read_ns: clock.now_ns() })
    }

    /// What the control plane has of them.
    ///
    /// # Errors
    /// There are no more descriptors to be had.
    pub fn keeper(&self) -> Result<Keeper> {
        keeper(self.ports.iter().map(|port| &port.opened))
    }

    /// Whether reading is what waits.
    fn blocks(&self) -> bool {
        self.wait == Wait::Poll && self.ports.len() == 1
    }
}

impl<M: Buffers> Frames for Sockets<M> {
    type Frame = M::Frame;

    #[inline]
    fn payload<'a>(&'a self, frame: &'a M::Frame) -> &'a [u8] {
        self.memory.payload(frame)
    }

    #[inline]
    fn hold(&mut self, frame: M::Frame) -> Result<M::Frame, M::Frame> {
        self.memory.hold(frame)
    }

    #[inline]
    fn release(&mut self, frame: M::Frame) {
        self.memory.release(frame);
    }
}

impl<M: Buffers> Source for Sockets<M> {
    #[inline]
    fn receive(&mut self, batch: &mut Vec<Received<M::Frame>>) -> Result<()> {
        let blocks = self.blocks();
        let Self { ports, memory, reader, batch: most, clock, read_ns, .. } = self;
        let mut now_ns = if blocks { *read_ns } else { clock.now_ns() };
        for Port { opened, line, watermark_ns, counted } in ports {
            let before = batch.len();
            let sleeps = blocks && now_ns.saturating_sub(*watermark_ns) < PROOF_NS;
            if blocks && !sleeps {
                now_ns = clock.now_ns();
            }
            // That a socket was found empty proves it up to when the read began: we may have been kept off the CPU since.
            let looked_ns = now_ns;
            // What blocks is read one by one, for another read would only find it empty.
            let limit = if blocks && reader.is_single() { 1 } else { *most };
            let into = (&mut *batch, now_ns);
            let found = reader
                .read((&opened.socket, *line), memory, (limit, sleeps), into)
                .with_context(|| format!("cannot read the socket of line {line}"))?;
            if blocks {
                now_ns = clock.now_ns();
                batch[before..].iter_mut().for_each(|received| received.stamp_ns = now_ns);
            }
            counted.received += found.read as u64;
            counted.truncated += found.truncated as u64;
            counted.longest = counted.longest.max(found.longest);
            if found.empty {
                *watermark_ns = looked_ns;
            }
        }
        *read_ns = now_ns;
        Ok(())
    }

    /// A socket that was found empty proves up to then; one that was not proves nothing, for it stamps nothing.
    fn watermark_ns(&self) -> u64 {
        self.ports.iter().map(|port| port.watermark_ns).min().unwrap_or_default()
    }

    fn finished(&self) -> bool {
        false
    }
}

impl<M: Buffers> Live for Sockets<M> {
    type Order = Infallible;
    type Spent = Infallible;
    type Left = Infallible;
    type Port = SocketCount;

    #[inline]
    fn clock(&self) -> Clock {
        self.clock
    }

    fn reserve(&mut self) -> usize {
        self.batch * self.ports.len()
    }

    /// Reading is what busy-polls, and what blocks.
    #[inline]
    fn idle(&mut self, wait: Wait) -> Result<()> {
        match wait {
            Wait::Spin => std::hint::spin_loop(),
            Wait::Poll if !self.blocks() => self.waits.wait(POLL_MS).context("cannot wait for datagrams")?,
            Wait::Poll | Wait::BusyPoll => {}
        }
        Ok(())
    }

    fn obey(&mut self, order: Infallible) -> Obeyed<Infallible> {
        match order {}
    }

    fn count_ports(&self, into: &mut Vec<SocketCount>) {
        into.clear();
        into.extend(
            self.ports
                .iter()
                .map(|port| (port.line, SocketCounters { dropped: port.opened.dropped(), ..port.counted })),
        );
    }
}
