//! Finds an eBPF toolchain and builds the XDP programs with it.
//!
//! One piece of code for both who need it: xdpfeed's build script includes this file by path, so that plain
//! `cargo build` works, and `cargo xtask ebpf` calls it. Standard library only for that reason.
//!
//! Two toolchains do:
//! - **Debian's**: `rustc-web` with a prebuilt `core` for eBPF, unpacked into the private tools directory by
//!   `cargo xtask setup`. No nightly, no `rust-src`.
//! - **rustup's nightly** with `rust-src`, which builds `core` itself, and `bpf-linker` built for it.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The eBPF target: little-endian, as every host that is supported.
const TARGET: &str = "bpfel-unknown-none";

/// The programs: binaries of the package `xdp-prog`.
const PROGRAMS: &[&str] = &["receive", "send", "generate", "default"];

/// What to say to a user who has no toolchain.
const FIX: &str = "run `cargo xtask setup`, which sets one up";

/// Where `cargo xtask setup` keeps its private tools, and where else they may lie.
///
/// `XDPFEED_TOOLS` names the directory outright. Otherwise it is `xdpfeed` in the user's cache directory,
/// and under sudo also in that of the user who called it: root has no toolchain of its own then.
pub(crate) fn tools_dirs() -> Vec<PathBuf> {
    if let Some(dir) = absolute("XDPFEED_TOOLS") {
        return vec![dir];
    }
    let home_cache = |home: PathBuf| home.join(".cache");
    let own = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(home_cache));
    let caller = env::var("SUDO_USER").ok().and_then(|user| home_of(&user)).map(home_cache);
    own.into_iter().chain(caller).map(|cache| cache.join("xdpfeed")).collect()
}

/// A directory from the environment; relative ones are ignored, as the XDG base directory specification has it.
fn absolute(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// A local user's home directory.
fn home_of(user: &str) -> Option<PathBuf> {
    let passwd = std::fs::read_to_string("/etc/passwd").ok()?;
    let mut lines = passwd.lines().map(|line| line.split(':'));
    lines.find_map(
        |mut fields| if fields.next() == Some(user) { fields.nth(4).map(PathBuf::from) } else { None },
    )
}

/// A compiler and a linker for eBPF that were seen to run.
#[derive(Debug)]
pub(crate) enum Toolchain {
    /// Debian's `rustc-web` in the private tools directory.
    Debian {
        /// Wrapper that runs the unpacked compiler.
        rustc: PathBuf,
        /// `bpf-linker` built against the same LLVM.
        linker: PathBuf,
    },
    /// rustup's nightly with `rust-src`.
    Rustup {
        /// `bpf-linker`, private or on `PATH`.
        linker: PathBuf,
    },
}

impl Toolchain {
    /// Finds a toolchain; the private one first.
    ///
    /// # Errors
    /// One sentence that says what is missing and how to get it.
    pub(crate) fn find() -> Result<Self, String> {
        let dirs = tools_dirs();
        for bin in dirs.iter().map(|dir| dir.join("bin")) {
            let (rustc, linker) = (bin.join("rustc-bpf"), bin.join("bpf-linker"));
            if runs(Command::new(&rustc).arg("--version")) && runs(Command::new(&linker).arg("--version")) {
                return Ok(Self::Debian { rustc, linker });
            }
        }
        if !nightly_has_rust_src() {
            return Err(format!(
                "no eBPF toolchain found (neither the private one in {} nor rustup's nightly with rust-src): {FIX}",
                dirs.first().map_or_else(|| "~/.cache/xdpfeed".into(), |dir| dir.display().to_string()),
            ));
        }
        let private = dirs.iter().map(|dir| dir.join("bin/bpf-linker"));
        private
            .chain([PathBuf::from("bpf-linker")])
            .find(|linker| runs(Command::new(linker).arg("--version")))
            .map(|linker| Self::Rustup { linker })
            .ok_or_else(|| format!("rustup's nightly is there, but no bpf-linker that runs: {FIX}"))
    }

    /// What it is, for people.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Debian { rustc, .. } => format!("Debian's rustc for eBPF, {}", rustc.display()),
            Self::Rustup { linker } => format!("rustup's nightly with {}", linker.display()),
        }
    }

    /// Builds the programs of the workspace at `root` and returns the directory their objects lie in, each
    /// under its name. The compiler's messages go to stderr.
    ///
    /// The target directory is one of its own: cargo locks a target directory for the length of a build, and
    /// the build this one runs inside of holds the lock of its own.
    ///
    /// # Errors
    /// One sentence; the compiler has said why.
    pub(crate) fn build(&self, root: &Path, quiet: bool) -> Result<PathBuf, String> {
        let target_dir = absolute("CARGO_TARGET_DIR").unwrap_or_else(|| root.join("target")).join("bpf");
        let mut cargo = self.cargo();
        cargo.current_dir(root).args(["build", "--locked", "--release", "--package", "xdp-prog"]);
        cargo.args(["--features", "ebpf", "--target", TARGET, "--target-dir"]).arg(&target_dir);
        for program in PROGRAMS {
            cargo.args(["--bin", program]);
        }
        if quiet {
            cargo.arg("--quiet");
        }
        // A build script's stdout speaks to cargo: nothing of this build may get there.
        let status = cargo
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .status()
            .map_err(|error| format!("cannot run {}: {error}", cargo.get_program().display()))?;
        if !status.success() {
            return Err(format!("building the XDP programs failed ({status}; with {})", self.describe()));
        }
        Ok(target_dir.join(TARGET).join("release"))
    }

    /// Cargo, set up for this toolchain.
    fn cargo(&self) -> Command {
        let mut cargo = match self {
            Self::Debian { .. } => Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into())),
            Self::Rustup { .. } => rustup_nightly("cargo"),
        };
        for (name, _) in env::vars_os().filter(|(name, _)| belongs_to_outer_build(name)) {
            cargo.env_remove(name);
        }
        let (Self::Debian { linker, .. } | Self::Rustup { linker }) = self;
        // Without --btf the kernel would see programs and maps without types. bpf-linker takes them from the
        // debug information.
        let flags = format!("-Cdebuginfo=2\x1f-Clink-arg=--btf\x1f-Clinker={}", linker.display());
        cargo.env("CARGO_ENCODED_RUSTFLAGS", flags);
        // Empty, not absent: so they also override cargo's configuration files.
        cargo.env("RUSTC_WRAPPER", "").env("RUSTC_WORKSPACE_WRAPPER", "");
        match self {
            Self::Debian { rustc, .. } => {
                // aya-ebpf needs unstable features of eBPF's intrinsics, the programs its assembly, and
                // nothing else here any.
                cargo.env("RUSTC", rustc).env("RUSTC_BOOTSTRAP", "aya_ebpf,receive,generate");
            }
            Self::Rustup { .. } => {
                cargo.env("CARGO_UNSTABLE_BUILD_STD", "core");
            }
        }
        cargo
    }
}

