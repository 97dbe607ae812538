//! What lies in front of the datagram in a received frame.

/// What the program writes in front of every packet it redirects: the first bytes of the received frame.
///
/// It saves userspace the header walk: the payload starts at `payload_offset` and one bounds check against
/// the descriptor's length covers it.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FrameHeader {
    /// When the program saw the packet, in ns of the clock that [`map::TIMESTAMPS`](crate::map::TIMESTAMPS) says; 0
    /// with timestamps off.
    pub stamp_ns: u64,
    /// [`Group::index`](crate::Group::index) of the entry that matched.
    pub group: u16,
    /// Bytes from the start of this header to the UDP payload.
    pub payload_offset: u16,
    /// UDP payload length in bytes, checked against the IP length and the packet's end.
    pub payload_len: u16,
    /// [`FrameHeader::VERSION`].
    pub version: u8,
    /// [`Group::generation`](crate::Group::generation) of the entry that matched.
    pub generation: u8,
}

impl FrameHeader {
    /// Bytes by which the program moves the packet's head down.
    pub const LEN: usize = size_of::<Self>();
    /// Layout version. A frame that says otherwise was not written by this program.
    pub const VERSION: u8 = 1;

    /// The header as two words in memory, lower address first: what the program writes.
    #[must_use]
    #[inline(always)]
    pub const fn to_words(self) -> [u64; 2] {
        let [g0, g1] = self.group.to_ne_bytes();
        let [o0, o1] = self.payload_offset.to_ne_bytes();
        let [l0, l1] = self.payload_len.to_ne_bytes();
        [self.stamp_ns, u64::from_ne_bytes([g0, g1, o0, o1, l0, l1, self.version, self.generation])]
    }

    /// Reads the header off the front of a received frame.
    #[must_use]
    #[inline]
    pub const fn from_bytes(b: [u8; Self::LEN]) -> Self {
        Self {
            stamp_ns: u64::from_ne_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]),
            group: u16::from_ne_bytes([b[8], b[9]]),
            payload_offset: u16::from_ne_bytes([b[10], b[11]]),
            payload_len: u16::from_ne_bytes([b[12], b[13]]),
            version: b[14],
            generation: b[15],
        }
    }
}

const _: () = assert!(FrameHeader::LEN == 16);
const _: () = assert!(align_of::<FrameHeader>() == 8);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_words_are_its_memory_layout() {
        let header = FrameHeader {
            stamp_ns: 0x0102_0304_0506_0708,
            group: 0x1112,
            payload_offset: 58,
            payload_len: 1458,
            version: FrameHeader::VERSION,
            generation: 7,
        };
        let [first, second] = header.to_words().map(u64::to_ne_bytes);
        let bytes: [u8; FrameHeader::LEN] =
            core::array::from_fn(|i| if i < 8 { first[i] } else { second[i - 8] });
        assert_eq!(FrameHeader::from_bytes(bytes), header);
        assert_eq!(&bytes[8..10], &0x1112u16.to_ne_bytes());
        assert_eq!(&bytes[14..], &[FrameHeader::VERSION, 7]);
    }
}
