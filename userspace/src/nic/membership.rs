//! Multicast membership on one interface, held for as long as its lines are received: XDP cannot join.

use std::{
    net::IpAddr,
    os::fd::{AsFd, OwnedFd},
};

use anyhow::{Context, Result};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};

use super::Multicast;
use crate::sys::membership;

/// Memberships on one socket. The kernel's defaults allow 20 groups (`igmp_max_memberships`) and 10 sources of one
/// group (`igmp_max_msf`): more than 10 would need the host's administrator, fewer would only cost sockets.
const GROUPS_A_SOCKET: usize = 10;

/// The memberships of one interface, on sockets that receive nothing: closed, and the groups left, on drop.
#[derive(Debug)]
pub struct Memberships {
    interface: String,
    /// The kernel's index of it; `None` while it is gone.
    index: Option<u32>,
    held: Vec<Held>,
    sockets: Vec<Holder>,
    /// Makes the interface take every multicast frame, where its filter was seen not to have a group.
    all_multicast: Option<OwnedFd>,
}

/// One membership. Many ports of one group need only one.
#[derive(Debug)]
struct Held {
    group: IpAddr,
    source: Option<IpAddr>,
    /// Lines that need it.
    lines: usize,
    /// The socket it is on; `None` while it could not be joined.
    socket: Option<usize>,
    /// The only socket it may be on, for it is what receives it.
    only: Option<usize>,
    /// Times it was joined after the first.
    again: u64,
}

#[derive(Debug)]
struct Holder {
    socket: OwnedFd,
    ipv6: bool,
    held: usize,
    /// It was joined by another, and is for what it receives alone.
    adopted: bool,
}

impl Memberships {
    /// None yet, of the interface with this name and index.
    #[must_use]
    pub const fn new(interface: String, index: u32) -> Self {
        Self { interface, index: Some(index), held: Vec::new(), sockets: Vec::new(), all_multicast: None }
    }

    /// The interface's name, as it was given.
    #[must_use]
    pub fn interface(&self) -> &str {
        &self.interface
    }

    /// The kernel's index of the interface; `None` while it is gone.
    #[must_use]
    pub const fn index(&self) -> Option<u32> {
        self.index
    }

    /// Joins `group`, from `source` alone if one is given, for one more line. Anything but multicast needs no
    /// membership. While the interface is gone it is noted, and joined when that is back.
    ///
    /// # Errors
    /// When the kernel refuses, with what was asked of it.
    pub fn join(&mut self, group: IpAddr, source: Option<IpAddr>) -> Result<()> {
        if !group.is_multicast() {
            return Ok(());
        }
        if let Some(held) = self.held.iter_mut().find(|held| (held.group, held.source) == (group, source)) {
            held.lines += 1;
            return Ok(());
        }
        let socket = self.index.map(|index| self.join_on_socket(index, group, source)).transpose()?;
        self.held.push(Held { group, source, lines: 1, socket, only: None, again: 0 });
        Ok(())
    }

    /// Looks after what a socket that receives has joined itself, of which this is a duplicate: it is joined again on that
    /// socket, as it is received by no other.
    pub fn adopt(&mut self, socket: OwnedFd, group: IpAddr, source: Option<IpAddr>) {
        let place = self.sockets.len();
        self.sockets.push(Holder { socket, ipv6: group.is_ipv6(), held: 1, adopted: true });
        let (socket, only) = (Some(place), Some(place));
        self.held.push(Held { group, source, lines: 1, socket, only, again: 0 });
    }

    /// Gives back what [`Memberships::join`] joined for one line.
    pub fn leave(&mut self, group: IpAddr, source: Option<IpAddr>) {
        let Some(place) = self.held.iter().position(|held| (held.group, held.source) == (group, source))
        else {
            return;
        };
        self.held[place].lines -= 1;
        if self.held[place].lines == 0 {
            let Held { socket, .. } = self.held.swap_remove(place);
            self.leave_socket(socket, group, source);
        }
    }

    /// The interface is gone, and the kernel's memberships with it, those of sockets that were adopted for good.
    pub fn lost(&mut self) {
        self.index = None;
        self.sockets.clear();
        self.held.retain(|held| held.only.is_none());
        self.all_multicast = None;
        for held in &mut self.held {
            held.socket = None;
        }
    }

    /// The interface is back: joins what was joined before. Returns what failed; [`Memberships::check`] tries again.
    pub fn back(&mut self, index: u32) -> Vec<anyhow::Error> {
        self.index = Some(index);
        self.join_again(|_| true)
    }

