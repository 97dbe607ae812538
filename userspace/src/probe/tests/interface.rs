//! An interface's lines.

use super::*;
use crate::nic::{AttachedProgram, Bystander, Process, Reception, Virtio, XdpMode, XdpSocket};

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
    use Status::{Bad, Good, Unknown, Warning};
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
    says("xdp-program", Bad, &["no link holds", "run --replace"], |_, facts| {
        facts.programs = program("xdp_filter", None, &[process("suricata")]);
    });
    says("xdp-program", Bad, &["stop suricata (pid 41), or receive on another"], |_, facts| {
        facts.programs = program("xdp_filter", Some(3), &[process("suricata")]);
    });
    // Without the privilege to see links there may be one.
    says("xdp-program", Bad, &["stop suricata (pid 41), or receive on another"], |_, facts| {
        facts.programs = program("xdp_filter", None, &[process("suricata")]);
        facts.programs[0].may_ask = false;
    });
    says("xdp-program", Bad, &["bpftool link detach id 3"], |_, facts| {
        facts.programs = program("xdp_filter", Some(3), &[]);
    });
    says("xdp-program", Bad, &["ip link set dev eth0 xdp off", "run --replace"], |_, facts| {
        facts.programs = program("xdp_filter", None, &[]);
    });
    says("xdp-program", Bad, &["name not to be seen", "as root"], |_, facts| {
        facts.programs = program("", None, &[]);
        (facts.programs[0].name, facts.programs[0].may_ask) = (None, false);
    });
    says("xdp-program", Bad, &["another xdpfeed", "kill -INT 41", "run --replace"], |_, facts| {
        facts.programs = program("xdpfeed", Some(3), &[process("xdpfeed")]);
    });
    says("af-xdp-sockets", Bad, &["queue 2 by dpdk (pid 41)"], |_, facts| {
        facts.sockets = Asked::Is(vec![XdpSocket { queue: 2, processes: vec![process("dpdk")] }]);
    });
    let unlisted = |host: &mut Host, facts: &mut InterfaceFacts, processes: &[Process], unseen| {
        facts.sockets = Asked::unknown("CONFIG_XDP_SOCKETS_DIAG");
        host.af_xdp_processes = Some(processes.to_vec());
        host.unseen_processes = unseen;
    };
    says("af-xdp-sockets", Good, &["no process"], |host, facts| unlisted(host, facts, &[], 0));
    says("af-xdp-sockets", Unknown, &["DIAG", "1 of the"], |host, facts| unlisted(host, facts, &[], 1));
    says("af-xdp-sockets", Unknown, &["DIAG", "dpdk (pid 41)"], |host, facts| {
        unlisted(host, facts, &[process("dpdk")], 1);
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
    says("mtu", Warning, &["over 1754 bytes", "--frame-size 4096", "--jumbo"], |_, facts| {
        facts.link.mtu = 1755;
    });
    says("mtu", Warning, &["over 3802 bytes", "--jumbo on", "mtu 3802"], |_, facts| facts.link.mtu = 9000);
    says("multicast", Warning, &["stop what captures"], |_, facts| facts.link.promiscuous = true);
    says("multicast", Warning, &["promisc off"], |_, facts| {
        (facts.link.promiscuous, facts.link.promiscuous_by_hand) = (true, true);
    });
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
    let on = ["ntuple rules on, 2 of 512 in use", "--steer can be tried"];
    says("steering", Status::Good, &on, |_, facts| switch(facts, "rx-ntuple-filter", false));
}

#[test]
fn steering_is_promised_where_nothing_speaks_against_it() {
    says("steering", Status::Good, &["ntuple rules off, 2 of 512", "can be tried"], |_, _| ());
    says("steering", Status::Good, &["no ntuple rules: not for --steer"], |_, facts| {
        facts.rules = Asked::Nothing;
    });
    says("steering", Status::Good, &["not by address: not for --steer"], |_, facts| {
        let Asked::Is(driver) = &mut facts.driver else { unreachable!("made so above") };
        driver.name = "igb".into();
    });
    says("steering", Status::Unknown, &["Input/output error"], |_, facts| {
        facts.rules = Asked::unknown("Input/output error");
    });
}
