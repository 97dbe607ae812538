//! What of a packet fits a frame.

use xdp_prog::FrameHeader;

/// The frame sizes there are, in bytes: powers of two up to a page.
pub const FRAME_SIZES: [u32; 2] = [2048, 4096];

/// What the driver keeps in front of a packet in each frame (`XDP_PACKET_HEADROOM`), in bytes.
const XDP_HEADROOM: u32 = 256;

/// Ethernet header with two VLAN tags, in bytes.
const LINK_HEADERS: u32 = 22;

/// What a frame can take of a packet, in bytes.
#[must_use]
pub const fn room(frame_size: u32) -> u32 {
    frame_size.saturating_sub(XDP_HEADROOM)
}

/// What arrives of a packet that fills the MTU, with our header, in bytes.
#[must_use]
pub const fn largest_packet(mtu: u32) -> u32 {
    mtu + LINK_HEADERS + FrameHeader::LEN as u32
}

/// The largest MTU whose packets fit a frame of this size.
#[must_use]
pub const fn largest_mtu(frame_size: u32) -> u32 {
    room(frame_size) - largest_packet(0)
}