/// Whether a variable was meant for the build this one runs inside of (or for every build for the host) and
/// would lead a build for eBPF astray: flags, wrappers (clippy's driver), profiles, compilers.
fn belongs_to_outer_build(name: &OsString) -> bool {
    const NAMES: &[&str] =
        &["RUSTC", "RUSTDOC", "RUSTFLAGS", "RUSTDOCFLAGS", "RUSTUP_TOOLCHAIN", "TARGET", "HOST"];
    const PREFIXES: &[&str] =
        &["RUSTC_", "CARGO_ENCODED_", "CARGO_BUILD_", "CARGO_TARGET_", "CARGO_PROFILE_"];
    let Some(name) = name.to_str() else { return false };
    let outer = ["CARGO_UNSTABLE_", "CARGO_CFG_", "CARGO_FEATURE_", "CARGO_PKG_", "CARGO_MANIFEST_"];
    NAMES.contains(&name) || PREFIXES.iter().chain(&outer).any(|prefix| name.starts_with(prefix))
}

/// One of rustup's nightly tools.
pub(crate) fn rustup_nightly(tool: &str) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", tool]).env_remove("RUSTUP_TOOLCHAIN").env("RUSTUP_AUTO_INSTALL", "0");
    command
}

/// Whether rustup has a nightly with the sources of `core`.
pub(crate) fn nightly_has_rust_src() -> bool {
    let output = rustup_nightly("rustc").args(["--print", "sysroot"]).stderr(Stdio::null()).output();
    let Ok(output) = output else { return false };
    let sysroot = String::from_utf8_lossy(&output.stdout);
    output.status.success() && Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/core").is_dir()
}

/// Whether a tool is there and works.
fn runs(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}
