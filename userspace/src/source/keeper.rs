//! What the control plane has of the sockets that a worker reads: it looks after them meanwhile, and shuts them at the end.
//! A feed goes on while its receiver stops, and a source that is never found empty would never be drained.

use std::{
    io,
    net::IpAddr,
    os::fd::{AsFd as _, BorrowedFd, OwnedFd},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::{Context as _, Result};
use nix::errno::Errno;

use super::drops::Drops;
use crate::{
    nic::{Memberships, Multicast},
    sys::{membership, packet_filter, packet_ring::Statistics},
};

/// The memberships of an interface, held by its source or its sockets, and looked after here.
pub(super) type SharedMemberships = Arc<Mutex<Memberships>>;

/// The sockets of a source, for another thread than the one that reads them.
#[derive(Debug)]
pub struct Keeper {
    doors: Vec<Door>,
    /// One an interface, also where nothing is joined.
    memberships: Vec<SharedMemberships>,
}

/// One socket.
#[derive(Debug)]
pub(super) struct Door {
    socket: OwnedFd,
    to: To,
}

/// What a socket is, and counts.
#[derive(Debug)]
enum To {
    /// A UDP socket that receives one group, by the interface's index.
    Group((u32, IpAddr, Option<IpAddr>), Arc<Drops>),
    /// A UDP socket that receives an address of this host.
    Host(Arc<Drops>),
    /// A packet socket, with its ring.
    Ring(Arc<Statistics>),
}

impl Door {
    /// Of a packet socket.
    pub(super) fn of_ring(socket: BorrowedFd<'_>, statistics: Arc<Statistics>) -> Result<Self> {
        Ok(Self { socket: kept(socket)?, to: To::Ring(statistics) })
    }

    /// Of a UDP socket: of the group that it has joined, or of an address of this host.
    pub(super) fn of_udp(
        socket: BorrowedFd<'_>,
        group: Option<(u32, IpAddr, Option<IpAddr>)>,
        drops: Arc<Drops>,
    ) -> Result<Self> {
        let to = match group {
            Some(group) => To::Group(group, drops),
            None => To::Host(drops),
        };
        Ok(Self { socket: kept(socket)?, to })
    }

    fn read_counters(&self) {
        match &self.to {
            // What cannot be read is told at the end, where it is missing.
            To::Group(_, drops) | To::Host(drops) => drop(drops.read(self.socket.as_fd())),
            To::Ring(statistics) => drop(statistics.read(self.socket.as_fd())),
        }
    }

    fn close(&self) -> io::Result<()> {
        let socket = self.socket.as_fd();
        match &self.to {
            To::Group((index, group, source), _) => {
                match membership::leave(socket, *index, *group, *source) {
                    // The kernel dropped the membership, and it could not be joined again.
                    Err(error) if error.raw_os_error() == Some(Errno::EADDRNOTAVAIL as i32) => Ok(()),
                    left => left,
                }
            }
            To::Host(drops) => {
                // The filter's are counted with those for want of room, which they are not.
                drops.end(socket);
                packet_filter::attach(socket, &packet_filter::NOTHING)
            }
            To::Ring(_) => packet_filter::attach(socket, &packet_filter::NOTHING),
        }
    }
}

impl Keeper {
    pub(super) const fn new(doors: Vec<Door>, memberships: Vec<SharedMemberships>) -> Self {
        Self { doors, memberships }
    }

    /// The interfaces that are received from: names as they were given, and the indices they had.
    pub fn interfaces(&self) -> impl Iterator<Item = (String, u32)> {
        let of = |memberships| {
            let memberships = locked(memberships);
            Some((memberships.interface().to_owned(), memberships.index()?))
        };
        self.memberships.iter().filter_map(of)
    }

    /// Reads what the kernel counts in 32 bits, so that nothing is missed when that wraps: to be called once a second or so.
    pub fn read_counters(&self) {
        self.doors.iter().for_each(Door::read_counters);
    }

    /// Joins again what the kernel no longer has, and makes sure that the interfaces let it in. Returns what that was
    /// about, in sentences.
    ///
    /// # Errors
    /// When the kernel's lists cannot be read.
    pub fn join_lost(&self) -> Result<Vec<String>> {
        let seen = Multicast::read()?;
        Ok(self.memberships.iter().flat_map(|memberships| locked(memberships).check(&seen)).collect())
    }

    /// Times a line's group was joined after the first.
    #[must_use]
    pub fn joined_again(&self, interface: &str, group: IpAddr, source: Option<IpAddr>) -> u64 {
        let here = self.memberships.iter().map(locked).find(|here| here.interface() == interface);
        here.map_or(0, |here| here.joined_again(group, source))
    }

    /// From now on nothing more comes; what has come can still be read. A group is left. A socket without one is given a
    /// filter that takes nothing.
    ///
    /// # Errors
    /// What the kernel says, after all were tried.
    pub fn close(&self) -> Result<()> {
        let shut = self.doors.iter().map(Door::close).fold(Ok(()), Result::and);
        shut.context("cannot end what a socket receives")
    }
}

fn locked(memberships: &SharedMemberships) -> MutexGuard<'_, Memberships> {
    memberships.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A duplicate: the same socket.
fn kept(socket: BorrowedFd<'_>) -> Result<OwnedFd> {
    socket.try_clone_to_owned().context("cannot keep a socket to look after it")
}
