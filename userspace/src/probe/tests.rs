//! Judgement on made facts: what hardware, VLAN devices and bonds would say.

use std::collections::BTreeMap;

use super::*;
use crate::{
    nic::{
        Asked, AttachedProgram, Bystander, Interrupt, LetIn, Link, Process, Reception, Virtio, XdpFeatures,
        XdpMode, XdpSocket,
        host::{Config, Cpus, HugePages, IdleState, Kernel, Memory, Privileges},
    },
    sys::ethtool::{Channels, Driver, Feature, Pause, Rings, Stamps},
};

/// A tuned server: nothing to complain of.
fn server() -> Host {
    let options =
        ["BPF_SYSCALL", "XDP_SOCKETS", "IP_MULTICAST", "BPF_JIT", "NET_RX_BUSY_POLL", "XDP_SOCKETS_DIAG"];
    let set = options.map(|option| (option.to_owned(), "y".to_owned())).into();
    Host {
        kernel: Kernel {
            release: "6.12.43-amd64".into(),
            config: Some(Config { from: "/boot/config-6.12.43-amd64".into(), set }),
            has_af_xdp: Some(true),
            jit: Some(1),
            stats: Some(0),
            ..Kernel::default()
        },
        privileges: Privileges { effective: u64::MAX, in_user_namespace: false },
        cpus: Cpus {
            online: (0..8).collect(),
            allowed: vec![0, 1, 4, 5],
            isolated: vec![2, 3, 6, 7],
            nohz_full: vec![2, 3, 6, 7],
            governors: [("performance".to_owned(), 8)].into(),
            deepest_idle: Some(IdleState { name: "C1".into(), latency_us: 2 }),
            nodes: [(0, vec![0, 1, 2, 3]), (1, vec![4, 5, 6, 7])].into(),
        },
        memory: Memory { locked_most: None, huge_pages: vec![HugePages { kib: 2048, total: 64, free: 64 }] },
        irqbalance: false,
    }
}

/// A NIC of that server, as well set as it can be.
fn ice() -> InterfaceFacts {
    let feature = |name: &str| Feature { name: name.into(), on: false, fixed: false };
    let names = [
        "rx-lro",
        "rx-gro-hw",
        "rx-udp-gro-forwarding",
        "rx-gro-list",
        "rx-vlan-hw-parse",
        "rx-ntuple-filter",
    ];
    InterfaceFacts {
        link: Link {
            index: 4,
            name: "eth0".into(),
            mtu: 1500,
            up: true,
            carrier: true,
            multicast: true,
            ethernet: true,
            rx_queues: 8,
            parent: Some("0000:81:00.0".into()),
            ..Link::default()
        },
        beneath: vec![],
        master: None,
        queues: 4,
        driver: Asked::Is(Driver {
            name: "ice".into(),
            version: "6.12.43".into(),
            firmware: "4.40".into(),
            bus: "0000:81:00.0".into(),
        }),
        xdp: Asked::Is(XdpFeatures {
            native: true,
            redirect: true,
            zero_copy: true,
            multi_buffer: true,
            zero_copy_segments: 5,
            rx_timestamp: true,
            rx_hash: true,
            rx_vlan_tag: true,
        }),
        virtio: None,
        channels: Asked::Is(Channels { rx: 0, tx: 0, combined: 4, max_rx: 8, max_tx: 8, max_combined: 8 }),
        rings: Asked::Is(Rings { rx: 8160, tx: 256, max_rx: 8160, max_tx: 8160 }),
        pause: Asked::Is(Pause { autoneg: false, rx: false, tx: false }),
        features: Asked::Is(names.map(feature).into()),
        stamps: Asked::Is(Stamps { flags: 0x7f, clock: Some(0), filters: 0b11 }),
        speed: Some(25_000),
        node: Some(1),
        interrupts: vec![Interrupt {
            number: 90,
            name: "ice-eth0-TxRx-0".into(),
            allowed: vec![4],
            effective: vec![4],
        }],
        multicast: LetIn { filter: 3, groups: vec!["224.0.0.1".parse().unwrap()] },
        programs: vec![],
        sockets: Asked::Is(vec![]),
        bystanders: None,
    }
}

fn report(change: impl FnOnce(&mut Host, &mut InterfaceFacts)) -> Report {
    let (mut host, mut facts) = (server(), ice());
    change(&mut host, &mut facts);
    Report::new(host, vec![facts])
}

