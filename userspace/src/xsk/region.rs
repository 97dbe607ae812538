//! A UMEM's memory.

use std::{ptr, slice};

use xsk_rs::FrameDesc;

use crate::sys::prefetch::prefetch;

/// All of a UMEM, which stays for as long as this does.
#[derive(Debug)]
pub(super) struct Region {
    /// Its address.
    start: usize,
    bytes: u64,
    _umem: xsk_rs::Umem,
}

impl Region {
    /// Of `umem`, which has `bytes` bytes and of which `any` is a frame.
    pub(super) fn of(umem: &xsk_rs::Umem, any: &FrameDesc, bytes: u64) -> Self {
        // SAFETY: the frame is of this UMEM. Only the slice's address is used, not what lies there.
        let data = unsafe { umem.data(any) };
        let start = data.contents().as_ptr().expose_provenance() - any.addr();
        Self { start, bytes, _umem: umem.clone() }
    }

    /// The bytes at `address`; none where they would not lie inside.
    ///
    /// # Safety
    /// They belong to frames that are ours, and stay so for as long as `self` is borrowed: the kernel does not write to
    /// them.
    #[inline]
    pub(super) unsafe fn bytes(&self, address: u64, len: usize) -> &[u8] {
        if address.checked_add(len as u64).is_none_or(|end| end > self.bytes) {
            return &[];
        }
        // The memory was mapped by the kernel, which was told its address as a number.
        let start = ptr::with_exposed_provenance(self.start + address as usize);
        // SAFETY: it lies inside the UMEM, which is mapped as long as `self` is there, and by the caller's promise nobody
        // writes to it.
        unsafe { slice::from_raw_parts(start, len) }
    }

    /// Has the bytes at `address` brought near, in a while.
    #[inline]
    pub(super) fn prefetch(&self, address: u64) {
        prefetch(self.start.wrapping_add(address as usize));
    }
}
