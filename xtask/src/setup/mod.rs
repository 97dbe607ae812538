//! `cargo xtask setup`: finds what is missing and installs it, saying what and why before each step.
//!
//! Present is what can be seen to work, not what some record says: every step looks first, so that setting up
//! twice does nothing and setting up after an interruption goes on from there.

use std::fs::{self, File};
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow};

use crate::ebpf::{Toolchain, tools_dirs};
use crate::{privilege, step};
use distribution::Distribution;

pub(crate) mod apt;
mod debian;
pub(crate) mod distribution;
mod linker;
mod nightly;
mod packages;

/// Sets up whatever is missing and returns the eBPF toolchain.
///
/// # Errors
/// What failed, or on a distribution that is not known what to install by hand.
pub(crate) fn setup() -> Result<Toolchain> {
    privilege::refuse_sudo_over_home()?;
    let missing = packages::missing();
    let found = Toolchain::find();
    if missing.is_empty()
        && let Ok(toolchain) = found
    {
        return Ok(toolchain);
    }
    let distribution = Distribution::of_this_host();
    if !distribution.has_apt() {
        return Err(by_hand(&distribution, &missing, found.is_ok()));
    }
    packages::install(&missing)?;
    if let Ok(toolchain) = found {
        return Ok(toolchain);
    }
    let tools = Tools::open()?;
    // Whoever held the lock may have done it all.
    if Toolchain::find().is_err() {
        let rustc =
            if distribution.is_debian() { debian::unpack_rustc(&tools, &distribution)? } else { None };
        let llvm = match rustc {
            Some(llvm) => llvm,
            None => nightly::install()?,
        };
        linker::build(&tools, &llvm)?;
    }
    Toolchain::find().map_err(|sentence| anyhow!("set up, but still: {sentence}"))
}

/// The private tools directory, locked against other set-ups.
#[derive(Debug)]
pub(crate) struct Tools {
    pub(crate) dir: PathBuf,
    /// Held for as long as this lives.
    _lock: File,
}

impl Tools {
    /// Makes the directory where it is not there, and waits for whoever holds it.
    ///
    /// # Errors
    /// There is no home directory, or it cannot be written to.
    pub(crate) fn open() -> Result<Self> {
        let dir =
            tools_dirs().into_iter().next().context("no HOME: set XDPFEED_TOOLS to a directory for tools")?;
        fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
        let lock =
            File::create(dir.join("lock")).with_context(|| format!("cannot write to {}", dir.display()))?;
        if lock.try_lock().is_err() {
            step::say(format_args!("waiting for another set-up in {}", dir.display()));
            lock.lock()?;
        }
        Ok(Self { dir, _lock: lock })
    }
}

/// What to install on a distribution this cannot install on.
fn by_hand(distribution: &Distribution, missing: &[&packages::Need], toolchain: bool) -> anyhow::Error {
    let mut text =
        format!("{} is not known here; what is missing has to be installed by hand:\n", distribution.name);
    for need in missing {
        text +=
            &format!("  - {} ({}); on Fedora {}, on Arch {}\n", need.what, need.why, need.fedora, need.arch);
    }
    if !toolchain {
        text +=
            "  - an eBPF compiler: rustup toolchain install nightly --profile minimal --component rust-src\n";
        text += &format!(
            "  - its linker, bpf-linker {}, built for the same LLVM: cargo binstall bpf-linker@{}, or an archive from\n    \
             https://github.com/aya-rs/bpf-linker/releases unpacked into a directory on PATH\n",
            linker::VERSION,
            linker::VERSION
        );
    }
    anyhow!("{text}then run this again")
}
