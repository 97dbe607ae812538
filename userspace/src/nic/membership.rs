//! Multicast membership, held for as long as the receiver runs: XDP cannot join.

use std::{
    collections::BTreeSet,
    net::IpAddr,
    os::fd::{AsFd, OwnedFd},
};

use anyhow::{Context, Result};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};

use crate::sys::membership;

/// Memberships on one socket. The kernel's defaults allow 20 groups (`igmp_max_memberships`) and 10 sources of one
/// group (`igmp_max_msf`): more than 10 would need the host's administrator, fewer would only cost sockets.
const GROUPS_A_SOCKET: usize = 10;

/// Sockets that hold memberships and receive nothing: closed, and the groups left, on drop.
#[derive(Debug, Default)]
pub struct Memberships {
    v4: Vec<OwnedFd>,
    v6: Vec<OwnedFd>,
    joined_v4: usize,
    joined_v6: usize,
    /// (interface, group, source): many ports of one group need one membership.
    joined: BTreeSet<(u32, IpAddr, Option<IpAddr>)>,
}

impl Memberships {
    /// Joins `group` on an interface, from `source` alone if one is given. Anything but multicast needs no
    /// membership, nor does a source of a group joined from any: join those first, since the kernel does not let a
    /// socket widen a membership.
    ///
    /// # Errors
    /// When the kernel refuses, with what was asked of it.
    pub fn join(&mut self, interface: (&str, u32), group: IpAddr, source: Option<IpAddr>) -> Result<()> {
        let held = |source| self.joined.contains(&(interface.1, group, source));
        if !group.is_multicast() || held(source) || held(None) {
            return Ok(());
        }
        let (sockets, joined, family) = match group {
            IpAddr::V4(_) => (&mut self.v4, &mut self.joined_v4, AddressFamily::Inet),
            IpAddr::V6(_) => (&mut self.v6, &mut self.joined_v6, AddressFamily::Inet6),
        };
        if joined.is_multiple_of(GROUPS_A_SOCKET) {
            let socket = socket(family, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)
                .context("cannot open a membership socket")?;
            membership::receive_nothing(socket.as_fd(), group.is_ipv6())
                .context("cannot keep the membership socket from receiving")?;
            sockets.push(socket);
        }
        let socket = sockets.last().context("no membership socket")?;
        membership::join(socket.as_fd(), interface.1, group, source)
            .with_context(|| format!("cannot join {group} on {}", interface.0))?;
        *joined += 1;
        self.joined.insert((interface.1, group, source));
        Ok(())
    }
}
