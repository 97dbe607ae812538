//! The host, judged.

use super::{Line, counted, ranges};
use crate::nic::host::{Capability, Cpus, Host, Kernel, Memory, Privileges};

/// The oldest kernel `run` works on: `bpf_link` for XDP came with it. Before, a crash left the program attached.
const OLDEST: (u32, u32) = (5, 9);

/// From this one on maps and programs count against the memory cgroup, not the limit of locked memory.
const CGROUP_ACCOUNTED: (u32, u32) = (5, 11);

/// A CPU that takes longer than this to wake, in µs, is felt: it is ten times what the rest of the way takes.
const SLOW_TO_WAKE_US: u32 = 20;

pub(super) fn judge(host: &Host) -> Vec<Line> {
    let mut lines = vec![version(&host.kernel)];
    lines.extend(config(&host.kernel));
    lines.push(privileges(&host.privileges));
    lines.push(locked_memory(host));
    lines.push(jit(&host.kernel));
    lines.push(stats(&host.kernel));
    lines.push(isolated(&host.cpus));
    lines.push(ticks(&host.cpus));
    lines.push(idle(&host.cpus));
    lines.push(governor(&host.cpus));
    lines.push(numa(&host.cpus));
    lines.push(irqbalance(host.irqbalance));
    lines.push(huge_pages(&host.memory));
    lines
}

fn version(kernel: &Kernel) -> Line {
    let (major, minor) = OLDEST;
    match kernel.version() {
        None => Line::unknown("kernel", format!("release '{}'", kernel.release)).because("it has no version"),
        Some(version) if version < OLDEST => Line::bad("kernel", &*kernel.release)
            .because(format!("`run` needs {major}.{minor}: before, a crash left its program attached"))
            .fix("install a newer kernel"),
        Some(_) => Line::good("kernel", format!("{} ({major}.{minor} is needed)", kernel.release)),
    }
}

/// What must be built in, and what is missed without. All of them say what breaks.
const OPTIONS: [(&str, bool, &str); 5] = [
    ("BPF_SYSCALL", true, "no program can be loaded"),
    ("XDP_SOCKETS", true, "there are no AF_XDP sockets"),
    ("IP_MULTICAST", true, "no group can be joined"),
    ("BPF_JIT", false, "programs are interpreted, several times slower"),
    ("NET_RX_BUSY_POLL", false, "--wait busy-poll does not work"),
];

fn config(kernel: &Kernel) -> Vec<Line> {
    const TOPIC: &str = "kernel-config";
    let Some(config) = &kernel.config else {
        let line = match kernel.has_af_xdp {
            Some(false) => Line::bad(TOPIC, "no AF_XDP").because("/proc/net/protocols does not list XDP"),
            Some(true) => Line::good(TOPIC, "AF_XDP is there (/proc/net/protocols); the rest cannot be read"),
            None => Line::unknown(TOPIC, "how the kernel was built").because(
                "there is neither /proc/config.gz nor a config of this release in /boot or /lib/modules",
            ),
        };
        return vec![line];
    };
    let (there, missing): (Vec<_>, Vec<_>) = OPTIONS.iter().partition(|(option, ..)| config.has(option));
    let missing = missing.into_iter().map(|(option, needed, without)| {
        let line = if needed { Line::bad } else { Line::warning };
        line(TOPIC, format!("CONFIG_{option} is not set"))
            .because(format!("{without} ({})", config.from))
            .fix(format!("a kernel built with CONFIG_{option}=y"))
    });
    let mut lines: Vec<Line> = missing.collect();
    let there: Vec<&str> = there.into_iter().map(|(option, ..)| option).collect();
    if !there.is_empty() {
        lines.push(Line::good(TOPIC, format!("{} ({})", there.join(", "), config.from)));
    }
    lines
}

