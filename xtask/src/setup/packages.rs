//! System packages: what the build and the tests take from the host.

use std::process::{Command, Stdio};
use std::{env, fs};

use anyhow::Result;

use super::apt;
use crate::{privilege, step};

/// Something the host must have.
#[derive(Debug)]
pub(super) struct Need {
    /// The thing itself.
    pub(super) what: &'static str,
    /// What it is needed for.
    pub(super) why: &'static str,
    /// Debian's and Ubuntu's packages.
    debian: &'static [&'static str],
    /// Fedora's packages, for a message.
    pub(super) fedora: &'static str,
    /// Arch's packages, for a message.
    pub(super) arch: &'static str,
    /// Whether it is there, however it came.
    present: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need {
        what: "a C compiler",
        why: "links Rust programs and compiles libbpf and libxdp",
        debian: &["gcc", "libc6-dev"],
        fedora: "gcc glibc-devel",
        arch: "gcc",
        present: || privilege::on_path("cc"),
    },
    Need {
        what: "make",
        why: "builds libbpf",
        debian: &["make"],
        fedora: "make",
        arch: "make",
        present: || privilege::on_path("make"),
    },
    Need {
        what: "pkg-config",
        why: "finds libelf and zlib",
        debian: &["pkg-config"],
        fedora: "pkgconf-pkg-config",
        arch: "pkgconf",
        present: || privilege::on_path("pkg-config"),
    },
    Need {
        what: "m4",
        why: "generates a source file of libxdp",
        debian: &["m4"],
        fedora: "m4",
        arch: "m4",
        present: || privilege::on_path("m4"),
    },
    Need {
        what: "clang with libclang",
        why: "compiles libxdp's own XDP program and reads C headers for Rust",
        debian: &["clang"],
        fedora: "clang clang-libs",
        arch: "clang",
        present: || privilege::on_path("clang") && libclang(),
    },
    Need {
        what: "libelf with its headers",
        why: "libbpf reads object files with it",
        debian: &["libelf-dev"],
        fedora: "elfutils-libelf-devel",
        arch: "libelf",
        present: || pkg_config("libelf"),
    },
    Need {
        what: "zlib with its headers",
        why: "libbpf links it",
        debian: &["zlib1g-dev"],
        fedora: "zlib-ng-compat-devel",
        arch: "zlib",
        present: || pkg_config("zlib"),
    },
    Need {
        what: "valgrind",
        why: "counts the instructions of the hot path, which the gate compares with those kept",
        debian: &["valgrind"],
        fedora: "valgrind",
        arch: "valgrind",
        present: || privilege::on_path("valgrind"),
    },
    Need {
        what: "iproute2",
        why: "the demo and the tests make network namespaces and veth pairs with `ip`",
        debian: &["iproute2"],
        fedora: "iproute",
        arch: "iproute2",
        present: || privilege::on_path("ip"),
    },
];

/// What is not there.
pub(super) fn missing() -> Vec<&'static Need> {
    NEEDS.iter().filter(|need| !(need.present)()).collect()
}

/// Installs what is missing with apt-get.
///
/// # Errors
/// apt-get failed, or there is no way to become root.
pub(super) fn install(missing: &[&Need]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    for need in missing {
        step::say(format_args!("{} is missing: {}", need.what, need.why));
    }
    apt::install(missing.iter().flat_map(|need| need.debian).copied())
}

/// libclang is loaded by bindgen, which looks in these places.
fn libclang() -> bool {
    if env::var_os("LIBCLANG_PATH").is_some() {
        return true;
    }
    let holds_libclang = |dir: &str| {
        let entries = fs::read_dir(dir).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name()).any(|name| {
            let name = name.to_string_lossy();
            name.starts_with("libclang.so") || (name.starts_with("libclang-") && name.contains(".so"))
        })
    };
    let multiarch = format!("/usr/lib/{}-linux-gnu", env::consts::ARCH);
    ["/usr/lib", "/usr/lib64", multiarch.as_str()].into_iter().any(holds_libclang)
}

fn pkg_config(library: &str) -> bool {
    let mut pkg_config = Command::new("pkg-config");
    pkg_config.args(["--exists", library]).stderr(Stdio::null());
    pkg_config.status().is_ok_and(|status| status.success())
}
