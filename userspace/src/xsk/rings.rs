//! The two rings of a receiver, read and written where the kernel keeps them.
//!
//! xsk-rs makes and ends the sockets; its own rings are never used. It calls a function of libxdp for each descriptor,
//! and hands out descriptors of 32 bytes. What that costs: docs/performance.md.

use std::{io, os::fd::RawFd, sync::atomic::Ordering};

use super::mapped::{Mapped, Which};
use crate::sys::prefetch::prefetch;

/// What the kernel says of a received packet, or of a part of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Descriptor {
    /// Where it lies in the UMEM, in bytes from its start.
    pub(super) address: u64,
    /// Its bytes.
    pub(super) len: u32,
    /// More of the packet follows in the next descriptor (`XDP_PKT_CONTD`).
    pub(super) continued: bool,
}

/// Packets, from the kernel.
#[derive(Debug)]
pub(super) struct RxRing {
    ring: Mapped<libc::xdp_desc>,
    /// What both ends' indices were when they were looked at last.
    produced: u32,
    consumed: u32,
}

impl RxRing {
    /// Of a socket that is bound, made with `entries` entries.
    ///
    /// # Errors
    /// What `getsockopt` and `mmap` say.
    pub(super) fn of(fd: RawFd, entries: u32) -> io::Result<Self> {
        let ring = Mapped::new(fd, Which::Rx, entries)?;
        let consumed = ring.consumer().load(Ordering::Relaxed);
        Ok(Self { ring, produced: consumed, consumed })
    }

    /// How many descriptors there are, at most `most`. The kernel's index is looked at only when none is known of.
    #[inline]
    pub(super) fn available(&mut self, most: usize) -> usize {
        if self.produced == self.consumed {
            // Acquire: what the kernel wrote before it moved the index is seen.
            self.produced = self.ring.producer().load(Ordering::Acquire);
        }
        (self.produced.wrapping_sub(self.consumed) as usize).min(most)
    }

    /// The `nth` of those that are available.
    #[inline]
    pub(super) fn descriptor(&self, nth: usize) -> Descriptor {
        debug_assert!(nth < self.produced.wrapping_sub(self.consumed) as usize);
        let entry = self.ring.entry(self.consumed.wrapping_add(nth as u32));
        // SAFETY: aligned by the kernel, and the kernel does not write it again before the consumer's index moves past it.
        let libc::xdp_desc { addr, len, options } = unsafe { entry.read() };
        Descriptor { address: addr, len, continued: options & libc::XDP_PKT_CONTD != 0 }
    }

    /// Has the `nth` descriptor brought near, which may not be there yet.
    #[inline]
    pub(super) fn prefetch(&self, nth: usize) {
        prefetch(self.ring.entry(self.consumed.wrapping_add(nth as u32)).addr().get());
    }

    /// Gives `count` entries back to the kernel, for other packets.
    #[inline]
    pub(super) fn consume(&mut self, count: usize) {
        self.consumed = self.consumed.wrapping_add(count as u32);
        // Release: the entries were read before the kernel sees that they are free.
        self.ring.consumer().store(self.consumed, Ordering::Release);
    }
}

/// Frames, for the kernel.
#[derive(Debug)]
pub(super) struct FillRing {
    ring: Mapped<u64>,
    /// Our end's index.
    produced: u32,
}

impl FillRing {
    /// Of the socket a UMEM is registered with, or that has a fill ring of its own, made with as many entries as the socket
    /// has frames.
    ///
    /// # Errors
    /// What `getsockopt` and `mmap` say.
    pub(super) fn of(fd: RawFd, frames: u32) -> io::Result<Self> {
        let ring = Mapped::new(fd, Which::Fill, frames)?;
        let produced = ring.producer().load(Ordering::Relaxed);
        Ok(Self { ring, produced })
    }

    /// Whether nothing was ever put into it.
    pub(super) const fn is_new(&self) -> bool {
        self.produced == 0
    }

    /// Puts all addresses of `free` in.
    ///
    /// There is room: the ring has an entry for every frame of the socket ([`SocketConfig::frames`](super::SocketConfig::frames)),
    /// and one that is ours ([`Frame`](super::Frame)) is in none that the kernel has not read, for it reads them in order. So its
    /// index, which another CPU has just written, is not looked at; it says less, for the kernel moves it only now and then.
    #[inline]
    pub(super) fn give(&mut self, free: &mut Vec<u64>) {
        let count = free.len() as u32;
        for (index, address) in free.drain(..).enumerate() {
            let entry = self.ring.entry(self.produced.wrapping_add(index as u32));
            // SAFETY: inside the mapping, and aligned by the kernel, which has read this entry: see above.
            unsafe { entry.write(address) };
        }
        self.produced = self.produced.wrapping_add(count);
        // Release: whoever sees the index sees the addresses.
        self.ring.producer().store(self.produced, Ordering::Release);
    }

    /// Whether the kernel asks to be woken.
    #[inline]
    pub(super) fn needs_wakeup(&self) -> bool {
        self.ring.needs_wakeup()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xsk::{
        Memory, SocketConfig,
        umem::{Umem, alone},
    };

    /// Needs no interface: the ring is looked at between registration and bind.
    #[test]
    fn every_frame_is_in_the_ring_before_the_bind() {
        let _alone = alone();
        let config = SocketConfig { frames: 64, frame_size: 2048, rx_ring: 64, batch: 16 };
        let Some(umem) = umem(config) else { return };
        let mut ring = FillRing::of(umem.fd, 64).unwrap();
        assert!(ring.is_new());
        let frames: Vec<u64> = umem.frames.iter().map(|frame| frame.addr() as u64).collect();
        let mut free = frames.clone();
        ring.give(&mut free);
        assert!(free.is_empty() && !ring.is_new());
        let again = FillRing::of(umem.fd, 64).unwrap();
        assert!(!again.is_new());
        assert_eq!(again.ring.producer().load(Ordering::Acquire), 64);
        // SAFETY: nothing else writes to it: the socket is not bound.
        let there: Vec<u64> = (0..64).map(|index| unsafe { again.ring.entry(index).read() }).collect();
        assert_eq!(there, frames);
    }

    /// The kernel has read nothing here: what is looked at is where they go.
    #[test]
    fn frames_given_go_behind_those_before_also_where_the_index_starts_over() {
        let _alone = alone();
        let config = SocketConfig { frames: 64, frame_size: 2048, rx_ring: 64, batch: 16 };
        let Some(umem) = umem(config) else { return };
        let mut ring = FillRing::of(umem.fd, 64).unwrap();
        ring.produced = u32::MAX - 1;
        ring.give(&mut vec![1, 2, 3]);
        ring.give(&mut Vec::new());
        assert_eq!((ring.produced, ring.ring.producer().load(Ordering::Acquire)), (1, 1));
        // SAFETY: nothing else writes to it: the socket is not bound.
        let there = [62, 63, 0, 1].map(|index| unsafe { ring.ring.entry(index).read() });
        assert_eq!(there, [1, 2, 3, 0]);
    }

    /// Without the right to make one: nothing, but under CI that is an error.
    fn umem(config: SocketConfig) -> Option<Umem> {
        match Umem::new(config, 1, Memory::default(), &mut Vec::new()) {
            Ok(umem) => Some(umem),
            Err(error) if std::env::var_os("CI").is_none() => {
                eprintln!("skipped: {error}: run as root");
                None
            }
            Err(error) => panic!("cannot run here, and CI is set: {error}"),
        }
    }
}
