//! Lines that come and go while others are received: `xdpfeed ctl`.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use e2e::{Network, Process, VethOptions};
use nix::sys::signal::Signal;
use serde_json::Value;

use crate::feed::{self, number, packets_sent, sum};
use crate::network;

/// Lines added at a time, and how often: 1,000 in all.
const LOT: usize = 250;
const LOTS: usize = 4;

/// Sender and receiver may be kept off their cores for a while: nothing is given up before.
const PATIENT: [&str; 4] = ["--reorder-window", "8192,250000", "--frames", "16384"];

/// `xdpfeed ctl`, to its end: what it printed.
fn ctl(control: &Path, arguments: &[&str]) -> Result<String> {
    let finished = feed::finish(command(control)?.args(arguments))?;
    ensure!(finished.status.success(), "{}", finished.stderr.trim());
    Ok(finished.stdout)
}

fn stats(control: &Path) -> Result<Value> {
    serde_json::from_str(&ctl(control, &["stats", "--json"])?).context("statistics are no JSON object")
}

/// The statistics once a channel has delivered so many messages: what was sent may still be under way.
fn stats_with(control: &Path, name: &str, messages: u64) -> Result<Value> {
    let begun = Instant::now();
    loop {
        let account = stats(control)?;
        feed::assert_balanced(&account);
        if number(channel(&account, name), "/messages") >= messages {
            return Ok(account);
        }
        ensure!(begun.elapsed() < feed::LONGEST, "{messages} messages did not come on {name}: {account:#}");
    }
}

/// What `xdpfeed ctl` says when it is refused, which it must be.
#[track_caller]
fn refusal(control: &Path, arguments: &[&str], code: i32) -> Result<String> {
    let finished = feed::finish(command(control)?.args(arguments))?;
    assert_eq!(finished.status.code(), Some(code), "{finished:?}");
    assert_eq!(finished.stderr.trim_end().lines().count(), 1, "not one sentence: {finished:?}");
    Ok(finished.stderr)
}

fn command(control: &Path) -> Result<Command> {
    let mut command = Command::new(e2e::xdpfeed_binary()?);
    command.arg("ctl").arg("--control").arg(control);
    Ok(command)
}

/// `xdpfeed publish` on one line of the network.
fn publish(network: &Network, group: &str, arguments: &[&str]) -> Result<Command> {
    let mut command = network.publisher.command(e2e::xdpfeed_binary()?);
    command
        .arg("publish")
        .arg("--line")
        .arg(format!("A={},{group}", network.lines[0].sender))
        .args(arguments);
    Ok(command)
}

/// The channel of that name in an account.
fn channel<'a>(account: &'a Value, name: &str) -> &'a Value {
    let channels = account["channels"].as_array().into_iter().flatten();
    channels.into_iter().find(|channel| channel["name"] == name).unwrap_or(&Value::Null)
}

/// Done when: adding and removing 1,000 lines under load loses nothing on the others.
#[test]
fn a_thousand_lines_come_and_go_and_the_others_lose_nothing() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let directory = tempfile::tempdir()?;
    let control = directory.path().join("control");
    let mut run = feed::run(&network, &PATIENT)?;
    let receiver = feed::receiver(run.arg("--control").arg(&control))?;
    let endless = ["--rate", "2000", "--seconds", "600", "--seed", "5"];
    let load = Process::start("xdpfeed publish", &mut feed::publish(&network, &endless)?)?;

    let mut extra = 0;
    for lot in 0..LOTS {
        // One that is sent to, in a channel of its own; the others in channels of theirs, and on the one that is busy.
        let fresh = format!("239.8.{lot}.1:5000");
        let mut lines = vec![format!("fresh{lot}/A=rx1,{fresh}")];
        let rest = 1..LOT;
        lines.extend(rest.map(|line| match line % 5 {
            0 => format!("itch/more{line}=rx2,239.9.{lot}.{line}:5000"),
            of => format!("idle{of}/{line}=rx{},239.9.{lot}.{line}:5000", 1 + line % 2),
        }));
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let added = ctl(&control, &[&["add-line", "--protocol", "moldudp64/itch50"], &lines[..]].concat())?;
        assert_eq!(added.lines().count(), LOT);
        assert!(network.receiver.ip("maddress show dev rx1")?.contains(&format!("239.8.{lot}.1")));

        let truth = feed::truth(&mut publish(&network, &fresh, &["--rate", "5000", "--packets", "500"])?)?;
        extra += packets_sent(&truth);
        let sent = number(&truth, "/sent/messages");
        let account = stats_with(&control, &format!("fresh{lot}"), sent)?;
        let received = channel(&account, &format!("fresh{lot}"));
        assert_eq!(number(received, "/messages"), sent);
        assert_eq!(number(received, "/messages_lost"), 0);

        let names: Vec<&str> = lines.iter().filter_map(|line| line.split('=').next()).collect();
        let removed = ctl(&control, &[&["remove-line"], &names[..]].concat())?;
        assert_eq!(removed.lines().count(), LOT);
        assert!(!network.receiver.ip("maddress show dev rx1")?.contains("239.8."), "a group is still joined");
        // Nobody receives it any more.
        let unheard = feed::truth(&mut publish(&network, &fresh, &["--rate", "5000", "--packets", "100"])?)?;
        assert!(packets_sent(&unheard) >= 100);
    }

    let truth = load.interrupt()?.json()?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&account);
    let itch = channel(&account, "itch");
    assert_eq!(number(itch, "/messages"), number(&truth, "/sent/messages"));
    assert_eq!(number(itch, "/messages_lost"), 0);
    assert_eq!(sum(itch, "/lines", "missed"), 0, "{itch:#}");
    assert_eq!(itch["lines"].as_array().map(Vec::len), Some(2));
    assert_eq!(sum(itch, "/lines", "packets"), packets_sent(&truth));
    assert_eq!(number(&account, "/packets/received"), packets_sent(&truth) + extra);
    for lot in 0..LOTS {
        let gone = channel(&account, &format!("fresh{lot}"));
        assert_eq!(gone["lines"].as_array().map(Vec::len), Some(0));
        assert!(number(gone, "/lines_removed/packets") >= 500, "{gone:#}");
    }
    network.is_clean()
}

