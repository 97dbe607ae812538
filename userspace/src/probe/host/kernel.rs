//! The kernel, judged.

use super::super::Line;
use crate::nic::host::Kernel;

/// The oldest kernel `run` works on: `bpf_link` for XDP came with it. Before, a crash left the program attached.
const OLDEST: (u32, u32) = (5, 9);

pub(super) fn judge(kernel: &Kernel) -> Vec<Line> {
    let mut lines = vec![version(kernel)];
    lines.extend(config(kernel));
    lines.extend([jit(kernel), stats(kernel)]);
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
