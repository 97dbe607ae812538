//! Sending whole frames through an `AF_PACKET` socket.
//!
//! `sendmmsg` past the queueing discipline is the fastest of the ways tried: over a veth pair a mapped
//! transmit ring (`PACKET_TX_RING`) reached 80–90 % of its rate, because the kernel copies the frame either way
//! and then pays for the ring's page fragments.

#![expect(unsafe_code, reason = "nix neither builds a link-layer address nor knows PACKET_QDISC_BYPASS")]

use anyhow::{Context, ensure};
use nix::{
    errno::Errno,
    ifaddrs::getifaddrs,
    net::if_::{InterfaceFlags, if_nametoindex},
    sys::socket::{
        AddressFamily, ControlMessage, MsgFlags, MultiHeaders, SockFlag, SockType, sendmmsg, socket,
    },
};
use std::{
    io::{self, IoSlice},
    os::fd::{AsRawFd, OwnedFd},
};

/// Most frames handed over in one system call. Below 16 the call itself is felt; beyond 64 nothing is gained,
/// and a paced sender's bursts grow.
pub const BATCH: usize = 64;

/// A socket that sends Ethernet frames out of one interface.
pub struct PacketSender {
    socket: OwnedFd,
    headers: MultiHeaders<()>,
    interface: String,
}

impl PacketSender {
    /// Opens a sender on an interface that can send.
    ///
    /// # Errors
    /// There is no such interface, it is down or without carrier, or the process may not (`CAP_NET_RAW`).
    pub fn open(interface: &str) -> anyhow::Result<Self> {
        let index = index(interface)?;
        check_up(interface)?;
        // Protocol 0: the socket receives nothing.
        let socket = match socket(AddressFamily::Packet, SockType::Raw, SockFlag::SOCK_CLOEXEC, None) {
            Err(Errno::EPERM) => {
                anyhow::bail!("may not open a packet socket: run it as root, or with CAP_NET_RAW")
            }
            other => other.context("cannot open a packet socket")?,
        };
        bypass_qdisc(&socket).context("cannot bypass the queueing discipline")?;
        bind(&socket, index).with_context(|| format!("cannot bind to {interface}"))?;
        Ok(Self { socket, headers: MultiHeaders::preallocate(BATCH, None), interface: interface.into() })
    }

    /// Sends frames in order, at most [`BATCH`]; says how many were taken, at least one. Never waits.
    ///
    /// # Errors
    /// Why the first was not taken: `ENOBUFS` and `EAGAIN` for no room now, `EMSGSIZE` for a frame larger than
    /// the interface's MTU, `ENETDOWN` for an interface that is down by now.
    pub fn send<'a>(&mut self, frames: impl Iterator<Item = &'a [u8]>) -> Result<usize, Errno> {
        let mut slices = [[IoSlice::new(&[])]; BATCH];
        let mut count = 0;
        for (slot, frame) in slices.iter_mut().zip(frames) {
            *slot = [IoSlice::new(frame)];
            count += 1;
        }
        let no_addresses = [None::<()>; BATCH];
        let no_control: [ControlMessage<'_>; 0] = [];
        let sent = sendmmsg(
            self.socket.as_raw_fd(),
            &mut self.headers,
            &slices[..count],
            no_addresses,
            no_control,
            MsgFlags::MSG_DONTWAIT,
        )?;
        Ok(sent.count())
    }

    /// Checks that the interface can still send.
    ///
    /// # Errors
    /// It is gone, down, or without carrier.
    pub fn check_up(&self) -> anyhow::Result<()> {
        check_up(&self.interface)
    }
}

/// An interface's index.
///
/// # Errors
/// There is no such interface.
pub fn index(interface: &str) -> anyhow::Result<u32> {
    if_nametoindex(interface)
        .with_context(|| format!("there is no interface '{interface}'; `ip link` lists those there are"))
}

fn check_up(interface: &str) -> anyhow::Result<()> {
    let flags = getifaddrs()
        .context("cannot list the interfaces")?
        .find(|address| address.interface_name == interface)
        .with_context(|| format!("interface {interface} is gone"))?
        .flags;
    ensure!(
        flags.contains(InterfaceFlags::IFF_UP),
        "interface {interface} is down; `ip link set {interface} up` brings it up"
    );
    ensure!(
        flags.contains(InterfaceFlags::IFF_LOWER_UP),
        "interface {interface} has no carrier: its other end is down or unplugged"
    );
    Ok(())
}

/// Frames go straight to the driver: a queueing discipline would only delay and reorder them.
fn bypass_qdisc(socket: &OwnedFd) -> io::Result<()> {
    let on: libc::c_int = 1;
    let len = libc::socklen_t::try_from(size_of_val(&on)).map_err(io::Error::other)?;
    // SAFETY: the descriptor is open for as long as `socket` is borrowed, and `on` is `len` readable bytes
    // that live past the call; the kernel keeps no pointer to them (setsockopt(2)).
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_PACKET,
            libc::PACKET_QDISC_BYPASS,
            (&raw const on).cast(),
            len,
        )
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

fn bind(socket: &OwnedFd, index: u32) -> io::Result<()> {
    let address = libc::sockaddr_ll {
        sll_family: libc::sa_family_t::try_from(libc::AF_PACKET).map_err(io::Error::other)?,
        sll_protocol: 0,
        sll_ifindex: index.try_into().map_err(io::Error::other)?,
        sll_hatype: 0,
        sll_pkttype: 0,
        sll_halen: 0,
        sll_addr: [0; 8],
    };
    let len = libc::socklen_t::try_from(size_of_val(&address)).map_err(io::Error::other)?;
    // SAFETY: the descriptor is open for as long as `socket` is borrowed, and `address` is an initialised
    // `sockaddr_ll` of `len` bytes that lives past the call; the kernel copies it (bind(2), packet(7)).
    let result = unsafe { libc::bind(socket.as_raw_fd(), (&raw const address).cast(), len) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
