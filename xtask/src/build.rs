//! `cargo xtask build` and `cargo xtask ebpf`.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, anyhow};

use crate::{setup, step};

/// Set up, then build the xdpfeed command.
#[derive(Debug, clap::Args)]
pub(crate) struct Build {
    /// With optimizations, for use and for measurements.
    #[arg(long)]
    pub(crate) release: bool,
}

impl Build {
    /// Builds and returns where the binary is.
    ///
    /// # Errors
    /// Setting up or building failed.
    pub(crate) fn run(&self) -> Result<PathBuf> {
        self.run_with(&[])
    }

    /// The same, and in one go with targets of the package that are built alike: what they need of the dependencies
    /// differs from what the command alone needs, so one after the other would build most of it twice.
    ///
    /// # Errors
    /// As for [`Build::run`].
    pub(crate) fn run_with(&self, targets: &[&str]) -> Result<PathBuf> {
        setup::setup()?;
        let profile = if self.release { "release" } else { "debug" };
        step::say(format_args!("building xdpfeed ({profile})"));
        let mut cargo = cargo();
        cargo.args(["build", "--locked", "--package", "xdpfeed", "--bin", "xdpfeed"]).args(targets);
        if self.release {
            cargo.arg("--release");
        }
        step::run(&mut cargo)?;
        Ok(target_dir().join(profile).join("xdpfeed"))
    }
}

/// Builds the XDP programs, and prints the objects' directory.
///
/// # Errors
/// Setting up or building failed.
pub(crate) fn ebpf() -> Result<()> {
    let toolchain = setup::setup()?;
    step::say(format_args!("building the XDP programs with {}", toolchain.describe()));
    let objects = toolchain.build(workspace(), false).map_err(|sentence| anyhow!(sentence))?;
    println!("{}", objects.display());
    Ok(())
}

/// Cargo in the workspace, as the user called it: with their flags and toolchain.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace());
    cargo
}

/// The workspace's root.
pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}

/// Where cargo builds.
pub(crate) fn target_dir() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), |dir| workspace().join(dir))
}
