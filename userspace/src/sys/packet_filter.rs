//! Classic BPF programs on sockets: what they are to receive at all.

use std::{
    io,
    os::fd::{AsRawFd, BorrowedFd},
};

/// Instructions a program may have (`BPF_MAXINSNS`).
pub const MOST: usize = 4096;

/// Receives nothing.
pub const NOTHING: [libc::sock_filter; 1] = [libc::sock_filter { code: 0x06, jt: 0, jf: 0, k: 0 }];

/// Has a socket receive what `program` returns more than 0 for. It takes the place of the one before in one step.
///
/// # Errors
/// `EINVAL` for a program that cannot be.
pub fn attach(socket: BorrowedFd<'_>, program: &[libc::sock_filter]) -> io::Result<()> {
    let len = libc::c_ushort::try_from(program.len()).map_err(io::Error::other)?;
    let program = libc::sock_fprog { len, filter: program.as_ptr().cast_mut() };
    // SAFETY: `program` points to `len` instructions that live through the call; the kernel copies them and writes to
    // none. The size given is that of the structure. The descriptor is open as long as it is borrowed.
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_ATTACH_FILTER,
            (&raw const program).cast(),
            size_of::<libc::sock_fprog>() as libc::socklen_t,
        )
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
