//! Judgement on made facts: what hardware, VLAN devices and bonds would say.

mod host;
mod interface;

use super::*;
use crate::{
    nic::{
        Asked, Interrupt, LetIn, Link, XdpFeatures,
        host::{Config, Cpus, HugePages, IdleState, Kernel, Memory, Privileges},
    },
    sys::ethtool::{Channels, Driver, Feature, Pause, Rings, Stamps, rules::Table},
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
        af_xdp_processes: None,
        unseen_processes: 0,
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
        rules: Asked::Is(Table { rules: 2, size: 512, places: false }),
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