/// The lines on a topic, of host and interface.
fn on<'a>(report: &'a Report, topic: &str) -> Vec<&'a Line> {
    let lines = report.host.iter().chain(report.interfaces.iter().flat_map(|interface| &interface.lines));
    lines.filter(|line| line.topic == topic).collect()
}

/// Makes sure that a changed fact is said under `topic`, with `status`, and holds all `words`.
#[track_caller]
fn says(topic: &str, status: Status, words: &[&str], change: impl FnOnce(&mut Host, &mut InterfaceFacts)) {
    let report = report(change);
    let said = format!("{:?}", on(&report, topic));
    assert!(on(&report, topic).iter().any(|line| line.status == status), "{said}");
    for word in words {
        assert!(said.contains(word), "'{word}' is not in {said}");
    }
    assert_eq!(
        report.interfaces[0].works,
        status != Status::Bad,
        "bad is what keeps `run` from working: {said}"
    );
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    let report = report(|_, _| {});
    let all = report.host.iter().chain(&report.interfaces[0].lines);
    let complaints: Vec<_> = all.filter(|line| line.status != Status::Good).collect();
    assert!(complaints.is_empty(), "{complaints:#?}");
    assert!(report.interfaces[0].works);
    let flags: Vec<&str> = report.interfaces[0].recommended.flags.iter().map(|flag| &*flag.flag).collect();
    // Isolated, on the NIC's node, not where its interrupt goes.
    assert_eq!(flags, ["--require zero-copy", "--cpu 7"]);
}

#[test]
fn what_complains_says_why_and_what_to_do() {
    let report = report(|host, facts| {
        host.kernel.release = "4.19.0".into();
        host.privileges = Privileges::default();
        host.cpus.isolated.clear();
        host.memory.locked_most = Some(8 << 20);
        host.irqbalance = true;
        facts.link.up = false;
        facts.link.mtu = 9000;
        facts.rings = Asked::Is(Rings { rx: 512, tx: 512, max_rx: 4096, max_tx: 4096 });
        facts.pause = Asked::Is(Pause { autoneg: true, rx: true, tx: true });
    });
    let all: Vec<_> = report.host.iter().chain(&report.interfaces[0].lines).collect();
    let complaints = all.iter().filter(|line| matches!(line.status, Status::Bad | Status::Warning));
    assert!(complaints.clone().count() >= 9);
    for line in complaints {
        assert!(line.cause.is_some() || line.topic == "state", "no cause: {line:?}");
        assert!(line.fix.is_some(), "no fix: {line:?}");
    }
    // The worst first.
    assert!(report.host.is_sorted_by_key(|line| line.status));
}

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
    says("numa", Good, &["node 1: CPUs 4-7"], |_, _| {});
}

#[test]
fn devices_that_stand_on_others_are_caught() {
    use Status::{Bad, Warning};
    let made_of = |facts: &mut InterfaceFacts, kind: &str, beneath: &[&str]| {
        facts.link.kind = kind.into();
        facts.link.parent = None;
        facts.beneath = beneath.iter().map(|name| (*name).into()).collect();
        facts.xdp = Asked::Is(XdpFeatures::default());
    };
    says("device", Warning, &["a VLAN device on eth1", "--line A=eth1,", "autojoin"], |_, facts| {
        made_of(facts, "vlan", &["eth1"]);
    });
    says("device", Warning, &["another network namespace"], |_, facts| {
        made_of(facts, "macvlan", &[]);
        facts.link.lower_elsewhere = true;
    });
    says("device", Warning, &["a bridge of p1, p2"], |_, facts| made_of(facts, "bridge", &["p1", "p2"]));
    // A bond announces what its ports can do, and binds; then every packet is dropped.
    let bond = |facts: &mut InterfaceFacts| {
        made_of(facts, "bond", &["eth1", "eth2"]);
        facts.xdp = ice().xdp;
    };
    says("device", Bad, &["a bond of eth1, eth2", "drops every one"], |_, facts| bond(facts));
    let report = report(|_, facts| bond(facts));
    assert_eq!(on(&report, "zero-copy")[0].status, Warning);
    assert_eq!(report.interfaces[0].recommended.flags[0].flag, "--mode generic");
    says("master", Warning, &["a port of bridge br0", "does not reach br0"], |_, facts| {
        facts.master = Some(("br0".into(), "bridge".into()));
    });
}

