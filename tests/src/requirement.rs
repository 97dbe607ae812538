//! What a test needs of the host. A test that cannot run says why and passes; with `CI` set it fails, so that no
//! CI runs green by running nothing.

use std::env;
use std::io::Write as _;

use nix::unistd::Uid;

/// Says that the calling test cannot run here, and why.
///
/// # Panics
/// With `CI` set.
pub fn cannot_run(reason: &str) {
    assert!(env::var_os("CI").is_none(), "cannot run here, and CI is set: {reason}");
    // Past the test harness, which would keep what a passing test prints to itself.
    let _unseen = writeln!(std::io::stderr(), "skipped: {reason}");
}

/// Whether this is root; says that the test cannot run when it is not.
///
/// # Panics
/// It is not, with `CI` set.
#[must_use]
pub fn root() -> bool {
    let root = Uid::effective().is_root();
    if !root {
        cannot_run("network namespaces and XDP need root: run `cargo xtask test`");
    }
    root
}
