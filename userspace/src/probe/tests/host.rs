//! The host's lines.

use std::collections::BTreeMap;

use super::*;

#[test]
fn the_host_is_judged() {
    use Status::{Bad, Good, Unknown, Warning};
    says("kernel", Bad, &["5.4.0", "5.9"], |host, _| host.kernel.release = "5.4.0-200-generic".into());
    says("kernel-config", Bad, &["CONFIG_XDP_SOCKETS", "/boot"], |host, _| {
        host.kernel.config.as_mut().unwrap().set.remove("XDP_SOCKETS");
    });
    says("kernel-config", Warning, &["CONFIG_BPF_JIT", "interpreted"], |host, _| {
        host.kernel.config.as_mut().unwrap().set.remove("BPF_JIT");
    });
    says("kernel-config", Good, &["/proc/net/protocols"], |host, _| host.kernel.config = None);
    says("kernel-config", Bad, &["no AF_XDP"], |host, _| {
        host.kernel.config = None;
        host.kernel.has_af_xdp = Some(false);
    });
    says("privileges", Bad, &["CAP_NET_RAW missing", "setcap"], |host, _| {
        host.privileges.effective = !(1 << 13);
    });
    says("privileges", Bad, &["user namespace"], |host, _| host.privileges.in_user_namespace = true);
    says("locked-memory", Good, &["CAP_IPC_LOCK"], |host, _| host.memory.locked_most = Some(8 << 20));
    says("locked-memory", Warning, &["ulimit"], |host, _| {
        host.memory.locked_most = Some(1 << 40);
        host.privileges.effective = !(1 << 14);
    });
    says("locked-memory", Warning, &["5.11"], |host, _| {
        host.kernel.release = "5.10.0-32-amd64".into();
        host.memory.locked_most = Some(8 << 20);
    });
    says("bpf-jit", Warning, &["sysctl -w net.core.bpf_jit_enable=1"], |host, _| host.kernel.jit = Some(0));
    says("bpf-jit", Unknown, &["namespace"], |host, _| host.kernel.jit = None);
    says("bpf-stats", Warning, &["clock"], |host, _| host.kernel.stats = Some(1));
    says("isolated-cpus", Warning, &["isolcpus=managed_irq,domain,7"], |host, _| host.cpus.isolated.clear());
    says("timer-ticks", Warning, &["nohz_full=7"], |host, _| host.cpus.nohz_full.clear());
    says("idle-states", Warning, &["C6", "133 µs", "cpupower idle-set -D 20"], |host, _| {
        host.cpus.deepest_idle = Some(IdleState { name: "C6".into(), latency_us: 133 });
    });
    says("idle-states", Unknown, &["cpuidle"], |host, _| host.cpus.deepest_idle = None);
    says("cpu-frequency", Warning, &["schedutil on 8 CPUs", "cpupower"], |host, _| {
        host.cpus.governors = BTreeMap::from([("schedutil".into(), 8)]);
    });
    says("irqbalance", Warning, &["systemctl stop irqbalance"], |host, _| host.irqbalance = true);
    says("huge-pages", Good, &["64 of 2048 KiB"], |_, _| {});
    says("huge-pages", Good, &["none reserved", "--hugepages"], |host, _| {
        host.memory.huge_pages[0].total = 0;
    });
    says("huge-pages", Good, &["the kernel has none", "--hugepages"], |host, _| {
        host.memory.huge_pages.clear();
    });
    says("numa", Good, &["node 1: CPUs 4-7"], |_, _| {});
}
