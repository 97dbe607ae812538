//! xdpfeed from one NIC to the other, and whether its accounts are whole.

use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Finished, Process};
use nix::sys::signal::Signal;
use serde_json::{Value, json};

use crate::boot::{Nics, statistics};

const XDPFEED: &str = "/bin/xdpfeed";

/// Lines of the feed, a group each. A NIC's hash is linear in the bits of an address, so each group differs from the
/// others in a bit of its own: all 16 fall on one queue of two once in 32,768 boots.
const LINES: u8 = 16;

/// A second of it. Slow, since a NIC has room for 256 packets a queue, and an emulated processor may stand still for
/// some 100 ms; more packets than that, so that each place in its ring is used again.
const FEED: [&str; 4] = ["--rate", "50", "--packets", "50"];

/// How `--wait busy-poll` is refused.
const NO_BUSY_POLL: &str = "it needs CAP_NET_ADMIN and Linux 5.11";

/// Longest wait for a sender.
const LONGEST: Duration = Duration::from_secs(60);

/// Sends a feed and receives it; what the receiver says of its mode, and how many packets that were.
///
/// Fails unless every packet is there and the ledger is balanced.
pub(crate) fn exchange(nics: &Nics, run_with: &[&str]) -> Result<Value> {
    let mut run = run();
    for (name, group) in lines() {
        run.args(["--line", &format!("itch/{name}={},{group}", nics.receiver)]);
    }
    let receiver = receiver(nics, run.args(run_with))?;
    let mut publish = publish();
    for (name, group) in lines() {
        publish.args(["--line", &format!("{name}={},{group}", nics.sender)]);
    }
    publish.args(FEED);
    let truth = finish(&mut publish)?.json().context("the sender")?;
    let account = receiver.interrupt()?.json().context("the receiver")?;
    let sent = sent(&truth);
    whole(&account, sent)
        .with_context(|| format!("{} counted {}", nics.receiver, statistics(&nics.receiver)))?;
    let messages = number(&account, "/channels/0/messages")?;
    ensure!(messages == number(&truth, "/sent/messages")?, "{messages} messages of {truth}");
    let interface = &account["interfaces"][0];
    let queues: Vec<_> = (interface["queues"].as_array().into_iter().flatten())
        .map(|queue| queue["redirected"].clone())
        .collect();
    Ok(json!({
        "mode": interface["mode"],
        "steps_down": interface["steps_down"],
        "packets": sent,
        "by_queue": queues,
    }))
}

/// The same with something the kernel or the driver may not have: then it must be refused, in these words.
pub(crate) fn exchange_or(nics: &Nics, run_with: &[&str], refusal: &str) -> Result<Value> {
    exchange(nics, run_with).or_else(|error| {
        let said = format!("{error:#}");
        if said.contains(refusal) { Ok(json!({ "refused": said })) } else { Err(error) }
    })
}

/// The same with the worker driving the queue.
pub(crate) fn busy_poll(nics: &Nics) -> Result<Value> {
    let before = polled()?;
    let mut found = exchange_or(nics, &["--wait", "busy-poll"], NO_BUSY_POLL)?;
    found["polled"] = json!(polled()?.saturating_sub(before));
    Ok(found)
}

/// `--wait busy-poll` killed while it has interrupts put off: the next `run` puts them back.
pub(crate) fn killed(nics: &Nics) -> Result<Value> {
    let setting = format!("/sys/class/net/{}/napi_defer_hard_irqs", nics.receiver);
    let deferred = || fs::read_to_string(&setting).with_context(|| format!("cannot read {setting}"));
    let before = deferred()?;
    let line = |nic: &str, name: &str| format!("{name}={nic},239.1.1.0:26477");
    let mut run = run();
    let run = run.args(["--wait", "busy-poll", "--line", &line(&nics.receiver, "itch/A")]);
    let receiver = match receiver(nics, run) {
        Err(error) if format!("{error:#}").contains(NO_BUSY_POLL) => return Ok(json!({ "refused": true })),
        started => started?,
    };
    finish(publish().args(FEED).args(["--line", &line(&nics.sender, "A")]))?.json().context("the sender")?;
    // The last packet came long after the first.
    let put_off = deferred()?;
    receiver.signal(Signal::SIGKILL)?;
    receiver.finish(LONGEST)?;
    ensure!(put_off.trim() == "2", "interrupts were not put off: {setting} is {put_off}");
    ensure!(deferred()? == put_off, "the kernel put interrupts back");
    nics.wait_for_links()?;
    let mut next = self::run();
    let next = next.args(["--seconds", "0.1", "--line", &line(&nics.receiver, "itch/A")]);
    let said = finish(next)?.stderr;
    nics.wait_for_links()?;
    ensure!(said.contains("undid what a run that crashed had changed"), "the next run said: {said}");
    ensure!(deferred()? == before, "it was {before}, and is {} after the next run", deferred()?);
    Ok(json!({ "put_off": put_off.trim(), "put_back": before.trim() }))
}