fn privileges(privileges: &Privileges) -> Line {
    const TOPIC: &str = "privileges";
    let missing = privileges.missing();
    if privileges.in_user_namespace {
        return Line::bad(TOPIC, "in a user namespace")
            .because("its capabilities do not count where programs are loaded")
            .fix("run it outside, or in a privileged container");
    }
    if missing.is_empty() {
        return Line::good(TOPIC, "CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN and CAP_NET_RAW are there");
    }
    Line::bad(TOPIC, format!("{} missing", missing.join(", ")))
        .because("loading and attaching a program and opening an AF_XDP socket need them")
        .fix(
            "run as root, or `setcap cap_bpf,cap_perfmon,cap_net_admin,cap_net_raw+ep` on the xdpfeed binary",
        )
}

fn locked_memory(host: &Host) -> Line {
    const TOPIC: &str = "locked-memory";
    let Some(most) = host.memory.locked_most else { return Line::good(TOPIC, "without limit") };
    let old = host.kernel.version().is_some_and(|version| version < CGROUP_ACCOUNTED);
    let said = format!("at most {} KiB", most / 1024);
    if old {
        return Line::warning(TOPIC, said)
            .because("before Linux 5.11 maps and programs count against it")
            .fix("ulimit -l unlimited");
    }
    if host.privileges.has(Capability::IpcLock) {
        return Line::good(TOPIC, format!("{said}, which does not bind a process with CAP_IPC_LOCK"));
    }
    Line::warning(TOPIC, said)
        .because("without CAP_IPC_LOCK the frames of all sockets count against it")
        .fix("ulimit -l unlimited")
}

fn jit(kernel: &Kernel) -> Line {
    const TOPIC: &str = "bpf-jit";
    let always = kernel.config.as_ref().is_some_and(|config| config.has("BPF_JIT_ALWAYS_ON"));
    match kernel.jit {
        _ if always => Line::good(TOPIC, "always on (CONFIG_BPF_JIT_ALWAYS_ON)"),
        Some(0) => Line::warning(TOPIC, "off")
            .because("the program is interpreted, several times slower")
            .fix("sysctl -w net.core.bpf_jit_enable=1"),
        Some(2) => Line::warning(TOPIC, "on, and writes each program to the kernel log")
            .fix("sysctl -w net.core.bpf_jit_enable=1"),
        Some(_) => Line::good(TOPIC, "on"),
        None => Line::unknown(TOPIC, "whether it is on")
            .because("net.core.bpf_jit_enable can be read in the host's network namespace only"),
    }
}

fn stats(kernel: &Kernel) -> Line {
    const TOPIC: &str = "bpf-stats";
    match kernel.stats {
        Some(0) => Line::good(TOPIC, "off"),
        Some(_) => Line::warning(TOPIC, "on")
            .because("the kernel reads the clock twice around each run of each program")
            .fix("sysctl -w kernel.bpf_stats_enabled=0"),
        None => Line::unknown(TOPIC, "whether they are on")
            .because("there is no kernel.bpf_stats_enabled to read"),
    }
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

fn irqbalance(runs: bool) -> Line {
    const TOPIC: &str = "irqbalance";
    if !runs {
        return Line::good(TOPIC, "no such process is seen");
    }
    Line::warning(TOPIC, "runs")
        .because("it moves interrupts onto the worker's CPU, unless that is isolated or banned to it")
        .fix("systemctl stop irqbalance")
}

fn huge_pages(memory: &Memory) -> Line {
    const TOPIC: &str = "huge-pages";
    let reserved: Vec<String> = memory
        .huge_pages
        .iter()
        .filter(|pages| pages.total > 0)
        .map(|pages| format!("{} of {} KiB, {} free", pages.total, pages.kib, pages.free))
        .collect();
    match (memory.huge_pages.is_empty(), reserved.is_empty()) {
        (true, _) => Line::good(TOPIC, "the kernel has none; nothing needs them"),
        (_, true) => Line::good(TOPIC, "none reserved; nothing needs them"),
        _ => Line::good(TOPIC, reserved.join("; ")),
    }
}
