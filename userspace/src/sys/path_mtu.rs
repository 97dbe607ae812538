//! The largest IP packet that leaves a connected socket whole.

use std::{io, mem::size_of, net::UdpSocket, os::fd::AsRawFd, ptr};

/// Bytes, IP header included, of the largest packet that goes to the socket's peer without being fragmented
/// (`IP_MTU`, `IPV6_MTU`: ip(7), ipv6(7)).
///
/// # Errors
/// `ENOTCONN` when the socket is not connected, or whatever else the kernel says.
pub fn path_mtu(socket: &UdpSocket) -> io::Result<usize> {
    let (level, name) = if socket.local_addr()?.is_ipv4() {
        (libc::IPPROTO_IP, libc::IP_MTU)
    } else {
        (libc::IPPROTO_IPV6, libc::IPV6_MTU)
    };
    let mut mtu: libc::c_int = 0;
    let mut len = size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: getsockopt(2) writes at most `len` bytes to the option value and a length to `len`. Both point
    // to live, writable locals of just those sizes that nothing else refers to meanwhile, and the descriptor
    // is open as long as `socket` is borrowed.
    let result = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            level,
            name,
            ptr::from_mut(&mut mtu).cast(),
            ptr::from_mut(&mut len),
        )
    };
    if result != 0 {
        return Err(io::Error::last_os_error());
    }
    usize::try_from(mtu).map_err(|_| io::Error::other("the kernel gave a negative MTU"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_has_one_and_a_lonely_socket_has_none() {
        for any in ["127.0.0.1:0", "[::1]:0"] {
            // A host may have IPv6 switched off.
            let Ok(socket) = UdpSocket::bind(any) else { continue };
            assert_eq!(path_mtu(&socket).unwrap_err().raw_os_error(), Some(libc::ENOTCONN));
            socket.connect(socket.local_addr().unwrap()).unwrap();
            assert!(path_mtu(&socket).unwrap() >= 1280);
        }
    }
}
