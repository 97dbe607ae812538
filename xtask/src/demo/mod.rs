//! `cargo xtask demo`: a feed with losses, sent and received on this machine, and both accounts compared.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use e2e::{Network, VethOptions};
use nix::unistd::Uid;

use crate::build::Build;
use crate::{privilege, step};

mod capture;
mod stage;
mod summary;
mod synthetic;

/// Set up, build, and show a feed being received.
#[derive(Debug, clap::Args)]
pub(crate) struct Demo {
    /// How long to publish
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Packets a second on each line
    #[arg(long, value_name = "PPS", default_value_t = 50_000, value_parser = clap::value_parser!(u64).range(1..))]
    rate: u64,
    /// Packets to lose on purpose on each line, in percent
    #[arg(long, value_name = "PERCENT", default_value_t = 1.0)]
    lose_percent: f64,
    /// What order flow and losses are made from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Replay a capture instead of publishing
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seconds", "lose_percent", "seed"])]
    capture: Option<PathBuf>,
    /// With --capture: how it is read
    #[arg(long, value_name = "[CHANNEL=]FRAMING[/CODEC]", default_value = "auto", requires = "capture")]
    protocol: Vec<String>,
    /// With --capture: a line, as for `xdpfeed inspect` (without any, each destination in the file is a channel)
    #[arg(long, value_name = "[CHANNEL/]LINE=[SOURCE@]GROUP:PORT", requires = "capture")]
    line: Vec<String>,
    /// The xdpfeed to show: what the part that runs as root is told by the part that builds
    #[arg(long, hide = true)]
    binary: Option<PathBuf>,
}

impl Demo {
    /// Builds as the user, and shows as root.
    ///
    /// # Errors
    /// Something failed, or the accounts of sender and receiver differ.
    pub(crate) fn run(&self) -> Result<()> {
        if let Some(capture) = self.capture.as_deref().filter(|capture| !capture.is_file()) {
            bail!("{}: no such file", capture.display());
        }
        let binary = match &self.binary {
            Some(binary) => binary.clone(),
            None => Build { release: true }.run()?,
        };
        // From here on Ctrl-C ends the feed, not the demo.
        e2e::cleanup::hold_signals();
        if Uid::effective().is_root() {
            return self.show(&binary);
        }
        step::say("going on as root, through sudo: network namespaces and XDP need it");
        let mut again = privilege::as_root_with(env::current_exe()?, &path()?)?;
        again.args(env::args_os().skip(1)).arg("--binary").arg(binary);
        // It says itself what went wrong.
        if !again.status().context("cannot run sudo")?.success() {
            bail!("the demo failed");
        }
        Ok(())
    }

    fn show(&self, binary: &Path) -> Result<()> {
        let Some(capture) = &self.capture else {
            step::say("making two network namespaces joined by two veth pairs: line A and line B");
            return synthetic::show(self, binary, &Network::new(2, VethOptions::default())?);
        };
        capture::show(self, binary, capture)
    }
}

/// The search path, which sudo would replace.
fn path() -> Result<Vec<(std::ffi::OsString, std::ffi::OsString)>> {
    Ok(vec![("PATH".into(), env::var_os("PATH").context("no PATH")?)])
}
