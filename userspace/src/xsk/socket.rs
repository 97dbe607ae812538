//! One AF_XDP socket on one receive queue, with a UMEM of its own.

use std::{io, os::fd::AsRawFd};

use nix::sys::socket::{MsgFlags, recv};
use xdp_prog::FrameHeader;
use xsk_rs::{CompQueue, FillQueue, FrameDesc, RxQueue, TxQueue, Umem};

use super::{BoundMode, Frame};

/// The kernel's counters of one socket (`XDP_STATISTICS`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SocketStatistics {
    /// Dropped for want of a frame, or larger than one.
    pub rx_dropped: u64,
    /// Descriptors we put into the fill ring that the kernel rejected.
    pub rx_invalid_descs: u64,
    /// Descriptors in the TX ring that it rejected.
    pub tx_invalid_descs: u64,
    /// Dropped because the RX ring was full.
    pub rx_ring_full: u64,
    /// Attempts to take a frame from an empty fill ring: evidence, not a count of packets.
    pub rx_fill_ring_empty_descs: u64,
    /// Looks into an empty TX ring: evidence, as the above.
    pub tx_ring_empty_descs: u64,
}

/// A bound socket and all frames of its UMEM.
#[derive(Debug)]
pub struct Socket {
    pub(super) rx: RxQueue,
    pub(super) fill: FillQueue,
    pub(super) umem: Umem,
    // The socket is released only when all four of its queues are dropped, so these live as long.
    pub(super) _tx: TxQueue,
    pub(super) _completion: CompQueue,
    /// Frames that are ours and stand for nothing: next to go into the fill ring.
    pub(super) free: Vec<FrameDesc>,
    /// Where `RxQueue::consume` writes descriptors.
    pub(super) scratch: Vec<FrameDesc>,
    /// Frames held beyond their batch.
    pub(super) held: usize,
    /// Most that may be held: the fill ring must not run dry under a held reorder window.
    pub(super) max_held: usize,
    pub(super) mode: BoundMode,
}

impl Socket {
    /// How the socket was bound.
    #[must_use]
    pub const fn mode(&self) -> BoundMode {
        self.mode
    }

    /// Takes at most one batch off the RX ring and calls `each` with a token and its header, or counts it as
    /// foreign: a frame without our program's header. Returns (taken, foreign). `socket` is what the tokens say
    /// of where they came from: the source passes this socket's own index among its sockets.
    #[inline]
    pub(crate) fn receive(&mut self, socket: u16, mut each: impl FnMut(Frame, FrameHeader)) -> (usize, u64) {
        // SAFETY: `scratch` receives descriptors of this socket's own UMEM; each is moved on below, exactly
        // once, into a token or back to `free`.
        let taken = unsafe { self.rx.consume(&mut self.scratch) };
        let mut foreign = 0;
        for desc in self.scratch.iter().take(taken) {
            // SAFETY: the kernel handed the descriptor over on the RX ring, so the frame is ours and nothing
            // writes to it until it goes into the fill ring again.
            let data = unsafe { self.umem.data(desc) };
            match header(data.contents()) {
                Some(header) => each(
                    Frame {
                        desc: *desc,
                        payload_offset: header.payload_offset,
                        payload_len: header.payload_len,
                        held: false,
                        socket,
                    },
                    header,
                ),
                None => {
                    foreign += 1;
                    self.free.push(*desc);
                }
            }
        }
        (taken, foreign)
    }

    /// The UDP payload in a frame of this socket.
    #[must_use]
    #[inline]
    pub(crate) fn payload<'a>(&'a self, frame: &'a Frame) -> &'a [u8] {
        // SAFETY: a token stands for a frame that is ours (see `receive`). It is of this socket's UMEM: only
        // `receive` makes tokens, and the one caller, `AfXdp`, finds the socket by the index it gave `receive`.
        let data = unsafe { self.umem.data(&frame.desc) };
        let bytes = data.contents();
        let start = usize::from(frame.payload_offset);
        bytes.get(start..start + usize::from(frame.payload_len)).unwrap_or_default()
    }

