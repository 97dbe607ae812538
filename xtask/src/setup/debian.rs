//! Debian's eBPF compiler, unpacked into the private tools directory.
//!
//! `rustc-web` is the newer rustc Debian keeps to build browsers with; `libstd-rust-web-dev-bpf` holds a
//! prebuilt `core` for eBPF. Neither is installed: rustc-web conflicts with the packages rustc and rustup.

use std::collections::HashSet;
use std::fs;

use anyhow::Result;

use super::Tools;
use super::apt::{Mirror, PrivateApt};
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
        let mirror = Mirror::of_host(&distribution.codename)?;
        let security = format!("{}-security", distribution.codename);
        let apt =
            PrivateApt::new(&tools.dir.join("apt"), &mirror, &[&distribution.codename, &security], None)?;
        let closure = match apt.closure(PACKAGES) {
            Ok(closure) => closure,
            Err(error) => {
                step::say(format_args!("{} does not have it: {error:#}", distribution.name));
                return Ok(None);
            }
        };
        let there: HashSet<_> = apt.closure(THERE_ANYWAY)?.into_iter().map(|archive| archive.name).collect();
        let wanted: Vec<_> = closure.into_iter().filter(|archive| !there.contains(&archive.name)).collect();
        apt.unpack(&wanted, &root)?;
        fs::remove_dir_all(tools.dir.join("apt"))?;
    }
    let libraries = linker::directory_of_libllvm(&root.join("usr/lib"))?;
    let relative = libraries.strip_prefix(&tools.dir)?;
    let search = format!("$tools/{}", relative.display());
    linker::write_wrapper(tools, "rustc-bpf", "$tools/rustc/usr/bin/rustc", &search)?;
    Ok(Some(Llvm::in_directory(&libraries, search)?))
}
