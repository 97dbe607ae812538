//! `--wait busy-poll`: interrupts put off where that brings packets, left where it does not, and back after a crash.

use std::{fs, os::unix::fs::MetadataExt as _, path::Path};

use anyhow::{Context as _, Result, ensure};
use e2e::{Netns, Process, VethOptions};
use nix::sys::signal::Signal;
use serde_json::json;

use crate::feed::{self, number};
use crate::modes::said;
use crate::network;

const SHORT: &[&str] = &["--rate", "20000", "--packets", "2000", "--seed", "3"];

const SETTINGS: [&str; 2] = ["napi_defer_hard_irqs", "gro_flush_timeout"];
const PUT_OFF: [&str; 2] = ["2", "200000"];

fn path(interface: &str, setting: &str) -> String {
    format!("/sys/class/net/{interface}/{setting}")
}

/// What an interface of the receiving end has them at.
fn deferral(netns: &Netns, interface: &str) -> Result<[String; 2]> {
    let read = |setting| -> Result<String> {
        let output = netns.command("cat").arg(path(interface, setting)).output()?;
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    Ok([read(SETTINGS[0])?, read(SETTINGS[1])?])
}

/// A veth pair's receiving end has a NAPI, of which the kernel tells AF_XDP from some versions on nothing.
#[test]
fn interrupts_are_put_off_only_where_there_is_something_to_poll() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    let state = tempfile::tempdir()?;
    let names: Vec<&str> = network.lines.iter().map(|line| line.receiver.as_str()).collect();
    let deferrals = || names.iter().map(|name| deferral(&network.receiver, name)).collect::<Result<Vec<_>>>();
    let before = deferrals()?;
    let mut run = feed::run(&network, &["--wait", "busy-poll"])?;
    let receiver = feed::receiver(run.arg("--state-dir").arg(state.path()))?;
    assert_eq!(
        deferrals()?,
        before,
        "the kernel tells of a copying socket's NAPI with its first packet, if at all"
    );
    let truth = feed::truth(&mut feed::publish(&network, SHORT)?)?;
    let during = deferrals()?;
    let finished = receiver.interrupt()?;
    let account = finished.json()?;
    feed::assert_all_received(&account, &truth);
    assert_eq!(deferrals()?, before);
    assert_eq!(fs::read_dir(state.path())?.count(), 0, "no journal stays");
    let polled = number(&account, "/ledger/entries/host_busy_polled");
    if said(&account, "notes", "knows no NAPI") {
        assert_eq!((polled, during), (0, before), "{account:#}");
        for name in names {
            let told = finished.stderr.matches(&format!("{name}: packets came")).count();
            assert_eq!(told, 1, "{}", finished.stderr);
        }
    } else {
        // Either it polls, or it says that it does not.
        assert_eq!(polled == 0, said(&account, "notes", "BusyPollRxPackets"), "{account:#}");
    }
    network.is_clean()
}

/// Puts interrupts off as a `run` does, written down in its name: whether it would do so on veth by itself is the
/// kernel's affair. (In the guests of `cargo xtask vm`, it does.)
fn put_off(netns: &Netns, run: &Process, state: &Path) -> Result<()> {
    let pid = run.id();
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let started = stat.rsplit_once(')').and_then(|(_, behind)| behind.split_whitespace().nth(19));
    let started: u64 = started.context("no start time in /proc/PID/stat")?.parse()?;
    let before = deferral(netns, "rx1")?;
    let settings = SETTINGS.iter().zip(before).zip(PUT_OFF);
    let changes = settings.map(|((setting, old), new)| {
        json!({ "kind": "file", "path": path("rx1", setting), "old": old, "new": new })
    });
    let journal = json!({
        "pid": pid,
        "started": started,
        "network_namespace": fs::metadata(format!("/proc/{pid}/ns/net"))?.ino(),
        "changes": changes.collect::<Vec<_>>(),
    });
    fs::write(state.join(format!("{pid}-rx1.json")), journal.to_string())?;
    for (setting, new) in SETTINGS.iter().zip(PUT_OFF) {
        let mut set = netns.command("sh");
        let set = set.args(["-c", "echo \"$1\" >\"$2\"", "sh", new, &path("rx1", setting)]).status()?;
        ensure!(set.success(), "cannot set {setting}");
    }
    Ok(())
}

/// What a killed run had changed is undone by the next, whatever that waits by.
#[test]
fn interrupts_put_off_by_a_killed_run_are_put_back_by_the_next() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let state = tempfile::tempdir()?;
    let before = deferral(&network.receiver, "rx1")?;
    let mut run = feed::run(&network, &[])?;
    let receiver = feed::receiver(run.arg("--state-dir").arg(state.path()))?;
    put_off(&network.receiver, &receiver, state.path())?;
    receiver.signal(Signal::SIGKILL)?;
    receiver.finish(feed::LONGEST)?;
    assert_eq!(deferral(&network.receiver, "rx1")?, PUT_OFF);
    let mut run = feed::run(&network, &[])?;
    let next = feed::receiver(run.arg("--state-dir").arg(state.path()))?;
    assert_eq!(deferral(&network.receiver, "rx1")?, before);
    let said = next.interrupt()?.stderr;
    assert!(said.contains("undid what a run that crashed had changed"), "{said}");
    assert_eq!(fs::read_dir(state.path())?.count(), 0, "no journal stays");
    network.is_clean()
}

/// The same without a next run.
#[test]
fn interrupts_put_off_by_a_killed_run_are_put_back_by_probe() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let state = tempfile::tempdir()?;
    let before = deferral(&network.receiver, "rx1")?;
    let restore = || -> Result<String> {
        let mut probe = network.receiver.command(e2e::xdpfeed_binary()?);
        let finished = feed::finish(probe.args(["probe", "--restore", "--state-dir"]).arg(state.path()))?;
        assert!(finished.status.success(), "{finished:?}");
        Ok(finished.stdout)
    };
    let mut run = feed::run(&network, &[])?;
    let receiver = feed::receiver(run.arg("--state-dir").arg(state.path()))?;
    put_off(&network.receiver, &receiver, state.path())?;
    assert_eq!(restore()?, "nothing was left changed\n", "it runs");
    assert_eq!(deferral(&network.receiver, "rx1")?, PUT_OFF);
    receiver.signal(Signal::SIGKILL)?;
    receiver.finish(feed::LONGEST)?;
    let said = restore()?;
    assert!(said.contains("undid: ") && said.contains("napi_defer_hard_irqs"), "{said}");
    assert_eq!(deferral(&network.receiver, "rx1")?, before);
    assert_eq!(restore()?, "nothing was left changed\n");
    network.is_clean()
}
