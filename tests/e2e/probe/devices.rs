//! Software devices of every kind: facts against `ip` and sysfs, offers against what `run` gets.

use anyhow::{Context as _, Result, ensure};
use e2e::{Network, Process, VethOptions};
use serde_json::Value;

use super::{line, probe, report};
use crate::feed::{self, GROUPS, number};
use crate::network;

/// A receiver's host with every kind of software device there is: a veth of four queues, a tap, a bridge and its
/// port, a macvlan device and what it stands on. VLAN devices and bonds where the kernel has them.
fn zoo() -> Result<Option<(Network, Vec<String>)>> {
    let Some(network) = network(1, VethOptions { queues: 4, ..VethOptions::default() })? else {
        return Ok(None);
    };
    let receiver = &network.receiver;
    for made in [
        "link add d1 type veth peer d2",
        "tuntap add dev tap1 mode tap",
        "link add br1 type bridge",
        "link set d1 master br1",
        "link add mv1 link d2 type macvlan mode bridge",
    ] {
        receiver.ip(made)?;
    }
    let mut names: Vec<String> = ["rx1", "d1", "d2", "tap1", "br1", "mv1", "lo"].map(str::to_owned).into();
    for (name, made) in
        [("d2.5", "link add link d2 name d2.5 type vlan id 5"), ("bond1", "link add bond1 type bond")]
    {
        match receiver.ip(made) {
            Ok(_) => names.push(name.to_owned()),
            Err(error) => {
                eprintln!("not among the devices here, but in probe's unit tests: {name}: {error:#}");
            }
        }
    }
    for name in &names {
        receiver.ip(&format!("link set {name} up"))?;
    }
    Ok(Some((network, names)))
}

/// Whether `run` comes to receive on an interface, with these arguments; it is stopped then.
fn receives(network: &Network, interface: &str, arguments: &[&str]) -> Result<bool> {
    let mut run = network.receiver.command(e2e::xdpfeed_binary()?);
    run.args(["run", "--protocol", "auto", "--line", &format!("A={interface},{}", GROUPS[0])])
        .args(arguments);
    let mut receiver = Process::start("xdpfeed run", &mut run)?;
    if receiver.wait_for("receiving").is_ok() {
        let finished = receiver.interrupt()?;
        ensure!(finished.status.success(), "{finished:?}");
        return Ok(true);
    }
    let finished = receiver.finish(feed::LONGEST)?;
    ensure!(!finished.status.success(), "it ended before it received: {finished:?}");
    Ok(false)
}

