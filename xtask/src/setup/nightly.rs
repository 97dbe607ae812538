//! rustup's nightly, which builds `core` for eBPF itself: for hosts without Debian's packages.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use super::linker::{self, Llvm};
use crate::{ebpf, privilege, step};

/// Installs nightly with `rust-src` unless it is there, and returns its LLVM.
///
/// # Errors
/// There is no rustup, or it failed.
pub(super) fn install() -> Result<Llvm> {
    if !privilege::on_path("rustup") {
        bail!("rustup is needed for a nightly compiler with rust-src: install it from https://rustup.rs");
    }
    if !ebpf::nightly_has_rust_src() {
        step::say("installing rustup's nightly with rust-src: it builds Rust's core library for eBPF");
        let mut rustup = Command::new("rustup");
        rustup.args(["toolchain", "install", "nightly", "--profile", "minimal", "--component", "rust-src"]);
        step::run(rustup.arg("--no-self-update"))?;
    }
    let sysroot = step::output(ebpf::rustup_nightly("rustc").args(["--print", "sysroot"]))?;
    let libraries = linker::directory_of_libllvm(Path::new(sysroot.trim()))?;
    let search = libraries.display().to_string();
    Llvm::in_directory(&libraries, search)
}
