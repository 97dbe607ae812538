//! The CPUs: which are kept free for such as a receiver, and how fast they wake.

use std::{collections::BTreeMap, fs, path::Path};

use nix::{
    sched::{CpuSet, sched_getaffinity},
    unistd::Pid,
};
use serde::Serialize;

const CPUS: &str = "/sys/devices/system/cpu";
const NODES: &str = "/sys/devices/system/node";

/// What is known of them.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Cpus {
    /// Those that run.
    pub online: Vec<usize>,
    /// Those this process may run on.
    pub allowed: Vec<usize>,
    /// Those the scheduler keeps free of other work (`isolcpus=`).
    pub isolated: Vec<usize>,
    /// Those without a timer tick while one thread runs (`nohz_full=`).
    pub nohz_full: Vec<usize>,
    /// Frequency governor → CPUs that have it. Empty where the kernel sets no frequencies.
    pub governors: BTreeMap<String, usize>,
    /// The deepest idle state in use on any CPU; `None` where the kernel has none to choose from.
    pub deepest_idle: Option<IdleState>,
    /// NUMA nodes that have CPUs, each with these.
    pub nodes: BTreeMap<u32, Vec<usize>>,
}

/// A state a CPU rests in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IdleState {
    /// As the driver names it: `C6`.
    pub name: String,
    /// How long it takes to wake, by the driver's word, in µs.
    pub latency_us: u32,
}

impl Cpus {
    pub(super) fn read() -> Self {
        let list = |name: &str| cpu_list(&fs::read_to_string(Path::new(CPUS).join(name)).unwrap_or_default());
        let online = list("online");
        Self {
            allowed: allowed(),
            isolated: list("isolated"),
            nohz_full: list("nohz_full"),
            governors: governors(&online),
            deepest_idle: deepest_idle(&online),
            nodes: nodes(),
            online,
        }
    }

    /// The node a CPU belongs to.
    #[must_use]
    pub fn node_of(&self, cpu: usize) -> Option<u32> {
        self.nodes.iter().find(|(_, cpus)| cpus.contains(&cpu)).map(|(node, _)| *node)
    }
}

/// `0-3,8`; anything else (nothing, `(null)`) is no CPU.
#[must_use]
pub fn cpu_list(text: &str) -> Vec<usize> {
    let ranges = text.trim().split(',').filter_map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        Some(first.parse::<usize>().ok()?..=last.parse().ok()?)
    });
    ranges.flatten().collect()
}

fn allowed() -> Vec<usize> {
    let Ok(set) = sched_getaffinity(Pid::from_raw(0)) else { return Vec::new() };
    (0..CpuSet::count()).filter(|cpu| set.is_set(*cpu).unwrap_or(false)).collect()
}

fn governors(online: &[usize]) -> BTreeMap<String, usize> {
    let mut governors = BTreeMap::new();
    for cpu in online {
        if let Ok(governor) = fs::read_to_string(format!("{CPUS}/cpu{cpu}/cpufreq/scaling_governor")) {
            *governors.entry(governor.trim().to_owned()).or_default() += 1;
        }
    }
    governors
}

fn deepest_idle(online: &[usize]) -> Option<IdleState> {
    let states = online.iter().flat_map(|cpu| {
        let directory = fs::read_dir(format!("{CPUS}/cpu{cpu}/cpuidle"));
        directory.into_iter().flatten().filter_map(Result::ok).filter_map(|state| idle_state(&state.path()))
    });
    states.max_by_key(|state| state.latency_us)
}

/// A state that is in use.
fn idle_state(directory: &Path) -> Option<IdleState> {
    let text = |name: &str| Some(fs::read_to_string(directory.join(name)).ok()?.trim().to_owned());
    let disabled = text("disable")? != "0";
    (!disabled).then_some(IdleState { name: text("name")?, latency_us: text("latency")?.parse().ok()? })
}

fn nodes() -> BTreeMap<u32, Vec<usize>> {
    let with_cpus = cpu_list(&fs::read_to_string(Path::new(NODES).join("has_cpu")).unwrap_or_default());
    let cpus = |node: usize| {
        let list = fs::read_to_string(format!("{NODES}/node{node}/cpulist")).ok()?;
        Some((u32::try_from(node).ok()?, cpu_list(&list)))
    };
    with_cpus.into_iter().filter_map(cpus).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_ranges() {
        assert_eq!(cpu_list("0-2,8\n"), [0, 1, 2, 8]);
        assert_eq!(cpu_list("5"), [5]);
        for none in ["", "\n", " (null)\n", "4-2"] {
            assert_eq!(cpu_list(none), [0; 0], "{none:?}");
        }
    }

    #[test]
    fn this_host_has_a_cpu() {
        let cpus = Cpus::read();
        assert!(!cpus.online.is_empty() && !cpus.allowed.is_empty());
    }

    #[test]
    fn a_cpu_is_of_one_node() {
        let nodes = BTreeMap::from([(0, vec![0, 1]), (1, vec![2, 3])]);
        let cpus = Cpus { nodes, ..Cpus::default() };
        assert_eq!((cpus.node_of(3), cpus.node_of(9)), (Some(1), None));
    }
}
