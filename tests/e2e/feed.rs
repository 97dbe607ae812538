//! Command lines of publisher and receiver, and what their accounts say.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use e2e::{Finished, Network, Process};
use serde_json::Value;

/// The groups of lines A and B.
pub(crate) const GROUPS: [&str; 2] = ["233.54.12.111:26477", "233.54.12.101:26400"];

/// How long anything here may take at most: it ends what hangs.
pub(crate) const LONGEST: Duration = Duration::from_secs(120);

/// `xdpfeed publish` on every line of the network.
pub(crate) fn publish(network: &Network, arguments: &[&str]) -> Result<Command> {
    let mut command = network.publisher.command(e2e::xdpfeed_binary()?);
    command.arg("publish");
    for ((name, group), line) in ["A", "B"].iter().zip(GROUPS).zip(&network.lines) {
        command.arg("--line").arg(format!("{name}={},{group}", line.sender));
    }
    if let Some((cpu, _)) = e2e::cpus() {
        command.arg("--cpu").arg(cpu.to_string());
    }
    command.args(arguments);
    Ok(command)
}

/// `xdpfeed run` on every line of the network, reading what [`publish`] sends.
pub(crate) fn run(network: &Network, arguments: &[&str]) -> Result<Command> {
    let mut command = run_without_lines(network, &["--protocol", "itch=moldudp64/itch50"])?;
    for ((name, group), line) in ["A", "B"].iter().zip(GROUPS).zip(&network.lines) {
        command.arg("--line").arg(format!("itch/{name}={},{group}", line.receiver));
    }
    command.args(arguments);
    Ok(command)
}

/// `xdpfeed run --json` on the receiver's side, with lines and protocols still to be named.
pub(crate) fn run_without_lines(network: &Network, arguments: &[&str]) -> Result<Command> {
    let mut command = network.receiver.command(e2e::xdpfeed_binary()?);
    command.args(["run", "--json"]);
    if let Some((_, cpu)) = e2e::cpus() {
        command.arg("--cpu").arg(cpu.to_string());
    }
    command.args(arguments);
    Ok(command)
}

/// Starts a receiver and waits until it receives.
pub(crate) fn receiver(command: &mut Command) -> Result<Process> {
    let mut receiver = Process::start("xdpfeed run", command)?;
    receiver.wait_for("receiving")?;
    Ok(receiver)
}

/// Runs a sender to its end; its account of what it sent.
pub(crate) fn truth(command: &mut Command) -> Result<Value> {
    finish(command)?.json().context("the sender")
}

/// Receives all that a publisher sends, from its first packet to its last: the receiver's account and the publisher's.
pub(crate) fn exchange(
    network: &Network,
    run_with: &[&str],
    publish_with: &[&str],
) -> Result<(Value, Value)> {
    let receiver = receiver(&mut run(network, run_with)?)?;
    let truth = truth(&mut publish(network, publish_with)?)?;
    Ok((receiver.interrupt()?.json()?, truth))
}

/// Runs a command to its end.
pub(crate) fn finish(command: &mut Command) -> Result<Finished> {
    Process::start("xdpfeed", command)?.finish(LONGEST)
}

/// A number in a JSON object, by its path.
#[track_caller]
pub(crate) fn number(object: &Value, path: &str) -> u64 {
    let found = object.pointer(path).and_then(Value::as_u64);
    assert!(found.is_some(), "no number {path} in {object:#}");
    found.unwrap_or_default()
}

/// The sum of one number over the elements of an array.
#[track_caller]
pub(crate) fn sum(object: &Value, array: &str, field: &str) -> u64 {
    let elements = object.pointer(array).and_then(Value::as_array);
    assert!(elements.is_some(), "no array {array} in {object:#}");
    elements.into_iter().flatten().map(|element| number(element, &format!("/{field}"))).sum()
}

/// Packets the publisher put on its lines: with messages, heartbeats, ends of session.
pub(crate) fn packets_sent(truth: &Value) -> u64 {
    ["packets_sent", "heartbeats_sent", "end_of_session_sent"]
        .iter()
        .map(|kind| sum(truth, "/lines", kind))
        .sum()
}

/// Fails unless the receiver's ledger is balanced.
#[track_caller]
pub(crate) fn assert_balanced(account: &Value) {
    assert_eq!(account.pointer("/ledger/balanced"), Some(&Value::Bool(true)), "{account:#}");
}

/// Fails unless packets, messages and types received are those sent, on lines that lost nothing.
#[track_caller]
pub(crate) fn assert_all_received(account: &Value, truth: &Value) {
    assert_balanced(account);
    let lines = truth["lines"].as_array().map_or(0, Vec::len) as u64;
    let messages = number(truth, "/sent/messages");
    assert!(messages > 0, "nothing was sent: {truth:#}");
    assert_eq!(number(account, "/packets/received"), packets_sent(truth));
    assert_eq!(number(account, "/packets/malformed"), 0);
    let channel = &account["channels"][0];
    assert_eq!(number(channel, "/messages"), messages);
    assert_eq!(by_type(&channel["messages_by_type"]), by_type(&truth["sent"]["messages_by_type"]));
    assert_eq!(number(channel, "/duplicates"), (lines - 1) * messages);
    assert_eq!(sum(channel, "/lines", "first"), messages);
    for counter in ["/gaps", "/messages_lost", "/late", "/resets"] {
        assert_eq!(number(channel, counter), 0, "{counter} in {channel:#}");
    }
}

fn by_type(types: &Value) -> Vec<(String, u64)> {
    let entries = types.as_object().into_iter().flatten();
    let mut entries: Vec<_> =
        entries.map(|(label, count)| (label.clone(), count.as_u64().unwrap_or(0))).collect();
    entries.sort();
    entries
}
