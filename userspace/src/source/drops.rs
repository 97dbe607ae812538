//! What the kernel dropped at a UDP socket, in more bits than it counts in.

use std::{
    os::fd::BorrowedFd,
    sync::{Mutex, PoisonError},
};

use crate::sys::receive;

/// The drops of one socket, by whomever they are read: its worker or the control plane.
#[derive(Debug, Default)]
pub(super) struct Drops(Mutex<Told>);

#[derive(Debug, Default)]
struct Told {
    /// `None` until the kernel has said it.
    total: Option<u64>,
    /// What is dropped from now on is none of ours.
    over: bool,
}

impl Drops {
    /// What was dropped so far; `None` if the kernel does not say. It counts in 32 bits: to be read before as many more
    /// are dropped.
    pub(super) fn read(&self, socket: BorrowedFd<'_>) -> Option<u64> {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !told.over
            && let Ok(low) = receive::drops(socket)
        {
            told.total = Some(moved_on(told.total.unwrap_or_default(), low));
        }
        told.total
    }

    /// Reads it for the last time: what the socket drops from now on was never to be received.
    pub(super) fn end(&self, socket: BorrowedFd<'_>) {
        self.read(socket);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).over = true;
    }
}

/// What a count has become whose lowest 32 bits are `low` now.
const fn moved_on(total: u64, low: u32) -> u64 {
    total + low.wrapping_sub(total as u32) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_goes_on_where_the_kernels_wraps() {
        let mut total = 0;
        for (low, is) in
            [(7, 7), (7, 7), (u32::MAX, u64::from(u32::MAX)), (3, (1 << 32) + 3), (2, (2 << 32) + 2)]
        {
            total = moved_on(total, low);
            assert_eq!(total, is);
        }
    }
}
