//! Where it is measured: a veth pair in a network namespace of this process alone, which goes with it.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, bail, ensure};
use nix::{
    mount::{MsFlags, mount},
    sched::{CloneFlags, unshare},
    unistd::Pid,
};

use crate::{cpu, sys::ethtool};

/// The sending end.
pub(super) const SENDING: &str = "bench-tx";
/// The receiving end.
pub(super) const RECEIVING: &str = "bench-rx";

/// Where changed settings are written down: a file system that goes with the settings.
pub(super) const STATE_DIR: &str = "/run";

/// Makes the pair. From here on this thread, and those it makes, are in that namespace; so nothing is left behind,
/// however this process ends.
///
/// # Errors
/// No privilege, or no `ip` (iproute2).
pub(super) fn make() -> Result<()> {
    unshare(CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS)
        .context("cannot make a network namespace (run as root)")?;
    // A sysfs shows the devices of the namespace it was mounted in.
    mount_at("/", "", MsFlags::MS_REC | MsFlags::MS_PRIVATE)?;
    mount_at("/sys", "sysfs", MsFlags::empty())?;
    mount_at(STATE_DIR, "tmpfs", MsFlags::empty())?;
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

/// Has the kernel hand packets up on a thread of its own (threaded NAPI), on `cpu`, and no longer where they are sent.
///
/// # Errors
/// The kernel makes no such thread, or does not let it be pinned.
pub(super) fn hand_up_on(cpu: usize) -> Result<()> {
    let setting = Path::new("/sys/class/net").join(RECEIVING).join("threaded");
    fs::write(&setting, "1").context("cannot have a thread hand packets up (Linux 5.12 needed)")?;
    let name = format!("napi/{RECEIVING}-");
    let mut pinned = 0;
    for entry in fs::read_dir("/proc").context("cannot list threads")?.flatten() {
        let is_it = fs::read_to_string(entry.path().join("comm")).is_ok_and(|of| of.starts_with(&name));
        if let (true, Ok(pid)) = (is_it, entry.file_name().to_string_lossy().parse()) {
            cpu::pin_other(Pid::from_raw(pid), cpu)?;
            pinned += 1;
        }
    }
    ensure!(pinned > 0, "there is no kernel thread {name}…");
    Ok(())
}

fn mount_at(target: &str, kind: &str, flags: MsFlags) -> Result<()> {
    let kind = (!kind.is_empty()).then_some(kind);
    mount(kind, target, kind, flags, None::<&str>).with_context(|| format!("cannot mount at {target}"))
}

fn ip(arguments: &str) -> Result<()> {
    let output =
        Command::new("ip").args(arguments.split(' ')).output().context("cannot run ip: install iproute2")?;
    if !output.status.success() {
        bail!("ip {arguments}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
