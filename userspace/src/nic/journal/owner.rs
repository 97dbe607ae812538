//! Whose changes a journal holds: a process, and the network namespace it is in.

use std::{fs, io, os::unix::fs::MetadataExt as _};

use anyhow::{Context as _, Result};

/// When a process started: field 22 of `/proc/PID/stat`, behind the command's name in parentheses.
pub(super) fn started(pid: u32) -> io::Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let behind = stat.rsplit_once(')').map_or("", |(_, behind)| behind);
    let field = behind.split_whitespace().nth(19).and_then(|field| field.parse().ok());
    field.ok_or_else(|| io::Error::other("no start time in /proc/PID/stat"))
}

pub(super) fn network_namespace(process: &str) -> Result<u64> {
    let path = format!("/proc/{process}/ns/net");
    Ok(fs::metadata(&path).with_context(|| format!("cannot read {path}"))?.ino())
}

/// Whether a network namespace has a name or a process. If not, it is gone, and its interfaces with it.
pub(super) fn namespace_exists(inode: u64) -> bool {
    let named = fs::read_dir("/run/netns").into_iter().flatten().filter_map(Result::ok);
    if named.filter_map(|entry| fs::metadata(entry.path()).ok()).any(|file| file.ino() == inode) {
        return true;
    }
    let processes = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    processes
        .filter_map(|entry| network_namespace(entry.file_name().to_str()?).ok())
        .any(|namespace| namespace == inode)
}
