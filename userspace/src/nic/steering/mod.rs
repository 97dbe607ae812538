//! Rules on a NIC that put each line's packets on its queue (`docs/steering.md`).

mod drivers; // what drivers are asked, and told
mod plan; // which rules, and what stands in the way
mod refusal; // the same in sentences
mod rule; // what a line needs
mod steered; // what came of it
mod undo; // what was changed, as the journal has it

pub(crate) use drivers::{BUSY, SWITCH};
pub use drivers::{Drivers, HostDrivers};
pub use rule::{Rule, queue_of};
pub use steered::Steered;
pub use undo::{RuleChange, SwitchChange};

use std::{
    collections::BTreeSet,
    io,
    net::{IpAddr, SocketAddr},
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use drivers::when_free;

use super::{
    Interface,
    journal::{self, Change, Journal},
};
use crate::{
    console::tell,
    failure::Failure,
    sys::ethtool::rules::{ANY_LOCATION, RuleSpec},
};

/// How long an instance whose place was taken may take from giving its queues back to taking its rules out.
const HANDOVER: Duration = Duration::from_secs(1);

/// A rule that leads packets as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct InPlace {
    rule: Rule,
    location: u32,
    /// Somebody else has put it in: it stays when this goes.
    found: bool,
}

/// The rules of one device. Those that were put in are taken out when this goes.
#[derive(Debug)]
pub struct Steering<D: Drivers = HostDrivers> {
    drivers: D,
    interface: String,
    device: u32,
    rules: Vec<InPlace>,
    /// Where they lead, and those that were taken out led.
    queues: BTreeSet<u32>,
    journal: Journal,
}

/// Whether a device can have rules at all, as far as it says before it is given one.
///
/// # Errors
/// [`Failure::Requirement`] with what it answered.
pub fn check(interface: &Interface, drivers: &impl Drivers) -> Result<(), Failure> {
    let Interface { name, index, .. } = interface;
    match drivers.table(*index) {
        // Some drivers have no table until they are to heed it.
        Err(_) if drivers.switch(*index).is_ok_and(|switch| !switch.on && !switch.fixed) => Ok(()),
        table => table.map(drop).map_err(|error| refusal::no_table(name, &error)),
    }
}

impl<D: Drivers> Steering<D> {
    /// Has the device heed rules, if it does not. There are none of ours yet. What is changed is written down in
    /// `directory` before.
    ///
    /// # Errors
    /// [`Failure::Requirement`] when it cannot have rules.
    pub fn start(interface: &Interface, directory: &Path, drivers: D) -> Result<Self, Failure> {
        let Interface { name, index, .. } = interface;
        // No interface has a colon in its name: this is another journal than that of the interface's other settings.
        let journal_name = format!("{name}:steering");
        journal::wait_for_others(directory, &journal_name, HANDOVER);
        let mut steering = Self {
            drivers,
            interface: name.clone(),
            device: *index,
            rules: Vec::new(),
            queues: BTreeSet::new(),
            journal: Journal::new(directory, &journal_name)?,
        };
        steering.heed()?;
        check(interface, &steering.drivers)?;
        Ok(steering)
    }

    fn heed(&mut self) -> Result<(), Failure> {
        let Self { interface, device, .. } = self;
        let switch = self.drivers.switch(*device);
        let switch = switch.with_context(|| format!("cannot ask {interface} for its offloads"))?;
        // Where it cannot be thrown, some drivers have rules nevertheless: they say so when they are given one.
        if switch.on || switch.fixed {
            return Ok(());
        }
        let change = SwitchChange { interface: interface.clone(), device: *device };
        self.journal.add([Change::Switch(change)])?;
        let heed = || self.drivers.heed(self.device, true);
        when_free(Instant::now() + BUSY, heed).map_err(|error| refusal::not_heeded(&self.interface, &error))
    }

