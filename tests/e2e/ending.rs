//! However it ends, nothing stays behind.

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
