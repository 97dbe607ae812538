//! From a line to a connected socket: everything that can be wrong with its way out is found here.

use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket},
    time::Duration,
};

use anyhow::{Context as _, anyhow};
use nix::{
    errno::Errno,
    ifaddrs::getifaddrs,
    net::if_::InterfaceFlags,
    sys::socket::{setsockopt, sockopt},
};

use super::plan::{Line, Plan};
use crate::{failure::Failure, sys::path_mtu::path_mtu};

/// Bytes of a line's send buffer. The socket blocks when it is full, so nothing is lost for lack of it. Too
/// small, and the sender sleeps more often than it sends; much larger, and on a slow link the queue of the
/// device fills first.
const SEND_BUFFER: usize = 1 << 20;

/// After this long without any room the sender looks whether it shall stop.
const SEND_TIMEOUT: Duration = Duration::from_secs(1);

/// Opens the socket of a line.
///
/// # Errors
/// The interface isn't there or is down, there is no way to the destination, or packets of the plan's MTU do
/// not fit it.
pub(super) fn connect(plan: &Plan, line: &Line) -> Result<UdpSocket, Failure> {
    let loopback = match &line.interface {
        Some(interface) => interface_flags(interface)?.contains(InterfaceFlags::IFF_LOOPBACK),
        None => false,
    };
    let socket = bind(line)?;
    set_options(plan, line, loopback, &socket)
        .with_context(|| format!("line {}: cannot set up its socket", line.name))?;
    socket.connect(line.destination).map_err(|error| no_way(line, &error))?;
    if socket.local_addr().is_ok_and(|address| address.ip().is_unspecified()) {
        return Err(Failure::Failed(anyhow!(
            "line {}: {} has no address to send from: give it one with `ip addr add`",
            line.name,
            line.interface.as_deref().unwrap_or("the interface it leaves by"),
        )));
    }
    let mtu = path_mtu(&socket).with_context(|| format!("line {}: cannot learn the MTU", line.name))?;
    if plan.mtu > mtu {
        return Err(Failure::Usage(format!(
            "--mtu {} is more than the {mtu} bytes line {} carries, and fragments reach no AF_XDP receiver: say --mtu {mtu} or raise the interface's",
            plan.mtu, line.name,
        )));
    }
    Ok(socket)
}

fn interface_flags(interface: &str) -> Result<InterfaceFlags, Failure> {
    let all: Vec<_> = getifaddrs().context("cannot list the interfaces")?.collect();
    let Some(found) = all.iter().find(|address| address.interface_name == interface) else {
        let mut names: Vec<_> = all.iter().map(|address| address.interface_name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        return Err(Failure::Usage(format!(
            "there is no interface '{interface}' in this network namespace: it has {}",
            names.join(", ")
        )));
    };
    if !found.flags.contains(InterfaceFlags::IFF_UP) {
        return Err(Failure::Failed(anyhow!(
            "interface {interface} is down: bring it up with `ip link set {interface} up`"
        )));
    }
    Ok(found.flags)
}

fn bind(line: &Line) -> Result<UdpSocket, Failure> {
    let any = match line.destination {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    UdpSocket::bind((line.source.unwrap_or(any), 0)).map_err(|error| match (line.source, error.raw_os_error()) {
        (Some(source), Some(libc::EADDRNOTAVAIL)) => Failure::Usage(format!(
            "line {}: no interface here has the source address {source}: name one that `ip addr` shows, or none",
            line.name
        )),
        _ => Failure::Failed(anyhow!(error).context(format!("line {}: cannot open a socket", line.name))),
    })
}

fn set_options(plan: &Plan, line: &Line, loopback: bool, socket: &UdpSocket) -> anyhow::Result<()> {
    if let Some(interface) = &line.interface {
        setsockopt(socket, sockopt::BindToDevice, &interface.into())
            .with_context(|| format!("binding to {interface}"))?;
    }
    // Nobody is at the other end of a loopback interface but this host.
    let multicast_loop = plan.multicast_loop || loopback;
    // With *_RECVERR the kernel also says so when a device's queue drops a datagram; without, it keeps silent.
    if line.destination.is_ipv4() {
        socket.set_multicast_ttl_v4(plan.ttl.into())?;
        socket.set_multicast_loop_v4(multicast_loop)?;
        setsockopt(socket, sockopt::Ipv4RecvErr, &true)?;
    } else {
        setsockopt(socket, sockopt::Ipv6MulticastHops, &plan.ttl.into())?;
        socket.set_multicast_loop_v6(multicast_loop)?;
        setsockopt(socket, sockopt::Ipv6RecvErr, &true)?;
    }
    // Beyond net.core.wmem_max with CAP_NET_ADMIN only; without it, the kernel gives as much as it allows.
    if setsockopt(socket, sockopt::SndBufForce, &SEND_BUFFER).is_err() {
        setsockopt(socket, sockopt::SndBuf, &SEND_BUFFER)?;
    }
    socket.set_write_timeout(Some(SEND_TIMEOUT))?;
    Ok(())
}

fn no_way(line: &Line, error: &std::io::Error) -> Failure {
    let errno = Errno::from_raw(error.raw_os_error().unwrap_or_default());
    let Line { name, interface, destination, .. } = line;
    match (errno, interface) {
        (Errno::ENETUNREACH | Errno::EHOSTUNREACH, None) => Failure::Usage(format!(
            "line {name}: there is no route to {destination}: name the interface it leaves by, {name}=IFACE,{destination}"
        )),
        (Errno::ENETUNREACH | Errno::EHOSTUNREACH | Errno::EADDRNOTAVAIL, Some(interface)) => {
            Failure::Failed(anyhow!(
                "line {name}: {destination} cannot be reached by {interface}: give the interface an address of that family, and a route if it is no group"
            ))
        }
        (Errno::EACCES | Errno::EPERM, _) => Failure::Failed(anyhow!(
            "line {name}: sending to {destination} is forbidden (a broadcast address, or a firewall rule): take a group or a host"
        )),
        _ => Failure::Failed(anyhow!(errno).context(format!("line {name}: cannot send to {destination}"))),
    }
}
