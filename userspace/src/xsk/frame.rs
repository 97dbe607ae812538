//! The move-only token of a received frame.

use xdp_prog::FrameHeader;

/// One received datagram, ours until it is given back with [`Socket::release`](super::Socket::release).
///
/// An address could be handed to the kernel twice, or used after. This token is neither `Copy` nor `Clone` and only this module can make one or look inside.
#[derive(Debug)]
#[must_use = "a frame that is dropped instead of released is lost to the fill ring"]
pub struct Frame {
    /// Where the received bytes lie in the UMEM; or [`JOINED`], and the slot it was joined in.
    address: u64,
    /// From the lowest bits on, 16 each: the payload as an offset from the start of the received bytes, checked when the
    /// token was made, and its length; which of the source's sockets it came from; and [`HELD`]. One number: what is written
    /// field by field and moved as a whole right afterwards, the processor waits for.
    rest: u64,
}

/// It was spread over several frames, and lies in none. No UMEM is as large.
const JOINED: u64 = 1 << 63;

/// Granted a stay beyond its batch by [`Socket::hold`](super::Socket::hold).
const HELD: u64 = 1 << 48;

impl Frame {
    /// A frame at `address` with a whole datagram in it.
    #[inline(always)]
    pub(super) const fn received(address: u64, header: FrameHeader, socket: u16) -> Self {
        let FrameHeader { payload_offset, payload_len, .. } = header;
        let rest = payload_offset as u64 | (payload_len as u64) << 16 | (socket as u64) << 32;
        Self { address, rest }
    }

    /// A datagram that was joined in `slot`.
    pub(super) const fn joined(slot: u16, header: FrameHeader, socket: u16) -> Self {
        Self::received(JOINED | slot as u64, header, socket)
    }

    /// Where the received bytes lie in the UMEM; of one that was joined, outside it.
    #[inline]
    pub(super) const fn address(&self) -> u64 {
        self.address
    }

    /// Where it was joined, if it was spread over several frames: then there is no one frame.
    #[inline]
    pub(super) const fn slot(&self) -> Option<u16> {
        if self.address & JOINED == 0 { None } else { Some(self.address as u16) }
    }

    /// Bytes from the start of the received ones to the payload.
    #[inline]
    pub(super) const fn payload_offset(&self) -> u16 {
        self.rest as u16
    }

    /// Bytes of the payload.
    #[inline]
    pub(super) const fn payload_len(&self) -> u16 {
        (self.rest >> 16) as u16
    }

    /// Which of the source's sockets it came from.
    #[inline]
    pub(crate) const fn socket(&self) -> u16 {
        (self.rest >> 32) as u16
    }

    /// Whether it was granted a stay beyond its batch.
    #[inline]
    pub(super) const fn is_held(&self) -> bool {
        self.rest & HELD != 0
    }

    /// Grants it one.
    pub(super) const fn hold(&mut self) {
        self.rest |= HELD;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_again() {
        let header = FrameHeader { payload_offset: 0xFFFE, payload_len: 0xFFFD, ..FrameHeader::default() };
        let mut frame = Frame::received(u64::MAX >> 1, header, 0xFFFC);
        for held in [false, true] {
            assert_eq!((frame.address(), frame.slot(), frame.is_held()), (u64::MAX >> 1, None, held));
            assert_eq!(
                (frame.payload_offset(), frame.payload_len(), frame.socket()),
                (0xFFFE, 0xFFFD, 0xFFFC)
            );
            frame.hold();
        }
        let joined = Frame::joined(0xFFFF, header, 1);
        assert_eq!((joined.slot(), joined.payload_len(), joined.socket()), (Some(0xFFFF), 0xFFFD, 1));
    }
}
