//! One AF_XDP socket on one receive queue, and its frames.

use std::{io, os::fd::AsRawFd, sync::Arc};

use nix::sys::socket::{MsgFlags, recv};
use xdp_prog::FrameHeader;
use xsk_rs::{CompQueue, FillQueue, RxQueue, TxQueue};

use super::{
    BoundMode, Frame, Polled, Polling,
    join::Joiner,
    region::Region,
    rings::{FillRing, RxRing},
};
use crate::sys::busy_poll;

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

/// A bound socket and its frames: all of its UMEM, or its own share of one.
#[derive(Debug)]
pub struct Socket {
    pub(super) rx_ring: RxRing,
    pub(super) fill_ring: FillRing,
    pub(super) region: Region,
    pub(super) rx: RxQueue,
    // The socket is released only when all four of its queues are dropped, so these live as long.
    pub(super) _fill: FillQueue,
    pub(super) _tx: TxQueue,
    pub(super) _completion: CompQueue,
    /// Addresses of frames that are ours and stand for nothing: next to go into the fill ring.
    pub(super) free: Vec<u64>,
    /// Most descriptors taken off the RX ring at once.
    pub(super) batch: usize,
    /// Frames held beyond their batch.
    pub(super) held: usize,
    /// Most that may be held: the fill ring must not run dry under a held reorder window.
    pub(super) max_held: usize,
    pub(super) mode: BoundMode,
    /// There if packets may be spread over several frames.
    pub(super) joiner: Option<Joiner>,
    /// Times the kernel asked to be woken, and was.
    pub(super) wakeups: u64,
    /// Packets of the self-test.
    pub(super) self_tested: u64,
    /// Whether its queue is polled, of all sockets of its interface.
    pub(super) polling: Arc<Polling>,
    /// The kernel was told that polls come from here, and interrupts stay off.
    pub(super) preferred: bool,
}

impl Socket {
    /// How the socket was bound.
    #[must_use]
    pub const fn mode(&self) -> BoundMode {
        self.mode
    }

    /// The UDP payload in a frame of this socket.
    #[must_use]
    #[inline]
    pub(crate) fn payload<'a>(&'a self, frame: &'a Frame) -> &'a [u8] {
        if frame.slot().is_some() {
            return self.joined_payload(frame);
        }
        // SAFETY: a token stands for a frame that is ours (see `receive`). It is of this socket's UMEM: only
        // `receive` makes tokens, and the one caller, `AfXdp`, finds the socket by the index it gave `receive`.
        unsafe {
            self.region.bytes(frame.address() + u64::from(frame.payload_offset()), frame.payload_len().into())
        }
    }

    #[inline(never)]
    fn joined_payload<'a>(&'a self, frame: &'a Frame) -> &'a [u8] {
        let packet = self.packet(frame);
        let start = packet.len().saturating_sub(usize::from(frame.payload_len()));
        packet.get(start..).unwrap_or_default()
    }

    /// The packet in a frame of this socket, from its Ethernet header to the end of its UDP payload.
    #[must_use]
    pub(crate) fn packet<'a>(&'a self, frame: &'a Frame) -> &'a [u8] {
        let end = usize::from(frame.payload_offset()) + usize::from(frame.payload_len());
        if let (Some(slot), Some(joiner)) = (frame.slot(), &self.joiner) {
            return joiner.packet(slot, end.saturating_sub(FrameHeader::LEN));
        }
        // SAFETY: as in `payload`.
        let bytes = unsafe { self.region.bytes(frame.address(), end) };
        bytes.get(FrameHeader::LEN..).unwrap_or_default()
    }

    /// Lets a frame stay beyond its batch, unless as many do already as the fill ring can spare. What was joined
    /// does not lie in a frame, and may not stay.
    ///
    /// # Errors
    /// The frame itself, when it may not.
    #[inline]
    pub(crate) fn hold(&mut self, mut frame: Frame) -> Result<Frame, Frame> {
        if self.held == self.max_held || frame.slot().is_some() {
            return Err(frame);
        }
        self.held += 1;
        frame.hold();
        Ok(frame)
    }

    /// Frames that stay beyond their batch.
    pub(crate) const fn held(&self) -> usize {
        self.held
    }

