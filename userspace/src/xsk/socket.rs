//! One AF_XDP socket on one receive queue, and its frames.

use std::{io, ops::Range, os::fd::AsRawFd, sync::Arc};

use nix::sys::socket::{MsgFlags, recv};
use xdp_prog::FrameHeader;
use xsk_rs::{CompQueue, FillQueue, RxQueue, TxQueue};

use super::{
    BoundMode, Frame, Polled, Polling,
    join::{Joined, Joiner},
    region::Region,
    rings::{Descriptor, FillRing, RxRing},
};
use crate::sys::{busy_poll, prefetch::CACHE_LINE};

/// Packets that are asked for at once, so many and up to twice as many in front of the one at hand: another CPU has written
/// them, and each would be waited for. Lower: some are, and their pages are looked up one after the other. Higher: nothing more
/// is gained (16, 24 and 64 were tried), and of frames two kilobytes apart the nearest cache has room for 16.
const AHEAD: usize = 8;

/// Descriptors in a cache line, of which another CPU has just written each.
const DESCRIPTORS_A_LINE: usize = CACHE_LINE / size_of::<libc::xdp_desc>();

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

/// What came off an RX ring at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Descriptors: as many as a batch has room for when more may be there.
    pub descriptors: usize,
    /// Packets that are whole now.
    pub packets: u64,
    /// Of these, packets without our program's header.
    pub foreign: u64,
    /// Of these, packets that were larger than what datagrams are joined in.
    pub unjoined: u64,
}

impl Taken {
    /// Counts what a frame made of a packet spread over several, and hands on what is whole: its slot and its header.
    #[cold]
    #[inline(never)]
    fn joined(&mut self, joined: Joined) -> Option<(u16, FrameHeader)> {
        self.packets += u64::from(joined != Joined::Not);
        match joined {
            Joined::Not => None,
            Joined::Unjoined => {
                self.unjoined += 1;
                None
            }
            Joined::Foreign => {
                self.foreign += 1;
                None
            }
            Joined::Whole { slot, header } => Some((slot, header)),
        }
    }
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

    /// Takes at most one batch off the RX ring and calls `each` with a token and its header, which gives back the
    /// token it has no use for; or counts it as foreign: a frame without our program's header. `socket` is what the
    /// tokens say of where they came from: the source passes this socket's own index among its sockets.
    #[inline]
    pub(crate) fn receive(
        &mut self,
        socket: u16,
        mut each: impl FnMut(Frame, FrameHeader) -> Option<Frame>,
    ) -> Taken {
        let descriptors = self.rx_ring.available(self.batch);
        for nth in (0..descriptors + DESCRIPTORS_A_LINE).step_by(DESCRIPTORS_A_LINE) {
            self.rx_ring.prefetch(nth);
        }
        self.foresee(0..descriptors.min(AHEAD));
        let mut taken = Taken { descriptors, ..Taken::default() };
        for nth in 0..descriptors {
            if nth % AHEAD == 0 {
                self.foresee(nth + AHEAD..descriptors.min(nth + 2 * AHEAD));
            }
            let descriptor = self.rx_ring.descriptor(nth);
            // One call of `each`, so that it becomes a part of this, whatever its size.
            if let Some((frame, header)) = self.frame_of(descriptor, socket, &mut taken)
                && let Some(refused) = each(frame, header)
            {
                self.release(refused);
            }
        }
        self.rx_ring.consume(descriptors);
        taken
    }

    /// Has the packets of these descriptors brought near. One right behind the other, their pages are looked up at the same
    /// time: the processor waits for that, not for what lies there.
    #[inline(always)]
    fn foresee(&self, descriptors: Range<usize>) {
        for nth in descriptors {
            self.region.prefetch(self.rx_ring.descriptor(nth).address);
        }
    }

    /// The datagram that a descriptor completes, if it does.
    #[inline(always)]
    fn frame_of(
        &mut self,
        descriptor: Descriptor,
        socket: u16,
        taken: &mut Taken,
    ) -> Option<(Frame, FrameHeader)> {
        let Descriptor { address, len, continued } = descriptor;
        // SAFETY: the kernel handed the descriptor over on the RX ring, so the frame is ours and nothing
        // writes to it until it goes into the fill ring again.
        let bytes = unsafe { self.region.bytes(address, len as usize) };
        if let Some(joiner) = &mut self.joiner
            && joiner.wants(continued)
        {
            let joined = joiner.add(bytes, continued);
            self.free.push(address);
            return taken.joined(joined).map(|(slot, header)| (Frame::joined(slot, header, socket), header));
        }
        taken.packets += 1;
        let Some(header) = header_of(bytes).filter(|header| lies_inside(*header, bytes)) else {
            taken.foreign += 1;
            self.free.push(address);
            return None;
        };
        // Where its sequence and its first message are.
        self.region.prefetch(address + 64);
        // A line that the packet does not reach would take the place of one that is used.
        if address % 64 + u64::from(len) > 128 {
            self.region.prefetch(address + 128);
        }
        Some((Frame::received(address, header, socket), header))
    }

    /// Takes at most one batch off the RX ring and gives it back, untouched: what only receiving costs. Returns how many
    /// descriptors that were.
    #[inline]
    pub fn discard(&mut self) -> usize {
        let descriptors = self.rx_ring.available(self.batch);
        for nth in 0..descriptors {
            self.free.push(self.rx_ring.descriptor(nth).address);
        }
        self.rx_ring.consume(descriptors);
        self.refill();
        descriptors
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

/// The header in front of a received packet, if our program wrote one.
#[inline]
pub(super) fn header_of(bytes: &[u8]) -> Option<FrameHeader> {
    let header = FrameHeader::from_bytes(*bytes.first_chunk()?);
    let ours =
        header.version == FrameHeader::VERSION && usize::from(header.payload_offset) >= FrameHeader::LEN;
    ours.then_some(header)
}

/// Whether the payload a header tells of lies in these bytes.
#[inline]
fn lies_inside(header: FrameHeader, bytes: &[u8]) -> bool {
    usize::from(header.payload_offset) + usize::from(header.payload_len) <= bytes.len()
}
