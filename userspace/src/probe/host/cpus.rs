//! The CPUs, judged.

use super::super::{Line, counted, ranges};
use crate::nic::host::Cpus;

/// A CPU that takes longer than this to wake, in µs, is felt: it is ten times what the rest of the way takes.
const SLOW_TO_WAKE_US: u32 = 20;

pub(super) fn judge(cpus: &Cpus) -> Vec<Line> {
    vec![isolated(cpus), ticks(cpus), idle(cpus), governor(cpus), numa(cpus)]
}

/// A CPU to isolate in examples: the last one.
fn last(cpus: &Cpus) -> usize {
    cpus.online.last().copied().unwrap_or_default()
}

fn isolated(cpus: &Cpus) -> Line {
    const TOPIC: &str = "isolated-cpus";
    if !cpus.isolated.is_empty() {
        return Line::good(TOPIC, format!("{}: put the worker there (--cpu)", ranges(&cpus.isolated)));
    }
    let line =
        Line::warning(TOPIC, "none").because("whatever else the scheduler puts beside the worker delays it");
    match cpus.online.len() {
        0 | 1 => line.fix("a host with more than one CPU"),
        _ => line.fix(format!(
            "boot with isolcpus=managed_irq,domain,{0} nohz_full={0} rcu_nocbs={0}",
            last(cpus)
        )),
    }
}

fn ticks(cpus: &Cpus) -> Line {
    const TOPIC: &str = "timer-ticks";
    if !cpus.nohz_full.is_empty() {
        return Line::good(
            TOPIC,
            format!("none on {} while one thread runs (nohz_full)", ranges(&cpus.nohz_full)),
        );
    }
    Line::warning(TOPIC, "on every CPU")
        .because("the tick interrupts the worker 100 to 1,000 times a second")
        .fix(format!("boot with nohz_full={} (a kernel with CONFIG_NO_HZ_FULL)", last(cpus)))
}

fn idle(cpus: &Cpus) -> Line {
    const TOPIC: &str = "idle-states";
    match &cpus.deepest_idle {
        None => Line::unknown(TOPIC, "how deep idle CPUs sleep")
            .because("the kernel has no idle states to choose from (cpuidle)"),
        Some(state) if state.latency_us > SLOW_TO_WAKE_US => Line::warning(
            TOPIC,
            format!("down to {}, which takes {} µs to wake", state.name, state.latency_us),
        )
        .because("an interrupt, or a worker that sleeps (--wait poll), waits for that")
        .fix(format!("cpupower idle-set -D {SLOW_TO_WAKE_US}")),
        Some(state) => {
            Line::good(TOPIC, format!("none deeper than {} ({} µs to wake)", state.name, state.latency_us))
        }
    }
}

fn governor(cpus: &Cpus) -> Line {
    const TOPIC: &str = "cpu-frequency";
    let slow: Vec<String> = cpus
        .governors
        .iter()
        .filter(|(governor, _)| *governor != "performance")
        .map(|(governor, count)| format!("{governor} on {}", counted(*count as u64, "CPU")))
        .collect();
    if cpus.governors.is_empty() {
        return Line::unknown(TOPIC, "how it is governed")
            .because("the kernel sets no frequencies here (cpufreq)");
    }
    if slow.is_empty() {
        return Line::good(TOPIC, "governor performance on every CPU");
    }
    Line::warning(TOPIC, slow.join(", "))
        .because("a CPU that was idle begins a burst slowly")
        .fix("cpupower frequency-set -g performance")
}

fn numa(cpus: &Cpus) -> Line {
    const TOPIC: &str = "numa";
    match cpus.nodes.len() {
        0 => Line::unknown(TOPIC, "which nodes there are").because("the kernel does not say (CONFIG_NUMA)"),
        1 => Line::good(TOPIC, format!("one node, {}", counted(cpus.online.len() as u64, "CPU"))),
        _ => {
            let nodes = cpus.nodes.iter().map(|(node, cpus)| format!("node {node}: CPUs {}", ranges(cpus)));
            Line::good(TOPIC, nodes.collect::<Vec<_>>().join("; "))
        }
    }
}
