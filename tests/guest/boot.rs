//! From the kernel's first process to two NICs that are up.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{io, thread};

use anyhow::{Context as _, Result, bail, ensure};
use nix::kmod::{ModuleInitFlags, finit_module};
use nix::mount::{MsFlags, mount as mount_at};
use serde_json::{Value, json};

/// Hardware addresses the host gave the NICs.
const RECEIVER: &str = "52:54:00:00:02:01";
const SENDER: &str = "52:54:00:00:02:02";

/// How long a link may take to come up. Attaching a program resets some NICs, and negotiation takes them seconds.
const LINK_PATIENCE: Duration = Duration::from_secs(20);
const LOOK: Duration = Duration::from_millis(10);

/// Mounts what programs expect of a Linux system.
pub(crate) fn mount() -> Result<()> {
    for (kind, at) in [("proc", "/proc"), ("sysfs", "/sys"), ("devtmpfs", "/dev"), ("tmpfs", "/tmp")] {
        mount_at(Some(kind), at, Some(kind), MsFlags::empty(), None::<&str>)
            .with_context(|| format!("cannot mount {at}"))?;
    }
    Ok(())
}

/// Loads the drivers, in the order of their files' names.
pub(crate) fn load_modules() -> Result<()> {
    let entries = fs::read_dir("/lib/modules")?.collect::<io::Result<Vec<_>>>()?;
    let mut files: Vec<_> = entries.into_iter().map(|entry| entry.path()).collect();
    files.sort();
    for path in files {
        let file = fs::File::open(&path)?;
        finit_module(file, c"", ModuleInitFlags::empty())
            .with_context(|| format!("cannot load {}", path.display()))?;
    }
    Ok(())
}

/// The two NICs, back to back.
#[derive(Debug)]
pub(crate) struct Nics {
    pub(crate) receiver: String,
    pub(crate) sender: String,
}

impl Nics {
    /// Finds them by their hardware addresses, and brings them up.
    pub(crate) fn find() -> Result<Self> {
        let nics = Self { receiver: by_address(RECEIVER)?, sender: by_address(SENDER)? };
        ip("link set lo up")?;
        for (name, host) in [(&nics.receiver, 1), (&nics.sender, 2)] {
            ip(&format!("addr add 10.77.0.{host}/24 dev {name}"))?;
            ip(&format!("link set {name} up"))?;
        }
        nics.wait_for_links()?;
        Ok(nics)
    }

    /// What they are.
    pub(crate) fn describe(&self) -> Result<Value> {
        let name = &self.receiver;
        let driver = fs::read_link(format!("/sys/class/net/{name}/device/driver"))?;
        let driver = driver.file_name().map(|driver| driver.to_string_lossy().into_owned());
        let queues = fs::read_dir(format!("/sys/class/net/{name}/queues"))?.flatten();
        let receive = queues.filter(|queue| queue.file_name().to_string_lossy().starts_with("rx-")).count();
        Ok(json!({ "driver": driver, "queues": receive }))
    }

    /// Waits until both have carrier.
    pub(crate) fn wait_for_links(&self) -> Result<()> {
        let deadline = Instant::now() + LINK_PATIENCE;
        for name in [&self.receiver, &self.sender] {
            let carrier = format!("/sys/class/net/{name}/carrier");
            while fs::read_to_string(&carrier).is_ok_and(|carrier| carrier.trim() != "1") {
                ensure!(Instant::now() < deadline, "{name} has no carrier");
                thread::sleep(LOOK);
            }
        }
        Ok(())
    }
}

fn by_address(address: &str) -> Result<String> {
    for entry in fs::read_dir("/sys/class/net")? {
        let entry = entry?;
        if fs::read_to_string(entry.path().join("address"))?.trim() == address {
            return Ok(entry.file_name().to_string_lossy().into_owned());
        }
    }
    bail!("no NIC has the address {address}: its driver did not take it")
}

/// Runs `ip`, with blank-separated arguments.
fn ip(arguments: &str) -> Result<()> {
    let output = Command::new("/bin/ip").args(arguments.split(' ')).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`ip {arguments}` failed: {}", said.trim());
    Ok(())
}

/// Those of a NIC's counters that are not 0.
pub(crate) fn statistics(nic: &str) -> Value {
    let names = fs::read_dir(Path::new("/sys/class/net").join(nic).join("statistics")).into_iter().flatten();
    let names = names.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let counters = names.filter_map(|name| Some((name.clone(), statistic(nic, &name).ok()?)));
    counters.filter(|(_, count)| *count > 0).map(|(name, count)| (name, json!(count))).collect()
}

/// A counter of the receiving NIC's, as its driver or the kernel keeps it.
fn statistic(nic: &str, name: &str) -> Result<u64> {
    let path = Path::new("/sys/class/net").join(nic).join("statistics").join(name);
    Ok(fs::read_to_string(path)?.trim().parse()?)
}
