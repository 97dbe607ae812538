//! Debian's eBPF compiler, unpacked into the private tools directory.
//!
//! `rustc-web` is the newer rustc Debian keeps to build browsers with; `libstd-rust-web-dev-bpf` holds a
//! prebuilt `core` for eBPF. Neither is installed: rustc-web conflicts with the packages rustc and rustup.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::Tools;
use super::apt::{Archive, PrivateApt};
use super::distribution::Distribution;
use super::linker::{self, Llvm};
use crate::step;

const PACKAGES: &[&str] = &["rustc-web", "libstd-rust-web-dev", "libstd-rust-web-dev-bpf"];

/// What every host has that can run apt and link programs: it need not be unpacked a second time.
const THERE_ANYWAY: &[&str] = &["apt", "gcc", "libc6-dev"];

/// Unpacks the compiler unless that is done, and returns the LLVM that came with it; `None` where this release
/// of Debian has no such packages.
///
/// # Errors
/// Fetching or unpacking failed.
pub(super) fn unpack_rustc(tools: &Tools, distribution: &Distribution) -> Result<Option<Llvm>> {
    let root = tools.dir.join("rustc");
    if !root.is_dir() {
        step::say("no compiler for eBPF here: fetching Debian's rustc-web, to unpack and not to install");
        let apt = PrivateApt::new(&tools.dir.join("apt"), &distribution.codename)?;
        let closure = match apt.closure(PACKAGES) {
            Ok(closure) => closure,
            Err(error) => {
                step::say(format_args!("{} does not have it: {error:#}", distribution.name));
                return Ok(None);
            }
        };
        let there: HashSet<_> = apt.closure(THERE_ANYWAY)?.into_iter().map(|archive| archive.name).collect();
        let wanted: Vec<_> = closure.into_iter().filter(|archive| !there.contains(&archive.name)).collect();
        unpack(&fetch(&apt, &wanted, tools)?, &root, tools)?;
        fs::remove_dir_all(tools.dir.join("apt"))?;
    }
    let libraries = linker::directory_of_libllvm(&root.join("usr/lib"))?;
    let relative = libraries.strip_prefix(&tools.dir)?;
    let search = format!("$tools/{}", relative.display());
    linker::write_wrapper(tools, "rustc-bpf", "$tools/rustc/usr/bin/rustc", &search)?;
    Ok(Some(Llvm::in_directory(&libraries, search)?))
}

/// Downloads packages; those that are there from an interrupted run are not fetched again.
fn fetch(apt: &PrivateApt, wanted: &[Archive], tools: &Tools) -> Result<Vec<PathBuf>> {
    let megabytes = wanted.iter().map(|archive| archive.bytes).sum::<u64>() / 1_000_000;
    step::say(format_args!(
        "downloading {} packages, {megabytes} MB, to {}",
        wanted.len(),
        tools.dir.display()
    ));
    let debs = tools.dir.join("debs");
    apt.download(wanted, &debs)?;
    let files = fs::read_dir(&debs)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    Ok(files.into_iter().filter(|file| file.extension().is_some_and(|ext| ext == "deb")).collect())
}

/// Unpacks packages so that `root` is there whole or not at all.
fn unpack(debs: &[PathBuf], root: &Path, tools: &Tools) -> Result<()> {
    step::say(format_args!("unpacking them to {}", root.display()));
    let partial = tools.dir.join("rustc.partial");
    if partial.exists() {
        fs::remove_dir_all(&partial)?;
    }
    fs::create_dir(&partial)?;
    for deb in debs {
        step::run(Command::new("dpkg-deb").arg("--extract").arg(deb).arg(&partial))?;
    }
    fs::rename(&partial, root).context("cannot move the unpacked compiler into place")?;
    fs::remove_dir_all(tools.dir.join("debs")).context("cannot delete the downloaded packages")
}
