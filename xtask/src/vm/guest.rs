//! What runs inside: xdpfeed, and the guest's one process that drives it, built to run anywhere.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow};

use super::initramfs::Initramfs;
use super::matrix::Case;
use super::modules;
use super::store::Store;
use crate::{build, setup, step};

/// Linked with everything they need: the guest has no library.
const TARGET: &str = "x86_64-unknown-linux-gnu";
const PROFILE: &str = "vm";

/// The programs, as bytes.
#[derive(Debug)]
pub(super) struct Programs {
    init: Vec<u8>,
    xdpfeed: Vec<u8>,
    send: Vec<u8>,
}

/// Builds them.
///
/// # Errors
/// Setting up or building failed.
pub(super) fn build() -> Result<Programs> {
    let toolchain = setup::setup()?;
    step::say("building xdpfeed and the guest's test program, statically linked");
    let mut cargo = build::cargo();
    for flags in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS"] {
        cargo.env_remove(flags);
    }
    cargo.env("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS", "-C target-feature=+crt-static");
    cargo.args(["build", "--locked", "--profile", PROFILE, "--target", TARGET]);
    cargo.args(["--package", "xdpfeed", "--package", "e2e", "--features", "e2e/guest"]);
    step::run(cargo.args(["--bin", "xdpfeed", "--bin", "guest"]))?;
    let objects = toolchain.build(build::workspace(), true).map_err(|sentence| anyhow!(sentence))?;
    let built = build::target_dir().join(TARGET).join(PROFILE);
    let read = |path: PathBuf| fs::read(&path).with_context(|| format!("cannot read {}", path.display()));
    Ok(Programs {
        init: read(built.join("guest"))?,
        xdpfeed: read(built.join("xdpfeed"))?,
        send: read(objects.join("send"))?,
    })
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
    let busybox = store.qemu().join("bin/busybox");
    root.program("bin/busybox", &fs::read(&busybox).with_context(|| format!("{}", busybox.display()))?);
    root.link("bin/ip", "busybox");
    root.directory("lib/modules");
    let modules = modules::in_order(&store.kernel(&case.kernel), case.nic.modules())?;
    for (index, (name, bytes)) in modules.iter().enumerate() {
        // The guest loads them in the order of their names.
        root.program(&format!("lib/modules/{index:02}-{name}.ko"), bytes);
    }
    Ok(root.finish())
}
