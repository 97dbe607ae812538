//! All that can be found out about one interface without touching it.

use std::{fs, path::PathBuf};

use serde::Serialize;

use super::{
    Asked, AttachedProgram, Bystander, Host, Interrupt, LetIn, Link, Multicast, Processes, Virtio,
    XdpFeatures, XdpSocket, attached::attached_programs, interrupts::interrupts, queues, virtio::virtio,
    xdp_features::xdp_features, xdp_sockets::xdp_sockets,
};
use crate::sys::ethtool::{self, Channels, Driver, Feature, Pause, Rings, Stamps, rules::Table};

/// Drivers that have rules, but compare Ethernet types, VLAN tags and MAC addresses alone.
const RULES_WITHOUT_ADDRESSES: [&str; 2] = ["igb", "igc"];

/// The best mode a driver offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BestMode {
    /// Generic XDP: the driver offers none.
    Generic,
    /// Native XDP, the kernel copies.
    Copy,
    /// The driver writes into the sockets' memory.
    ZeroCopy,
}

/// The interface, its driver and its NIC.
#[derive(Clone, Debug, Serialize)]
pub struct InterfaceFacts {
    /// As the kernel lists it.
    pub link: Link,
    /// The devices it is made of: what a VLAN or macvlan device stands on, the ports of a bond or bridge.
    pub beneath: Vec<String>,
    /// Name and kind of the bridge, bond or team it is a port of.
    pub master: Option<(String, String)>,
    /// Receive queues that `run` binds.
    pub queues: u32,
    /// Who drives it.
    pub driver: Asked<Driver>,
    /// What the driver offers XDP.
    pub xdp: Asked<XdpFeatures>,
    /// What its host withholds from a virtio NIC; `None` for any other device.
    pub virtio: Option<Virtio>,
    /// Queues, and how many there can be.
    pub channels: Asked<Channels>,
    /// Descriptors of the rings.
    pub rings: Asked<Rings>,
    /// Flow control.
    pub pause: Asked<Pause>,
    /// Offloads.
    pub features: Asked<Vec<Feature>>,
    /// Its table of rules that put packets on queues.
    pub rules: Asked<Table>,
    /// Time stamps.
    pub stamps: Asked<Stamps>,
    /// Megabits a second; `None` where it is not known.
    pub speed: Option<u32>,
    /// The NUMA node the NIC is on; `None` where that is no matter, or not known.
    pub node: Option<u32>,
    /// Its interrupts.
    pub interrupts: Vec<Interrupt>,
    /// Filter and groups.
    pub multicast: LetIn,
    /// XDP programs on it.
    pub programs: Vec<AttachedProgram>,
    /// AF_XDP sockets bound to it.
    pub sockets: Asked<Vec<XdpSocket>>,
    /// Who else wants the lines that were named; `None` when none were.
    pub bystanders: Option<Asked<Vec<Bystander>>>,
}

impl InterfaceFacts {
    /// Finds them out. `links` are all of this network namespace.
    #[must_use]
    pub fn read(link: &Link, links: &[Link], host: &Host, processes: &Processes) -> Self {
        let name = &link.name;
        let device = directory(link);
        let number = |file: &str| -> Option<i64> {
            fs::read_to_string(device.as_ref()?.join(file)).ok()?.trim().parse().ok()
        };
        let on_bus = device.as_ref().and_then(|device| fs::canonicalize(device.join("device")).ok());
        let sockets = if host.kernel.lists_xdp_sockets() {
            xdp_sockets(link.index, processes)
        } else {
            Asked::unknown("the kernel does not list AF_XDP sockets (CONFIG_XDP_SOCKETS_DIAG)")
        };
        Self {
            beneath: beneath(link, links),
            master: links
                .iter()
                .find(|other| Some(other.index) == link.master)
                .map(|master| (master.name.clone(), master.kind.clone())),
            queues: queues(name).unwrap_or(1),
            driver: ethtool::driver(name).into(),
            xdp: xdp_features(link.index),
            virtio: on_bus.as_deref().and_then(virtio),
            channels: ethtool::channels(name).into(),
            rings: ethtool::rings(name).into(),
            pause: ethtool::pause(name).into(),
            features: ethtool::features(name).into(),
            rules: ethtool::rules::table(name).into(),
            stamps: ethtool::stamps(name).into(),
            // -1 is unknown, and so is 0.
            speed: number("speed").and_then(|speed| u32::try_from(speed).ok()).filter(|speed| *speed > 0),
            node: number("device/numa_node").and_then(|node| u32::try_from(node).ok()),
            interrupts: on_bus.map(|device| interrupts(&device)).unwrap_or_default(),
            multicast: Multicast::read().unwrap_or_default().on(link.index),
            programs: attached_programs(link, processes),
            sockets,
            bystanders: None,
            link: link.clone(),
        }
    }

