//! The moment from which nothing is missed: said, with what fell short of the best, and who no longer gets these packets.

use std::time::Instant;

use anyhow::Result;

use super::{
    Receiver,
    site::{Attached, Site},
};
use crate::{
    console::tell,
    failure::Failure,
    nic::{Processes, Wanted, bystanders, sentence},
};

impl Receiver<'_> {
    /// Has every program redirect, and says so.
    pub(super) fn receive(&mut self) -> Result<(), Failure> {
        for site in 0..self.sites.len() {
            let matches = self.matches(site)?;
            if let Some(attached) = &mut self.sites[site].now {
                attached.bound.program.set_matches(&matches)?;
            }
        }
        for note in self.inlets.iter().flat_map(|inlet| &inlet.notes) {
            tell(format_args!("xdpfeed: {note}"));
        }
        self.tell_bystanders();
        for site in 0..self.sites.len() {
            self.announce(site);
        }
        self.begun = Instant::now();
        Ok(())
    }

    /// Names the processes that wanted the lines' packets too. What cannot be found out stops nothing.
    fn tell_bystanders(&self) {
        let lines = self.feed.live().filter_map(|(_, line)| {
            let inlet = self.inlets.iter().find(|inlet| Some(&inlet.name) == line.interface.as_ref())?;
            Some(Wanted { interface: inlet.memberships.index()?, destination: line.destination })
        });
        let wanted: Vec<Wanted> = lines.collect();
        if let Some(sentence) = bystanders(&wanted, Processes::read).ok().as_deref().and_then(sentence) {
            tell(format_args!("xdpfeed: {sentence}"));
        }
    }

    /// Says what fell short of the best, then the line others wait for: from it on nothing is missed.
    pub(super) fn announce(&self, site: usize) {
        let Site { name, now: Some(Attached { bound, seats, .. }), .. } = &self.sites[site] else { return };
        for step in &bound.steps_down {
            tell(format_args!("xdpfeed: {name}: {step}"));
        }
        for warning in &bound.warnings {
            tell(format_args!("xdpfeed: {warning}"));
        }
        if let Some(steered) = self.sites[site].steered() {
            tell(format_args!("xdpfeed: {}", steered.sentence(name)));
        }
        let here = |interface: &str| {
            self.inlets.iter().any(|inlet| inlet.name == interface && inlet.devices.contains(&site))
        };
        let lines = self.feed.live().map(|(_, line)| line);
        let lines = lines.filter(|line| line.interface.as_deref().is_some_and(here));
        let lines: Vec<String> =
            lines.map(|line| format!("{} {}", self.feed.label(line), line.destination)).collect();
        let workers = self.stations.len();
        let worker = match self.partition.only_one_on(site) {
            _ if workers == 1 => String::new(),
            Some(worker) => format!(", worker {worker}"),
            None => format!(", {workers} workers"),
        };
        tell(format_args!(
            "receiving on {name} ({}, {} queue{}{worker}): {}",
            bound.mode(),
            seats.len(),
            if seats.len() == 1 { "" } else { "s" },
            lines.join(", ")
        ));
    }
}
