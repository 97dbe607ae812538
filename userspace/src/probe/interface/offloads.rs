//! Offloads that change packets before the program sees them, or keep it from being attached.

use super::super::Line;
use crate::nic::{Asked, InterfaceFacts, steering::SWITCH};

pub(super) fn judge(facts: &InterfaceFacts) -> Vec<Line> {
    match &facts.features {
        Asked::Is(_) => vec![large_receive(facts), udp_gro(facts), vlan(facts), steering(facts)],
        Asked::Nothing => vec![],
        Asked::Unknown { unknown } => vec![Line::unknown("offloads", "which are on").because(unknown)],
    }
}

fn on(facts: &InterfaceFacts, feature: &str) -> bool {
    facts.feature(feature).is_some_and(|feature| feature.on)
}

/// `ethtool -K` for those that may be changed.
fn switch_off(facts: &InterfaceFacts, features: &[&str]) -> Option<String> {
    let changeable = |name: &&&str| facts.feature(name).is_some_and(|feature| !feature.fixed);
    let off: Vec<String> = features.iter().filter(changeable).map(|name| format!("{name} off")).collect();
    (!off.is_empty()).then(|| format!("ethtool -K {} {}", facts.link.name, off.join(" ")))
}

fn line(facts: &InterfaceFacts, topic: &'static str, features: &[&str], cause: &str, none: &str) -> Line {
    let on: Vec<&str> = features.iter().copied().filter(|name| on(facts, name)).collect();
    if on.is_empty() {
        return Line::good(topic, none);
    }
    let mut line = Line::warning(topic, format!("{} on", on.join(" and "))).because(cause);
    line.fix = switch_off(facts, &on);
    line
}

fn large_receive(facts: &InterfaceFacts) -> Line {
    let cause = "the NIC joins packets of TCP streams: many drivers refuse native XDP with it";
    line(facts, "lro", &["rx-lro", "rx-gro-hw"], cause, "off: the NIC joins no packets")
}

/// Generic XDP comes behind GRO; native XDP before it.
fn udp_gro(facts: &InterfaceFacts) -> Line {
    let cause =
        "the kernel joins datagrams of a stream before generic XDP sees them (native XDP comes first)";
    line(
        facts,
        "udp-gro",
        &["rx-udp-gro-forwarding", "rx-gro-list"],
        cause,
        "off: the kernel joins no datagrams",
    )
}

fn vlan(facts: &InterfaceFacts) -> Line {
    let features = ["rx-vlan-hw-parse", "rx-vlan-stag-hw-parse"];
    let cause = "VLAN tags come beside packets, where the XDP program does not see them: a line \
                 matches in every VLAN, one with vlan=N in none";
    line(facts, "vlan-stripping", &features, cause, "off: tags stay where they are, and are walked over")
}

fn steering(facts: &InterfaceFacts) -> Line {
    const TOPIC: &str = "steering";
    let rss = if on(facts, "rx-hashing") { "the NIC hashes packets onto queues" } else { "no receive hash" };
    let rules = match &facts.rules {
        Asked::Nothing => "no ntuple rules: not for --steer".into(),
        Asked::Unknown { unknown } => {
            return Line::unknown(TOPIC, format!("{rss}; whether there are ntuple rules")).because(unknown);
        }
        Asked::Is(_) if !facts.can_steer() => "ntuple rules, but not by address: not for --steer".into(),
        Asked::Is(table) => {
            let switch = if on(facts, SWITCH) { "on" } else { "off" };
            let size = if table.size > 0 { format!(" of {}", table.size) } else { String::new() };
            format!(
                "ntuple rules {switch}, {}{size} in use: --steer can be tried; whether the NIC has them by address and \
                 port, it says when it is given one",
                table.rules
            )
        }
    };
    Line::good(TOPIC, format!("{rss}; {rules}"))
}