    /// Joins everything again though it is joined: what is behind the link may have forgotten it. Returns what failed.
    pub fn renew(&mut self) -> Vec<anyhow::Error> {
        self.join_again(|_| true)
    }

    /// Joins again what the kernel no longer has, and makes sure that the interface's filter lets it in. Returns what
    /// that was about, in sentences.
    pub fn check(&mut self, seen: &Multicast) -> Vec<String> {
        let Some(index) = self.index else { return Vec::new() };
        let mut told = Vec::new();
        // Another process may hold a group that is not joined here.
        let is_missing = |held: &&Held| held.socket.is_none() || !seen.is_joined(index, held.group);
        let missing = self.held.iter().filter(is_missing);
        let missing: Vec<IpAddr> = missing.map(|held| held.group).collect();
        if let Some(group) = missing.first() {
            let failed = self.join_again(|held| missing.contains(&held.group));
            told.push(match failed.first() {
                None => format!(
                    "{}: {} was no longer joined: joined again",
                    self.interface,
                    some_groups(*group, missing.len())
                ),
                Some(error) => format!(
                    "{}: {} is no longer joined, and cannot be: {error:#}; tried again every second",
                    self.interface,
                    some_groups(*group, missing.len())
                ),
            });
        }
        let shut_out = self.held.iter().map(|held| held.group).filter(|group| {
            !missing.contains(group) && seen.is_joined(index, *group) && !seen.passes(index, *group)
        });
        let shut_out: Vec<IpAddr> = shut_out.collect();
        if let Some(group) = shut_out.first()
            && self.all_multicast.is_none()
        {
            told.push(match self.take_all(index) {
                Ok(()) => format!(
                    "{}: its multicast filter does not have {}: it takes all multicast from now on (allmulti)",
                    self.interface,
                    some_groups(*group, shut_out.len())
                ),
                Err(error) => format!(
                    "{}: its multicast filter does not have {}, and it cannot be made to take all: {error:#}",
                    self.interface,
                    some_groups(*group, shut_out.len())
                ),
            });
        }
        told
    }

    /// Times a membership was joined after the first.
    #[must_use]
    pub fn joined_again(&self, group: IpAddr, source: Option<IpAddr>) -> u64 {
        let held = self.held.iter().find(|held| (held.group, held.source) == (group, source));
        held.map_or(0, |held| held.again)
    }

    fn join_again(&mut self, which: impl Fn(&Held) -> bool) -> Vec<anyhow::Error> {
        let Some(index) = self.index else { return Vec::new() };
        let mut failed = Vec::new();
        for place in 0..self.held.len() {
            if !which(&self.held[place]) {
                continue;
            }
            let Held { group, source, socket, only, .. } = self.held[place];
            self.leave_socket(socket, group, source);
            let joined = match only {
                Some(only) => self.join_on(only, index, group, source),
                None => self.join_on_socket(index, group, source),
            };
            let held = &mut self.held[place];
            held.again += u64::from(joined.is_ok());
            match joined {
                Ok(socket) => held.socket = Some(socket),
                Err(error) => {
                    held.socket = None;
                    failed.push(error);
                }
            }
        }
        failed
    }

    /// Joins on a socket that has room. A group joined from any source is not on one with any of its sources: the kernel
    /// does not let a socket widen a membership.
    fn join_on_socket(&mut self, index: u32, group: IpAddr, source: Option<IpAddr>) -> Result<usize> {
        let same = self.held.iter().filter(|held| held.group == group);
        let unfit: Vec<usize> = same
            .filter(|held| held.source.is_some() != source.is_some())
            .filter_map(|held| held.socket)
            .collect();
        let fits = |(place, holder): &(usize, &Holder)| {
            holder.ipv6 == group.is_ipv6()
                && holder.held < GROUPS_A_SOCKET
                && !holder.adopted
                && !unfit.contains(place)
        };
        let place = match self.sockets.iter().enumerate().rev().find(fits) {
            Some((place, _)) => place,
            None => {
                self.sockets.push(Holder::open(group.is_ipv6())?);
                self.sockets.len() - 1
            }
        };
        self.join_on(place, index, group, source)
    }

    fn join_on(&mut self, place: usize, index: u32, group: IpAddr, source: Option<IpAddr>) -> Result<usize> {
        let holder = &mut self.sockets[place];
        membership::join(holder.socket.as_fd(), index, group, source)
            .with_context(|| format!("cannot join {group} on {}", self.interface))?;
        holder.held += 1;
        Ok(place)
    }

