//! What ends the receiving of a source that a worker has: a feed goes on while its receiver stops, and a source that is
//! never found empty would never be drained.

use std::{
    net::IpAddr,
    os::fd::{AsFd as _, BorrowedFd, OwnedFd},
};

use anyhow::{Context as _, Result};

use crate::sys::{membership, packet_filter};

/// The sockets of a source, to be shut by another thread than the one that reads them.
#[derive(Debug)]
pub struct Shutter {
    doors: Vec<Door>,
}

/// One socket.
#[derive(Debug)]
pub(super) struct Door {
    socket: OwnedFd,
    /// The group it alone receives, by the interface's index.
    group: Option<(u32, IpAddr, Option<IpAddr>)>,
}

impl Door {
    /// Of a socket that receives all its filter takes.
    pub(super) fn all_of(socket: BorrowedFd<'_>) -> Result<Self> {
        let socket = socket.try_clone_to_owned().context("cannot keep a socket for its end")?;
        Ok(Self { socket, group: None })
    }

    /// Of a socket that receives one group.
    pub(super) fn of_group(
        socket: BorrowedFd<'_>,
        (index, group, source): (u32, IpAddr, Option<IpAddr>),
    ) -> Result<Self> {
        Ok(Self { group: Some((index, group, source)), ..Self::all_of(socket)? })
    }
}

impl Shutter {
    pub(super) const fn new(doors: Vec<Door>) -> Self {
        Self { doors }
    }

    /// From now on nothing more comes; what has come can still be read. A group is left. A socket without one is given a
    /// filter that takes nothing: a UDP socket then counts what still comes among its drops.
    ///
    /// # Errors
    /// What the kernel says, after all were tried.
    pub fn close(&self) -> Result<()> {
        let mut shut = Ok(());
        for Door { socket, group } in &self.doors {
            shut = shut.and(match *group {
                Some((index, group, source)) => membership::leave(socket.as_fd(), index, group, source),
                None => packet_filter::attach(socket.as_fd(), &packet_filter::NOTHING),
            });
        }
        shut.context("cannot end what a socket receives")
    }
}
