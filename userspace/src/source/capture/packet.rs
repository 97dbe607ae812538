//! What is read from a capture, of whatever format.

use crate::wire::Link;

/// Longest packet a record may announce: libpcap's own limit (`MAXIMUM_SNAPLEN`). Beyond it a length is taken
/// for damage.
pub const MAX_PACKET_LEN: usize = 262_144;

/// Where packets came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interface {
    pub(super) link: Link,
    pub(super) fcs_len: u32,
}

/// A captured packet, lent until the next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// When it was captured: ns since the epoch. A block without a stamp has that of the packet before.
    pub stamp_ns: u64,
    /// Its link layer.
    pub link: Link,
    /// Bytes it had on the wire; more than `bytes` has when the capture cut it (snap length).
    pub original_len: usize,
    /// Bytes of frame check sequence at the end of `bytes`, as far as the capture says.
    pub fcs_len: usize,
    /// What was captured.
    pub bytes: &'a [u8],
}

/// What a step through a capture came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A packet: [`CaptureReader::packet`](super::CaptureReader::packet).
    Packet,
    /// A packet's block that contradicts itself or names an interface nobody described; it was skipped.
    Malformed,
    /// A packet of this link type, which is not read; it was skipped. Only in pcapng, which may have others as well.
    UnreadLink(u32),
    /// The capture's end.
    End,
}
