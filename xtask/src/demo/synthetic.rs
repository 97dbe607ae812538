//! The demo with a synthetic feed: the publisher knows what it lost, the receiver has to find out.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use e2e::{Network, cleanup};
use serde_json::Value;

use super::summary::{grouped, number, sum};
use super::{Demo, stage, summary};
use crate::step;

/// Groups of the lines, of MCAST-TEST-NET (RFC 6676).
const GROUPS: [(&str, &str); 2] = [("A", "233.252.0.1:26477"), ("B", "233.252.0.2:26477")];

/// How long a hole may wait for the other line. The lines are a few µs apart, but sender and receiver share this
/// machine with whatever else runs on it, and one of them may be kept off its core. Shorter, and a hole that the
/// other line would have filled counts as lost on a busy machine; longer, and more frames wait than there are.
const WINDOW: [&str; 4] = ["--reorder-window", "16384,250000", "--frames", "32768"];

pub(super) fn show(demo: &Demo, xdpfeed: &Path, network: &Network) -> Result<()> {
    let Demo { seconds, rate, lose_percent, seed, .. } = demo;
    let mut publish = network.publisher.command(xdpfeed);
    publish.args(["publish", "--rate", &rate.to_string(), "--seconds", &seconds.to_string()]);
    publish.args(["--seed", &seed.to_string()]);
    let mut run = network.receiver.command(xdpfeed);
    run.args(["run", "--json", "--progress", "--protocol", "itch=moldudp64/itch50"]).args(WINDOW);
    for ((name, group), line) in GROUPS.iter().zip(&network.lines) {
        publish.arg("--line").arg(format!("{name}={},{group}", line.sender));
        publish.arg("--lose").arg(format!("{name}={lose_percent}"));
        run.arg("--line").arg(format!("itch/{name}={},{group}", line.receiver));
    }
    stage::pin(&mut publish, |(sender, _)| sender);
    stage::pin(&mut run, |(_, receiver)| receiver);
    step::say(format_args!(
        "publishing MoldUDP64/ITCH 5.0: {rate} packets/s a line for {seconds} s, {lose_percent} % lost on each \
         (Ctrl-C ends it early)"
    ));
    let (sent, received) = stage::play(&mut [publish], &mut run)?;
    let account = received.json().context("the receiver")?;
    network.is_clean()?;
    println!();
    print!("{}", summary::text(&account));
    if cleanup::signalled() && sent[0].status.signal().is_some() {
        println!("\nended before the publisher had begun: nothing to compare with");
        return Ok(());
    }
    let truth = sent[0].json().context("the publisher")?;
    judge(&truth, &account)
}

/// Compares the receiver's account with the publisher's.
fn judge(truth: &Value, account: &Value) -> Result<()> {
    let sent =
        ["packets_sent", "heartbeats_sent", "end_of_session_sent"].map(|kind| sum(truth, "/lines", kind));
    let lost = number(account, "/channels/0/messages_lost");
    let rows = [
        ("packets on the wire", sent.iter().sum(), number(account, "/packets/received")),
        ("messages published and delivered or lost", number(truth, "/sent/messages"), {
            number(account, "/channels/0/messages") + lost
        }),
        ("messages lost on both lines", number(truth, "/messages_lost_on_all_lines"), lost),
    ];
    println!("\nthe publisher's account and the receiver's");
    let mut differs = false;
    for (what, publisher, receiver) in rows {
        let verdict = if publisher == receiver { "equal" } else { "DIFFERENT" };
        println!("  {:>15} {:>15}  {verdict:9} {what}", grouped(publisher), grouped(receiver));
        differs |= publisher != receiver;
    }
    if account.pointer("/ledger/balanced") != Some(&Value::Bool(true)) {
        bail!("the ledger is not balanced");
    }
    if differs {
        let dropped = number(account, "/ledger/entries/socket_rx_dropped")
            + number(account, "/ledger/entries/socket_rx_ring_full");
        bail!(
            "the accounts differ; {} packets were dropped at the receiver's sockets, and {} messages came after \
             their gap was given up: is this machine busy with something else?",
            grouped(dropped),
            grouped(number(account, "/channels/0/late"))
        );
    }
    println!("\nevery packet is accounted for");
    Ok(())
}
