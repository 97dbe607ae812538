//! Which devices the packets of an interface come in on: where programs and sockets have to be.

use super::Link;

/// Devices on top of each other, at most: deeper ones would be a circle.
const DEEPEST: usize = 8;

/// What to attach to for an interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beneath {
    /// The devices packets come in on; the interface itself, where it is one.
    pub devices: Vec<String>,
    /// The VLAN its packets are tagged with there.
    pub vlan: Option<u16>,
    /// What speaks against it, in a sentence.
    pub warning: Option<String>,
}

/// Finds the devices beneath `name` among all `links`.
///
/// # Errors
/// A sentence with what to name instead, where the interface gets its packets from others in a way that cannot be
/// followed.
pub fn beneath(links: &[Link], name: &str) -> Result<Beneath, String> {
    let mut found = Beneath::default();
    // One that is not there is for others to tell.
    let Some(link) = links.iter().find(|link| link.name == name) else {
        return Ok(Beneath { devices: vec![name.to_owned()], ..Beneath::default() });
    };
    follow(links, link, &mut found, 0)?;
    Ok(found)
}

fn follow(links: &[Link], link: &Link, found: &mut Beneath, depth: usize) -> Result<(), String> {
    let name = &link.name;
    if depth == DEEPEST {
        return Err(format!("{name}: interfaces stand on each other more than {DEEPEST} deep"));
    }
    match &link.kind[..] {
        "vlan" if found.vlan.is_some() => Err(format!(
            "{name} is a VLAN within a VLAN: name the device beneath, its packets are matched behind up to two tags"
        )),
        "vlan" => {
            found.vlan = link.vlan;
            let lower = links.iter().find(|lower| Some(lower.index) == link.lower);
            let lower = lower.ok_or_else(|| {
                format!("{name} is a VLAN on a device of another network namespace: run xdpfeed there")
            })?;
            follow(links, lower, found, depth + 1)
        }
        "bond" | "team" => {
            let mut ports = links.iter().filter(|port| port.master == Some(link.index)).peekable();
            if ports.peek().is_none() {
                return Err(format!("{name} has no devices in it: add some, or name another interface"));
            }
            ports.try_for_each(|port| follow(links, port, found, depth + 1))
        }
        kind @ ("macvlan" | "ipvlan" | "macvtap" | "bridge") => {
            found.devices.push(name.clone());
            found.warning = Some(format!(
                "{name} is a {kind}: XDP sees no more there than copies that the kernel made behind the driver; name \
                 the device beneath for anything better than generic mode"
            ));
            Ok(())
        }
        _ => {
            found.devices.push(name.clone());
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(index: u32, name: &str, kind: Option<&str>) -> Link {
        Link { index, name: name.into(), kind: kind.unwrap_or_default().into(), ..Link::default() }
    }

    /// Two ports in a bond, a VLAN on that, one on a port of its own, one within a VLAN.
    fn host() -> Vec<Link> {
        vec![
            Link { master: Some(5), ..link(2, "eth0", None) },
            Link { master: Some(5), ..link(3, "eth1", None) },
            link(4, "eth2", None),
            link(5, "bond0", Some("bond")),
            Link { lower: Some(5), vlan: Some(100), ..link(6, "bond0.100", Some("vlan")) },
            Link { lower: Some(4), vlan: Some(7), ..link(7, "eth2.7", Some("vlan")) },
            Link { lower: Some(7), vlan: Some(8), ..link(8, "eth2.7.8", Some("vlan")) },
            Link { lower: Some(4), ..link(9, "mac0", Some("macvlan")) },
            link(10, "bond1", Some("bond")),
            Link { lower: Some(77), ..link(11, "rx1", Some("veth")) },
            Link { lower: Some(77), vlan: Some(9), ..link(12, "far.9", Some("vlan")) },
        ]
    }

    #[test]
    fn vlans_and_bonds_are_followed() {
        for (name, devices, vlan) in [
            ("eth2", vec!["eth2"], None),
            ("rx1", vec!["rx1"], None),
            ("bond0", vec!["eth0", "eth1"], None),
            ("bond0.100", vec!["eth0", "eth1"], Some(100)),
            ("eth2.7", vec!["eth2"], Some(7)),
            ("nosuch", vec!["nosuch"], None),
            ("mac0", vec!["mac0"], None),
        ] {
            let found = beneath(&host(), name).unwrap();
            assert_eq!((found.devices, found.vlan), (devices.iter().map(|d| (*d).into()).collect(), vlan));
        }
    }

    #[test]
    fn what_cannot_be_followed_says_what_to_name() {
        for (name, cause) in [
            ("eth2.7.8", "within a VLAN"),
            ("bond1", "no devices in it"),
            ("far.9", "another network namespace"),
        ] {
            let error = beneath(&host(), name).unwrap_err();
            assert!(error.contains(name) || error.contains("eth2.7"), "{error}");
            assert!(error.contains(cause), "{error}");
        }
        assert!(beneath(&host(), "mac0").unwrap().warning.unwrap().contains("device beneath"));
        let circle = vec![Link { lower: Some(1), master: Some(1), ..link(1, "b", Some("bond")) }];
        assert!(beneath(&circle, "b").unwrap_err().contains("deep"));
    }
}
