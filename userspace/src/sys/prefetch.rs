//! The processor told what will be read next.

use std::ptr;

/// Bytes of a cache line.
pub const CACHE_LINE: usize = 64;

/// Has the cache line at `address` brought into the nearest cache. A hint: any address will do, and nothing is read.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub fn prefetch(address: usize) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: a prefetch never faults, whatever the address.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(ptr::without_provenance(address)) };
}

/// Elsewhere there is no such hint in stable Rust.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
pub fn prefetch(_address: usize) {}

/// The same for the cache lines `lines` of a value, counted from its beginning. Reads nothing of it.
#[inline(always)]
pub fn prefetch_lines<T>(of: *const T, lines: std::ops::RangeInclusive<usize>) {
    for line in lines {
        prefetch(of.addr() + line * CACHE_LINE);
    }
}
