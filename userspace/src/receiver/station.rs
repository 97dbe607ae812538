//! A worker as the control plane sees it.

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::Ordering},
};

use anyhow::{Context, Result};

use crate::{
    recovery::thread::{Enquiry, Services},
    source::af_xdp::{AfXdp, Arrivals, SPARE_PORTS},
    worker::{
        Shared,
        mailbox::{Command, ControlEnd, Returned},
    },
};

/// Where a worker is, what it has, and the way to it.
pub(super) struct Station<'a> {
    /// The only CPU it runs on; `None` where it may run on any.
    pub(super) cpu: Option<usize>,
    /// Its channels in the order it has them, by their indices in the feed.
    pub(super) channels: Vec<usize>,
    /// Numbers that its sockets can have and do not.
    pub(super) free_ports: BTreeSet<u16>,
    pub(super) shared: &'a Shared,
    pub(super) arrivals: Arc<Arrivals>,
    mail: ControlEnd,
    /// Who recovers for it, where it has a service.
    pub(super) recovery: Option<Enquiry>,
}

impl<'a> Station<'a> {
    /// Of a worker that will read `source`, whose sockets are all there.
    pub(super) fn new(
        cpu: Option<usize>,
        channels: Vec<usize>,
        source: &AfXdp,
        (shared, mail): (&'a Shared, ControlEnd),
    ) -> Self {
        let ports = source.ports().count();
        let free_ports = (ports..ports + SPARE_PORTS).filter_map(|port| u16::try_from(port).ok()).collect();
        Self { cpu, channels, free_ports, shared, arrivals: source.arrivals(), mail, recovery: None }
    }

    /// Has the worker carry out a command.
    ///
    /// # Errors
    /// It has ended.
    pub(super) fn ask(&mut self, command: Command) -> Result<Returned> {
        let over = || self.shared.ended.load(Ordering::Relaxed);
        self.mail.ask(command, over)
    }

    /// What was recovered for it until now; `None` where it has no service, or that has ended.
    ///
    /// # Errors
    /// Recovery does not answer.
    pub(super) fn recovered(&self) -> Result<Option<Services>> {
        let services = self.recovery.as_ref().map_or(Ok(None), Enquiry::services);
        services.context("the recovery thread does not answer")
    }

    /// The way to the worker.
    pub(super) const fn mail(&mut self) -> &mut ControlEnd {
        &mut self.mail
    }

    /// The number the worker knows a channel by.
    pub(super) fn place_of(&self, channel: usize) -> Option<usize> {
        self.channels.iter().position(|of| *of == channel)
    }
}
