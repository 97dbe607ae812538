//! io_uring as a source: one ring for the UDP sockets of all lines, each received from by one multishot request, into
//! buffers that were given to the kernel beforehand. Needs Linux 6.1.

use std::{convert::Infallible, io, os::fd::AsRawFd as _};

use anyhow::{Context as _, Result, bail};

use super::{
    Frames, Live, LiveLine, Obeyed, POLL_MS, Received, Receiving, Source,
    keeper::Keeper,
    sockets::{Opened, SocketCounters, fit, keeper, open},
};
use crate::{
    clock::Clock,
    sys::uring::{Completion, MOST_BUFFERS, Uring},
    worker::Wait,
};

/// In place of a buffer's number: a datagram of no bytes has none.
const NO_BUFFER: u16 = u16::MAX;

/// A line's socket.
#[derive(Debug)]
struct Port {
    opened: Opened,
    line: u16,
    /// A request is under way.
    armed: bool,
    counted: UringCounters,
}

/// What one socket has brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UringCounters {
    /// As of any socket.
    pub socket: SocketCounters,
    /// Times its request ended because no buffer was free, and was made again: what came meanwhile waited at the socket.
    pub starved: u64,
    /// Times its request ended otherwise, and was made again.
    pub rearmed: u64,
}

/// A line's index, and what its socket has brought.
pub type UringCount = (u16, UringCounters);

/// A datagram in one of the ring's buffers.
#[derive(Debug)]
#[must_use = "a buffer that is not released is lost to the kernel"]
pub struct UringFrame {
    buffer: u16,
    len: u32,
    held: bool,
}

/// The sockets of one worker, and the ring they are received by.
#[derive(Debug)]
pub struct IoUring {
    /// First, so that its requests end before their sockets are closed.
    ring: Uring,
    ports: Vec<Port>,
    batch: usize,
    buffer_bytes: usize,
    held: usize,
    most_held: usize,
    clock: Clock,
    watermark_ns: u64,
}

impl IoUring {
    /// Opens a socket for each line, and a ring, which has no more than [`MOST_BUFFERS`] buffers. It is to be read by one
    /// thread, always the same.
    ///
    /// # Errors
    /// A line is one that no socket can have, or the kernel has no such rings; with what to do.
    pub fn open(lines: &[LiveLine], receiving: &Receiving) -> Result<Self> {
        receiving.check(lines.len())?;
        fit(lines)?;
        if receiving.wait == Wait::BusyPoll {
            bail!("io_uring is not busy-polled: use --wait spin or poll");
        }
        let most = usize::from(MOST_BUFFERS);
        let buffers = receiving.buffers.clamp(1, most).next_power_of_two();
        let sockets = u16::try_from(lines.len()).ok().filter(|sockets| *sockets <= MOST_BUFFERS);
        let sockets = sockets.with_context(|| format!("{} lines are too many for one ring", lines.len()))?;
        let ring = Uring::new(sockets, buffers as u16, receiving.buffer_bytes).map_err(refused)?;
        let ports = (0..).zip(lines).map(|(line, wanted)| {
            let opened = open(wanted, receiving)?;
            let socket =
                SocketCounters { receive_buffer: opened.receive_buffer, ..SocketCounters::default() };
            let counted = UringCounters { socket, ..UringCounters::default() };
            Ok(Port { opened, line, armed: false, counted })
        });
        let ports = ports.collect::<Result<Vec<_>>>()?;
        let Receiving { batch, buffer_bytes, clock, .. } = *receiving;
        Ok(Self { ring, ports, batch, buffer_bytes, held: 0, most_held: buffers / 2, clock, watermark_ns: 0 })
    }

    /// What the control plane has of them.
    ///
    /// # Errors
    /// There are no more descriptors to be had.
    pub fn keeper(&self) -> Result<Keeper> {
        keeper(self.ports.iter().map(|port| &port.opened))
    }

    fn completed(&mut self, completion: Completion) -> Result<Option<Received<UringFrame>>> {
        let Completion { socket, result, buffer, more } = completion;
        let Some(port) = self.ports.get_mut(usize::from(socket)) else { return Ok(None) };
        port.armed &= more;
        match (usize::try_from(result), buffer) {
            (Ok(len), buffer) => {
                port.counted.socket.received += 1;
                port.counted.rearmed += u64::from(!more);
                let buffer = buffer.unwrap_or(NO_BUFFER);
                if len <= self.buffer_bytes {
                    let frame = UringFrame { buffer, len: len as u32, held: false };
                    return Ok(Some(Received { line: port.line, stamp_ns: 0, frame }));
                }
                port.counted.socket.truncated += 1;
                port.counted.socket.longest = port.counted.socket.longest.max(len);
                self.ring.give_back(buffer);
            }
            (Err(_), _) => {
                if let Some(buffer) = buffer {
                    self.ring.give_back(buffer);
                }
                match -result {
                    libc::ENOBUFS => port.counted.starved += 1,
                    libc::EAGAIN | libc::EINTR | libc::ECANCELED => port.counted.rearmed += 1,
                    libc::EINVAL => bail!(
                        "this kernel's io_uring has no multishot receive: it needs Linux 6.1; use --source recvmmsg"
                    ),
                    errno => {
                        let error = io::Error::from_raw_os_error(errno);
                        return Err(error).with_context(|| format!("cannot receive line {}", port.line));
                    }
                }
            }
        }
        Ok(None)
    }
}

