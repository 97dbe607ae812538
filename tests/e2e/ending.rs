//! However it ends, nothing stays behind.

use std::{env, fs, thread, time::Duration};

use anyhow::Result;
use e2e::{Netns, Network, Process, VethOptions, VethPair};
use nix::sys::signal::Signal;

use crate::feed::{self, number};
use crate::network;

/// A receiver in the middle of a feed, and the feed's publisher.
fn busy(network: &Network) -> Result<(Process, Process)> {
    let mut receiver = feed::receiver(&mut feed::run(network, &["--progress"])?)?;
    let publish = &mut feed::publish(network, &["--rate", "5000", "--seconds", "60"])?;
    let publisher = Process::start("xdpfeed publish", publish)?;
    // The first line of progress.
    receiver.wait_for(" ")?;
    assert!(VethPair::has_xdp(&network.receiver, "rx1")?);
    Ok((receiver, publisher))
}

#[test]
fn signals_end_with_a_summary() -> Result<()> {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let Some(network) = network(2, VethOptions::default())? else { return Ok(()) };
        let (receiver, publisher) = busy(&network)?;
        receiver.signal(signal)?;
        let account = receiver.finish(feed::LONGEST)?.json()?;
        feed::assert_balanced(&account);
        assert!(number(&account, "/packets/received") > 0);
        network.is_clean()?;
        // The publisher as well: the truth about what it sent until then.
        let truth = publisher.interrupt()?.json()?;
        assert!(number(&truth, "/sent/packets") > 0);
    }
    Ok(())
}

#[test]
fn a_killed_receiver_leaves_no_program() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let (receiver, _publisher) = busy(&network)?;
    receiver.signal(Signal::SIGKILL)?;
    let finished = receiver.finish(feed::LONGEST)?;
    assert!(!finished.status.success());
    network.is_clean()?;
    // And the queue is free for the next.
    feed::receiver(&mut feed::run(&network, &[])?)?.interrupt()?.json()?;
    Ok(())
}

/// Receivers killed in the middle of starting and of receiving: each next one starts, and the last one finds the host
/// as the first did. `XDPFEED_KILLS` says how many; without it 100 where `CI` is set, else 10.
#[test]
fn receivers_killed_at_random_leave_nothing() -> Result<()> {
    let usual = if env::var_os("CI").is_some() { 100 } else { 10 };
    let kills: u64 = env::var("XDPFEED_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(usual);
    let Some(network) = network(1, VethOptions { queues: 2, ..VethOptions::default() })? else {
        return Ok(());
    };
    let state = tempfile::tempdir()?;
    let deferred = || -> Result<String> {
        let setting = "/sys/class/net/rx1/napi_defer_hard_irqs";
        let output = network.receiver.command("cat").arg(setting).output()?;
        Ok(String::from_utf8(output.stdout)?)
    };
    let before = deferred()?;
    let publish = &mut feed::publish(&network, &["--rate", "20000", "--seconds", "600"])?;
    let publisher = Process::start("xdpfeed publish", publish)?;
    // A sequence of its own that is the same every time (Knuth's MMIX generator).
    let mut random = 1u64;
    let mut below = |limit: u64| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) % limit
    };
    let ways: [&[&str]; 5] = [
        &[],
        &["--wait", "busy-poll"],
        &["--shared-umem", "--wait", "poll"],
        &["--mode", "generic"],
        &["--jumbo", "on", "--self-test"],
    ];
    let (mut starting, mut receiving) = (0, 0);
    for kill in 0..kills {
        let mut run = feed::run(&network, ways[(kill % 5) as usize])?;
        let mut receiver = Process::start("xdpfeed run", run.arg("--state-dir").arg(state.path()))?;
        if below(2) == 0 {
            receiver.wait_for("receiving")?;
            receiving += 1;
        } else {
            starting += 1;
        }
        thread::sleep(Duration::from_millis(below(150)));
        assert!(
            !receiver.has_ended()?,
            "number {kill} ended by itself: {:?}",
            receiver.finish(feed::LONGEST)?
        );
        receiver.signal(Signal::SIGKILL)?;
        receiver.finish(feed::LONGEST)?;
        network.is_clean()?;
    }
    eprintln!("{receiving} killed while receiving, {starting} at any moment from their start on");
    publisher.signal(Signal::SIGKILL)?;
    publisher.finish(feed::LONGEST)?;
    // The next one works, and has put back what the killed ones had changed.
    let mut run = feed::run(&network, &[])?;
    let receiver = feed::receiver(run.arg("--state-dir").arg(state.path()))?;
    assert_eq!(deferred()?, before);
    assert_eq!(fs::read_dir(state.path())?.count(), 0, "no journal stays");
    let truth = feed::truth(&mut feed::publish(&network, &["--packets", "1000"])?)?;
    let account = receiver.interrupt()?.json()?;
    // Shown if it fails.
    eprintln!("{account:#}");
    feed::assert_all_received(&account, &truth);
    network.is_clean()
}

#[test]
fn namespaces_go_with_their_value() -> Result<()> {
    let Some(network) = network(1, VethOptions::default())? else { return Ok(()) };
    let names = [network.publisher.name().to_string(), network.receiver.name().to_string()];
    for name in &names {
        assert!(Netns::exists(name)?, "{name}");
    }
    drop(network);
    for name in &names {
        assert!(!Netns::exists(name)?, "{name}");
    }
    Ok(())
}
