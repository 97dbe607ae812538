//! Changes undone.

use std::{collections::BTreeMap, fs, io, path::Path, time::Instant};

use super::{Change, Report, read};
use crate::nic::steering::{BUSY, Drivers};

/// Last changed, first undone. Rules are told by their number: there may be a thousand.
pub(super) fn undo<'a>(
    changes: impl DoubleEndedIterator<Item = &'a Change>,
    drivers: &dyn Drivers,
    report: &mut Report,
) {
    let mut rules: BTreeMap<&str, u64> = BTreeMap::new();
    // All of them together: a driver that is busy for good is not waited for a thousand times.
    let until = Instant::now() + BUSY;
    for change in changes.rev() {
        match change {
            Change::File { path, old, new } => undo_file(path, (old, new), report),
            Change::Rule(rule) => {
                if rule.undo(drivers, until, report) {
                    *rules.entry(&rule.interface).or_default() += 1;
                }
            }
            Change::Switch(switch) => switch.undo(drivers, report),
        }
    }
    for (interface, count) in rules {
        let rules = if count == 1 { "rule" } else { "rules" };
        report.restored.push(format!("{interface}: {count} {rules} taken out"));
    }
}

fn undo_file(path: &Path, (old, new): (&str, &str), report: &mut Report) {
    let shown = path.display();
    match read(path) {
        // Gone with its interface, and the setting with it.
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => report.left.push(format!("{shown} stays at {new}, it was {old}: {error}")),
        // It was written down, but never set.
        Ok(now) if now == old => {}
        Ok(now) if now != new => {
            report.left.push(format!("{shown} is {now}: set by somebody else since, so it stays"));
        }
        Ok(_) => match fs::write(path, old) {
            Ok(()) => report.restored.push(format!("{shown}: {old} again, it was set to {new}")),
            Err(error) => report.left.push(format!("{shown} stays at {new}, it was {old}: {error}")),
        },
    }
}
