//! The host's interfaces: what they are, and what the receiver asks of them.

mod asked; // an answer that need not be there
mod attached; // XDP programs on an interface
mod beneath; // which devices an interface's packets come in on
mod bystanders; // who else wants a feed
mod deferral; // interrupts put off in favour of busy polling
mod facts; // all that can be found out about an interface
pub mod host; // kernel, privileges, CPUs, memory
mod interrupts; // of a NIC
pub mod journal; // what was changed, to be undone after a crash
mod link; // the kernel's list of devices
mod links; // what becomes of them
mod membership; // multicast, held
mod multicast; // which groups are joined, what an interface lets in
mod processes; // who holds what
mod sockets; // UDP and packet sockets
pub mod steering; // rules that put lines on queues
mod virtio; // what a virtio NIC's host withholds
mod xdp_features; // what a driver offers XDP
mod xdp_sockets; // AF_XDP sockets that are bound

pub use asked::Asked;
pub use attached::AttachedProgram;
pub use beneath::{Beneath, beneath};
pub use bystanders::{Bystander, Reception, Wanted, bystanders, sentence};
pub use deferral::{Deferral, busy_polled};
pub use facts::{BestMode, InterfaceFacts};
pub use host::Host;
pub use interrupts::Interrupt;
pub use link::{Link, XdpMode, is_gone, links, name_of};
pub use links::{LinkNews, Links};
pub use membership::Memberships;
pub use multicast::{LetIn, Multicast};
pub use processes::{Held, Process, Processes, holds_link_of};
pub use virtio::Virtio;
pub use xdp_features::XdpFeatures;
pub use xdp_sockets::XdpSocket;

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

    /// The NUMA node its device is on; `None` for one without a device, and where the host has no nodes.
    #[must_use]
    pub fn numa_node(&self) -> Option<u32> {
        let node = fs::read_to_string(format!("/sys/class/net/{}/device/numa_node", self.name)).ok()?;
        // -1: no node.
        node.trim().parse().ok()
    }

    /// Whether it is still the interface that was opened. Another one may have its name by now.
    #[must_use]
    pub fn is_there(&self) -> bool {
        if_nametoindex(self.name.as_str()) == Ok(self.index)
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
