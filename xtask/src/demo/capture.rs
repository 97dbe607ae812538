//! The demo with a capture: what comes over the wire is what reading the file gives.

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use e2e::{Network, Process, VethOptions, cleanup};
use serde_json::Value;

use super::summary::number;
use super::{Demo, stage, summary};
use crate::step;

pub(super) fn show(demo: &Demo, xdpfeed: &Path, capture: &Path) -> Result<()> {
    let capture = capture.canonicalize()?;
    step::say(format_args!("reading {}", capture.display()));
    let file = inspect(demo, xdpfeed, &capture)?;
    let lines = lines(demo, &file)?;
    step::say("making two network namespaces joined by a veth pair for each line");
    let pairs = lines.iter().map(|(_, pair)| *pair).max().context("no line")?;
    let network = Network::new(pairs, VethOptions::default())?;

    let mut run = network.receiver.command(xdpfeed);
    run.args(["run", "--json", "--progress"]);
    for protocol in &demo.protocol {
        run.arg("--protocol").arg(protocol);
    }
    for (line, pair) in &lines {
        run.arg("--line").arg(line.replacen('=', &format!("=rx{pair},"), 1));
    }
    stage::pin(&mut run, |(_, receiver)| receiver);
    let replay = |line: &e2e::VethPair| {
        let mut replay = network.publisher.command(xdpfeed);
        replay.arg("replay").arg(&capture).args(["--interface", &line.sender]);
        replay.args(["--rate", &demo.rate.to_string()]);
        stage::pin(&mut replay, |(sender, _)| sender);
        replay
    };
    let mut replays: Vec<_> = network.lines.iter().map(replay).collect();
    step::say(format_args!("replaying it at {} packets/s (Ctrl-C ends it early)", demo.rate));
    let (sent, received) = stage::play(&mut replays, &mut run)?;
    for sender in &sent {
        ensure!(sender.status.success(), "the replay failed: {}", sender.stderr.trim());
    }
    let account = received.json().context("the receiver")?;
    network.is_clean()?;
    println!();
    print!("{}", summary::text(&account));
    judge(&file, &account)
}

/// What the pipeline reads from the file itself.
fn inspect(demo: &Demo, xdpfeed: &Path, capture: &Path) -> Result<Value> {
    let mut inspect = std::process::Command::new(xdpfeed);
    inspect.args(["inspect", "--json"]).arg(capture);
    for (flag, values) in [("--protocol", &demo.protocol), ("--line", &demo.line)] {
        for value in values {
            inspect.arg(flag).arg(value);
        }
    }
    let account =
        Process::start("xdpfeed inspect", &mut inspect)?.finish(std::time::Duration::from_secs(600))?;
    account.json().context("reading the file")
}

/// Lines to receive, each with the number of the veth pair it comes by: a channel's first line by the first.
fn lines(demo: &Demo, file: &Value) -> Result<Vec<(String, u8)>> {
    if !demo.line.is_empty() {
        let channel = |line: &str| line.split_once('/').map(|(channel, _)| channel.to_string());
        let number = |(index, line): (usize, &String)| {
            let before = demo.line[..index].iter().filter(|other| channel(other) == channel(line)).count();
            Ok((line.clone(), u8::try_from(before + 1).context("too many lines")?))
        };
        return demo.line.iter().enumerate().map(number).collect();
    }
    // Without --line, inspect names each channel by its destination.
    let channels = file["channels"].as_array().into_iter().flatten();
    let names: Vec<_> = channels.filter_map(|channel| channel["name"].as_str()).collect();
    ensure!(!names.is_empty(), "the capture holds no multicast UDP: name what to receive with --line");
    Ok(names.into_iter().map(|name| (format!("{name}/A={name}"), 1)).collect())
}

/// Compares what came over the wire with what the file holds.
fn judge(file: &Value, account: &Value) -> Result<()> {
    if account.pointer("/ledger/balanced") != Some(&Value::Bool(true)) {
        bail!("the ledger is not balanced");
    }
    if cleanup::signalled() {
        println!("\nended early: nothing to compare with the file");
        return Ok(());
    }
    let (wire, file) = (&account["channels"], &file["channels"]);
    if wire != file {
        let dropped = number(account, "/ledger/entries/socket_rx_dropped")
            + number(account, "/ledger/entries/socket_rx_ring_full");
        bail!(
            "the wire gave other channels than the file ({dropped} packets were dropped at the receiver's sockets); \
             the file's:\n{file:#}"
        );
    }
    println!(
        "\nthe same channels over the wire as in the file, to the last counter; every packet is accounted for"
    );
    Ok(())
}
