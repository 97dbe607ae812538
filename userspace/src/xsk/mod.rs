//! AF_XDP: UMEM, sockets and rings. xsk-rs makes and ends them; the rings are read and written where they lie.
//!
//! Ownership in one sentence: a frame belongs either to the kernel (fill ring → RX ring) or to us (RX ring →
//! fill ring), and while it is ours exactly one [`Frame`] token stands for it.
//!
//! | ring | producer | consumer | carries |
//! |---|---|---|---|
//! | fill | we, before the bind and in [`Socket::refill`] | kernel | frames it may write packets into |
//! | RX | kernel | we, [`Socket::receive`] | frames with a packet each |
//!
//! System calls on the receive path: the wake-up alone (`poll` with a time-out of 0), when the kernel asks.
#![allow(unsafe_code, reason = "the rings are shared with the kernel; each block says why it may touch them")]

mod bind;
mod descriptors; // which descriptor is a UMEM's
mod frame;
mod join; // datagrams spread over several frames
mod mapped; // a ring of the kernel's
mod options;
mod polling; // busy polling, as far as it is
mod receive; // packets off an RX ring
mod region; // a UMEM's memory
mod rings; // the fill and the RX ring
mod room; // what of a packet fits a frame
mod socket;
mod umem;

pub use bind::{BindError, BindMode, SocketConfig, Sockets};
pub use frame::Frame;
pub use options::{BoundMode, bound_mode};
pub use polling::{Polled, Polling};
pub use receive::Taken;
pub use room::{FRAME_SIZES, largest_mtu, largest_packet, room};
pub use socket::{Socket, SocketStatistics};
pub use umem::Memory;
