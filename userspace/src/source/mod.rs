//! Sources: where datagrams come from.
//!
//! A source lends frames for the length of one batch. A frame is a move-only token: whoever has it owns the
//! memory behind it, and only [`Frames::release`] ends it. What must outlive the batch goes through
//! [`Frames::hold`] first.

pub mod af_xdp;
pub mod buffers; // memory for sources that the kernel copies to
pub mod capture;
pub mod destinations; // which line a datagram belongs to
mod drops; // what the kernel dropped at a UDP socket
pub mod io_uring; // multishot receives
mod keeper; // sockets, for the control plane
mod live; // sources that a worker reads while the feed goes on
pub mod packet_mmap; // packet sockets with a ring
pub mod sockets; // recv and its kin
pub mod stall; // packets reach the NIC, and none reaches us
#[cfg(test)]
pub(crate) mod testing; // one that brings what a test wrote down
#[cfg(test)]
mod tests;

pub use keeper::Keeper;
pub use live::{Live, LiveLine, Obeyed, POLL_MS, Receiving};
pub use stall::Kicks;

/// The memory datagrams lie in.
pub trait Frames {
    /// A token for one received datagram. Neither `Copy` nor `Clone`.
    type Frame;

    /// The datagram's UDP payload, where the source put it.
    fn payload<'a>(&'a self, frame: &'a Self::Frame) -> &'a [u8];

    /// Makes a frame outlive the batch it came in.
    ///
    /// # Errors
    /// Gives the frame back when the source has no more room for held ones; the caller must do without.
    fn hold(&mut self, frame: Self::Frame) -> Result<Self::Frame, Self::Frame>;

    /// Gives the memory back to the source.
    fn release(&mut self, frame: Self::Frame);
}

/// One datagram as a source hands it over.
#[derive(Debug)]
pub struct Received<F> {
    /// The line it belongs to: index into the configured lines.
    pub line: u16,
    /// Receive stamp in ns: the XDP program's (by its source's clock), or the capture's.
    pub stamp_ns: u64,
    /// Its memory.
    pub frame: F,
}

/// A source of datagrams.
pub trait Source: Frames {
    /// Appends at most one batch of datagrams to `batch`, which has room for it. Does not wait for any, unless that is
    /// how the source was told to wait.
    ///
    /// # Errors
    /// Only what ends the source for good; datagrams it cannot use are counted inside.
    fn receive(&mut self, batch: &mut Vec<Received<Self::Frame>>) -> anyhow::Result<()>;

    /// No datagram with a receive stamp up to this one is still to come, on any of the source's sockets: each
    /// was found empty at, or has yielded a datagram stamped, this or later. Reorder windows close by it.
    fn watermark_ns(&self) -> u64;

    /// True once nothing will ever come again (end of file).
    fn finished(&self) -> bool;
}
