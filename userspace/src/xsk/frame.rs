//! The move-only token of a received frame.

use xdp_prog::FrameHeader;

use super::rings::Descriptor;

/// One received datagram, ours until it is given back with [`Socket::release`](super::Socket::release).
///
/// An address could be handed to the kernel twice, or used after. This token is neither `Copy` nor `Clone` and only this module can make one or look inside.
#[derive(Debug)]
#[must_use = "a frame that is dropped instead of released is lost to the fill ring"]
pub struct Frame {
    /// Where the received bytes lie in the UMEM.
    pub(super) address: u64,
    /// Where it was joined, if it was spread over several frames: then there is no one frame.
    pub(super) slot: Option<u16>,
    /// The payload, as an offset from the start of the received bytes; checked when the token was made.
    pub(super) payload_offset: u16,
    pub(super) payload_len: u16,
    /// Granted a stay beyond its batch by [`Socket::hold`](super::Socket::hold).
    pub(super) held: bool,
    /// Which of the source's sockets it came from.
    pub(crate) socket: u16,
}

impl Frame {
    /// A frame with a whole datagram in it.
    #[inline]
    pub(super) const fn received(descriptor: Descriptor, header: FrameHeader, socket: u16) -> Self {
        let FrameHeader { payload_offset, payload_len, .. } = header;
        Self { address: descriptor.address, slot: None, payload_offset, payload_len, held: false, socket }
    }

    /// A datagram that was joined.
    pub(super) fn joined(slot: u16, header: FrameHeader, socket: u16) -> Self {
        let nowhere = Descriptor { address: u64::MAX, len: 0, continued: false };
        Self { slot: Some(slot), ..Self::received(nowhere, header, socket) }
    }
}