    /// Whether an offload is on; `None` when that is not known, or there is none of that name.
    #[must_use]
    pub fn feature(&self, name: &str) -> Option<&Feature> {
        self.features.is()?.iter().find(|feature| feature.name == name)
    }

    /// Whether `run --steer` may work, as far as it is known before the driver is given a rule.
    #[must_use]
    pub fn can_steer(&self) -> bool {
        let by_address = |driver: &Driver| !RULES_WITHOUT_ADDRESSES.contains(&driver.name.as_str());
        self.rules.is().is_some() && self.driver.is().is_none_or(by_address)
    }

    /// What `run` may expect of its driver, as far as it is known beforehand.
    #[must_use]
    pub fn best(&self) -> Option<BestMode> {
        let features = self.xdp.is()?;
        let refused = |by: fn(&Virtio) -> bool| self.virtio.as_ref().is_some_and(by);
        // A bond announces what its ports can do.
        if !features.native
            || !features.redirect
            || self.link.kind == "bond"
            || refused(|it| it.refuses_native)
        {
            return Some(BestMode::Generic);
        }
        let zero_copy = features.zero_copy && !refused(|it| it.refuses_zero_copy);
        Some(if zero_copy { BestMode::ZeroCopy } else { BestMode::Copy })
    }

    /// Made of software: it has no rings, interrupts or stamps of its own.
    #[must_use]
    pub fn is_virtual(&self) -> bool {
        self.link.parent.is_none() && self.interrupts.is_empty()
    }
}

/// Where sysfs describes it: nowhere when the sysfs that is mounted is another network namespace's.
fn directory(link: &Link) -> Option<PathBuf> {
    let directory = PathBuf::from("/sys/class/net").join(&link.name);
    let index: u32 = fs::read_to_string(directory.join("ifindex")).ok()?.trim().parse().ok()?;
    (index == link.index).then_some(directory)
}

/// Names of the devices beneath. A veth's other end is no such device.
fn beneath(link: &Link, links: &[Link]) -> Vec<String> {
    let stands_on = |other: &Link| link.kind != "veth" && link.lower == Some(other.index);
    let port = |other: &Link| other.master == Some(link.index);
    links.iter().filter(|other| stands_on(other) || port(other)).map(|other| other.name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(index: u32, name: &str, kind: &str) -> Link {
        Link { index, name: name.into(), kind: kind.into(), ..Link::default() }
    }

    #[test]
    fn what_lies_beneath_is_named() {
        let bond = link(9, "bond0", "bond");
        let port = |index, name| Link { master: Some(9), ..link(index, name, "") };
        let vlan = Link { lower: Some(9), ..link(10, "bond0.5", "vlan") };
        let links = [bond.clone(), port(2, "eth0"), port(3, "eth1"), vlan.clone(), link(4, "eth2", "")];
        assert_eq!(beneath(&bond, &links), ["eth0", "eth1"]);
        assert_eq!(beneath(&vlan, &links), ["bond0"]);
        assert_eq!(beneath(&links[4], &links), [""; 0]);
        let ends = [
            Link { lower: Some(6), ..link(5, "a", "veth") },
            Link { lower: Some(5), ..link(6, "b", "veth") },
        ];
        assert_eq!(beneath(&ends[0], &ends), [""; 0]);
    }
}
