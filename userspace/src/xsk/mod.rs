//! AF_XDP: UMEM, sockets and rings, over xsk-rs.
//!
//! Ownership in one sentence: a frame belongs either to the kernel (fill ring → RX ring) or to us (RX ring →
//! fill ring), and while it is ours exactly one [`Frame`] token stands for it.
//!
//! | ring | producer | consumer | carries |
//! |---|---|---|---|
//! | fill | we, [`Socket::refill`] | kernel | frames it may write packets into |
//! | RX | kernel | we, [`Socket::receive`] | frames with a packet each |
//!
//! System calls on the receive path: the wake-up alone (`poll` with a time-out of 0), when the kernel asks.
#![allow(unsafe_code, reason = "the rings are shared with the kernel; each block says why it may touch them")]

mod bind;
mod frame;
mod options;
mod socket;

pub use bind::{BindError, SocketConfig};
pub use frame::Frame;
pub use options::{BoundMode, bound_mode};
pub use socket::{Socket, SocketStatistics};
