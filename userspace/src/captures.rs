//! Real captures for tests. They are not part of the repository: they are read from `$XDPFEED_CAPTURES`, or from
//! `../shared/captures` beside it, and a test whose capture is absent says so and passes. Where `CI` is set, it fails.

use std::{
    env,
    path::{Path, PathBuf},
};

/// Path of a capture or of a folder of them; `None` when it is absent.
pub(crate) fn path(relative: &str) -> Option<PathBuf> {
    let folder = env::var_os("XDPFEED_CAPTURES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/captures"), PathBuf::from);
    let path = folder.join(relative);
    if path.exists() {
        return Some(path);
    }
    let reason = format!("no {}: set XDPFEED_CAPTURES to the folder of captures", path.display());
    assert!(env::var_os("CI").is_none(), "{reason}");
    eprintln!("skipped: {reason}");
    None
}
