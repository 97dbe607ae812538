//! The host, judged.

mod cpus;
mod kernel;

use super::Line;
use crate::nic::host::{Capability, Host, Memory, Privileges};

/// From this one on maps and programs count against the memory cgroup, not the limit of locked memory.
const CGROUP_ACCOUNTED: (u32, u32) = (5, 11);

pub(super) fn judge(host: &Host) -> Vec<Line> {
    let mut lines = kernel::judge(&host.kernel);
    lines.extend([privileges(&host.privileges), locked_memory(host)]);
    lines.extend(cpus::judge(&host.cpus));
    lines.extend([irqbalance(host.irqbalance), huge_pages(&host.memory)]);
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
            "run as root, or `setcap cap_bpf,cap_perfmon,cap_net_admin,cap_net_raw,cap_ipc_lock+ep` on the xdpfeed binary",
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
        (true, _) => Line::good(TOPIC, "the kernel has none; only --hugepages asks for them"),
        (_, true) => Line::good(TOPIC, "none reserved; only --hugepages asks for them"),
        _ => Line::good(TOPIC, reserved.join("; ")),
    }
}
