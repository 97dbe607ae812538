//! What was changed on a device, as the journal has it, and undone.

use std::{io, time::Instant};

use serde::{Deserialize, Serialize};

use super::{Drivers, Rule, drivers::when_free};
use crate::nic::journal::Report;

/// A rule that was to be put in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleChange {
    /// The device's name, to be told.
    pub interface: String,
    /// The kernel's index of it.
    pub device: u32,
    /// Where; `None` until the driver has found a place.
    pub location: Option<u32>,
    /// What.
    pub rule: Rule,
}

/// Rules were not heeded, and are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchChange {
    /// The device's name, to be told.
    pub interface: String,
    /// The kernel's index of it.
    pub device: u32,
}

fn is_gone(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::ENODEV)
}

impl RuleChange {
    /// Takes the rule out if it is there, and still the one that was put in: at the latest when a busy driver was waited
    /// for until then. True if it was.
    pub(in crate::nic) fn undo(&self, drivers: &dyn Drivers, until: Instant, report: &mut Report) -> bool {
        let Self { interface, rule, .. } = self;
        match self.find(drivers, report) {
            Ok(Some(location)) => match when_free(until, || drivers.delete(self.device, location)) {
                Ok(()) => return true,
                Err(error) => {
                    let fix = format!("ethtool -N {interface} delete {location}");
                    report.left.push(format!("{interface}: rule {location} ({rule}) stays: {error}; `{fix}`"));
                }
            },
            Ok(None) => {}
            // Gone with its device.
            Err(error) if is_gone(&error) => {}
            Err(error) => report.left.push(format!(
                "{interface}: cannot tell whether the rule that was put in is there still ({rule}): {error}; `ethtool \
                 -n {interface}` shows it"
            )),
        }
        false
    }

    /// Where the rule is; `None` if it was never put in, or somebody has taken it out, or changed it.
    fn find(&self, drivers: &dyn Drivers, report: &mut Report) -> io::Result<Option<u32>> {
        let (there, _) = drivers.locations(self.device)?;
        let ours = self.rule.spec();
        match self.location {
            Some(location) if !there.contains(&location) => Ok(None),
            Some(location) => {
                let same = drivers.rule(self.device, location)?.does_as(&ours);
                if !same {
                    report.left.push(format!(
                        "{}: rule {location} is another than was put in: set by somebody else since, so it stays",
                        self.interface
                    ));
                }
                Ok(same.then_some(location))
            }
            None => {
                for location in there {
                    if drivers.rule(self.device, location)?.does_as(&ours) {
                        return Ok(Some(location));
                    }
                }
                Ok(None)
            }
        }
    }
}

impl SwitchChange {
    /// Has rules no more heeded, unless there are some: of others, then.
    pub(in crate::nic) fn undo(&self, drivers: &dyn Drivers, report: &mut Report) {
        let Self { interface, device } = self;
        let undone = drivers.switch(*device).and_then(|switch| {
            if !switch.on {
                return Ok(false);
            }
            let (there, _) = drivers.locations(*device)?;
            if !there.is_empty() {
                report.left.push(format!(
                    "{interface}: rx-ntuple-filter stays on, it was off: there are rules that others have put in ({})",
                    there.len()
                ));
                return Ok(false);
            }
            drivers.heed(*device, false).map(|()| true)
        });
        match undone {
            Ok(true) => {
                report.restored.push(format!("{interface}: rx-ntuple-filter off again, it was set to on"));
            }
            Ok(false) => {}
            Err(error) if is_gone(&error) => {}
            Err(error) => {
                report.left.push(format!("{interface}: rx-ntuple-filter stays on, it was off: {error}"));
            }
        }
    }
}
