//! The host's interfaces: what they are, and what the receiver asks of them.

mod beneath;
mod links;
mod membership;
mod multicast;

pub use beneath::{Beneath, beneath};
pub use links::{Link, LinkNews, Links};
pub use membership::Memberships;
pub use multicast::Multicast;

use std::{fs, io};

use anyhow::{Context, Result, anyhow};
use nix::{
    ifaddrs::getifaddrs,
    net::if_::{InterfaceFlags, if_nametoindex},
};

use crate::{failure::Failure, sys::ethtool};

/// An interface of this host, as it was when it was looked up.
#[derive(Clone, Debug)]
pub struct Interface {
    /// Its name.
    pub name: String,
    /// The kernel's index of it.
    pub index: u32,
    /// Receive queues in use.
    pub queues: u32,
    /// Largest packet behind the Ethernet header, in bytes; `None` where it cannot be asked for.
    pub mtu: Option<u32>,
}

impl Interface {
    /// Looks up an interface that is to receive.
    ///
    /// # Errors
    /// [`Failure::Usage`] when there is none of that name; [`Failure::Failed`] when it is down.
    pub fn open(name: &str) -> Result<Self, Failure> {
        let flags: Vec<(String, InterfaceFlags)> = getifaddrs()
            .context("cannot list the interfaces")?
            .map(|i| (i.interface_name, i.flags))
            .collect();
        let Some((_, flags)) = flags.iter().find(|(other, _)| other == name) else {
            let mut names: Vec<&str> = flags.iter().map(|(name, _)| name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            return Err(Failure::Usage(format!("no interface '{name}' here; there is {}", names.join(", "))));
        };
        if !flags.contains(InterfaceFlags::IFF_UP) {
            return Err(anyhow!("interface {name} is down: bring it up with `ip link set {name} up`").into());
        }
        let index = if_nametoindex(name).with_context(|| format!("interface {name}"))?;
        Ok(Self { name: name.to_owned(), index, queues: queues(name)?, mtu: ethtool::mtu(name).ok() })
    }
}

/// Receive queues: from the driver, else from sysfs.
fn queues(name: &str) -> Result<u32> {
    match ethtool::receive_queues(name) {
        Ok(queues) if queues > 0 => return Ok(queues),
        Ok(_) => {}
        Err(error) if error.raw_os_error() == Some(libc::EOPNOTSUPP) => {}
        Err(error) => return Err(error).with_context(|| format!("cannot ask {name} for its queues")),
    }
    let directory = format!("/sys/class/net/{name}/queues");
    let entries = fs::read_dir(&directory)
        .and_then(Iterator::collect::<io::Result<Vec<_>>>)
        .with_context(|| format!("cannot count the queues of {name} in {directory}"))?;
    let receive = entries.iter().filter(|entry| entry.file_name().to_string_lossy().starts_with("rx-"));
    Ok(receive.count().max(1) as u32)
}
