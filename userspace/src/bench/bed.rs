//! Where it is measured: a veth pair in a network namespace of this process alone, which goes with it.

use std::process::Command;

use anyhow::{Context, Result, bail};
use nix::sched::{CloneFlags, unshare};

use crate::sys::ethtool;

/// The sending end.
pub(super) const SENDING: &str = "bench-tx";
/// The receiving end.
pub(super) const RECEIVING: &str = "bench-rx";

/// Makes the pair. From here on this thread, and those it makes, are in that namespace; so nothing is left behind,
/// however this process ends.
///
/// # Errors
/// No privilege, or no `ip` (iproute2).
pub(super) fn make() -> Result<()> {
    unshare(CloneFlags::CLONE_NEWNET).context("cannot make a network namespace (run as root)")?;
    // Before the interfaces come up, or what IPv6 sends by itself counts with the feed.
    for command in [
        &format!(
            "link add {SENDING} numtxqueues 1 numrxqueues 1 type veth peer name {RECEIVING} numtxqueues 1 numrxqueues 1"
        ),
        &format!("link set {SENDING} addrgenmode none"),
        &format!("link set {RECEIVING} addrgenmode none"),
        &format!("addr add 10.77.0.1/24 dev {RECEIVING}"),
        &format!("link set {SENDING} up"),
        &format!("link set {RECEIVING} up"),
        "link set lo up",
    ] {
        ip(command)?;
    }
    // A veth end takes live frames only if it has a program, or this.
    ethtool::set_receive_offload(RECEIVING, true).context("cannot turn on generic receive offload")
}

fn ip(arguments: &str) -> Result<()> {
    let output =
        Command::new("ip").args(arguments.split(' ')).output().context("cannot run ip: install iproute2")?;
    if !output.status.success() {
        bail!("ip {arguments}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
