//! Links that go down, interfaces that go away, memberships that are dropped: told, and put right.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use e2e::{Network, Process, VethOptions, VethPair};
use serde_json::Value;

use crate::feed::{self, GROUPS, number, packets_sent};
use crate::network;

/// Nothing is given up because a process was kept off its core.
const PATIENT: [&str; 4] = ["--reorder-window", "8192,250000", "--frames", "16384"];

/// `xdpfeed publish` on one line of the network alone, as one of two that send the same.
fn publish_on(network: &Network, line: usize, arguments: &[&str]) -> Result<Command> {
    let mut command = network.publisher.command(e2e::xdpfeed_binary()?);
    let group = GROUPS[line];
    command.arg("publish").arg("--line").arg(format!("A={},{group}", network.lines[line].sender));
    command.args(arguments);
    Ok(command)
}

/// What came of a line that was away for a while: line A brought everything before, B all that was sent since.
fn assert_both_lines_brought(account: &Value, before: &Value, since: &Value) {
    feed::assert_balanced(account);
    let channel = &account["channels"][0];
    let sent = number(before, "/sent/messages") + number(since, "/sent/messages");
    assert_eq!(number(channel, "/messages"), sent, "{account:#}");
    assert_eq!(number(channel, "/messages_lost"), 0);
    assert_eq!(number(channel, "/lines/0/packets"), packets_sent(before));
    assert!(number(channel, "/lines/1/packets") > packets_sent(since), "{account:#}");
}

#[test]
fn a_link_that_flaps_is_told_and_joined_again() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let mut receiver = feed::receiver(&mut feed::run(&network, &PATIENT)?)?;
    let endless = ["--rate", "2000", "--seconds", "600", "--session", "BEFORE", "--seed", "3"];
    let line_a = Process::start("line A", &mut publish_on(&network, 0, &endless)?)?;
    let line_b = Process::start("line B", &mut publish_on(&network, 1, &endless)?)?;
    receiver.wait_for_words("itch/B on rx2: first packet")?;
    for _ in 0..3 {
        network.receiver.ip("link set rx2 down")?;
        receiver.wait_for_words("rx2: link down")?;
        network.receiver.ip("link set rx2 up")?;
        receiver.wait_for_words("rx2: joined again")?;
    }
    drop(line_b);
    let before = line_a.interrupt()?.json()?;
    let since = ["--rate", "5000", "--packets", "2000", "--session", "SINCE"];
    let since = feed::truth(&mut publish_on(&network, 1, &since)?)?;
    let account = receiver.interrupt()?.json()?;
    assert_both_lines_brought(&account, &before, &since);
    assert_eq!(number(&account, "/interfaces/1/link/downs"), 3, "{account:#}");
    assert_eq!(number(&account, "/interfaces/1/link/removals"), 0);
    assert_eq!(number(&account, "/interfaces/0/link/downs"), 0);
    assert_eq!(number(&account, "/lines/1/joined_again"), 3);
    network.is_clean()
}

#[test]
fn an_interface_that_is_made_anew_is_received_again() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let mut receiver = feed::receiver(&mut feed::run(&network, &PATIENT)?)?;
    let endless = ["--rate", "2000", "--seconds", "600", "--session", "BEFORE", "--seed", "3"];
    let line_a = Process::start("line A", &mut publish_on(&network, 0, &endless)?)?;
    let line_b = Process::start("line B", &mut publish_on(&network, 1, &endless)?)?;
    receiver.wait_for_words("itch/B on rx2: first packet")?;
    for _ in 0..2 {
        network.receiver.ip("link delete rx2")?;
        receiver.wait_for_words("interface rx2 is gone: goes on with rx1")?;
        let anew = VethPair::new(&network.publisher, &network.receiver, 2, VethOptions::default())?;
        receiver.wait_for(&format!("receiving on {}", anew.receiver))?;
    }
    // What sent on line B sends to an interface that is no more.
    drop(line_b);
    let before = line_a.interrupt()?.json()?;
    let since = ["--rate", "5000", "--packets", "2000", "--session", "SINCE"];
    let since = feed::truth(&mut publish_on(&network, 1, &since)?)?;
    assert!(network.receiver.ip("maddress show dev rx2")?.contains("233.54.12.101"));
    let account = receiver.interrupt()?.json()?;
    assert_both_lines_brought(&account, &before, &since);
    let link = &account["interfaces"][1]["link"];
    assert_eq!((number(link, "/removals"), number(link, "/bound_again")), (2, 2), "{account:#}");
    network.is_clean()
}

