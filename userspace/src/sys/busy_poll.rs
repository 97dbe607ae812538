//! Busy polling of a socket's NAPI context (`Documentation/networking/napi.rst`).

use std::{io, os::fd::RawFd};

/// Microseconds a busy poll may spin in the kernel. 20 covers one interrupt's worth of packets; 0 would switch
/// busy polling off, much more delays the worker's other sockets.
const BUSY_POLL_US: i32 = 20;

/// Packets a busy poll may process. 64 is the kernel's own NAPI weight; less costs a system call more often,
/// more needs `CAP_NET_ADMIN` and lengthens each poll.
const BUSY_POLL_BUDGET: i32 = 64;

/// `SO_PREFER_BUSY_POLL` and `SO_BUSY_POLL_BUDGET` of `asm-generic/socket.h`.
const SO_PREFER_BUSY_POLL: i32 = 69;
const SO_BUSY_POLL_BUDGET: i32 = 70;

/// Lets the socket's system calls poll its queue, as [`prefer`] then makes them. Alone this changes next to nothing:
/// interrupts bring packets as before.
///
/// # Errors
/// What `setsockopt` says: `EPERM` without `CAP_NET_ADMIN`, `ENOPROTOOPT` before Linux 5.11. [`prefer`] says no other.
pub fn prepare(socket: RawFd) -> io::Result<()> {
    set(socket, &[(libc::SO_BUSY_POLL, BUSY_POLL_US), (SO_BUSY_POLL_BUDGET, BUSY_POLL_BUDGET)])
}

/// Makes the system calls of a socket that is prepared drive its receive queue instead of interrupts (Linux 5.11), which
/// are to be put off: where they are not, packets wait for the kernel to give the queue back.
///
/// # Errors
/// What `setsockopt` says.
pub fn prefer(socket: RawFd) -> io::Result<()> {
    set(socket, &[(SO_PREFER_BUSY_POLL, 1)])
}

/// Whether the kernel knows which NAPI the socket's packets come from (`SO_INCOMING_NAPI_ID`, Linux 4.12): without one
/// it has nothing to poll, and does nothing when it is asked to.
///
/// # Errors
/// What `getsockopt` says.
pub fn has_napi(socket: RawFd) -> io::Result<bool> {
    let (mut id, mut len) = (0u32, size_of::<u32>() as libc::socklen_t);
    // SAFETY: `id` is an `unsigned int` that lives through the call, and `len` says its size.
    let result = unsafe {
        libc::getsockopt(
            socket,
            libc::SOL_SOCKET,
            libc::SO_INCOMING_NAPI_ID,
            (&raw mut id).cast(),
            &raw mut len,
        )
    };
    if result != 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(id != 0)
}

/// Has the socket's system calls look after its receive queue as well; interrupts do as before.
///
/// # Errors
/// What `setsockopt` says: `EPERM` without `CAP_NET_ADMIN`.
pub fn allow(socket: RawFd) -> io::Result<()> {
    set(socket, &[(libc::SO_BUSY_POLL, BUSY_POLL_US)])
}

fn set(socket: RawFd, options: &[(i32, i32)]) -> io::Result<()> {
    for &(option, value) in options {
        // SAFETY: `value` is an `int` that lives through the call, and its size is given.
        let result = unsafe {
            libc::setsockopt(
                socket,
                libc::SOL_SOCKET,
                option,
                (&raw const value).cast(),
                size_of::<i32>() as libc::socklen_t,
            )
        };
        if result != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}
