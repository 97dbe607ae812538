//! What runs inside: xdpfeed, and the guest's one process that drives it, with this host's libraries.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, anyhow, ensure};

use super::initramfs::Initramfs;
use super::matrix::Case;
use super::modules;
use super::store::Store;
use crate::{build, setup, step};

const PROFILE: &str = "vm";

/// The programs, as bytes.
#[derive(Debug)]
pub(super) struct Programs {
    init: Vec<u8>,
    xdpfeed: Vec<u8>,
    send: Vec<u8>,
    /// What `init` and `xdpfeed` are linked with, by path. Not linked in: Debian 13's `libelf.a` lacks parts.
    libraries: BTreeMap<String, Vec<u8>>,
}

/// Builds them.
///
/// # Errors
/// Setting up or building failed.
pub(super) fn build() -> Result<Programs> {
    let toolchain = setup::setup()?;
    step::say("building xdpfeed and the guest's test program");
    let mut cargo = build::cargo();
    // Nobody's flags: the guest's processor is not the host's.
    cargo.env("CARGO_ENCODED_RUSTFLAGS", "").env_remove("CARGO_BUILD_TARGET");
    cargo.args(["build", "--locked", "--profile", PROFILE]);
    cargo.args(["--package", "xdpfeed", "--package", "e2e", "--features", "e2e/guest"]);
    step::run(cargo.args(["--bin", "xdpfeed", "--bin", "guest"]))?;
    let objects = toolchain.build(build::workspace(), true).map_err(|sentence| anyhow!(sentence))?;
    let built = build::target_dir().join(PROFILE);
    let (init, xdpfeed) = (built.join("guest"), built.join("xdpfeed"));
    let mut ldd = Command::new("ldd");
    // The guest's loader looks where it looks by itself, not where cargo says.
    let lines = step::output(ldd.args([&init, &xdpfeed]).env_remove("LD_LIBRARY_PATH"))?;
    let library = |path: &str| Ok((path.to_owned(), read(path.as_ref())?));
    Ok(Programs {
        init: read(&init)?,
        xdpfeed: read(&xdpfeed)?,
        send: read(&objects.join("send"))?,
        libraries: lines
            .lines()
            .filter_map(|line| needed(line).transpose())
            .map(|path| library(path?))
            .collect::<Result<_>>()?,
    })
}

/// The file in a line of `ldd`: a library or the loader. The kernel's vDSO has none.
///
/// # Errors
/// The library is where no loader looks by itself.
fn needed(line: &str) -> Result<Option<&str>> {
    let Some(line) = line.strip_prefix('\t') else { return Ok(None) };
    ensure!(!line.ends_with("not found"), "{line} by the loader of a guest: install it in /lib or /usr/lib");
    Ok(line.split(' ').find(|word| word.starts_with('/')))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The root file system of one guest.
///
/// # Errors
/// A kernel module or the busybox cannot be read.
pub(super) fn root(case: &Case, store: &Store, programs: &Programs) -> Result<Vec<u8>> {
    let mut root = Initramfs::default();
    for directory in ["dev", "proc", "sys", "tmp"] {
        root.directory(directory);
    }
    root.program("init", &programs.init);
    root.program("bin/xdpfeed", &programs.xdpfeed);
    root.program("lib/send", &programs.send);
    for (path, bytes) in &programs.libraries {
        root.program(path.trim_start_matches('/'), bytes);
    }
    root.program("bin/busybox", &read(&store.qemu().join("bin/busybox"))?);
    root.link("bin/ip", "busybox");
    root.directory("lib/modules");
    let modules = modules::in_order(&store.kernel(&case.kernel), case.nic.modules())?;
    for (index, (name, bytes)) in modules.iter().enumerate() {
        // The guest loads them in the order of their names.
        root.program(&format!("lib/modules/{index:02}-{name}.ko"), bytes);
    }
    Ok(root.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_ldd_prints() {
        let lines = "/build/vm/guest:\n\tlinux-vdso.so.1 (0x00007f00)\n\tlibz.so.1 => /lib/libz.so.1 (0x00007f01)\n\
                     \t/lib64/ld-linux-x86-64.so.2 (0x00007f02)\n";
        let files: Vec<_> = lines.lines().filter_map(|line| needed(line).unwrap()).collect();
        assert_eq!(files, ["/lib/libz.so.1", "/lib64/ld-linux-x86-64.so.2"]);
        let error = needed("\tlibz.so.1 => not found").unwrap_err().to_string();
        assert!(error.starts_with("libz.so.1 => not found by the loader"), "{error}");
    }
}
