//! A UDP socket that receives one line, and nothing else.

use std::{
    net::IpAddr,
    os::fd::{AsFd as _, AsRawFd as _, OwnedFd},
    sync::{Arc, Mutex},
};

use anyhow::{Context, Result, bail};
use nix::{
    errno::Errno,
    net::if_::if_nametoindex,
    sys::{
        socket::{
            AddressFamily, SockFlag, SockType, SockaddrStorage, bind, getsockopt, setsockopt, socket,
            sockopt::{BindToDevice, RcvBuf, RcvBufForce, ReceiveTimeout, ReuseAddr},
        },
        time::{TimeVal, TimeValLike as _},
    },
};

use crate::{
    nic::Memberships,
    source::{
        LiveLine, POLL_MS, Receiving,
        drops::Drops,
        keeper::{Door, Keeper},
    },
    sys::{busy_poll, membership},
    worker::Wait,
};

/// What the control plane has of sockets.
///
/// # Errors
/// There are no more descriptors to be had.
pub(crate) fn keeper<'a>(sockets: impl Iterator<Item = &'a Opened>) -> Result<Keeper> {
    let (mut doors, mut memberships) = (Vec::new(), Vec::<Memberships>::new());
    for Opened { socket, interface, index, group, drops, receive_buffer: _ } in sockets {
        let joined = group.map(|(group, source)| (*index, group, source));
        doors.push(Door::of_udp(socket.as_fd(), joined, Arc::clone(drops))?);
        let place = memberships.iter().position(|here| here.interface() == interface).unwrap_or_else(|| {
            memberships.push(Memberships::new(interface.clone(), *index));
            memberships.len() - 1
        });
        if let Some((group, source)) = *group {
            let socket = socket.try_clone().context("cannot keep a socket to look after its group")?;
            memberships[place].adopt(socket, group, source);
        }
    }
    Ok(Keeper::new(doors, memberships.into_iter().map(|here| Arc::new(Mutex::new(here))).collect()))
}

/// A socket that is bound and joined.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) socket: OwnedFd,
    /// The interface it is bound to.
    interface: String,
    index: u32,
    /// What it is joined to, and from whom alone; `None` where it receives an address of this host.
    group: Option<(IpAddr, Option<IpAddr>)>,
    drops: Arc<Drops>,
    /// Bytes its receive buffer has, as the kernel counts them: twice what was asked for, if that was granted.
    pub(crate) receive_buffer: usize,
}

impl Opened {
    /// Datagrams the kernel dropped at it; `None` if it does not say.
    pub(crate) fn dropped(&self) -> Option<u64> {
        self.drops.read(self.socket.as_fd())
    }
}

/// Opens one, of a line that [`fits`](fit). A read of it blocks, for [`POLL_MS`] at most and as long as the kernel's tick, unless it says otherwise.
///
/// # Errors
/// What the kernel refuses, with what to do.
pub(crate) fn open(line: &LiveLine, receiving: &Receiving) -> Result<Opened> {
    let label = line.label();
    let (group, interface) = (line.destination.ip(), line.interface.as_str());
    let index = if_nametoindex(interface)
        .with_context(|| format!("there is no interface '{interface}'; `ip link` lists those there are"))?;
    let family = if group.is_ipv6() { AddressFamily::Inet6 } else { AddressFamily::Inet };
    let socket = socket(family, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)
        .context("cannot open a UDP socket")?;
    // By the index alone an IPv6 group joined here would be received from every interface it is joined on.
    setsockopt(&socket, BindToDevice, &interface.into())
        .with_context(|| format!("{label}: cannot bind a socket to the interface"))?;
    if group.is_multicast() {
        // Others may have a socket for the group, too. Of one address of our own the last socket would take all.
        setsockopt(&socket, ReuseAddr, &true).context("cannot share a group with other sockets")?;
        membership::only_its_own(socket.as_fd(), group.is_ipv6())
            .context("cannot keep groups away that other sockets joined")?;
    }
    let receive_buffer = widen(&socket, receiving.receive_buffer)?;
    setsockopt(&socket, ReceiveTimeout, &TimeVal::milliseconds(POLL_MS.into()))
        .context("cannot bound the wait for a datagram")?;
    if receiving.wait == Wait::BusyPoll {
        busy_poll::allow(socket.as_raw_fd()).with_context(|| {
            format!("{label}: cannot busy-poll: that needs CAP_NET_ADMIN; use --wait spin or poll")
        })?;
    }
    match bind(socket.as_raw_fd(), &SockaddrStorage::from(line.destination)) {
        Err(Errno::EADDRINUSE) => bail!(
            "{label}: another socket has this port, and does not share it (`ss -ulnp` names its process): stop that"
        ),
        Err(Errno::EADDRNOTAVAIL) => bail!("{label}: the address is none of this host's, and no group"),
        other => other.with_context(|| format!("{label}: cannot bind"))?,
    }
    if group.is_multicast() {
        membership::join(socket.as_fd(), index, group, line.source)
            .with_context(|| format!("cannot join {group} on {interface}"))?;
    }
    let group = group.is_multicast().then_some((group, line.source));
    let (interface, drops) = (line.interface.clone(), Arc::default());
    Ok(Opened { socket, interface, index, group, drops, receive_buffer })
}

/// Whether UDP sockets can receive just these lines.
///
/// # Errors
/// The first that none can, with what to do.
pub fn fit(lines: &[LiveLine]) -> Result<()> {
    lines.iter().try_for_each(fits)?;
    are_apart(lines)
}

/// Whether no datagram is two lines': a socket takes what is sent to its group, whoever else has named the sender.
fn are_apart(lines: &[LiveLine]) -> Result<()> {
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| line.source.is_none()) {
        let same =
            |other: &&LiveLine| (other.destination, &other.interface) == (line.destination, &line.interface);
        let others = lines.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, other)| other);
        if let Some(other) = others.into_iter().find(same) {
            let whose = other.source.map_or("everybody".to_owned(), |source| source.to_string());
            bail!(
                "{}: one line takes it from everybody, another from {whose}: sockets would bring both what the second is sent; \
                 name a source for each, or use --source packet-mmap",
                line.label()
            );
        }
    }
    Ok(())
}

/// Whether a UDP socket can receive just this line.
fn fits(line: &LiveLine) -> Result<()> {
    let (label, interface) = (line.label(), &line.interface);
    if let Some(id) = line.vlan.filter(|id| *id != 0) {
        bail!(
            "{label}: a socket is not told the VLAN: leave vlan={id} out and name the VLAN's own device in place of \
             {interface}, or use --source packet-mmap"
        );
    }
    if let (false, Some(source)) = (line.destination.ip().is_multicast(), line.source) {
        bail!(
            "{label}: a socket takes what is sent to an address of this host from everybody, not from {source} alone: \
             leave the source out, or use --source packet-mmap"
        );
    }
    Ok(())
}

/// Asks for a receive buffer: with CAP_NET_ADMIN whatever it is, else as much as the host allows
/// (`net.core.rmem_max`). Returns what it is.
fn widen(socket: &OwnedFd, bytes: usize) -> Result<usize> {
    let asked = setsockopt(socket, RcvBufForce, &bytes).or_else(|_| setsockopt(socket, RcvBuf, &bytes));
    asked.with_context(|| format!("cannot ask for a receive buffer of {bytes} bytes"))?;
    getsockopt(socket, RcvBuf).context("cannot read how large the receive buffer is")
}
