//! Network namespaces.

use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::process::{self, Command};
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use anyhow::{Context as _, Result, anyhow};
use nix::sched::{CloneFlags, setns};

use crate::cleanup;
use crate::ip::ip;

/// What the names of all namespaces made here begin with: `xdpfeed-PID-NUMBER-LABEL`.
const PREFIX: &str = "xdpfeed-";

/// A named network namespace; deleted, with every interface in it, when dropped.
#[derive(Debug)]
pub struct Netns {
    name: String,
}

impl Netns {
    /// Makes one with its loopback interface up and IPv6 silent: nothing is sent in it unless asked for.
    ///
    /// The first call also deletes the namespaces of processes that were killed.
    ///
    /// # Errors
    /// `ip` cannot be run or refuses, most likely because this is not root.
    pub fn new(label: &str) -> Result<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        static SWEEP: Once = Once::new();
        SWEEP.call_once(sweep);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let netns = Self { name: format!("{PREFIX}{}-{number}-{label}", process::id()) };
        cleanup::add_namespace(&netns.name);
        ip(["netns", "add", &netns.name])?;
        netns.ip("link set lo up")?;
        // Interfaces made later inherit these. No router solicitations and multicast reports that a test would
        // have to expect; no packet refused for a source address without a route back.
        netns.set("net/ipv6/conf/default/disable_ipv6", "1")?;
        netns.set("net/ipv4/conf/all/rp_filter", "0")?;
        netns.set("net/ipv4/conf/default/rp_filter", "0")?;
        Ok(netns)
    }

    /// Its name, for `ip netns` and `ip -n`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A command that runs inside, and is killed when the thread that started it ends, however that comes.
    ///
    /// `ip` and `setpriv` replace themselves by what they start, so the child's pid is the program's.
    #[must_use]
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name, "setpriv", "--pdeathsig", "KILL"]).arg(program);
        command
    }

    /// Runs `ip` on the inside, with blank-separated arguments, and returns what it printed.
    ///
    /// # Errors
    /// `ip` refuses; with its reason.
    pub fn ip(&self, arguments: &str) -> Result<String> {
        ip(["-n", &self.name].into_iter().chain(arguments.split_whitespace()))
    }

    /// Sets a value below `/proc/sys`, as it is inside.
    ///
    /// # Errors
    /// There is no such value, or the kernel refuses it.
    pub fn set(&self, key: &str, value: &str) -> Result<()> {
        let mut tee = self.command("sh");
        let output = tee.args(["-c", "echo \"$1\" >\"/proc/sys/$2\"", "sh", value, key]).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        anyhow::ensure!(output.status.success(), "cannot set {key} to {value}: {}", said.trim());
        Ok(())
    }

    /// Runs something on a thread that lives inside: sockets it makes stay there.
    ///
    /// # Errors
    /// The thread cannot enter, or panicked.
    pub fn inside<T: Send>(&self, run: impl FnOnce() -> T + Send) -> Result<T> {
        let entry = File::open(Path::new("/run/netns").join(&self.name))?;
        thread::scope(|scope| {
            let inside = scope.spawn(move || -> Result<T> {
                setns(entry, CloneFlags::CLONE_NEWNET).context("cannot enter the namespace")?;
                Ok(run())
            });
            inside.join().map_err(|_| anyhow!("what ran inside panicked"))?
        })
    }

    /// Whether it is still there.
    ///
    /// # Errors
    /// `ip` cannot be run.
    pub fn exists(name: &str) -> Result<bool> {
        Ok(all()?.iter().any(|other| other == name))
    }
}

impl Drop for Netns {
    fn drop(&mut self) {
        if let Err(error) = ip(["netns", "delete", &self.name]) {
            eprintln!("namespace {} stays behind: {error:#}", self.name);
        }
        cleanup::remove_namespace(&self.name);
    }
}

/// The names of all network namespaces on this host.
fn all() -> Result<Vec<String>> {
    let listed = ip(["netns", "list"]).context("cannot list the network namespaces")?;
    // NAME (id: N)
    Ok(listed.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_string).collect())
}

/// Deletes what killed processes left behind.
fn sweep() {
    for name in all().unwrap_or_default() {
        let maker = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next());
        let dead = |pid: &str| pid.parse::<u32>().is_ok() && !Path::new("/proc").join(pid).exists();
        if maker.is_some_and(dead) {
            // Another process may be sweeping too.
            let _gone = ip(["netns", "delete", &name]);
        }
    }
}