#[test]
fn the_only_interface_is_waited_for() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let mut receiver = feed::receiver(&mut feed::run(&network, &[])?)?;
    network.receiver.ip("link delete rx1")?;
    receiver.wait_for_words("no other is left: waits")?;
    let _anew = VethPair::new(&network.publisher, &network.receiver, 1, VethOptions::default())?;
    receiver.wait_for("receiving on rx1")?;
    let truth = feed::truth(&mut feed::publish(&network, &["--rate", "5000", "--packets", "2000"])?)?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_all_received(&account, &truth);

    // One that does not come back is said to be gone, and is no failure.
    let mut receiver = feed::receiver(&mut feed::run(&network, &[])?)?;
    network.receiver.ip("link delete rx1")?;
    receiver.wait_for_words("no other is left")?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&account);
    let notes = account["notes"].as_array().into_iter().flatten().filter_map(Value::as_str);
    assert!(notes.into_iter().any(|note| note.contains("did not come back")), "{account:#}");
    Ok(())
}

/// The kernel drops every IPv6 membership of an interface whose MTU falls below IPv6's least, and does not bring them
/// back.
#[test]
fn a_membership_that_is_dropped_is_joined_again() -> Result<()> {
    let Some(network) = network(1, VethOptions { ipv6: true, ..VethOptions::default() })? else {
        return Ok(());
    };
    let mut run = feed::run_without_lines(&network, &["--protocol", "moldudp64/itch50"])?;
    run.arg("--line").arg("itch/A=rx1,[ff15::77:1]:26477");
    let mut receiver = feed::receiver(&mut run)?;
    let joined =
        || Ok::<_, anyhow::Error>(network.receiver.ip("maddress show dev rx1")?.contains("ff15::77:1"));
    assert!(joined()?);
    network.receiver.ip("link set rx1 mtu 1000")?;
    receiver.wait_for_words("ff15::77:1 is no longer joined, and cannot be")?;
    assert!(!joined()?);
    network.receiver.ip("link set rx1 mtu 1500")?;
    network.receiver.set("net/ipv6/conf/rx1/disable_ipv6", "0")?;
    receiver.wait_for_words("ff15::77:1 was no longer joined: joined again")?;
    assert!(joined()?);
    let mut publish = network.publisher.command(e2e::xdpfeed_binary()?);
    publish.args(["publish", "--line", "A=tx1,[ff15::77:1]:26477", "--rate", "5000", "--packets", "2000"]);
    let truth = feed::truth(&mut publish)?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_all_received(&account, &truth);
    assert!(number(&account, "/lines/0/joined_again") >= 1, "{account:#}");
    Ok(())
}

/// After a link was down, whoever snoops behind it may have forgotten the groups: they are reported anew.
#[test]
fn groups_are_reported_anew_after_the_link_was_down() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let mut receiver = feed::receiver(&mut feed::run(&network, &[])?)?;
    let sent = || -> Result<u64> {
        let shown = network.receiver.ip("-json -statistics link show dev rx1")?;
        let shown: Value = serde_json::from_str(&shown)?;
        Ok(number(&shown, "/0/stats64/tx/packets"))
    };
    // A group is reported when it is joined, and again within a second.
    let mut before = sent()?;
    loop {
        thread::sleep(Duration::from_secs(2));
        let now = sent()?;
        if std::mem::replace(&mut before, now) == now {
            break;
        }
    }
    // The other end goes down: this one only loses its carrier, for which the kernel reports nothing by itself.
    network.publisher.ip("link set tx1 down")?;
    receiver.wait_for_words("rx1: link down")?;
    network.publisher.ip("link set tx1 up")?;
    receiver.wait_for_words("rx1: joined again")?;
    // The kernel reports a moment after it is asked to.
    let begun = Instant::now();
    while sent()? == before {
        ensure!(begun.elapsed() < feed::LONGEST, "nothing was reported");
    }
    feed::assert_balanced(&receiver.interrupt()?.json()?);
    Ok(())
}
