//! Links that go down and up, devices that go away and come back, memberships that the kernel drops.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use nix::net::if_::if_nametoindex;

use super::{
    Inlet, Receiver,
    bind::bind,
    partition::{Sockets, too_few_queues},
    set_up::watched,
    site::{LinkChange, Seat, Site},
};
use crate::{
    nic::{Link, LinkNews, Multicast, is_gone},
    source::af_xdp::Order,
    worker::mailbox::Command,
};

impl Receiver<'_> {
    /// Takes in what the kernel said of its interfaces since the last call.
    ///
    /// # Errors
    /// When it says nothing any more.
    pub(super) fn hear_of_links(&mut self) -> Result<()> {
        let mut news = Vec::new();
        // What was missed is seen at the next look at the devices.
        let _whole = self.links.news(&mut news)?;
        for news in news {
            match news {
                LinkNews::There(link) => self.link_is_there(&link),
                LinkNews::Gone(link) => self.link_is_gone(link.index),
            }
        }
        Ok(())
    }

    fn link_is_there(&mut self, link: &Link) {
        for site in 0..self.sites.len() {
            if self.sites[site].index() == Some(link.index) {
                let change = self.sites[site].link.heard(link);
                self.tell_change(site, link, change);
            } else if self.sites[site].now.is_none() && self.sites[site].name == link.name && link.runs() {
                self.bind_again(site);
            }
        }
        for inlet in 0..self.inlets.len() {
            let up = std::mem::replace(&mut self.inlets[inlet].up, link.runs());
            if self.inlets[inlet].name != link.name {
                self.inlets[inlet].up = up;
            } else if self.inlets[inlet].memberships.index() == Some(link.index) && link.runs() && !up {
                // What is behind the link may have been told to forget it, and asks only every two minutes.
                let failed = self.inlets[inlet].memberships.renew();
                self.tell_joined(inlet, &failed);
            }
        }
    }

    fn tell_change(&mut self, site: usize, link: &Link, change: Option<LinkChange>) {
        let Site { name, link: account, .. } = &self.sites[site];
        let downs = account.downs;
        match change {
            None => {}
            Some(LinkChange::Down) => self.tell(format_args!("{name}: link down, time {downs}")),
            Some(LinkChange::Up) => self.tell(format_args!("{name}: link up")),
            Some(LinkChange::Flapped(times)) => {
                self.tell(format_args!("{name}: link down and up again, {times} times"));
                for inlet in 0..self.inlets.len() {
                    if self.inlets[inlet].devices.contains(&site) {
                        let failed = self.inlets[inlet].memberships.renew();
                        self.tell_joined(inlet, &failed);
                    }
                }
            }
        }
        let Site { name, renamed, .. } = &mut self.sites[site];
        if *name != link.name && renamed.as_ref() != Some(&link.name) {
            *renamed = Some(link.name.clone());
            let (name, other) = (name.clone(), &link.name);
            self.tell(format_args!("{name} is called {other} now: goes on receiving there"));
        }
    }

    fn tell_joined(&self, inlet: usize, failed: &[anyhow::Error]) {
        let name = &self.inlets[inlet].name;
        match failed.first() {
            None => self.tell(format_args!("{name}: joined again")),
            Some(error) => self.tell(format_args!("{name}: {error:#}; tried again every second")),
        }
    }

    fn link_is_gone(&mut self, index: u32) {
        for inlet in &mut self.inlets {
            if inlet.memberships.index() == Some(index) {
                inlet.memberships.lost();
                inlet.up = false;
            }
        }
        let Some(site) = self.sites.iter().position(|site| site.index() == Some(index)) else { return };
        let seats = self.sites[site].lose();
        let name = &self.sites[site].name;
        let left: Vec<&str> =
            self.sites.iter().filter(|site| site.now.is_some()).map(|site| site.name.as_str()).collect();
        if left.is_empty() {
            self.tell(format_args!(
                "interface {name} is gone, and no other is left: waits for it to come back"
            ));
        } else {
            self.tell(format_args!(
                "interface {name} is gone: goes on with {}, and waits for it to come back",
                left.join(", ")
            ));
        }
        for Seat { worker, port, .. } in seats {
            if self.stations[worker].ask(Command::Source(Order::ClosePort { port })).is_err() {
                break; // the worker has ended, and has the sockets still
            }
        }
    }

    /// Takes back the sockets of devices that are gone, and what they counted.
    ///
    /// # Errors
    /// When they do not say what they counted.
    pub(super) fn take_back(&mut self) -> Result<()> {
        for (worker, station) in self.stations.iter_mut().enumerate() {
            for closed in station.mail().left() {
                for site in &mut self.sites {
                    if site.take_back(worker, &closed)? {
                        break;
                    }
                }
                station.free_ports.insert(closed.port);
            }
        }
        Ok(())
    }

    /// Looks whether the devices are still there, or there again: for what was not heard.
    pub(super) fn look_at_devices(&mut self) {
        for site in 0..self.sites.len() {
            match self.sites[site].index() {
                Some(index) if is_gone(index) => self.link_is_gone(index),
                None if if_nametoindex(self.sites[site].name.as_str()).is_ok() => self.bind_again(site),
                Some(_) | None => {}
            }
        }
        for inlet in 0..self.inlets.len() {
            let Inlet { name, memberships, .. } = &mut self.inlets[inlet];
            match (memberships.index(), if_nametoindex(name.as_str())) {
                (Some(index), _) if is_gone(index) => memberships.lost(),
                (None, Ok(index)) => {
                    let failed = memberships.back(index);
                    self.tell_joined(inlet, &failed);
                }
                (Some(_) | None, _) => {}
            }
        }
    }

    /// A device of the name is there again: attaches, binds, joins, and receives there. What stands in the way is told
    /// once, and it is tried again every second.
    fn bind_again(&mut self, site: usize) {
        if let Err(error) = self.try_to_bind(site) {
            let name = self.sites[site].name.clone();
            let refused = format!("{error:#}");
            if self.sites[site].refused.as_ref() != Some(&refused) {
                self.tell(format_args!("{name} is there again, but: {refused}; tried again every second"));
                self.sites[site].refused = Some(refused);
            }
        }
    }

    fn try_to_bind(&mut self, site: usize) -> Result<()> {
        let name = self.sites[site].name.clone();
        let matches = self.matches(site).map_err(anyhow::Error::msg)?;
        let (bound, sockets) =
            bind(self.args, &name, &matches, self.most_lines as u32).map_err(anyhow::Error::msg)?;
        let index = bound.interface.index;
        let seats = self.seats(site, sockets.iter().map(|(queue, _)| *queue))?;
        let arrivals: Vec<_> = self.stations.iter().map(|station| Arc::clone(&station.arrivals)).collect();
        let watched = watched(&name, &seats, &arrivals);
        let attached = self.attached(site, bound, seats.clone()).map_err(anyhow::Error::msg)?;
        for inlet in 0..self.inlets.len() {
            if self.inlets[inlet].name == name && self.inlets[inlet].memberships.index().is_none() {
                let failed = self.inlets[inlet].memberships.back(index);
                self.inlets[inlet].up = true;
                self.tell_joined(inlet, &failed);
            }
        }
        for (Seat { worker, port, .. }, (_, socket)) in seats.into_iter().zip(sockets) {
            let station = &mut self.stations[worker];
            station.free_ports.remove(&port);
            station.ask(Command::Source(Order::OpenPort { port, socket }))?;
        }
        for (worker, watched) in watched {
            self.stations[worker].ask(Command::Source(Order::Guard(watched)))?;
        }
        self.sites[site].attach(attached);
        if let Some(attached) = &mut self.sites[site].now
            && let Err(error) = attached.bound.program.set_matches(&matches)
        {
            self.link_is_gone(index);
            return Err(error);
        }
        self.tell(format_args!("{name} is there again"));
        self.announce(site);
        Ok(())
    }

    /// Where sockets on `queues` of device `site`, which came back, are to be read.
    fn seats(&self, site: usize, queues: impl ExactSizeIterator<Item = u32>) -> Result<Vec<Seat>> {
        if let Sockets::ByQueue(workers) = self.partition.sockets {
            let name = &self.sites[site].name;
            ensure!(queues.len() >= workers, too_few_queues(workers, name, queues.len()));
        }
        let mut free: Vec<_> = self.stations.iter().map(|station| station.free_ports.iter()).collect();
        let seat = |(place, queue)| {
            let worker = self.partition.of_socket(site, place);
            let port = *free[worker].next().context(
                "it has more queues than there is room for sockets: name some with --queues, and start again",
            )?;
            Ok(Seat { worker, port, queue })
        };
        queues.enumerate().map(seat).collect()
    }

    /// Has the kernel's lists looked at: what it dropped is joined again.
    pub(super) fn look_at_memberships(&mut self) {
        let seen = match Multicast::read() {
            Ok(seen) => seen,
            Err(error) => {
                if !std::mem::replace(&mut self.unseen_told, true) {
                    self.tell(format_args!("cannot look whether groups are still joined: {error:#}"));
                }
                return;
            }
        };
        for inlet in 0..self.inlets.len() {
            let told = self.inlets[inlet].memberships.check(&seen);
            // What cannot be put right is not told every second.
            for told in told.iter().filter(|told| !self.inlets[inlet].told.contains(told)) {
                self.tell(format_args!("{told}"));
            }
            self.inlets[inlet].told = told;
        }
    }
}
