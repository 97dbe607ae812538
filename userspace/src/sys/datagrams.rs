//! Many datagrams in one system call.
//!
//! `nix` has sendmmsg(2) too, but reading how many were sent goes through peer addresses that only
//! recvmmsg(2) initializes.

use std::{
    io::{self, IoSlice},
    mem,
    net::UdpSocket,
    os::fd::AsRawFd,
    ptr,
};

/// Datagrams one call takes at most. The headers lie on the stack, 64 bytes each.
pub const MOST: usize = 64;

/// Offers `payloads` (the first [`MOST`] of them) to a connected socket, each a datagram. Returns how many the
/// kernel took: the first ones, and fewer than offered when it refused one in between; the next call then
/// says why.
///
/// # Errors
/// The kernel refused the first one.
pub fn send(socket: &UdpSocket, payloads: &[IoSlice<'_>]) -> io::Result<usize> {
    // SAFETY: an mmsghdr is integers and raw pointers, for all of which zero is a value.
    let mut headers: [libc::mmsghdr; MOST] = unsafe { mem::zeroed() };
    let payloads = &payloads[..payloads.len().min(MOST)];
    for (header, payload) in headers.iter_mut().zip(payloads) {
        // An IoSlice "is guaranteed to be ABI compatible with the iovec type on Unix platforms" (std::io).
        header.msg_hdr.msg_iov = ptr::from_ref(payload).cast_mut().cast();
        header.msg_hdr.msg_iovlen = 1;
    }
    // SAFETY: the first `payloads.len()` headers, at most all, each point to one iovec, and these to the
    // slices' bytes: all borrowed until the call returns. sendmmsg(2) writes to nothing but each header's
    // `msg_len`. Name and control data are null with length 0. The descriptor is open as long as `socket` is
    // borrowed.
    let taken = unsafe {
        libc::sendmmsg(socket.as_raw_fd(), headers.as_mut_ptr(), payloads.len() as libc::c_uint, 0)
    };
    usize::try_from(taken).map_err(|_| io::Error::last_os_error())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datagrams_arrive_in_order_and_whole() {
        let receiver = UdpSocket::bind("127.0.0.1:0").unwrap();
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        sender.connect(receiver.local_addr().unwrap()).unwrap();
        let payloads: Vec<Vec<u8>> = (0..MOST + 1).map(|n| vec![n as u8; n]).collect();
        let slices: Vec<_> = payloads.iter().map(|payload| IoSlice::new(payload)).collect();
        assert_eq!(send(&sender, &slices).unwrap(), MOST);
        assert_eq!(send(&sender, &slices[MOST..]).unwrap(), 1);
        let mut buffer = [0; 256];
        for payload in &payloads {
            let len = receiver.recv(&mut buffer).unwrap();
            assert_eq!(&buffer[..len], payload);
        }
        assert_eq!(send(&sender, &[]).unwrap(), 0);
    }

    #[test]
    fn a_refusal_in_between_is_told_by_the_next_call() {
        let receiver = UdpSocket::bind("127.0.0.1:0").unwrap();
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        sender.connect(receiver.local_addr().unwrap()).unwrap();
        let too_long = vec![0; 65_536];
        let slices = [IoSlice::new(b"fits"), IoSlice::new(&too_long)];
        assert_eq!(send(&sender, &slices).unwrap(), 1);
        assert_eq!(send(&sender, &slices[1..]).unwrap_err().raw_os_error(), Some(libc::EMSGSIZE));
    }
}
