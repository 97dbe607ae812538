//! What the kernel made of the bind.

use std::{io, os::fd::AsRawFd};

/// How packets get into the UMEM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoundMode {
    /// The driver writes into the UMEM.
    ZeroCopy,
    /// The kernel copies out of the driver's buffers.
    Copy,
}

impl BoundMode {
    /// As shown: `zero-copy` or `copy`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ZeroCopy => "zero-copy",
            Self::Copy => "copy",
        }
    }
}

/// `XDP_OPTIONS_ZEROCOPY` of `linux/if_xdp.h`.
const ZEROCOPY: u32 = 1;

/// Reads back with `XDP_OPTIONS` whether a bound socket works in zero-copy mode.
///
/// # Errors
/// What `getsockopt` says.
pub fn bound_mode(socket: &impl AsRawFd) -> io::Result<BoundMode> {
    let mut flags: u32 = 0; // struct xdp_options: one u32
    let mut len = size_of::<u32>() as libc::socklen_t;
    // SAFETY: `flags` and `len` live through the call, and `len` says how many bytes may be written.
    let result = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_XDP,
            libc::XDP_OPTIONS,
            (&raw mut flags).cast(),
            &raw mut len,
        )
    };
    if result != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(if flags & ZEROCOPY == ZEROCOPY { BoundMode::ZeroCopy } else { BoundMode::Copy })
}
