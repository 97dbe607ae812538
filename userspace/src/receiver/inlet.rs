//! One interface as the user named it: where its groups are joined, and the devices its packets come in on.

use anyhow::Result;

use crate::{
    config::Feed,
    failure::Failure,
    nic::{Interface, Link, Memberships, beneath},
    sys::ethtool,
};

/// An interface that lines name.
pub(super) struct Inlet {
    pub(super) name: String,
    /// Indices of its devices: itself, unless it is a VLAN or a bond.
    pub(super) devices: Vec<usize>,
    /// The VLAN that its lines are taken from: its own, where its devices leave the tags in the packets.
    pub(super) vlan: Option<u16>,
    pub(super) memberships: Memberships,
    /// Whether its link was up when it was heard of last.
    pub(super) up: bool,
    /// What speaks against it, and what is done instead of the obvious, in sentences.
    pub(super) notes: Vec<String>,
    /// What was said of its memberships when they were looked at last.
    pub(super) told: Vec<String>,
}

/// The interfaces the lines name, each once, in the order they were first named; and the devices beneath.
///
/// # Errors
/// [`Failure::Usage`] when there is none of a name, or its packets cannot be had.
pub(super) fn inlets(feed: &Feed, links: &[Link]) -> Result<(Vec<Inlet>, Vec<String>), Failure> {
    let (mut inlets, mut devices): (Vec<Inlet>, Vec<String>) = (Vec::new(), Vec::new());
    for (_, line) in feed.live() {
        let Some(name) = &line.interface else { continue };
        if inlets.iter().any(|inlet| inlet.name == *name) {
            continue;
        }
        let interface = Interface::open(name)?;
        let found = beneath(links, name).map_err(Failure::Usage)?;
        let mut notes = Vec::from_iter(found.warning);
        if found.devices != [name.as_str()] {
            notes.push(format!("{name}: joined there, attached to {}", found.devices.join(" and ")));
        }
        let hides = found.devices.iter().find(|device| hides_tags(device));
        if let (Some(vlan), Some(device)) = (found.vlan, hides) {
            notes.push(format!(
                "{name}: {device} takes VLAN tags off before the XDP program sees them: what another VLAN than {vlan} \
                 brings of the same groups is taken, too, unless `ethtool -K {device} rxvlan off` leaves them there"
            ));
        }
        let vlan = found.vlan.filter(|_| hides.is_none());
        let beneath = found.devices.into_iter().map(|device| {
            devices.iter().position(|known| *known == device).unwrap_or_else(|| {
                devices.push(device);
                devices.len() - 1
            })
        });
        let beneath = beneath.collect();
        let memberships = Memberships::new(name.clone(), interface.index);
        let (name, devices, told) = (name.clone(), beneath, Vec::new());
        inlets.push(Inlet { name, devices, vlan, memberships, up: true, notes, told });
    }
    Ok((inlets, devices))
}

/// Whether a device takes VLAN tags off packets before the program sees them. What cannot be asked may.
fn hides_tags(device: &str) -> bool {
    let takes_off = |feature: &ethtool::Feature| {
        feature.on && matches!(feature.name.as_str(), "rx-vlan-hw-parse" | "rx-vlan-stag-hw-parse")
    };
    ethtool::features(device).map_or(true, |features| features.iter().any(takes_off))
}