    /// Takes a frame back.
    #[expect(clippy::needless_pass_by_value, reason = "the token ends here: that is its point")]
    #[inline]
    pub(crate) fn release(&mut self, frame: Frame) {
        self.held -= usize::from(frame.is_held());
        match (frame.slot(), &mut self.joiner) {
            (Some(slot), Some(joiner)) => joiner.release(slot),
            _ => self.free.push(frame.address()),
        }
    }

    /// Gives the kernel every free frame, and wakes it if it asked for that.
    ///
    /// The wake-up is looked for even when there is nothing to give: a driver that found the ring empty just
    /// before it was filled asks only now.
    #[inline]
    pub fn refill(&mut self) {
        if !self.free.is_empty() {
            self.fill_ring.give(&mut self.free);
        }
        if self.fill_ring.needs_wakeup() {
            self.wakeups += 1;
            self.wake();
        }
    }

    /// Tells the kernel that there is something to do. A failure needs no handling: the next call repeats it.
    pub fn wake(&mut self) {
        let _ready = self.rx.poll(0);
    }

    /// Has the kernel poll the socket's queue from here. Only a non-blocking `recvmsg` does; `poll` does not.
    /// A failure needs no handling: nothing was there, or the next call repeats it.
    fn busy_poll(&mut self) {
        let _nothing = recv(self.as_raw_fd(), &mut [], MsgFlags::MSG_DONTWAIT);
    }

    /// Makes ready for its queue to be polled from here. It begins when `polling`, which all sockets of the interface
    /// have, says so.
    ///
    /// # Errors
    /// As [`busy_poll::prepare`], and [`busy_poll::has_napi`].
    pub fn prepare_busy_poll(&mut self, polling: &Arc<Polling>) -> io::Result<()> {
        busy_poll::prepare(self.as_raw_fd())?;
        self.polling = Arc::clone(polling);
        if busy_poll::has_napi(self.as_raw_fd())? {
            self.polling.found(true);
        }
        Ok(())
    }

    /// Polls its queue, once that has begun. Until then finds out whether the kernel could: some know a socket's NAPI
    /// when it is bound, others with its first packet, and some never. `received` says that one came.
    pub fn poll_queue(&mut self, received: bool) {
        match self.polling.polled() {
            Polled::Begun => {
                if !std::mem::replace(&mut self.preferred, true) {
                    // It was allowed to ask for more when it was prepared. If not now, interrupts go on as well.
                    let _preferred = busy_poll::prefer(self.as_raw_fd());
                }
                self.busy_poll();
            }
            Polled::Unknown if received => {
                self.polling.found(busy_poll::has_napi(self.as_raw_fd()).unwrap_or(false));
            }
            Polled::Unknown | Polled::Possible | Polled::Impossible => std::hint::spin_loop(),
        }
    }

    /// Has the driver look after the queue, whether the kernel asked for it or not.
    pub fn kick(&mut self) {
        self.wake();
        self.busy_poll();
    }

    /// Takes what has come of a self-test, before the program matches anything else. Returns how many packets were
    /// of line `group`.
    pub fn take_self_test(&mut self, group: u16) -> u64 {
        let mut frames = Vec::new();
        let taken = self.receive(0, |frame, header| {
            frames.push((frame, header.group));
            None
        });
        let of_it = frames.iter().filter(|(_, of)| *of == group).count() as u64;
        frames.into_iter().for_each(|(frame, _)| self.release(frame));
        self.self_tested += taken.packets;
        self.refill();
        of_it
    }

    /// Counts a packet that the program was only asked about: it has counted it as redirected to here.
    pub const fn count_self_test(&mut self) {
        self.self_tested += 1;
    }

    /// Packets of the self-test.
    #[must_use]
    pub const fn self_tested(&self) -> u64 {
        self.self_tested
    }

    /// Datagrams joined from several frames.
    #[must_use]
    pub fn joined(&self) -> u64 {
        self.joiner.as_ref().map_or(0, |joiner| joiner.joined)
    }

    /// Times the kernel asked to be woken.
    #[must_use]
    pub const fn wakeups(&self) -> u64 {
        self.wakeups
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
