//! The fill ring filled before the bind.
//!
//! xsk-rs hands the fill ring out with the bound socket. The ring is there from the moment the UMEM is registered,
//! though, and the kernel lets it be mapped more than once: so it is filled through a mapping of our own, which is
//! gone before the bind.

use std::{
    io,
    os::fd::RawFd,
    ptr::{self, NonNull},
    sync::atomic::{AtomicU32, Ordering},
};

use xsk_rs::FrameDesc;

/// The fill ring of a registered UMEM, mapped.
struct FillRing {
    memory: NonNull<u8>,
    bytes: usize,
    offsets: libc::xdp_ring_offset,
}

/// Puts all `frames` into the fill ring of the UMEM registered with `fd`: as many as the ring has entries.
///
/// # Errors
/// What `getsockopt` and `mmap` say; `EEXIST` when the ring was filled already.
pub(super) fn fill(fd: RawFd, frames: &[FrameDesc]) -> io::Result<()> {
    let ring = FillRing::map(fd, frames.len())?;
    if ring.producer().load(Ordering::Relaxed) != 0 {
        return Err(io::Error::from_raw_os_error(libc::EEXIST));
    }
    for (index, frame) in frames.iter().enumerate() {
        ring.set(index, frame.addr() as u64);
    }
    // Release: whoever sees the producer's index sees the addresses.
    ring.producer().store(frames.len() as u32, Ordering::Release);
    Ok(())
}

impl FillRing {
    fn map(fd: RawFd, entries: usize) -> io::Result<Self> {
        let offsets = offsets(fd)?.fr;
        let bytes = offsets.desc as usize + entries * size_of::<u64>();
        // SAFETY: a new mapping, at an address of the kernel's choice, of a ring the kernel keeps.
        let memory = unsafe {
            libc::mmap(
                ptr::null_mut(),
                bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED,
                fd,
                libc::XDP_UMEM_PGOFF_FILL_RING as libc::off_t,
            )
        };
        if memory == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let memory =
            NonNull::new(memory.cast()).ok_or_else(|| io::Error::from(io::ErrorKind::OutOfMemory))?;
        Ok(Self { memory, bytes, offsets })
    }

    fn producer(&self) -> &AtomicU32 {
        // SAFETY: the kernel says that the producer's index lies here, inside the mapping.
        let producer = unsafe { self.memory.as_ptr().add(self.offsets.producer as usize) };
        // SAFETY: it is a u32, aligned by the kernel, mapped as long as `self` is borrowed, and read and written
        // atomically by the kernel too.
        unsafe { AtomicU32::from_ptr(producer.cast()) }
    }

    /// Entry `index` of those the ring was mapped for.
    fn entry(&self, index: usize) -> *mut u64 {
        let offset = self.offsets.desc as usize + index * size_of::<u64>();
        debug_assert!(offset + size_of::<u64>() <= self.bytes);
        // SAFETY: the kernel says that the entries begin at `desc`; so this one lies inside the mapping.
        unsafe { self.memory.as_ptr().add(offset).cast() }
    }

    fn set(&self, index: usize, address: u64) {
        // SAFETY: aligned by the kernel; it reads no entry up to which the producer's index has not moved.
        unsafe { self.entry(index).write(address) };
    }
}

impl Drop for FillRing {
    fn drop(&mut self) {
        // SAFETY: our own mapping, which nothing refers to any more. It cannot fail for a mapping that is there.
        let _unmapped = unsafe { libc::munmap(self.memory.as_ptr().cast(), self.bytes) };
    }
}

fn offsets(fd: RawFd) -> io::Result<libc::xdp_mmap_offsets> {
    // SAFETY: all integers, for which zero is a value.
    let mut offsets: libc::xdp_mmap_offsets = unsafe { std::mem::zeroed() };
    let mut len = size_of::<libc::xdp_mmap_offsets>() as libc::socklen_t;
    // SAFETY: `offsets` and `len` live through the call, and `len` says how many bytes may be written.
    let result = unsafe {
        libc::getsockopt(fd, libc::SOL_XDP, libc::XDP_MMAP_OFFSETS, (&raw mut offsets).cast(), &raw mut len)
    };
    if result != 0 {
        return Err(io::Error::last_os_error());
    }
    // Before Linux 5.4 the structure had no flags and was shorter.
    if len as usize != size_of::<libc::xdp_mmap_offsets>() {
        return Err(io::Error::other("the kernel's AF_XDP is older than Linux 5.4"));
    }
    Ok(offsets)
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
        let umem = match Umem::new(config, 1, Memory::default(), &mut Vec::new()) {
            Ok(umem) => umem,
            Err(error) if std::env::var_os("CI").is_none() => {
                eprintln!("skipped: {error}: run as root");
                return;
            }
            Err(error) => panic!("cannot run here, and CI is set: {error}"),
        };
        fill(umem.fd, &umem.frames).unwrap();
        let ring = FillRing::map(umem.fd, 64).unwrap();
        assert_eq!(ring.producer().load(Ordering::Acquire), 64);
        for (index, frame) in umem.frames.iter().enumerate() {
            // SAFETY: nothing else writes to it: the socket is not bound.
            assert_eq!(unsafe { ring.entry(index).read() }, frame.addr() as u64);
        }
        // Not twice: a frame would be in the ring two times.
        assert_eq!(fill(umem.fd, &umem.frames).unwrap_err().raw_os_error(), Some(libc::EEXIST));
    }
}