#[test]
fn what_the_driver_offers_is_judged() {
    use Status::{Good, Unknown, Warning};
    says("native-xdp", Warning, &["generic XDP works"], |_, facts| {
        facts.xdp = Asked::Is(XdpFeatures::default());
    });
    says("native-xdp", Unknown, &["6.3"], |_, facts| facts.xdp = Asked::unknown("from 6.3 on only"));
    says("zero-copy", Good, &["5 buffers"], |_, _| {});
    says("rx-metadata", Good, &["receive stamp, hash, VLAN tag offered; not used"], |_, _| {});
    let virtio = |refuses_native| Some(Virtio { refuses_native, refuses_zero_copy: true });
    says("zero-copy", Warning, &["iommu_platform"], |_, facts| facts.virtio = virtio(false));
    says("native-xdp", Warning, &["ctrl_guest_offloads"], |_, facts| facts.virtio = virtio(true));
    for (native, flag) in [(false, "--require native"), (true, "--mode generic")] {
        let report = report(|_, facts| facts.virtio = virtio(native));
        assert_eq!(report.interfaces[0].recommended.flags[0].flag, flag);
    }
}

#[test]
fn who_is_there_already_is_named() {
    use Status::{Bad, Unknown, Warning};
    let process = |name: &str| Process { pid: 41, name: name.into() };
    let program = |name: &str, link, processes: &[Process]| {
        vec![AttachedProgram {
            id: 7,
            name: Some(name.into()),
            mode: XdpMode::Generic,
            link,
            may_ask: true,
            processes: processes.to_vec(),
        }]
    };
    says("xdp-program", Bad, &["id 7", "'xdp_filter'", "generic mode", "suricata (pid 41)"], |_, facts| {
        facts.programs = program("xdp_filter", None, &[process("suricata")]);
    });
    says("xdp-program", Bad, &["bpftool link detach id 3"], |_, facts| {
        facts.programs = program("xdp_filter", Some(3), &[]);
    });
    says("xdp-program", Bad, &["ip link set dev eth0 xdp off"], |_, facts| {
        facts.programs = program("xdp_filter", None, &[]);
    });
    says("xdp-program", Bad, &["name not to be seen", "as root"], |_, facts| {
        facts.programs = program("", None, &[]);
        (facts.programs[0].name, facts.programs[0].may_ask) = (None, false);
    });
    says("xdp-program", Bad, &["another xdpfeed", "kill -INT 41"], |_, facts| {
        facts.programs = program("xdpfeed", Some(3), &[process("xdpfeed")]);
    });
    says("af-xdp-sockets", Bad, &["queue 2 by dpdk (pid 41)"], |_, facts| {
        facts.sockets = Asked::Is(vec![XdpSocket { queue: 2, processes: vec![process("dpdk")] }]);
    });
    says("af-xdp-sockets", Unknown, &["DIAG"], |_, facts| {
        facts.sockets = Asked::unknown("CONFIG_XDP_SOCKETS_DIAG");
    });
    says("bystanders", Warning, &["feedd (pid 41) on UDP 0.0.0.0:26477"], |_, facts| {
        let by = Reception::Udp("0.0.0.0:26477".parse().unwrap());
        facts.bystanders = Some(Asked::Is(vec![Bystander { by, processes: vec![process("feedd")] }]));
    });
}

#[test]
fn the_nic_is_judged() {
    use Status::{Bad, Good, Unknown, Warning};
    says("state", Bad, &["ip link set dev eth0 up"], |_, facts| facts.link.up = false);
    says("state", Bad, &["Ethernet header"], |_, facts| facts.link.ethernet = false);
    says("state", Warning, &["without carrier"], |_, facts| facts.link.carrier = false);
    says("state", Good, &["25000 Mb/s"], |_, _| {});
    says("mtu", Good, &["2048"], |_, facts| facts.link.mtu = 1754);
    says("mtu", Warning, &["over 1754 bytes", "--frame-size 4096"], |_, facts| facts.link.mtu = 1755);
    says("mtu", Warning, &["over 3802 bytes"], |_, facts| facts.link.mtu = 9000);
    says("multicast", Warning, &["promisc off"], |_, facts| facts.link.promiscuous = true);
    says("multicast", Warning, &["allmulticast off"], |_, facts| facts.link.allmulti = true);
    says("multicast", Warning, &["multicast on"], |_, facts| facts.link.multicast = false);
    says("multicast", Good, &["3 addresses in the filter", "224.0.0.1"], |_, _| {});
    says("queues", Good, &["4 receive queues of at most 16"], |_, _| {});
    says("rings", Warning, &["512 of 4096", "ethtool -G eth0 rx 4096"], |_, facts| {
        facts.rings = Asked::Is(Rings { rx: 512, tx: 512, max_rx: 4096, max_tx: 4096 });
    });
    says("flow-control", Warning, &["ethtool -A eth0"], |_, facts| {
        facts.pause = Asked::Is(Pause { autoneg: true, rx: true, tx: true });
    });
    says("hardware-stamps", Good, &["/dev/ptp0", "not used"], |_, _| {});
    says("interrupts", Warning, &["free to move: 91", "echo 6 >/proc/irq/91/"], |_, facts| {
        let loose = Interrupt { number: 91, name: "x".into(), allowed: (4..8).collect(), effective: vec![6] };
        facts.interrupts.push(loose);
    });
    says("interrupts", Unknown, &["msi_irqs"], |_, facts| facts.interrupts.clear());
    says("numa-node", Warning, &["crosses"], |_, facts| facts.node = Some(0));
    says("numa-node", Unknown, &["platform"], |_, facts| facts.node = None);
    says("frame-memory", Warning, &["64 MiB for 4 sockets", "--frames 1024"], |host, _| {
        host.privileges.effective = !(1 << 14);
        host.memory.locked_most = Some(8 << 20);
    });
}

