//! bpf-linker, built against the very LLVM the eBPF compiler uses: bitcode of one does for no other.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::Tools;
use crate::{build, step};

/// The version built here.
pub(super) const VERSION: &str = "0.13.0";

/// LLVM's major versions [`VERSION`] can be built for.
const LLVMS: std::ops::RangeInclusive<u32> = 21..=23;

/// A shared LLVM library.
#[derive(Debug)]
pub(super) struct Llvm {
    /// The library's file.
    file: PathBuf,
    /// LLVM's major version.
    major: u32,
    /// Where a wrapper script has the loader look for it and for what it needs.
    search: String,
}

impl Llvm {
    /// The one that lies in `directory`, which is `search` to a wrapper script.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn in_directory(directory: &Path, search: String) -> Result<Self> {
        let (file, major) = libllvm(directory)
            .with_context(|| format!("no libLLVM.so.VERSION in {}", directory.display()))?;
        Ok(Self { file, major, search })
    }
}

/// The directory at or one level below `dir` that holds a shared LLVM library: `lib` in a sysroot of rustup's,
/// `usr/lib/TRIPLET` of Debian's.
///
/// # Errors
/// There is none.
pub(super) fn directory_of_libllvm(dir: &Path) -> Result<PathBuf> {
    let below = fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    let mut candidates = below.flatten().map(|entry| entry.path()).filter(|path| path.is_dir());
    candidates
        .find(|path| libllvm(path).is_some())
        .with_context(|| format!("no shared LLVM library below {}", dir.display()))
}

/// The library and its major version: `libLLVM.so.22.1`, or with rustup `libLLVM.so.22.1-rust-1.97.0-nightly`.
fn libllvm(directory: &Path) -> Option<(PathBuf, u32)> {
    fs::read_dir(directory).ok()?.flatten().find_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        let major = name.strip_prefix("libLLVM.so.")?.split('.').next()?.parse().ok()?;
        Some((entry.path(), major))
    })
}

/// Writes a script into the tools' `bin` that runs `program` with a library search path of its own. `$tools` in
/// both stands for the tools directory, found from where the script lies: the directory can be moved.
///
/// # Errors
/// It cannot be written.
pub(super) fn write_wrapper(tools: &Tools, name: &str, program: &str, search: &str) -> Result<()> {
    let bin = tools.dir.join("bin");
    fs::create_dir_all(&bin)?;
    let script = format!(
        "#!/bin/sh\ntools=${{0%/bin/*}}\n\
         export LD_LIBRARY_PATH=\"{search}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}\"\nexec \"{program}\" \"$@\"\n"
    );
    let partial = bin.join(format!("{name}.partial"));
    fs::write(&partial, script)?;
    fs::set_permissions(&partial, fs::Permissions::from_mode(0o755))?;
    fs::rename(&partial, bin.join(name)).with_context(|| format!("cannot write {}", bin.join(name).display()))
}

/// Builds the linker against `llvm`. An interrupted build goes on where it stopped.
///
/// # Errors
/// This version cannot be built for that LLVM, or building failed.
pub(super) fn build(tools: &Tools, llvm: &Llvm) -> Result<()> {
    let Llvm { file, major, search } = llvm;
    if !LLVMS.contains(major) {
        bail!(
            "bpf-linker {VERSION} is for LLVM {} to {}, the compiler has {major}",
            LLVMS.start(),
            LLVMS.end()
        );
    }
    step::say(format_args!("building bpf-linker {VERSION}: it links eBPF objects (a minute)"));
    let work = tools.dir.join("bpf-linker.partial");
    let lib = work.join("llvm/lib");
    fs::create_dir_all(&lib)?;
    let link = lib.join("libLLVM.so");
    if link.symlink_metadata().is_ok() {
        fs::remove_file(&link)?;
    }
    symlink(file, &link)?;
    let mut cargo = build::cargo();
    for flags in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        cargo.env_remove(flags);
    }
    cargo.args([
        "install",
        "bpf-linker",
        "--version",
        VERSION,
        "--locked",
        "--no-track",
        "--force",
        "--quiet",
    ]);
    cargo.args(["--no-default-features", "--features", &format!("llvm-{major}"), "--root"]).arg(&work);
    cargo.env("LLVM_PREFIX", work.join("llvm")).env("CARGO_TARGET_DIR", work.join("target"));
    cargo.env("CARGO_PROFILE_RELEASE_DEBUG", "0");
    step::run(&mut cargo)?;
    let libexec = tools.dir.join("libexec");
    fs::create_dir_all(&libexec)?;
    fs::rename(work.join("bin/bpf-linker"), libexec.join("bpf-linker"))?;
    write_wrapper(tools, "bpf-linker", "$tools/libexec/bpf-linker", search)?;
    fs::remove_dir_all(&work).context("cannot delete what was left of building bpf-linker")
}
