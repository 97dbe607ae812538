//! A ring the kernel keeps, mapped.

use std::{
    fs, io,
    os::{fd::RawFd, unix::fs::MetadataExt as _},
    ptr::{self, NonNull},
    sync::atomic::{AtomicU32, Ordering},
};

/// Which ring of a socket, by the offset it is mapped at (`linux/if_xdp.h`).
#[derive(Clone, Copy, Debug)]
pub(super) enum Which {
    Rx,
    Fill,
}

/// A ring of `entries` of type `E`, with the indices of both its ends. The kernel is at the other end.
#[derive(Debug)]
pub(super) struct Mapped<E> {
    memory: NonNull<u8>,
    /// Not libxdp's.
    own: bool,
    bytes: usize,
    producer: NonNull<u32>,
    consumer: NonNull<u32>,
    flags: NonNull<u32>,
    entries: NonNull<E>,
    mask: u32,
}

// SAFETY: it owns the mapping, which is not tied to the thread that made it.
unsafe impl<E: Send> Send for Mapped<E> {}

impl<E> Mapped<E> {
    /// Maps the ring of the socket `fd` that was made with `entries` entries, a power of two. It can be mapped more than
    /// once, and is there from when its size was set.
    ///
    /// # Errors
    /// What `getsockopt` and `mmap` say.
    pub(super) fn new(fd: RawFd, which: Which, entries: u32) -> io::Result<Self> {
        let offsets = offsets(fd)?;
        let (offsets, at) = match which {
            Which::Rx => (offsets.rx, libc::XDP_PGOFF_RX_RING as libc::off_t),
            Which::Fill => (offsets.fr, libc::XDP_UMEM_PGOFF_FILL_RING as libc::off_t),
        };
        let bytes = offsets.desc as usize + entries as usize * size_of::<E>();
        // SAFETY: a new mapping, at an address of the kernel's choice, of a ring the kernel keeps.
        let memory = unsafe {
            libc::mmap(
                ptr::null_mut(),
                bytes,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_SHARED | libc::MAP_POPULATE,
                fd,
                at,
            )
        };
        let own = memory != libc::MAP_FAILED;
        let memory = if own {
            memory.cast()
        } else {
            let error = io::Error::last_os_error();
            // Old kernels map nothing of a socket that is bound, but libxdp has: before.
            if error.raw_os_error() != Some(libc::EBUSY) {
                return Err(error);
            }
            ptr::with_exposed_provenance_mut(already(fd, at.cast_unsigned(), bytes)?.ok_or(error)?)
        };
        let memory: NonNull<u8> =
            NonNull::new(memory).ok_or_else(|| io::Error::from(io::ErrorKind::OutOfMemory))?;
        // SAFETY: the kernel says that this lies inside the mapping, here and for all four.
        let inside = |offset: u64| unsafe { memory.add(offset as usize) };
        Ok(Self {
            memory,
            own,
            bytes,
            producer: inside(offsets.producer).cast(),
            consumer: inside(offsets.consumer).cast(),
            flags: inside(offsets.flags).cast(),
            entries: inside(offsets.desc).cast(),
            mask: entries - 1,
        })
    }

    /// The index up to which entries were produced.
    #[inline]
    pub(super) fn producer(&self) -> &AtomicU32 {
        // SAFETY: a u32 inside the mapping, aligned by the kernel, mapped as long as `self` is borrowed, and read and
        // written atomically at both ends.
        unsafe { AtomicU32::from_ptr(self.producer.as_ptr()) }
    }

    /// The index up to which entries were consumed.
    #[inline]
    pub(super) fn consumer(&self) -> &AtomicU32 {
        // SAFETY: as for the producer's.
        unsafe { AtomicU32::from_ptr(self.consumer.as_ptr()) }
    }

    /// Whether the kernel asks to be woken (`XDP_RING_NEED_WAKEUP`).
    #[inline]
    pub(super) fn needs_wakeup(&self) -> bool {
        // SAFETY: as for the producer's index.
        let flags = unsafe { AtomicU32::from_ptr(self.flags.as_ptr()) };
        flags.load(Ordering::Relaxed) & libc::XDP_RING_NEED_WAKEUP != 0
    }

    /// Where the entry lies that has `index`; indices run on beyond the ring's length.
    #[inline]
    pub(super) fn entry(&self, index: u32) -> NonNull<E> {
        // SAFETY: the mask keeps it among the entries, all of which lie inside the mapping.
        unsafe { self.entries.add((index & self.mask) as usize) }
    }
}

impl<E> Drop for Mapped<E> {
    fn drop(&mut self) {
        if !self.own {
            return;
        }
        // SAFETY: our own mapping, which nothing refers to any more. It cannot fail for a mapping that is there.
        let _unmapped = unsafe { libc::munmap(self.memory.as_ptr().cast(), self.bytes) };
    }
}

/// Where this process has a ring of `fd` mapped, by its offset. libxdp's mappings stay until xsk-rs's queues are dropped,
/// which a socket keeps for as long as its rings.
fn already(fd: RawFd, offset: u64, bytes: usize) -> io::Result<Option<usize>> {
    let inode = fs::metadata(format!("/proc/self/fd/{fd}"))?.ino();
    let maps = fs::read_to_string("/proc/self/maps")?;
    Ok(maps.lines().find_map(|line| mapping(line, inode, offset, bytes)))
}

/// The address of a line of `/proc/self/maps`, if it is at least so many bytes of that file from that offset on.
fn mapping(line: &str, inode: u64, offset: u64, bytes: usize) -> Option<usize> {
    let mut fields = line.split_whitespace();
    let (start, end) = fields.next()?.split_once('-')?;
    let (start, end) = (usize::from_str_radix(start, 16).ok()?, usize::from_str_radix(end, 16).ok()?);
    let of_offset = u64::from_str_radix(fields.nth(1)?, 16).ok()? == offset;
    let of_inode = fields.nth(1)?.parse() == Ok(inode);
    (of_offset && of_inode && end - start >= bytes).then_some(start)
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

    #[test]
    fn a_mapping_is_found_by_file_offset_and_length() {
        let line = "7f12a0000000-7f12a0021000 rw-s 100000000 00:08 4711                       socket:[4711]";
        assert_eq!(mapping(line, 4711, 1 << 32, 0x2_1000), Some(0x7f12_a000_0000));
        assert_eq!(mapping(line, 4711, 1 << 32, 0x2_1001), None);
        assert_eq!(mapping(line, 4711, 0, 1), None);
        assert_eq!(mapping(line, 4712, 1 << 32, 1), None);
        assert_eq!(mapping("no line of that file", 1, 0, 0), None);
    }
}
