//! Captures that are not ours to ship: read from `$XDPFEED_CAPTURES`, or `../shared/captures` beside the repository.

use std::env;
use std::path::{Path, PathBuf};

use crate::cannot_run;

/// The path of a capture, by its path in the folder of captures; `None`, said aloud, when it is absent.
///
/// # Panics
/// It is absent and `CI` is set, unless `XDPFEED_CAPTURES=none` says that there are none.
#[must_use]
pub fn capture(relative: &str) -> Option<PathBuf> {
    let folder = env::var_os("XDPFEED_CAPTURES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/captures"), PathBuf::from);
    let path = folder.join(relative);
    if path.is_file() {
        return Some(path);
    }
    if folder.as_os_str() == "none" {
        eprintln!("skipped: XDPFEED_CAPTURES=none, so no {relative}");
    } else {
        cannot_run(&format!("no {}: set XDPFEED_CAPTURES to the folder of captures", path.display()));
    }
    None
}