    /// Puts rules in, all or none. One that somebody else has put in is taken as it is.
    ///
    /// # Errors
    /// [`Failure::Requirement`] with what stands in the way, and what to do.
    pub fn add(&mut self, wanted: &[Rule]) -> Result<(), Failure> {
        let there = self.there().map_err(|error| refusal::unreadable(&self.interface, &error))?;
        let mut table =
            self.drivers.table(self.device).map_err(|error| refusal::no_table(&self.interface, &error))?;
        table.size = there.1;
        let plan = plan::plan(wanted, &self.rules, &there.0, table);
        let plan = plan.map_err(|obstacle| refusal::in_the_way(&self.interface, &obstacle))?;
        let before = self.journal.changes().len();
        let changes: Vec<Change> =
            plan.insert.iter().map(|(rule, location)| self.change(*rule, *location)).collect();
        self.journal.add(changes)?;
        match self.insert(&plan.insert) {
            Ok(inserted) => {
                let found = plan.found.into_iter();
                self.rules.extend(found.map(|(rule, location)| InPlace { rule, location, found: true }));
                self.rules.extend(inserted);
                self.queues.extend(wanted.iter().map(|rule| rule.queue));
                Ok(())
            }
            Err(refused) => {
                self.take_back(before);
                Err(refused)
            }
        }
    }

    fn change(&self, rule: Rule, location: u32) -> Change {
        let location = Some(location).filter(|location| *location != ANY_LOCATION);
        Change::Rule(RuleChange { interface: self.interface.clone(), device: self.device, location, rule })
    }

    /// All rules of the device, and how many there is room for.
    fn there(&self) -> io::Result<(Vec<RuleSpec>, u32)> {
        let (locations, size) = self.drivers.locations(self.device)?;
        let rule = |location| {
            let mut spec = self.drivers.rule(self.device, location)?;
            spec.location = location;
            Ok(spec)
        };
        Ok((locations.into_iter().map(rule).collect::<io::Result<_>>()?, size))
    }

    fn insert(&mut self, rules: &[(Rule, u32)]) -> Result<Vec<InPlace>, Failure> {
        let first = self.journal.changes().len() - rules.len();
        let mut inserted = Vec::with_capacity(rules.len());
        for (rule, location) in rules {
            let mut spec = rule.spec();
            spec.location = *location;
            let insert = || self.drivers.insert(self.device, &spec);
            let place = when_free(Instant::now() + BUSY, insert);
            let location = place.map_err(|error| refusal::not_taken(&self.interface, rule, &error))?;
            inserted.push(InPlace { rule: *rule, location, found: false });
            self.verify(rule, location)?;
        }
        if rules.iter().any(|(_, location)| *location == ANY_LOCATION) {
            let located: Vec<Change> =
                inserted.iter().map(|placed| self.change(placed.rule, placed.location)).collect();
            self.journal.edit(|changes| changes.splice(first.., located).for_each(drop))?;
        }
        Ok(inserted)
    }

    /// Whether the driver made of a rule what it was to be. If not, it is taken out here: nobody would know it for ours.
    fn verify(&self, rule: &Rule, location: u32) -> Result<(), Failure> {
        let made = self.drivers.rule(self.device, location);
        let made = made.map_err(|error| refusal::unreadable(&self.interface, &error))?;
        if made.does_as(&rule.spec()) {
            return Ok(());
        }
        let stays = self.drivers.delete(self.device, location).err();
        Err(refusal::made_another(&self.interface, rule, (location, &made), stays.as_ref()))
    }

    /// Takes a rule out, unless somebody else had put it in.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn remove(&mut self, destination: SocketAddr, source: Option<IpAddr>) -> Result<()> {
        let is_it = |placed: &InPlace| (placed.rule.destination, placed.rule.source) == (destination, source);
        let Some(place) = self.rules.iter().position(is_it) else { return Ok(()) };
        let placed = self.rules.swap_remove(place);
        let change = self.change(placed.rule, placed.location);
        if placed.found {
            return Ok(());
        }
        let report = self.journal.undo(|_, other| *other == change, &self.drivers)?;
        report.left.iter().for_each(|left| tell(format_args!("xdpfeed: {left}")));
        Ok(())
    }

    fn take_back(&mut self, from: usize) {
        match self.journal.undo(|place, _| place >= from, &self.drivers) {
            Ok(report) => report.left.iter().for_each(|left| tell(format_args!("xdpfeed: {left}"))),
            Err(error) => tell(format_args!("xdpfeed: {}: {error:#}", self.interface)),
        }
    }

    /// What is steered now.
    pub fn account(&self) -> Steered {
        Steered {
            lines: self.rules.len(),
            found: self.rules.iter().filter(|placed| placed.found).count(),
            queues: self.queues.clone(),
        }
    }
}

impl<D: Drivers> Drop for Steering<D> {
    fn drop(&mut self) {
        self.take_back(0);
    }
}

#[cfg(test)]
mod tests;