/// `run --require zero-copy`: how it ends, and what it says.
pub(crate) fn required(nics: &Nics) -> Result<Value> {
    let mut run = run();
    run.args(["--require", "zero-copy", "--seconds", "0.1", "--line"]);
    let finished = finish(run.arg(format!("itch/A={},233.252.0.1:26477", nics.receiver)))?;
    nics.wait_for_links()?;
    Ok(json!({ "exit": finished.status.code(), "said": finished.stderr.trim() }))
}

/// `xdpfeed run`, with its lines still to be named.
pub(crate) fn run() -> Command {
    let mut run = Command::new(XDPFEED);
    run.args(["run", "--json", "--cpu", "1", "--protocol", "moldudp64/itch50"]);
    run
}

/// `xdpfeed publish`, with its lines still to be named.
pub(crate) fn publish() -> Command {
    let mut publish = Command::new(XDPFEED);
    publish.args(["publish", "--cpu", "0"]);
    publish
}

/// Starts a receiver, and waits until it receives.
pub(crate) fn receiver(nics: &Nics, run: &mut Command) -> Result<Process> {
    let mut receiver = Process::start("xdpfeed run", run)?;
    receiver.wait_for("receiving")?;
    nics.wait_for_links()?;
    Ok(receiver)
}

/// Runs a command to its end.
pub(crate) fn finish(command: &mut Command) -> Result<Finished> {
    Process::start("xdpfeed", command)?.finish(LONGEST)
}

/// Packets a sender put on all its lines.
pub(crate) fn sent(truth: &Value) -> u64 {
    let lines = truth["lines"].as_array().into_iter().flatten();
    let kinds = ["packets_sent", "heartbeats_sent", "end_of_session_sent"];
    lines.flat_map(|line| kinds.map(|kind| line[kind].as_u64().unwrap_or(0))).sum()
}

/// Fails unless these packets, and no others, were received, each led by the program's header, and every one is
/// accounted for.
pub(crate) fn whole(account: &Value, sent: u64) -> Result<()> {
    ensure!(account.pointer("/ledger/balanced") == Some(&Value::Bool(true)), "not balanced: {account}");
    ensure!(sent > 0, "nothing was sent");
    let received = number(account, "/packets/received")?;
    ensure!(received == sent, "{received} packets of {sent} were received: {account}");
    for nothing in ["/packets/malformed", "/ledger/entries/source_foreign", "/channels/0/messages_lost"] {
        ensure!(number(account, nothing)? == 0, "{nothing} is not 0: {account}");
    }
    Ok(())
}

/// A number in an account.
pub(crate) fn number(account: &Value, path: &str) -> Result<u64> {
    account.pointer(path).and_then(Value::as_u64).with_context(|| format!("no {path} in {account}"))
}

fn lines() -> impl Iterator<Item = (char, String)> {
    (0..LINES).map(|line| {
        let [high, low] = (1u16 << line).to_be_bytes();
        (char::from(b'A' + line), format!("239.1.{high}.{low}:26477"))
    })
}

/// `BusyPollRxPackets`: packets that system calls polled out of a NIC.
fn polled() -> Result<u64> {
    let text = fs::read_to_string("/proc/net/netstat")?;
    let mut lines = text.lines().filter_map(|line| line.strip_prefix("TcpExt: "));
    let (names, values) = (lines.next().context("no TcpExt")?, lines.next().context("no TcpExt")?);
    let mut pairs = names.split(' ').zip(values.split(' '));
    let (_, value) = pairs.find(|(name, _)| *name == "BusyPollRxPackets").context("no BusyPollRxPackets")?;
    Ok(value.parse()?)
}
