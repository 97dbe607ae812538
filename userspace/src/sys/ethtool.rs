//! What a driver says of its interface: `SIOCETHTOOL` (`linux/ethtool.h`) and `SIOCGIFMTU`.

use std::{
    io,
    os::fd::{AsRawFd, OwnedFd},
};

use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};

pub(super) const SIOCETHTOOL: libc::c_ulong = 0x8946;
const SIOCGIFMTU: libc::c_ulong = 0x8921;
const ETHTOOL_GCHANNELS: u32 = 0x3c;

/// `struct ethtool_channels`.
#[repr(C)]
#[derive(Clone, Copy, Default)]
struct Channels {
    cmd: u32,
    max_rx: u32,
    max_tx: u32,
    max_other: u32,
    max_combined: u32,
    rx: u32,
    tx: u32,
    other: u32,
    combined: u32,
}

/// Receive queues in use on `interface`.
///
/// # Errors
/// What the ioctl says: `EOPNOTSUPP` where the driver has no such call, `ENODEV` for no such interface.
pub fn receive_queues(interface: &str) -> io::Result<u32> {
    let mut channels = Channels { cmd: ETHTOOL_GCHANNELS, ..Channels::default() };
    let mut request = request(interface)?;
    request.ifr_ifru.ifru_data = (&raw mut channels).cast();
    ask(SIOCETHTOOL, &mut request)?;
    Ok(channels.rx + channels.combined)
}

/// Largest packet behind the Ethernet header, in bytes.
///
/// # Errors
/// What the ioctl says: `ENODEV` for no such interface.
pub fn mtu(interface: &str) -> io::Result<u32> {
    let mut request = request(interface)?;
    ask(SIOCGIFMTU, &mut request)?;
    // SAFETY: the kernel answers this request in that member, and any bytes are a valid int.
    let mtu = unsafe { request.ifr_ifru.ifru_mtu };
    u32::try_from(mtu).map_err(io::Error::other)
}

pub(super) fn request(interface: &str) -> io::Result<libc::ifreq> {
    // SAFETY: an all-zero ifreq is valid: it holds integers, bytes and a pointer.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    // One byte is left for the terminating zero.
    if interface.len() >= request.ifr_name.len() {
        return Err(io::Error::from_raw_os_error(libc::ENODEV));
    }
    for (to, from) in request.ifr_name.iter_mut().zip(interface.bytes()) {
        *to = from as libc::c_char;
    }
    Ok(request)
}

pub(super) fn ask(what: libc::c_ulong, request: &mut libc::ifreq) -> io::Result<()> {
    let socket: OwnedFd = socket(AddressFamily::Inet, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)?;
    // SAFETY: the request names an interface with a terminating zero, points, where its command has the kernel
    // follow the pointer, at the structure the command says, and lives through the call.
    let result = unsafe { libc::ioctl(socket.as_raw_fd(), what as _, std::ptr::from_mut(request)) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
