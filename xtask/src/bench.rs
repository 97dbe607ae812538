//! `cargo xtask bench`: every receive path side by side, on this machine.

use std::{env, ffi::OsString};

use anyhow::{Context as _, Result, bail};
use nix::unistd::Uid;

use crate::build::Build;
use crate::{privilege, step};

/// Set up, build with optimizations, and compare every receive path.
#[derive(Debug, clap::Args)]
pub(crate) struct Bench {
    /// Passed on to `xdpfeed bench`: see its --help
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

impl Bench {
    /// Builds as the user, and measures as root.
    ///
    /// # Errors
    /// Building or measuring failed.
    pub(crate) fn run(&self) -> Result<()> {
        let binary = Build { release: true }.run()?;
        if !Uid::effective().is_root() {
            step::say("going on as root, through sudo: network namespaces and XDP need it");
        }
        let path = env::var_os("PATH").context("no PATH")?;
        let mut bench = privilege::as_root_with(binary, &[("PATH".into(), path)])?;
        bench.arg("bench").args(&self.arguments);
        // It says itself what went wrong.
        if !bench.status().context("cannot run xdpfeed")?.success() {
            bail!("the bench failed");
        }
        Ok(())
    }
}
