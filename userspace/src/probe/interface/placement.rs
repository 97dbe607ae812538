//! Where the NIC's interrupts go, and which CPUs are near it.

use super::super::{Line, ranges};
use crate::nic::{Host, InterfaceFacts, Interrupt};

pub(super) fn judge(facts: &InterfaceFacts, host: &Host) -> Vec<Line> {
    vec![interrupts(facts), node(facts, host)]
}

/// The CPUs that handle the NIC's interrupts.
pub(in super::super) fn interrupted(facts: &InterfaceFacts) -> Vec<usize> {
    let mut cpus: Vec<usize> =
        facts.interrupts.iter().flat_map(|irq| irq.effective.iter().copied()).collect();
    cpus.sort_unstable();
    cpus.dedup();
    cpus
}

fn interrupts(facts: &InterfaceFacts) -> Line {
    const TOPIC: &str = "interrupts";
    if facts.interrupts.is_empty() {
        return match facts.link.parent {
            None => Line::good(TOPIC, "none of its own"),
            Some(_) => Line::unknown(TOPIC, "which are its own").because("sysfs lists no msi_irqs for it"),
        };
    }
    let cpus = interrupted(facts);
    // The ones the kernel is free to move. On a host of one CPU there is nowhere to move them.
    let loose: Vec<&Interrupt> = facts.interrupts.iter().filter(|irq| irq.allowed.len() > 1).collect();
    let count = facts.interrupts.len();
    let where_ = format!("{count}, on CPUs {}", ranges(&cpus));
    let Some(first) = loose.first() else {
        return Line::good(TOPIC, format!("{where_}, each bound to one CPU"));
    };
    let numbers: Vec<String> = loose.iter().map(|irq| irq.number.to_string()).collect();
    let cpu = first.effective.first().copied().unwrap_or_default();
    Line::warning(TOPIC, format!("{where_}; free to move: {}", numbers.join(", ")))
        .because("one that moves onto the worker's CPU delays it")
        .fix(format!("echo {cpu} >/proc/irq/{}/smp_affinity_list, and likewise for the others", first.number))
}

fn node(facts: &InterfaceFacts, host: &Host) -> Line {
    const TOPIC: &str = "numa-node";
    let nodes = &host.cpus.nodes;
    if nodes.len() < 2 {
        return Line::good(TOPIC, "no matter: the host has one node");
    }
    if facts.is_virtual() {
        return Line::good(TOPIC, "no matter: the device is made of software");
    }
    let Some(node) = facts.node else {
        return Line::unknown(TOPIC, "which one the NIC is on").because("the platform does not say");
    };
    let near = nodes.get(&node).map(|cpus| ranges(cpus)).unwrap_or_default();
    let far: Vec<usize> =
        interrupted(facts).into_iter().filter(|cpu| host.cpus.node_of(*cpu) != Some(node)).collect();
    if far.is_empty() {
        return Line::good(TOPIC, format!("{node}: CPUs {near} are near"));
    }
    Line::warning(TOPIC, format!("{node}, but interrupts go to CPUs {}", ranges(&far)))
        .because("every packet crosses between the nodes")
        .fix(format!("bind its interrupts and the worker to CPUs {near}"))
}
