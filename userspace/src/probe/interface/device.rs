//! What kind of device it is, whether it is up, and what it lets in.

use super::super::{Line, counted};
use crate::{
    nic::InterfaceFacts,
    xsk::{FRAME_SIZES, largest_mtu},
};

/// Groups named in a line.
const GROUPS_NAMED: usize = 4;

/// What it is, in a few words: `virtio_net, 0000:00:03.0`.
pub(in super::super) fn what(facts: &InterfaceFacts) -> String {
    let driver = facts.driver.is().map(|driver| {
        let firmware = match &driver.firmware[..] {
            "" | "N/A" => String::new(),
            firmware => format!(", firmware {firmware}"),
        };
        let bus = if driver.bus.is_empty() { String::new() } else { format!(", {}", driver.bus) };
        format!("driver {} {}{firmware}{bus}", driver.name, driver.version)
    });
    match (driver, &facts.link.kind[..]) {
        (Some(driver), _) => driver,
        (None, "") => "no driver".into(),
        (None, kind) => format!("a {kind} device"),
    }
}

pub(super) fn state(facts: &InterfaceFacts) -> Line {
    const TOPIC: &str = "state";
    let name = &facts.link.name;
    if !facts.link.ethernet {
        return Line::bad(TOPIC, "its frames have no Ethernet header")
            .because("the XDP program begins with one");
    }
    if !facts.link.up {
        return Line::bad(TOPIC, "down").fix(format!("ip link set dev {name} up"));
    }
    if !facts.link.carrier {
        return Line::warning(TOPIC, "up, without carrier")
            .because("nothing can arrive until the other end is there")
            .fix("look at the cable, the transceiver and the other end (for a veth or tap: who holds it)");
    }
    let speed = facts.speed.map_or(String::new(), |speed| format!(", {speed} Mb/s"));
    Line::good(TOPIC, format!("up, with carrier{speed}"))
}

pub(super) fn kind(facts: &InterfaceFacts) -> Line {
    const TOPIC: &str = "device";
    let beneath = match (&facts.beneath[..], facts.link.lower_elsewhere) {
        ([], true) => "a device of another network namespace".into(),
        ([], false) => "nothing yet".into(),
        (devices, _) => devices.join(", "),
    };
    let (finding, cause) = match &facts.link.kind[..] {
        "bond" => {
            return Line::bad(TOPIC, format!("a bond of {beneath}"))
                .because("packets come in on its ports: a socket bound to the bond drops every one of them")
                .fix(receive_beneath(facts, "each port"));
        }
        "team" => (format!("a team of {beneath}"), "native XDP and zero-copy are its ports', not its own"),
        "bridge" => {
            (format!("a bridge of {beneath}"), "native XDP and zero-copy are its ports', not its own")
        }
        "vlan" => {
            (format!("a VLAN device on {beneath}"), "native XDP and zero-copy are of the device beneath")
        }
        kind @ ("macvlan" | "macvtap" | "ipvlan" | "ipvtap") => {
            (format!("a {kind} device on {beneath}"), "native XDP and zero-copy are of the device beneath")
        }
        "" if facts.link.parent.is_some() => return Line::good(TOPIC, "a NIC"),
        "" => return Line::good(TOPIC, "made of software"),
        kind => return Line::good(TOPIC, format!("made of software ({kind})")),
    };
    let line = Line::warning(TOPIC, finding).because(cause);
    match facts.beneath[..] {
        [] => line,
        _ => line.fix(receive_beneath(facts, "the device beneath")),
    }
}

/// The group must be joined where the host's routes and tags are, the packets taken where they come in.
fn receive_beneath(facts: &InterfaceFacts, where_: &str) -> String {
    let Some(first) = facts.beneath.first() else { return format!("add a port to {}", facts.link.name) };
    format!(
        "`ip address add GROUP/32 dev {} autojoin` joins here; a line on {where_} receives: --line A={first},GROUP:PORT",
        facts.link.name
    )
}

pub(super) fn port(facts: &InterfaceFacts) -> Option<Line> {
    let (master, kind) = facts.master.as_ref()?;
    Some(
        Line::warning("master", format!("a port of {kind} {master}"))
            .because(format!("what is redirected here does not reach {master}, nor what stands on it")),
    )
}

/// The frame size that its packets need; `None` when none is large enough.
pub(in super::super) fn frame_for(mtu: u32) -> Option<u32> {
    FRAME_SIZES.into_iter().find(|frame| mtu <= largest_mtu(*frame))
}

pub(super) fn frame_size(facts: &InterfaceFacts) -> Line {
    const TOPIC: &str = "mtu";
    let mtu = facts.link.mtu;
    let name = &facts.link.name;
    match frame_for(mtu) {
        Some(frame) if frame == FRAME_SIZES[0] => {
            Line::good(TOPIC, format!("{mtu}: every packet fits one frame of {frame} bytes"))
        }
        Some(frame) => Line::warning(TOPIC, mtu.to_string())
            .because(format!(
                "packets over {} bytes do not fit a frame of {}",
                largest_mtu(FRAME_SIZES[0]),
                FRAME_SIZES[0]
            ))
            .fix(format!("--frame-size {frame} (else they come in several frames: --jumbo)")),
        None => {
            let most = largest_mtu(FRAME_SIZES[1]);
            Line::warning(TOPIC, mtu.to_string())
                .because(format!(
                    "packets over {most} bytes do not fit one frame: they come in several, if driver and kernel can \
                     (--jumbo auto), else a driver may refuse native XDP for them"
                ))
                .fix(format!(
                    "--jumbo on has them or fails; if the feed's packets are no larger: ip link set dev {name} mtu {most}"
                ))
        }
    }
}

pub(super) fn multicast(facts: &InterfaceFacts) -> Line {
    const TOPIC: &str = "multicast";
    let link = &facts.link;
    let filter = counted(facts.multicast.filter as u64, "address");
    if !link.multicast && link.name != "lo" {
        return Line::warning(TOPIC, "the interface is marked as having none (no MULTICAST flag)")
            .because("not every driver keeps a filter of groups then")
            .fix(format!("ip link set dev {} multicast on", link.name));
    }
    if link.promiscuous {
        return Line::warning(TOPIC, format!("it takes every packet (promiscuous), {filter} in its filter"))
            .because("the host sorts out in software what the filter would have kept away")
            .fix(match link.promiscuous_by_hand {
                true => format!("ip link set dev {} promisc off", link.name),
                false => {
                    "stop what captures on it, or take off it the bridge or macvlan that needs it".into()
                }
            });
    }
    if link.allmulti {
        return Line::warning(TOPIC, format!("it takes every group (allmulti), {filter} in its filter"))
            .because("the host sorts out in software what the filter would have kept away")
            .fix(format!("ip link set dev {} allmulticast off", link.name));
    }
    let groups = &facts.multicast.groups;
    let named: Vec<String> = groups.iter().take(GROUPS_NAMED).map(ToString::to_string).collect();
    let more = match groups.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let joined =
        if named.is_empty() { "no group joined".into() } else { format!("joined: {}", named.join(", ")) };
    Line::good(TOPIC, format!("{filter} in the filter; {joined}{more}"))
}
