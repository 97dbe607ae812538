//! What fails while it runs.

use std::process::Command;

use anyhow::{Result, ensure};
use e2e::{Process, VethOptions};

use crate::feed;
use crate::network;

/// Has it be given no descriptor whose number is `most` or more.
fn limit(receiver: &Process, most: u32) -> Result<()> {
    let arguments = [format!("--pid={}", receiver.id()), format!("--nofile={most}:")];
    let status = Command::new("prlimit").args(arguments).status()?;
    ensure!(status.success(), "prlimit: {status}");
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
