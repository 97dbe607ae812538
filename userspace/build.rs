//! Builds the XDP programs and tells the crate where their objects are.

use std::path::PathBuf;
use std::{env, process};

#[path = "../xtask/src/ebpf.rs"]
mod ebpf;

fn main() {
    let package = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let root = package.parent().expect("the package lies in the workspace");
    let objects = ebpf::Toolchain::find().and_then(|toolchain| toolchain.build(root, true));
    let objects = objects.unwrap_or_else(|sentence| {
        println!("cargo::error={sentence}");
        process::exit(1);
    });
    println!("cargo::rustc-env=XDPFEED_RECEIVE_OBJECT={}", objects.join("receive").display());
    println!("cargo::rustc-env=XDPFEED_GENERATE_OBJECT={}", objects.join("generate").display());
    println!("cargo::rustc-env=XDPFEED_SEND_OBJECT={}", objects.join("send").display());
    println!("cargo::rustc-env=XDPFEED_DEFAULT_OBJECT={}", objects.join("default").display());
    for source in ["xdp-prog/src", "xdp-prog/Cargo.toml", "xtask/src/ebpf.rs", "Cargo.toml", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={}", root.join(source).display());
    }
    for variable in ["XDPFEED_TOOLS", "XDG_CACHE_HOME", "HOME", "CARGO_TARGET_DIR"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
}