#[test]
fn every_fact_is_the_kernels() -> Result<()> {
    let Some((network, names)) = zoo()? else { return Ok(()) };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (_, report) = report(&mut probe(&network, &names)?)?;
    let shown: Value = serde_json::from_str(&network.receiver.ip("-json -details link show")?)?;
    let shown = shown.as_array().context("a list of devices")?;
    for said in report["interfaces"].as_array().context("a list of interfaces")? {
        let (name, link) = (&said["name"], &said["facts"]["link"]);
        let device = shown.iter().find(|device| device["ifname"] == *name).context("a device ip knows")?;
        assert_eq!(link["index"], device["ifindex"]);
        assert_eq!(link["mtu"], device["mtu"]);
        assert_eq!(link["rx_queues"], device["num_rx_queues"]);
        assert_eq!(link["kind"], *device.pointer("/linkinfo/info_kind").unwrap_or(&"".into()), "{name}");
        let flags = device["flags"].as_array().context("flags")?;
        for (fact, flag) in [("up", "UP"), ("carrier", "LOWER_UP"), ("multicast", "MULTICAST")] {
            assert_eq!(link[fact], flags.iter().any(|other| other == flag), "{fact} of {name}: {flags:?}");
        }
        assert_eq!(link["promiscuous"], number(device, "/promiscuity") > 0, "{name}");
        assert_eq!(link["allmulti"], number(device, "/allmulti") > 0, "{name}");
        let master = device.get("master").unwrap_or(&Value::Null);
        assert_eq!(said["facts"]["master"].get(0).unwrap_or(&Value::Null), master, "{name}");
        let beneath = &said["facts"]["beneath"];
        match device.get("link").filter(|_| device.pointer("/linkinfo/info_kind") != Some(&"veth".into())) {
            Some(lower) => assert_eq!(beneath[0], *lower, "{name}"),
            None => {
                let ports =
                    shown.iter().filter(|port| port["master"] == *name).map(|port| port["ifname"].clone());
                assert_eq!(*beneath, Value::Array(ports.collect()), "{name}");
            }
        }
        let name = name.as_str().unwrap_or_default();
        let mut list = network.receiver.command("ls");
        let listed = feed::finish(list.arg(format!("/sys/class/net/{name}/queues")))?.stdout;
        let queues = listed.lines().filter(|queue| queue.starts_with("rx-")).count() as u64;
        assert_eq!(number(&said["facts"], "/queues"), queues, "{name}");
        let shown = network.receiver.ip(&format!("maddress show dev {name}"))?;
        let filter = shown.lines().filter(|line| line.trim_start().starts_with("link")).count() as u64;
        assert_eq!(number(&said["facts"], "/multicast/filter"), filter, "{name}: {shown}");
    }
    Ok(())
}

#[test]
fn every_mode_that_is_offered_can_be_had_and_no_other() -> Result<()> {
    let Some((network, names)) = zoo()? else { return Ok(()) };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (_, report) = report(&mut probe(&network, &names)?)?;
    let mut native = Vec::new();
    for said in report["interfaces"].as_array().context("a list of interfaces")? {
        let name = said["name"].as_str().context("a name")?;
        let offered = |topic| line(said, topic)["status"] == "good";
        assert_eq!(
            receives(&network, name, &["--require", "native"])?,
            offered("native-xdp"),
            "native on {name}"
        );
        assert_eq!(
            receives(&network, name, &["--require", "zero-copy"])?,
            offered("zero-copy"),
            "zero-copy on {name}"
        );
        assert_eq!(receives(&network, name, &[])?, said["works"] == true, "run on {name}: {said:#}");
        let flags = said["recommended"]["flags"].as_array().context("flags")?;
        let flags: Vec<&str> =
            flags.iter().filter_map(|flag| flag["flag"].as_str()).flat_map(str::split_whitespace).collect();
        assert_eq!(receives(&network, name, &flags)?, said["works"] == true, "run {flags:?} on {name}");
        if offered("native-xdp") {
            native.push(name.to_owned());
        }
    }
    // That the comparison above compared both.
    assert!(native.contains(&"rx1".to_owned()) && !native.contains(&"br1".to_owned()), "{native:?}");
    network.is_clean()
}

#[test]
fn devices_that_stand_on_others_are_caught() -> Result<()> {
    let Some((network, names)) = zoo()? else { return Ok(()) };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (_, report) = report(&mut probe(&network, &names)?)?;
    for said in report["interfaces"].as_array().context("a list of interfaces")? {
        let (topic, status, words) = match said["name"].as_str().context("a name")? {
            "br1" => ("device", "warning", "a bridge of d1"),
            "mv1" => ("device", "warning", "a macvlan device on d2"),
            "d2.5" => ("device", "warning", "a VLAN device on d2"),
            "bond1" => ("device", "bad", "a bond of"),
            "d1" => ("master", "warning", "a port of bridge br1"),
            "tap1" => ("state", "warning", "without carrier"),
            _ => ("device", "good", "made of software"),
        };
        let line = line(said, topic);
        assert_eq!(line["status"], status, "{line:#}");
        assert!(line["finding"].as_str().is_some_and(|finding| finding.contains(words)), "{line:#}");
    }
    Ok(())
}
