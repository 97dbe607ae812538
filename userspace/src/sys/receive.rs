//! Many datagrams in one system call, and what a socket lost.
//!
//! `nix` has recvmmsg(2) too, but borrows the headers and the buffers for as long as each other, so that neither could
//! be kept.

use std::{
    io, mem,
    os::fd::{AsRawFd, BorrowedFd},
    ptr,
};

/// `SK_MEMINFO_DROPS` of `linux/sock_diag.h`: where the drops are among what `SO_MEMINFO` says.
const SK_MEMINFO_DROPS: usize = 8;
/// `SK_MEMINFO_VARS`: how many there are.
const SK_MEMINFO_VARS: usize = 9;

/// Headers for so many datagrams, prepared once.
pub struct Many {
    /// Each points to the buffer of its number.
    headers: Box<[libc::mmsghdr]>,
    buffers: Box<[libc::iovec]>,
}

// SAFETY: the headers point into `buffers`, which is on the heap, goes where they go, and is changed through `&mut self`
// alone. What the buffers point to is used within `receive` only, which borrows it.
unsafe impl Send for Many {}

impl std::fmt::Debug for Many {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Many").field("most", &self.headers.len()).finish()
    }
}

impl Many {
    /// For at most `most` datagrams a call.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let none = libc::iovec { iov_base: ptr::null_mut(), iov_len: 0 };
        let mut buffers = vec![none; most].into_boxed_slice();
        let headers = buffers.iter_mut().map(|buffer| {
            // SAFETY: an mmsghdr is integers and raw pointers, for all of which zero is a value.
            let mut header: libc::mmsghdr = unsafe { mem::zeroed() };
            header.msg_hdr.msg_iov = ptr::from_mut(buffer);
            header.msg_hdr.msg_iovlen = 1;
            header
        });
        Self { headers: headers.collect(), buffers }
    }

    /// Reads datagrams into `into`, one each, at most as many as there are headers. Returns how many; [`Many::length`]
    /// says how long each is.
    ///
    /// # Errors
    /// What recvmmsg(2) says of the first.
    pub fn receive<'a>(
        &mut self,
        socket: BorrowedFd<'_>,
        into: impl Iterator<Item = &'a mut [u8]>,
        flags: libc::c_int,
    ) -> io::Result<usize> {
        let mut count = 0;
        for (buffer, room) in self.buffers.iter_mut().zip(into) {
            *buffer = libc::iovec { iov_base: room.as_mut_ptr().cast(), iov_len: room.len() };
            count += 1;
        }
        // SAFETY: the first `count` headers each point to the buffer of their number, which lies in `self.buffers` on
        // the heap, and that to bytes borrowed from the caller for longer than this call, writable and apart from each
        // other. Name and control data are null with length 0. The descriptor is open as long as it is borrowed.
        let taken = unsafe {
            libc::recvmmsg(
                socket.as_raw_fd(),
                self.headers.as_mut_ptr(),
                count as libc::c_uint,
                flags,
                ptr::null_mut(),
            )
        };
        usize::try_from(taken).map_err(|_| io::Error::last_os_error())
    }

    /// Bytes of a datagram that was read last; `None` if it was longer than its buffer.
    #[must_use]
    #[inline]
    pub fn length(&self, datagram: usize) -> Option<usize> {
        let header = &self.headers[datagram];
        (header.msg_hdr.msg_flags & libc::MSG_TRUNC == 0).then_some(header.msg_len as usize)
    }

    /// Bytes of a datagram that was read last, of UDP and with `MSG_TRUNC`: also of one that was longer than its buffer.
    #[must_use]
    pub fn whole_length(&self, datagram: usize) -> usize {
        self.headers[datagram].msg_len as usize
    }
}

/// Datagrams the kernel dropped at a socket since it was opened, by a counter of 32 bits that wraps (`sk_drops`): its
/// receive buffer was full, or their checksums were wrong.
///
/// # Errors
/// `ENOPROTOOPT` before Linux 4.12.
pub fn drops(socket: BorrowedFd<'_>) -> io::Result<u32> {
    let mut said = [0u32; SK_MEMINFO_VARS];
    let mut len = size_of_val(&said) as libc::socklen_t;
    // SAFETY: getsockopt(2) writes at most `len` bytes to `said`, which has that many, and a length to `len`; both live
    // through the call. The descriptor is open as long as it is borrowed.
    let result = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_MEMINFO,
            said.as_mut_ptr().cast(),
            &raw mut len,
        )
    };
    if result == 0 { Ok(said[SK_MEMINFO_DROPS]) } else { Err(io::Error::last_os_error()) }
}

#[cfg(test)]
mod tests {
    use std::{net::UdpSocket, os::fd::AsFd as _};

    use super::*;

    #[test]
    fn datagrams_come_in_order_and_long_ones_are_told() {
        let receiver = UdpSocket::bind("127.0.0.1:0").unwrap();
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        let to = receiver.local_addr().unwrap();
        for datagram in [&b"one"[..], b"longer than the buffer", b"", b"four"] {
            sender.send_to(datagram, to).unwrap();
        }
        let mut many = Many::new(3);
        let mut buffers = [[0u8; 8]; 4];
        let receive = |many: &mut Many, buffers: &mut [[u8; 8]; 4]| {
            many.receive(
                receiver.as_fd(),
                buffers.iter_mut().map(|buffer| &mut buffer[..]),
                libc::MSG_DONTWAIT | libc::MSG_TRUNC,
            )
        };
        assert_eq!(receive(&mut many, &mut buffers).unwrap(), 3);
        assert_eq!([0, 1, 2].map(|datagram| many.length(datagram)), [Some(3), None, Some(0)]);
        assert_eq!(many.whole_length(1), 22);
        assert_eq!(&buffers[0][..3], b"one");
        assert_eq!(receive(&mut many, &mut buffers).unwrap(), 1);
        assert_eq!(&buffers[0][..4], b"four");
        assert_eq!(receive(&mut many, &mut buffers).unwrap_err().kind(), io::ErrorKind::WouldBlock);
    }

    #[test]
    fn what_finds_no_room_is_counted() {
        let receiver = UdpSocket::bind("127.0.0.1:0").unwrap();
        nix::sys::socket::setsockopt(&receiver, nix::sys::socket::sockopt::RcvBuf, &2048).unwrap();
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        assert_eq!(drops(receiver.as_fd()).unwrap(), 0);
        for _ in 0..100 {
            sender.send_to(&[0; 1000], receiver.local_addr().unwrap()).unwrap();
        }
        let mut many = Many::new(100);
        let mut buffers = vec![[0u8; 1000]; 100];
        let into = buffers.iter_mut().map(|buffer| &mut buffer[..]);
        let came = many.receive(receiver.as_fd(), into, libc::MSG_DONTWAIT).unwrap();
        assert_eq!(came + drops(receiver.as_fd()).unwrap() as usize, 100);
        assert!(came < 100);
    }
}
