//! Multicast membership by interface index, any-source and source-specific, IPv4 and IPv6 alike (RFC 3678 §5).

use std::{
    io,
    net::{IpAddr, SocketAddr},
    os::fd::{AsRawFd, BorrowedFd},
};

use nix::sys::socket::{SockaddrLike, SockaddrStorage};

/// `struct group_req` of `linux/in.h`.
#[repr(C)]
struct GroupRequest {
    interface: u32,
    group: libc::sockaddr_storage,
}

/// `struct group_source_req` of `linux/in.h`.
#[repr(C)]
struct GroupSourceRequest {
    interface: u32,
    group: libc::sockaddr_storage,
    source: libc::sockaddr_storage,
}

/// `IP_MULTICAST_ALL` and `IPV6_MULTICAST_ALL`: 0 keeps datagrams of groups other sockets joined away.
const IP_MULTICAST_ALL: i32 = 49;
const IPV6_MULTICAST_ALL: i32 = 29;

/// Joins `group` on the interface with index `interface`, from `source` alone if one is given.
///
/// # Errors
/// What the kernel says: `ENOBUFS` beyond the host's limit of groups a socket, `ENODEV` without the interface,
/// `EINVAL` for an address that is no group.
pub fn join(socket: BorrowedFd<'_>, interface: u32, group: IpAddr, source: Option<IpAddr>) -> io::Result<()> {
    let level = if group.is_ipv4() { libc::IPPROTO_IP } else { libc::IPPROTO_IPV6 };
    let group = storage(group);
    match source {
        None => set(socket, level, libc::MCAST_JOIN_GROUP, &GroupRequest { interface, group }),
        Some(source) => {
            let request = GroupSourceRequest { interface, group, source: storage(source) };
            set(socket, level, libc::MCAST_JOIN_SOURCE_GROUP, &request)
        }
    }
}

/// Gives back what [`join`] joined.
///
/// # Errors
/// What the kernel says: `EADDRNOTAVAIL` where nothing was joined.
pub fn leave(
    socket: BorrowedFd<'_>,
    interface: u32,
    group: IpAddr,
    source: Option<IpAddr>,
) -> io::Result<()> {
    let level = if group.is_ipv4() { libc::IPPROTO_IP } else { libc::IPPROTO_IPV6 };
    let group = storage(group);
    match source {
        None => set(socket, level, libc::MCAST_LEAVE_GROUP, &GroupRequest { interface, group }),
        Some(source) => {
            let request = GroupSourceRequest { interface, group, source: storage(source) };
            set(socket, level, libc::MCAST_LEAVE_SOURCE_GROUP, &request)
        }
    }
}

/// Has an interface take every multicast frame, for as long as the socket lives: what its own filter cannot be told.
///
/// # Errors
/// What the kernel says.
pub fn all_multicast(packet_socket: BorrowedFd<'_>, interface: u32) -> io::Result<()> {
    let request = libc::packet_mreq {
        mr_ifindex: i32::try_from(interface).map_err(io::Error::other)?,
        mr_type: libc::PACKET_MR_ALLMULTI as libc::c_ushort,
        mr_alen: 0,
        mr_address: [0; 8],
    };
    set(packet_socket, libc::SOL_PACKET, libc::PACKET_ADD_MEMBERSHIP, &request)
}

/// Keeps a socket from receiving groups that only other sockets joined. One that is bound to no port then receives nothing,
/// also of those that it joined itself.
///
/// # Errors
/// What the kernel says.
pub fn only_its_own(socket: BorrowedFd<'_>, ipv6: bool) -> io::Result<()> {
    if ipv6 {
        set(socket, libc::IPPROTO_IPV6, IPV6_MULTICAST_ALL, &0i32)
    } else {
        set(socket, libc::IPPROTO_IP, IP_MULTICAST_ALL, &0i32)
    }
}

fn storage(address: IpAddr) -> libc::sockaddr_storage {
    let address = SockaddrStorage::from(SocketAddr::new(address, 0));
    // SAFETY: an all-zero sockaddr_storage is valid: it holds integers and bytes.
    let mut storage: libc::sockaddr_storage = unsafe { std::mem::zeroed() };
    let len = address.len() as usize;
    // SAFETY: `address` holds `len` initialised bytes, no more than the storage it is a union of has, and the
    // two do not overlap.
    unsafe {
        std::ptr::copy_nonoverlapping(address.as_ptr().cast::<u8>(), (&raw mut storage).cast::<u8>(), len);
    }
    storage
}

fn set<T>(socket: BorrowedFd<'_>, level: i32, option: i32, value: &T) -> io::Result<()> {
    // SAFETY: `value` is one of the plain structures above or an int, lives through the call, and its size is
    // given.
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            level,
            option,
            std::ptr::from_ref(value).cast(),
            size_of::<T>() as libc::socklen_t,
        )
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
