//! Which of this process's descriptors is a UMEM's.
//!
//! xsk-rs keeps the socket a UMEM is registered with to itself until it is bound. That is too late to fill the fill
//! ring: some drivers never recover from having found it empty at the bind. So it is found by what is new among the
//! process's AF_XDP sockets, and the bind is checked to have been made on it.

use std::{fs, io, os::fd::RawFd};

use super::BindError;

/// The AF_XDP sockets of this process.
///
/// # Errors
/// `/proc` cannot be read.
pub(super) fn af_xdp() -> Result<Vec<RawFd>, BindError> {
    let entries = fs::read_dir("/proc/self/fd")
        .map_err(|error| BindError::Bind(io::Error::new(error.kind(), format!("/proc/self/fd: {error}"))))?;
    let numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    Ok(numbers.filter(is_af_xdp).collect())
}

/// The one that was not there before.
///
/// # Errors
/// None is new, or several: somebody else makes AF_XDP sockets in this process meanwhile.
pub(super) fn new_since(before: &[RawFd]) -> Result<RawFd, BindError> {
    let now = af_xdp()?;
    let mut new = now.into_iter().filter(|fd| !before.contains(fd));
    match (new.next(), new.next()) {
        (Some(fd), None) => Ok(fd),
        (None, _) => Err(BindError::Bind(io::Error::other("a new UMEM's socket is not in /proc/self/fd"))),
        (Some(_), Some(_)) => Err(BindError::Bind(io::Error::other(
            "another part of this process makes AF_XDP sockets at the same time: let it make them before or after",
        ))),
    }
}

fn is_af_xdp(fd: &RawFd) -> bool {
    let mut domain: libc::c_int = 0;
    let mut len = size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: `domain` and `len` live through the call, and `len` says how many bytes may be written. A descriptor
    // that is none, or none of a socket, is an error.
    let result = unsafe {
        libc::getsockopt(*fd, libc::SOL_SOCKET, libc::SO_DOMAIN, (&raw mut domain).cast(), &raw mut len)
    };
    result == 0 && domain == libc::AF_XDP
}
