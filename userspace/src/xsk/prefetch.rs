//! The processor told what will be read next.

/// Has the cache line at `address` brought into the nearest cache. A hint: any address will do, and nothing is read.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) fn prefetch(address: usize) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: a prefetch never faults, whatever the address.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::without_provenance(address)) };
}

/// Elsewhere there is no such hint in stable Rust.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub(super) fn prefetch(_address: usize) {}
