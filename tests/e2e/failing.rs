//! What fails while it runs. Of a process that may have fewer descriptors, `poll` waits for no more than these: a worker
//! that sleeps for several sockets fails, one that sleeps for a single one goes on.

use std::fs;
use std::net::{SocketAddr, UdpSocket};
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, ensure};
use e2e::{Finished, Network, Process, VethOptions};
use nix::sys::socket::{setsockopt, sockopt::BindToDevice};
use serde_json::Value;

use crate::feed::{self, GROUPS, number};
use crate::frames::mold;
use crate::network;

/// Longer than any test: a hole that is open in a worker's stream keeps what it belongs to from ending.
const OPEN: &str = "8192,60000000";

/// Sends MoldUDP64 datagrams of these sequences on the network's first line.
fn send(network: &Network, group: &str, sequences: &[u64]) -> Result<()> {
    network.publisher.inside(|| {
        let socket = UdpSocket::bind("10.77.1.1:0")?;
        setsockopt(&socket, BindToDevice, &"tx1".into())?;
        let to: SocketAddr = group.parse()?;
        sequences.iter().try_for_each(|sequence| socket.send_to(&mold(*sequence, 10), to).map(drop))?;
        Ok(())
    })?
}

/// Of two workers that sleep, the first has one socket and the second two.
fn two_workers(network: &Network) -> Result<Process> {
    let run = ["--protocol", "moldudp64/raw", "--workers", "2", "--wait", "poll", "--reorder-window", OPEN];
    let mut command = network.receiver.command(e2e::xdpfeed_binary()?);
    command.args(["run", "--json"]).args(run);
    let [a, b] = GROUPS;
    for (line, group) in [("one/A=rx1", a), ("one/B=rx1", b), ("two/A=rx2", a), ("two/B=rx3", b)] {
        command.arg("--line").arg(format!("{line},{group}"));
    }
    let mut receiver = Process::start("xdpfeed run", &mut command)?;
    receiver.wait_for("receiving on rx3 (native-copy, 1 queue, worker 1): two/B")?;
    Ok(receiver)
}

/// Has it be given no descriptor whose number is `most` or more.
fn limit(receiver: &Process, most: u32) -> Result<()> {
    let arguments = [format!("--pid={}", receiver.id()), format!("--nofile={most}:")];
    let status = Command::new("prlimit").args(arguments).status()?;
    ensure!(status.success(), "prlimit: {status}");
    Ok(())
}

/// Waits until it has no thread of this name any more.
fn wait_for_end_of(receiver: &Process, thread: &str) -> Result<()> {
    let begun = Instant::now();
    loop {
        let threads = fs::read_dir(format!("/proc/{}/task", receiver.id()))?;
        // One that ends meanwhile has no name.
        let mut names =
            threads.flatten().filter_map(|task| fs::read_to_string(task.path().join("comm")).ok());
        if !names.any(|name| name.trim_end() == thread) {
            return Ok(());
        }
        ensure!(begun.elapsed() < feed::LONGEST, "{thread} does not end");
    }
}

/// Fails unless it ended with exit code 1 and this as its last word.
#[track_caller]
fn assert_failed(finished: &Finished, error: &str) {
    assert_eq!(finished.status.code(), Some(1), "{finished:?}");
    assert!(finished.stderr.lines().last().is_some_and(|last| last.contains(error)), "{finished:?}");
}

/// The other one is still sent what its stream lacks, and both are accounted for.
#[test]
fn a_worker_that_fails_ends_the_others_in_good_order() -> Result<()> {
    let Some(network) = network(3, VethOptions::default())? else { return Ok(()) };
    let mut receiver = two_workers(&network)?;
    send(&network, GROUPS[0], &[1, 3])?;
    receiver.wait_for_words("one/A on rx1: first packet")?;
    limit(&receiver, 1)?;
    wait_for_end_of(&receiver, "worker-1")?;
    limit(&receiver, 1024)?;
    send(&network, GROUPS[1], &[2])?;
    let finished = receiver.finish(feed::LONGEST)?;

    assert_failed(&finished, "worker 1: cannot wait for packets: ");
    let account: Value = serde_json::from_str(&finished.stdout)?;
    feed::assert_balanced(&account);
    assert_eq!(number(&account, "/packets/received"), 3);
    let one = &account["channels"][0];
    assert_eq!((number(one, "/messages"), number(one, "/messages_lost")), (3, 0), "{account:#}");
    network.is_clean()
}

/// The kernel's counters cannot be read either, then: that is not what is to be told.
#[test]
fn a_failure_is_told_also_where_it_cannot_be_accounted_for() -> Result<()> {
    let Some(network) = network(3, VethOptions::default())? else { return Ok(()) };
    let receiver = two_workers(&network)?;
    limit(&receiver, 1)?;
    let finished = receiver.finish(feed::LONGEST)?;
    assert_failed(&finished, "worker 1: cannot wait for packets: ");
    assert_eq!(finished.stdout, "");
    network.is_clean()
}

/// One worker reads all lines: its failure is the end.
#[test]
fn the_worker_of_another_source_that_fails_is_accounted_for() -> Result<()> {
    let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
    for source in ["recvmmsg", "packet-mmap"] {
        let run = ["--protocol", "moldudp64/raw", "--source", source, "--wait", "poll", "--progress"];
        let mut command = network.receiver.command(e2e::xdpfeed_binary()?);
        command.args(["run", "--json", "--reorder-window", OPEN]).args(run);
        for line in ["one/A=rx1", "two/A=rx2"] {
            command.arg("--line").arg(format!("{line},{}", GROUPS[0]));
        }
        let mut receiver = feed::receiver(&mut command)?;
        // The last one still waits for the one before it.
        send(&network, GROUPS[0], &[1, 3])?;
        receiver.wait_for_words(" 2 packets ")?;
        limit(&receiver, 1)?;
        let finished = receiver.finish(feed::LONGEST)?;
        assert_failed(&finished, "cannot wait for ");
        let account: Value = serde_json::from_str(&finished.stdout)?;
        feed::assert_balanced(&account);
        assert_eq!(number(&account, "/packets/received"), 2, "{source}");
        assert_eq!(number(&account, "/channels/0/messages"), 1, "{source}");
    }
    Ok(())
}

/// That it cannot be asked for an interface says nothing of the interface.
#[test]
fn an_interface_that_cannot_be_looked_at_is_not_gone() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    for source in ["af-xdp", "recvmmsg"] {
        let mut receiver = feed::receiver(&mut feed::run(&network, &["--source", source])?)?;
        limit(&receiver, 1)?;
        // It has looked at the interfaces before.
        receiver.wait_for_words("cannot look whether groups are still joined")?;
        limit(&receiver, 1024)?;
        let truth = feed::truth(&mut feed::publish(&network, &["--rate", "5000", "--packets", "1000"])?)?;
        feed::assert_all_received(&receiver.interrupt()?.json()?, &truth);
    }
    network.is_clean()
}
