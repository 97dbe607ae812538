//! What was changed on the host, on disk before it is changed: so that it can be undone when this process could not.
//!
//! One file a process and interface, in one directory (`/run/xdpfeed` unless said otherwise): gone at the next boot,
//! as are the settings. A file whose process is no more is undone by whoever looks next: each setting that still is
//! what was set gets back what it was. One that somebody else has changed meanwhile is left.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process, thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// Where journals are kept by default.
pub const DIRECTORY: &str = "/run/xdpfeed";

/// One setting that was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// A file of sysfs or procfs with a value in it.
    File {
        /// Its path.
        path: PathBuf,
        /// What it said.
        old: String,
        /// What it was made to say.
        new: String,
    },
}

/// The file as it is on disk.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Record {
    /// Whose changes these are.
    pid: u32,
    /// When that process started, in clock ticks since boot: process ids are used again.
    started: u64,
    /// The network namespace the paths are meant in (its inode).
    network_namespace: u64,
    changes: Vec<Change>,
}

/// The changes of this process; undone when it goes.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    record: Record,
}

/// What [`restore`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Undone, in sentences.
    pub restored: Vec<String>,
    /// Left as it is, and why.
    pub left: Vec<String>,
}

impl Journal {
    /// A journal without changes, and without a file until there is one. `name` tells it from this process's others.
    ///
    /// # Errors
    /// `/proc` cannot be read.
    pub fn new(directory: &Path, name: &str) -> Result<Self> {
        let pid = process::id();
        let started = started(pid).context("cannot tell when this process started")?;
        let record = Record {
            pid,
            started,
            network_namespace: network_namespace("thread-self")?,
            changes: Vec::new(),
        };
        Ok(Self { path: directory.join(format!("{pid}-{name}.json")), record })
    }

    /// Sets `path` to `new`, and has written down before what it was.
    ///
    /// # Errors
    /// It cannot be read or written, or the journal cannot: then it is not changed.
    pub fn set(&mut self, path: &Path, new: &str) -> Result<()> {
        let old = read(path).with_context(|| format!("cannot read {}", path.display()))?;
        if old == new {
            return Ok(());
        }
        self.record.changes.push(Change::File { path: path.to_owned(), old, new: new.to_owned() });
        self.write().with_context(|| {
            format!("cannot write {}: name another directory with --state-dir", self.path.display())
        })?;
        fs::write(path, new).with_context(|| format!("cannot write {new} to {}", path.display()))
    }

    /// Written whole or not at all: beside, to disk, then renamed.
    fn write(&self) -> io::Result<()> {
        let directory = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(directory)?;
        let beside = self.path.with_extension("new");
        let mut file = File::create(&beside)?;
        file.write_all(&serde_json::to_vec_pretty(&self.record)?)?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)?;
        File::open(directory)?.sync_all()
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        if self.record.changes.is_empty() {
            return;
        }
        let mut report = Report::default();
        undo(&self.record.changes, &mut report);
        for left in report.left {
            crate::console::tell(format_args!("xdpfeed: {left}"));
        }
        // The next start would find a dead process's file, and nothing left to undo.
        let _gone = fs::remove_file(&self.path);
    }
}

/// Waits until no other process's journal of that name is there, but no longer than `most`: an instance whose place was
/// taken is about to undo its changes, and must not undo ours.
pub fn wait_for_others(directory: &Path, name: &str, most: Duration) {
    let (own, end) = (format!("{}-{name}.json", process::id()), format!("-{name}.json"));
    let begun = Instant::now();
    let other = || {
        let entries = fs::read_dir(directory).into_iter().flatten().filter_map(Result::ok);
        let mut names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names.any(|name| name != own && name.ends_with(&end))
    };
    while other() && begun.elapsed() < most {
        thread::sleep(Duration::from_millis(1));
    }
}

/// Undoes what processes that are no more have left changed in this network namespace.
///
/// # Errors
/// The directory cannot be read; that it is not there is none.
pub fn restore(directory: &Path) -> Result<Report> {
    let mut report = Report::default();
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(report),
        other => other.with_context(|| format!("cannot read {}", directory.display()))?,
    };
    let here = network_namespace("thread-self")?;
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.extension().is_some_and(|extension| extension == "json") {
            restore_one(&path, here, &mut report);
        }
    }
    Ok(report)
}

fn restore_one(path: &Path, here: u64, report: &mut Report) {
    let record = fs::read(path).map_err(anyhow::Error::from);
    let record: Record = match record.and_then(|bytes| Ok(serde_json::from_slice(&bytes)?)) {
        Ok(record) => record,
        Err(error) => {
            report.left.push(format!("{}: not a journal of xdpfeed's: {error:#}", path.display()));
            return;
        }
    };
    if started(record.pid).is_ok_and(|started| started == record.started) {
        return;
    }
    if record.network_namespace == here {
        undo(&record.changes, report);
    } else if namespace_exists(record.network_namespace) {
        let whose = format!("{}: of another network namespace", path.display());
        report.left.push(format!("{whose}: undo it by a start, or `xdpfeed probe --restore`, in there"));
        return;
    }
    if let Err(error) = fs::remove_file(path) {
        report.left.push(format!("{}: {error}", path.display()));
    }
}

/// Last changed, first undone.
fn undo(changes: &[Change], report: &mut Report) {
    for Change::File { path, old, new } in changes.iter().rev() {
        let shown = path.display();
        match read(path) {
            // Gone with its interface, and the setting with it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => report.left.push(format!("{shown} stays at {new}, it was {old}: {error}")),
            // It was written down, but never set.
            Ok(now) if now == *old => {}
            Ok(now) if now != *new => {
                report.left.push(format!("{shown} is {now}: set by somebody else since, so it stays"));
            }
            Ok(_) => match fs::write(path, old) {
                Ok(()) => report.restored.push(format!("{shown}: {old} again, it was set to {new}")),
                Err(error) => report.left.push(format!("{shown} stays at {new}, it was {old}: {error}")),
            },
        }
    }
}

fn read(path: &Path) -> io::Result<String> {
    Ok(fs::read_to_string(path)?.trim_end().to_owned())
}

/// When a process started: field 22 of `/proc/PID/stat`, behind the command's name in parentheses.
fn started(pid: u32) -> io::Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let behind = stat.rsplit_once(')').map_or("", |(_, behind)| behind);
    let field = behind.split_whitespace().nth(19).and_then(|field| field.parse().ok());
    field.ok_or_else(|| io::Error::other("no start time in /proc/PID/stat"))
}

fn network_namespace(process: &str) -> Result<u64> {
    let path = format!("/proc/{process}/ns/net");
    Ok(fs::metadata(&path).with_context(|| format!("cannot read {path}"))?.ino())
}

/// Whether a network namespace has a name or a process. If not, it is gone, and its interfaces with it.
fn namespace_exists(inode: u64) -> bool {
    let named = fs::read_dir("/run/netns").into_iter().flatten().filter_map(Result::ok);
    if named.filter_map(|entry| fs::metadata(entry.path()).ok()).any(|file| file.ino() == inode) {
        return true;
    }
    let processes = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    processes
        .filter_map(|entry| network_namespace(entry.file_name().to_str()?).ok())
        .any(|namespace| namespace == inode)
}

#[cfg(test)]
mod tests;
