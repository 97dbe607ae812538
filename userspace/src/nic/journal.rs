//! What was changed on the host, on disk before it is changed: so that it can be undone when this process could not.
//!
//! One file a process and interface, in one directory (`/run/xdpfeed` unless said otherwise): gone at the next boot,
//! as are the settings. A file whose process is no more is undone by whoever looks next: each setting that still is
//! what was set gets back what it was. One that somebody else has changed meanwhile is left.

mod owner; // whose changes these are
mod undo; // each kind of them

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    process, thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::steering::{Drivers, HostDrivers, RuleChange, SwitchChange};
use owner::{namespace_exists, network_namespace, started};
use undo::undo;

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
    /// A rule put in a NIC's table.
    Rule(RuleChange),
    /// The switch that has the NIC heed rules, switched on.
    Switch(SwitchChange),
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
        self.add([Change::File { path: path.to_owned(), old, new: new.to_owned() }])?;
        fs::write(path, new).with_context(|| format!("cannot write {new} to {}", path.display()))
    }

    /// What is written down.
    pub(super) fn changes(&self) -> &[Change] {
        &self.record.changes
    }

    /// Writes down changes that are about to be made.
    ///
    /// # Errors
    /// It cannot be written: then they are not to be made.
    pub(super) fn add(&mut self, changes: impl IntoIterator<Item = Change>) -> Result<()> {
        let before = self.record.changes.len();
        self.edit(|written| written.extend(changes)).inspect_err(|_| self.record.changes.truncate(before))
    }

    /// Changes what is written down.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn edit(&mut self, edit: impl FnOnce(&mut Vec<Change>)) -> Result<()> {
        edit(&mut self.record.changes);
        let written = match self.record.changes.is_empty() {
            true => fs::remove_file(&self.path).or_else(ignore_missing),
            false => self.write(),
        };
        written.with_context(|| {
            format!("cannot write {}: name another directory with --state-dir", self.path.display())
        })
    }

    /// Undoes some changes, and strikes them out.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub(super) fn undo(
        &mut self,
        which: impl Fn(usize, &Change) -> bool,
        drivers: &dyn Drivers,
    ) -> Result<Report> {
        let mut report = Report::default();
        let changes = self.record.changes.iter().cloned().enumerate();
        let (these, others): (Vec<_>, Vec<_>) = changes.partition(|(place, change)| which(*place, change));
        if !these.is_empty() {
            undo(these.iter().map(|(_, change)| change), drivers, &mut report);
            self.edit(|changes| *changes = others.into_iter().map(|(_, change)| change).collect())?;
        }
        Ok(report)
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
        undo(self.record.changes.iter(), &HostDrivers, &mut report);
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
    restore_with(directory, &HostDrivers)
}

pub(super) fn restore_with(directory: &Path, drivers: &dyn Drivers) -> Result<Report> {
    let mut report = Report::default();
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(report),
        other => other.with_context(|| format!("cannot read {}", directory.display()))?,
    };
    let here = network_namespace("thread-self")?;
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.extension().is_some_and(|extension| extension == "json") {
            restore_one(&path, here, drivers, &mut report);
        }
    }
    Ok(report)
}

fn restore_one(path: &Path, here: u64, drivers: &dyn Drivers, report: &mut Report) {
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
        undo(record.changes.iter(), drivers, report);
    } else if namespace_exists(record.network_namespace) {
        let whose = format!("{}: of another network namespace", path.display());
        report.left.push(format!("{whose}: undo it by a start, or `xdpfeed probe --restore`, in there"));
        return;
    }
    if let Err(error) = fs::remove_file(path) {
        report.left.push(format!("{}: {error}", path.display()));
    }
}

fn ignore_missing(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

fn read(path: &Path) -> io::Result<String> {
    Ok(fs::read_to_string(path)?.trim_end().to_owned())
}

#[cfg(test)]
mod tests;