/// A line that is added to a channel takes part in it at once, and one that is removed leaves it to the others.
#[test]
fn a_line_is_handed_over_to_another() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let directory = tempfile::tempdir()?;
    let control = directory.path().join("control");
    let mut run = feed::run_without_lines(&network, &["--protocol", "moldudp64/itch50"])?;
    run.args(PATIENT)
        .arg("--line")
        .arg(format!("itch/A=rx1,{}", feed::GROUPS[0]))
        .args(["--line", "idle/A=rx2,239.9.9.9:5000"])
        .arg("--control")
        .arg(&control);
    let mut receiver = feed::receiver(&mut run)?;
    let endless = ["--rate", "2000", "--seconds", "600", "--seed", "6"];
    let load = Process::start("xdpfeed publish", &mut feed::publish(&network, &endless)?)?;
    receiver.wait_for_words("itch/A on rx1: first packet")?;
    ctl(&control, &["add-line", &format!("itch/B=rx2,{}", feed::GROUPS[1])])?;
    receiver.wait_for_words("itch/B on rx2: first packet")?;
    ctl(&control, &["remove-line", "itch/A"])?;
    let before = number(channel(&stats(&control)?, "itch"), "/messages");
    // Line B alone goes on.
    stats_with(&control, "itch", before + 1_000)?;
    let truth = load.interrupt()?.json()?;
    let account = receiver.interrupt()?.json()?;
    feed::assert_balanced(&account);
    let itch = channel(&account, "itch");
    assert_eq!(number(itch, "/messages"), number(&truth, "/sent/messages"));
    assert_eq!(number(itch, "/messages_lost"), 0);
    assert_eq!(itch["lines"][0]["name"], "B");
    assert!(number(itch, "/lines_removed/packets") > 0);
    assert!(account["lines"][0]["first_packet_ms"].is_f64(), "{account:#}");
    network.is_clean()
}

#[test]
fn what_cannot_be_done_says_what_to_do() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let directory = tempfile::tempdir()?;
    let control = directory.path().join("control");
    assert!(refusal(&control, &["stats"], 1)?.contains("xdpfeed run --control"));
    let mut run = feed::run_without_lines(&network, &["--protocol", "itch=moldudp64/itch50"])?;
    run.arg("--line").arg(format!("itch/A=rx1,{}", feed::GROUPS[0]));
    run.arg("--max-lines").arg("2").arg("--control").arg(&control);
    let receiver = feed::receiver(&mut run)?;
    for (arguments, code, words) in [
        (&["add-line", "itch/B=224.0.1.1:1"][..], 1, "names no interface"),
        (&["add-line", "itch/B=nope0,224.0.1.1:1"], 1, "but on rx1"),
        (&["add-line", "new/A=rx1,224.0.1.1:1"], 1, "add --protocol new="),
        (&["add-line", "itch/A=rx1,224.0.1.1:1"], 1, "another name"),
        (&["add-line", "itch/B=rx1,233.54.12.111:26477"], 1, "is line itch/A again"),
        (&["add-line", "--protocol", "iextp/deep", "itch/B=rx1,224.0.1.1:1"], 1, "speaks moldudp64/itch50"),
        (&["add-line", "--protocol", "morse", "x/A=rx1,224.0.1.1:1"], 2, "morse"),
        (&["add-line", "itch/B=rx1,224.0.1.1"], 2, "GROUP:PORT"),
        (&["remove-line", "itch/Z"], 1, "there is no line itch/Z"),
        (&["remove-line"], 2, "LINE"),
    ] {
        let said = refusal(&control, arguments, code)?;
        assert!(said.contains(words), "'{words}' is not in: {said}");
    }
    // None of it changed anything: there is room for one, and it is received.
    ctl(&control, &["add-line", "itch/B=rx1,224.0.1.1:1"])?;
    let said = refusal(&control, &["add-line", "itch/C=rx1,224.0.1.2:1"], 1)?;
    assert!(said.contains("--max-lines"), "{said}");
    assert!(ctl(&control, &["stats"])?.contains("ledger balanced"));
    feed::assert_balanced(&receiver.interrupt()?.json()?);
    assert!(!control.exists(), "the socket's file goes with it");
    network.is_clean()
}

#[test]
fn one_control_socket_is_one_receiver_s() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let directory = tempfile::tempdir()?;
    let control = directory.path().join("control");
    let run = |line: usize| -> Result<Command> {
        let mut run = feed::run_without_lines(&network, &["--protocol", "moldudp64/itch50"])?;
        run.arg("--line").arg(format!("itch/A={},{}", network.lines[line].receiver, feed::GROUPS[line]));
        run.arg("--control").arg(&control);
        Ok(run)
    };
    let first = feed::receiver(&mut run(0)?)?;
    let second = feed::finish(&mut run(1)?)?;
    assert_eq!(second.status.code(), Some(2), "{second:?}");
    assert!(second.stderr.contains("another process is controlled there"), "{second:?}");
    // A killed one leaves its file, which is no one's.
    first.signal(Signal::SIGKILL)?;
    drop(first);
    assert!(control.exists());
    let third = feed::receiver(&mut run(0)?)?;
    assert_eq!(stats(&control)?["mode"], "native-copy");
    third.interrupt()?.json()?;
    assert!(!control.exists());
    network.is_clean()
}