    fn leave_socket(&mut self, socket: Option<usize>, group: IpAddr, source: Option<IpAddr>) {
        if let Some((holder, index)) = socket.and_then(|place| self.sockets.get_mut(place)).zip(self.index) {
            // A membership that the kernel dropped cannot be left, and need not be.
            let _dropped = membership::leave(holder.socket.as_fd(), index, group, source);
            holder.held -= 1;
        }
    }

    fn take_all(&mut self, index: u32) -> Result<()> {
        let packet = socket(AddressFamily::Packet, SockType::Raw, SockFlag::SOCK_CLOEXEC, None)?;
        membership::all_multicast(packet.as_fd(), index)?;
        self.all_multicast = Some(packet);
        Ok(())
    }
}

impl Holder {
    fn open(ipv6: bool) -> Result<Self> {
        let family = if ipv6 { AddressFamily::Inet6 } else { AddressFamily::Inet };
        let socket = socket(family, SockType::Datagram, SockFlag::SOCK_CLOEXEC, None)
            .context("cannot open a membership socket")?;
        membership::only_its_own(socket.as_fd(), ipv6)
            .context("cannot keep the membership socket from receiving")?;
        Ok(Self { socket, ipv6, held: 0, adopted: false })
    }
}

fn some_groups(first: IpAddr, count: usize) -> String {
    if count == 1 { first.to_string() } else { format!("{first} and {} more groups", count - 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On the loopback interface, which everybody may join on.
    #[test]
    fn memberships_are_counted_and_left() {
        let mut memberships = Memberships::new("lo".into(), 1);
        let group: IpAddr = "239.77.1.1".parse().unwrap();
        let source = Some("10.0.0.1".parse().unwrap());
        let joined = |group| Multicast::read().unwrap().is_joined(1, group);
        // From one source, then from any, which that socket could not have; and more than fit on one socket.
        memberships.join(group, source).unwrap();
        memberships.join(group, None).unwrap();
        memberships.join(group, None).unwrap();
        assert_eq!(memberships.sockets.len(), 2);
        for last in 2..30 {
            memberships.join(format!("239.77.1.{last}").parse().unwrap(), None).unwrap();
        }
        assert_eq!(memberships.sockets.len(), 3);
        assert!(joined(group));
        memberships.leave(group, None);
        memberships.leave(group, source);
        assert!(joined(group), "one line is left");
        memberships.leave(group, None);
        assert!(!joined(group));
        // What was left makes room.
        memberships.join("239.77.2.1".parse().unwrap(), None).unwrap();
        assert_eq!(memberships.sockets.len(), 3);
        memberships.join("10.0.0.2".parse().unwrap(), None).unwrap();
        assert_eq!(memberships.held.len(), 29, "unicast needs none");
    }

    #[test]
    fn what_the_kernel_dropped_is_joined_again() {
        let mut memberships = Memberships::new("lo".into(), 1);
        let group: IpAddr = "239.77.3.1".parse().unwrap();
        memberships.join(group, None).unwrap();
        // Behind its back.
        membership::leave(memberships.sockets[0].socket.as_fd(), 1, group, None).unwrap();
        let told = memberships.check(&Multicast::read().unwrap());
        assert_eq!(told, ["lo: 239.77.3.1 was no longer joined: joined again"]);
        assert!(Multicast::read().unwrap().is_joined(1, group));
        assert_eq!(memberships.joined_again(group, None), 1);
        // A socket's own is joined again there, and on no other.
        let receives = Holder::open(false).unwrap().socket;
        let own: IpAddr = "239.77.3.3".parse().unwrap();
        membership::join(receives.as_fd(), 1, own, None).unwrap();
        memberships.adopt(receives.try_clone().unwrap(), own, None);
        membership::leave(receives.as_fd(), 1, own, None).unwrap();
        let told = memberships.check(&Multicast::read().unwrap());
        assert_eq!(told[0], "lo: 239.77.3.3 was no longer joined: joined again");
        assert_eq!(memberships.joined_again(own, None), 1);
        membership::leave(receives.as_fd(), 1, own, None).unwrap();
        assert!(!Multicast::read().unwrap().is_joined(1, own));
        memberships.lost();
        assert!(!Multicast::read().unwrap().is_joined(1, group));
        memberships.join("239.77.3.2".parse().unwrap(), None).unwrap();
        assert!(memberships.back(1).is_empty());
        assert!(Multicast::read().unwrap().is_joined(1, "239.77.3.2".parse().unwrap()));
        assert_eq!(memberships.joined_again(group, None), 2);
    }
}
