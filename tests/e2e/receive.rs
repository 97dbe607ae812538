//! Everything sent is counted.

use std::net::UdpSocket;
use std::time::Duration;

use anyhow::{Context as _, Result};
use e2e::VethOptions;
use serde_json::Value;

use crate::feed::{self, number, packets_sent, sum};
use crate::network;

/// A short feed: 2,000 packets a line.
const SHORT: &[&str] = &["--rate", "20000", "--packets", "2000", "--seed", "3"];

#[test]
fn one_line_counts_what_was_published() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let (account, truth) = feed::exchange(&network, &[], SHORT)?;
    feed::assert_all_received(&account, &truth);
    assert_eq!(account["mode"], "native-copy");
    network.is_clean()
}

#[test]
fn two_lines_are_one_stream() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let (account, truth) = feed::exchange(&network, &[], SHORT)?;
    feed::assert_all_received(&account, &truth);
    for line in 0..2 {
        let messages = number(&account, &format!("/channels/0/lines/{line}/messages"));
        assert_eq!(messages, number(&truth, "/sent/messages"));
    }
    network.is_clean()
}

#[test]
fn generic_mode_counts_the_same() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let (account, truth) = feed::exchange(&network, &["--mode", "generic"], SHORT)?;
    feed::assert_all_received(&account, &truth);
    assert_eq!(account["mode"], "generic-copy");
    network.is_clean()
}

#[test]
fn every_queue_has_a_socket() -> Result<()> {
    let options = VethOptions { queues: 4, ..VethOptions::default() };
    let Some(network) = network(2, options)? else { return Ok(()) };
    let (account, truth) = feed::exchange(&network, &[], SHORT)?;
    feed::assert_all_received(&account, &truth);
    for interface in 0..2 {
        let queues = &account["interfaces"][interface]["queues"];
        assert_eq!(queues.as_array().map(Vec::len), Some(4));
        assert!(queues.as_array().into_iter().flatten().all(|queue| queue["bound"] == true), "{queues:#}");
        assert_eq!(sum(&account, &format!("/interfaces/{interface}/queues"), "no_socket"), 0);
    }
    Ok(())
}

/// The commonest "nothing arrives": a queue that nobody bound. Every packet is on one side or the other.
#[test]
fn a_queue_without_a_socket_is_named() -> Result<()> {
    let Some(network) = network(1, VethOptions { queues: 2, ..VethOptions::default() })? else {
        return Ok(());
    };
    // The kernel spreads flows over queues by their hash: of 16 flows all on one queue is one in 32,768.
    let mut run = feed::run_without_lines(&network, &["--protocol", "moldudp64/itch50", "--queues", "0"])?;
    let mut publish = network.publisher.command(e2e::xdpfeed_binary()?);
    publish.args(["publish", "--rate", "2000", "--packets", "100"]);
    for port in 26_400..26_416 {
        run.arg("--line").arg(format!("itch/{port}=rx1,233.54.12.111:{port}"));
        publish.arg("--line").arg(format!("{port}=tx1,233.54.12.111:{port}"));
    }
    let receiver = feed::receiver(&mut run)?;
    let truth = feed::truth(&mut publish)?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&account);
    let redirected = sum(&account, "/interfaces/0/queues", "redirected");
    let no_socket = sum(&account, "/interfaces/0/queues", "no_socket");
    assert_eq!(redirected + no_socket, packets_sent(&truth));
    assert!(redirected > 0 && no_socket > 0, "{account:#}");
    assert_eq!(number(&account, "/packets/received"), redirected);
    assert_eq!(number(&account, "/packets/passed/no_socket"), no_socket);
    let notes = account["notes"].as_array().into_iter().flatten().filter_map(Value::as_str);
    assert!(notes.into_iter().any(|note| note.contains("--queues all")), "{account:#}");
    Ok(())
}

/// Only what was asked for is taken: the rest reaches the kernel's stack as if nothing were attached.
#[test]
fn everything_else_passes() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let receiver = feed::receiver(&mut feed::run(&network, &[])?)?;
    let bystander = network.receiver.inside(|| UdpSocket::bind("10.77.1.2:26477"))??;
    bystander.set_read_timeout(Some(Duration::from_secs(10)))?;
    let sender = network.publisher.inside(|| UdpSocket::bind("10.77.1.1:0"))??;
    for datagram in [b"one".as_slice(), b"two"] {
        sender.send_to(datagram, "10.77.1.2:26477")?;
        let mut buffer = [0; 16];
        let (length, _) =
            bystander.recv_from(&mut buffer).context("the bystander's datagram did not arrive")?;
        assert_eq!(&buffer[..length], datagram);
    }
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&account);
    assert_eq!(number(&account, "/packets/received"), 0);
    assert!(number(&account, "/packets/passed/no_match") >= 2, "{account:#}");
    Ok(())
}

/// A line with a source takes that source's packets, and no other's.
#[test]
fn source_specific_lines_take_one_source() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let mut run = feed::run_without_lines(&network, &["--protocol", "moldudp64/itch50"])?;
    let group = "232.1.1.1:26477";
    run.arg("--line").arg(format!("ours/A=rx1,10.77.1.1@{group}"));
    run.arg("--line").arg(format!("theirs/A=rx1,10.77.1.9@{group}"));
    let receiver = feed::receiver(&mut run)?;
    let mut publish = network.publisher.command(e2e::xdpfeed_binary()?);
    publish.args(["publish", "--line", &format!("A=tx1,{group}")]).args(SHORT);
    let truth = feed::truth(&mut publish)?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_all_received(&account, &truth);
    assert_eq!(number(&account, "/channels/1/lines/0/packets"), 0);
    Ok(())
}

#[test]
fn ipv6_lines_count_the_same() -> Result<()> {
    let Some(network) = network(1, VethOptions { ipv6: true, ..VethOptions::default() })? else {
        return Ok(());
    };
    let group = "[ff15::77:1]:26477";
    let mut run = feed::run_without_lines(&network, &["--protocol", "moldudp64/itch50"])?;
    run.arg("--line").arg(format!("itch/A=rx1,{group}"));
    let receiver = feed::receiver(&mut run)?;
    let mut publish = network.publisher.command(e2e::xdpfeed_binary()?);
    publish.args(["publish", "--line", &format!("A=tx1,{group}")]).args(SHORT);
    let truth = feed::truth(&mut publish)?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_all_received(&account, &truth);
    Ok(())
}

/// `--packets` ends the run by itself, with at least so many.
#[test]
fn a_number_of_packets_ends_it() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let receiver = feed::receiver(&mut feed::run(&network, &["--packets", "500"])?)?;
    let publisher = e2e::Process::start("xdpfeed publish", &mut feed::publish(&network, SHORT)?)?;
    let account = receiver.finish(feed::LONGEST)?.json()?;
    assert!(number(&account, "/packets/received") >= 500);
    feed::assert_balanced(&account);
    drop(publisher);
    network.is_clean()
}

/// The protocol is recognised from the first packets, which are not lost for it.
#[test]
fn a_protocol_that_is_not_named_is_recognised() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let mut run = feed::run_without_lines(&network, &["--protocol", "auto"])?;
    run.arg("--line").arg(format!("itch/A={},{}", network.lines[0].receiver, feed::GROUPS[0]));
    let receiver = feed::receiver(&mut run)?;
    let truth = feed::truth(&mut feed::publish(&network, SHORT)?)?;
    let account = receiver.interrupt()?.json()?;
    assert_eq!(account["channels"][0]["protocol"], "moldudp64/itch50");
    feed::assert_all_received(&account, &truth);
    network.is_clean()
}
