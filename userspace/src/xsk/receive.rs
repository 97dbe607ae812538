//! Packets taken off a socket's RX ring, a batch at a time.

use std::ops::Range;

use xdp_prog::FrameHeader;

use super::{Frame, Socket, join::Joined, rings::Descriptor};
use crate::sys::prefetch::CACHE_LINE;

/// Packets that are asked for at once, so many and up to twice as many in front of the one at hand: another CPU has written
/// them, and each would be waited for. Lower: some are, and their pages are looked up one after the other. Higher: nothing more
/// is gained (16, 24 and 64 were tried), and of frames two kilobytes apart the nearest cache has room for 16.
const AHEAD: usize = 8;

/// Descriptors in a cache line, of which another CPU has just written each.
const DESCRIPTORS_A_LINE: usize = CACHE_LINE / size_of::<libc::xdp_desc>();

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

impl Socket {
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