    /// The packet in a frame of this socket, from its Ethernet header to the end of its UDP payload.
    #[must_use]
    pub(crate) fn packet<'a>(&'a self, frame: &'a Frame) -> &'a [u8] {
        // SAFETY: as in `payload`.
        let data = unsafe { self.umem.data(&frame.desc) };
        let end = usize::from(frame.payload_offset) + usize::from(frame.payload_len);
        data.contents().get(FrameHeader::LEN..end).unwrap_or_default()
    }

    /// Lets a frame stay beyond its batch, unless as many do already as the fill ring can spare.
    ///
    /// # Errors
    /// The frame itself, when it may not.
    #[inline]
    pub(crate) fn hold(&mut self, mut frame: Frame) -> Result<Frame, Frame> {
        if self.held == self.max_held {
            return Err(frame);
        }
        self.held += 1;
        frame.held = true;
        Ok(frame)
    }

    /// Takes a frame back.
    #[expect(clippy::needless_pass_by_value, reason = "the token ends here: that is its point")]
    #[inline]
    pub(crate) fn release(&mut self, frame: Frame) {
        let Frame { desc, held, payload_offset: _, payload_len: _, socket: _ } = frame;
        self.held -= usize::from(held);
        self.free.push(desc);
    }

    /// Gives the kernel every free frame there is room for, and wakes it if it asked for that.
    ///
    /// The wake-up is looked for even when there is nothing to give: a driver that found the ring empty just
    /// before it was filled asks only now.
    #[inline]
    pub fn refill(&mut self) {
        if !self.free.is_empty() {
            self.give_free();
        }
        if self.fill.needs_wakeup() {
            self.wake();
        }
    }

    fn give_free(&mut self) {
        let room = self.fill.nb_free_exact() as usize;
        let from = self.free.len().saturating_sub(room);
        // SAFETY: every descriptor in `free` is of this UMEM, ours, and stands for no token: it is removed
        // from `free` below, as soon as the kernel has it.
        let produced = unsafe { self.fill.produce(&self.free[from..]) };
        if produced > 0 {
            self.free.truncate(from);
        }
    }

    /// Tells the kernel that there is something to do. A failure needs no handling: the next call repeats it.
    pub fn wake(&mut self) {
        let _ready = self.rx.poll(0);
    }

    /// Has the kernel poll the socket's queue from here. Only a non-blocking `recvmsg` does; `poll` does not.
    /// A failure needs no handling: nothing was there, or the next call repeats it.
    pub fn busy_poll(&mut self) {
        let _nothing = recv(self.as_raw_fd(), &mut [], MsgFlags::MSG_DONTWAIT);
    }

    /// The kernel's counters.
    ///
    /// # Errors
    /// What `getsockopt` says.
    pub fn statistics(&self) -> io::Result<SocketStatistics> {
        let kernel = self.rx.fd().xdp_statistics()?;
        Ok(SocketStatistics {
            rx_dropped: kernel.rx_dropped(),
            rx_invalid_descs: kernel.rx_invalid_descs(),
            tx_invalid_descs: kernel.tx_invalid_descs(),
            rx_ring_full: kernel.rx_ring_full(),
            rx_fill_ring_empty_descs: kernel.rx_fill_ring_empty_descs(),
            tx_ring_empty_descs: kernel.tx_ring_empty_descs(),
        })
    }
}

impl AsRawFd for Socket {
    fn as_raw_fd(&self) -> std::os::fd::RawFd {
        self.rx.fd().as_raw_fd()
    }
}

/// The header in front of a received frame, if our program wrote one and its payload lies inside the frame.
#[inline]
fn header(bytes: &[u8]) -> Option<FrameHeader> {
    let header = FrameHeader::from_bytes(*bytes.first_chunk()?);
    let end = usize::from(header.payload_offset) + usize::from(header.payload_len);
    (header.version == FrameHeader::VERSION
        && usize::from(header.payload_offset) >= FrameHeader::LEN
        && end <= bytes.len())
    .then_some(header)
}