/// What it means that there is no ring to be had.
fn refused(error: io::Error) -> anyhow::Error {
    let why = match error.raw_os_error() {
        Some(libc::EINVAL | libc::ENOSYS) => {
            "this kernel has no io_uring that defers its work, which came with Linux 6.1"
        }
        Some(libc::EPERM | libc::EACCES) => {
            "io_uring is switched off here (`sysctl kernel.io_uring_disabled`, or a container's policy)"
        }
        Some(libc::ENOMEM) => "there is no memory for its rings (`ulimit -l`)",
        _ => "the kernel refuses",
    };
    anyhow::Error::from(error).context(format!("cannot make an io_uring: {why}; use --source recvmmsg"))
}

impl Frames for IoUring {
    type Frame = UringFrame;

    #[inline]
    fn payload<'a>(&'a self, frame: &'a UringFrame) -> &'a [u8] {
        self.ring.bytes(frame.buffer, frame.len as usize)
    }

    fn hold(&mut self, frame: UringFrame) -> Result<UringFrame, UringFrame> {
        if frame.held {
            return Ok(frame);
        }
        if self.held == self.most_held {
            return Err(frame);
        }
        self.held += 1;
        Ok(UringFrame { held: true, ..frame })
    }

    #[inline]
    fn release(&mut self, frame: UringFrame) {
        self.held -= usize::from(frame.held);
        self.ring.give_back(frame.buffer);
    }
}

impl Source for IoUring {
    /// Enters the kernel only where that has something to do, which it says in memory.
    #[inline]
    fn receive(&mut self, batch: &mut Vec<Received<UringFrame>>) -> Result<()> {
        let now_ns = self.clock.now_ns();
        if self.ring.has_work() {
            self.ring.enter(None).context("cannot enter the io_uring")?;
        }
        let before = batch.len();
        let most = self.batch * self.ports.len();
        while batch.len() - before < most {
            let Some(completion) = self.ring.completion() else {
                // Nothing is left that was there when we entered, but at a socket whose request has ended, or where the
                // kernel stopped in between: it takes some of a socket at a time.
                if self.ports.iter().all(|port| port.armed) && !self.ring.has_work() {
                    self.watermark_ns = now_ns;
                }
                break;
            };
            batch.extend(self.completed(completion)?);
        }
        batch[before..].iter_mut().for_each(|received| received.stamp_ns = now_ns);
        Ok(())
    }

    fn watermark_ns(&self) -> u64 {
        self.watermark_ns
    }

    fn finished(&self) -> bool {
        false
    }
}

impl Live for IoUring {
    type Order = Infallible;
    type Spent = Infallible;
    type Left = Infallible;
    type Port = UringCount;

    #[inline]
    fn clock(&self) -> Clock {
        self.clock
    }

    fn reserve(&mut self) -> usize {
        self.batch * self.ports.len()
    }

    /// Also makes the requests again that have ended, now that there are buffers.
    #[inline]
    fn refill(&mut self) {
        self.ring.publish();
        for (number, port) in (0..).zip(&mut self.ports) {
            if !port.armed {
                port.armed = self.ring.arm(port.opened.socket.as_raw_fd(), number);
            }
        }
    }

    #[inline]
    fn idle(&mut self, wait: Wait) -> Result<()> {
        match wait {
            Wait::Poll => {
                self.ring.enter(Some(POLL_MS.unsigned_abs())).context("cannot wait for datagrams")?;
            }
            Wait::Spin | Wait::BusyPoll => std::hint::spin_loop(),
        }
        Ok(())
    }

    fn obey(&mut self, order: Infallible) -> Obeyed<Infallible> {
        match order {}
    }

    fn count_ports(&self, into: &mut Vec<UringCount>) {
        into.clear();
        into.extend(self.ports.iter().map(|port| {
            let socket = SocketCounters { dropped: port.opened.dropped(), ..port.counted.socket };
            (port.line, UringCounters { socket, ..port.counted })
        }));
    }
}