#[test]
fn offloads_are_switched_off_where_they_can_be() {
    let switch = |facts: &mut InterfaceFacts, name: &str, fixed: bool| {
        let Asked::Is(features) = &mut facts.features else { unreachable!("made so above") };
        let feature = features.iter_mut().find(|feature| feature.name == name).unwrap();
        (feature.on, feature.fixed) = (true, fixed);
    };
    says("lro", Status::Warning, &["ethtool -K eth0 rx-lro off"], |_, facts| switch(facts, "rx-lro", false));
    says("lro", Status::Warning, &["fix: None"], |_, facts| switch(facts, "rx-gro-hw", true));
    says("udp-gro", Status::Warning, &["rx-gro-list off"], |_, facts| switch(facts, "rx-gro-list", false));
    says("vlan-stripping", Status::Warning, &["every VLAN"], |_, facts| {
        switch(facts, "rx-vlan-hw-parse", false);
    });
    says("steering", Status::Good, &["ntuple rules on"], |_, facts| switch(facts, "rx-ntuple-filter", false));
}

#[test]
fn the_worker_goes_where_nobody_else_is() {
    let cpu = |change: fn(&mut Host, &mut InterfaceFacts)| {
        let report = report(change);
        let flags = &report.interfaces[0].recommended.flags;
        flags
            .iter()
            .map(|flag| flag.flag.clone())
            .find(|flag| flag.contains("--cpu") || flag.contains("--wait"))
    };
    assert_eq!(cpu(|_, facts| facts.node = Some(0)).unwrap(), "--cpu 3");
    assert_eq!(cpu(|host, _| host.cpus.isolated = vec![4]).unwrap(), "--cpu 4");
    assert_eq!(cpu(|host, _| host.cpus.isolated.clear()).unwrap(), "--cpu 5");
    let one = cpu(|host, _| {
        host.cpus.isolated.clear();
        host.cpus.allowed = vec![0];
    });
    assert_eq!(one.unwrap(), "--wait poll");
}

#[test]
fn text_and_json_say_the_same() {
    let report = report(|_, facts| facts.link.up = false);
    let text = report.to_string();
    assert!(text.starts_with("host\n"));
    assert!(text.contains(
        "eth0 (driver ice 6.12.43, firmware 4.40, 0000:81:00.0)\n  bad      state           down\n"
    ));
    assert!(
        text.contains("xdpfeed run --require zero-copy --cpu 7 --protocol auto --line A=eth0,GROUP:PORT\n")
    );
    assert!(text.lines().all(|line| line.chars().count() <= 120 && line.trim_end() == line), "{text}");
    let json = report.to_json();
    let interface = &json["interfaces"][0];
    assert_eq!(interface["works"], false);
    assert_eq!(interface["lines"][0]["topic"], "state");
    assert_eq!(interface["lines"][0]["status"], "bad");
    assert_eq!(interface["facts"]["link"]["name"], "eth0");
    assert_eq!(interface["recommended"]["flags"][0]["flag"], "--require zero-copy");
    assert_eq!(json["host"]["facts"]["kernel"]["release"], "6.12.43-amd64");
}

#[test]
fn numbers_are_drawn_together() {
    assert_eq!(ranges(&[0, 1, 2, 8, 10, 11]), "0-2,8,10-11");
    assert_eq!(ranges(&[]), "");
    assert_eq!((counted(1_u64, "queue"), counted(0_u64, "queue")), ("1 queue".into(), "0 queues".into()));
}
