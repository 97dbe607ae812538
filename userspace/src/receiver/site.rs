//! One device: what is attached and bound there now, what was before it went away, and its link.

use anyhow::{Context, Result};

use super::{bind::Bound, totals::Totals, trace::Trace};
use crate::{
    nic::{
        Link,
        steering::{Steered, Steering},
    },
    program::Verdicts,
    source::af_xdp::{ClosedPort, PortCounters},
    xsk::SocketStatistics,
};

/// A device that packets come in on.
pub(super) struct Site {
    pub(super) name: String,
    /// `None` while the device is gone.
    pub(super) now: Option<Attached>,
    /// What was there before, until the worker has handed back every socket.
    leaving: Vec<Attached>,
    past: Tally,
    pub(super) link: LinkAccount,
    /// Why it could not be bound again, as it was told.
    pub(super) refused: Option<String>,
    /// The name it was given meanwhile, as it was told.
    pub(super) renamed: Option<String>,
    /// The mode, and how far it is from the best, as it was last.
    pub(super) mode: (String, u8),
    /// What was steered by rules that were taken out since.
    unsteered: Option<Steered>,
}

/// A program with its sockets.
pub(super) struct Attached {
    pub(super) bound: Bound,
    pub(super) seats: Vec<Seat>,
    pub(super) trace: Option<Trace>,
    /// The rules that put lines on its queues.
    pub(super) steering: Option<Steering>,
}

/// Where a socket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seat {
    /// Whose it is.
    pub(super) worker: usize,
    /// Its number there.
    pub(super) port: u16,
    /// The queue it is bound to.
    pub(super) queue: u32,
}

/// What was counted on a device, over all that was attached there.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) verdicts: Verdicts,
    /// By queue.
    pub(super) sockets: Vec<(u32, SocketStatistics, PortCounters)>,
}

/// What became of a device and its link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct LinkAccount {
    /// Whether it is up.
    pub(super) up: bool,
    /// Times the link went down.
    pub(super) downs: u64,
    /// Times the device went away.
    pub(super) removals: u64,
    /// Times it was bound again.
    pub(super) bound_again: u64,
    carrier_downs: Option<u32>,
}

/// What is new about a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LinkChange {
    Down,
    Up,
    /// Down and up again, so many times, faster than could be seen.
    Flapped(u64),
}

impl LinkAccount {
    /// It is bound, with its link up.
    pub(super) fn bound(&mut self) {
        (self.up, self.carrier_downs) = (true, None);
    }

    /// Takes in what the kernel says of it.
    pub(super) fn heard(&mut self, link: &Link) -> Option<LinkChange> {
        let before = std::mem::replace(&mut self.carrier_downs, link.carrier_downs);
        let was_up = std::mem::replace(&mut self.up, link.runs());
        match (was_up, link.runs()) {
            (true, false) => {
                self.downs += 1;
                Some(LinkChange::Down)
            }
            (false, true) => Some(LinkChange::Up),
            (true, true) => {
                let missed =
                    before.zip(link.carrier_downs).map_or(0, |(before, now)| now.wrapping_sub(before));
                self.downs += u64::from(missed);
                (missed > 0).then_some(LinkChange::Flapped(missed.into()))
            }
            (false, false) => None,
        }
    }
}

impl Site {
    pub(super) fn new(name: &str, attached: Attached) -> Self {
        let mode = (attached.bound.mode(), attached.bound.rank());
        let mut link = LinkAccount::default();
        link.bound();
        let (leaving, past) = (Vec::new(), Tally::default());
        let (name, now) = (name.to_owned(), Some(attached));
        let unsteered = None;
        Self { name, now, leaving, past, link, refused: None, renamed: None, mode, unsteered }
    }

    /// The device is back, and this is attached.
    pub(super) fn attach(&mut self, attached: Attached) {
        self.mode = (attached.bound.mode(), attached.bound.rank());
        self.now = Some(attached);
        (self.refused, self.renamed) = (None, None);
        self.link.bound();
        self.link.bound_again += 1;
    }

    /// The device is gone: stops redirecting. Returns the sockets that are of no more use.
    pub(super) fn lose(&mut self) -> Vec<Seat> {
        // Its rules went with the device; a successor's would be taken out by them.
        self.unsteer();
        let Some(mut attached) = self.now.take() else { return Vec::new() };
        self.link.up = false;
        self.link.removals += 1;
        attached.bound.detach();
        let seats = attached.seats.clone();
        self.leaving.push(attached);
        seats
    }

    /// Takes the rules out.
    pub(super) fn unsteer(&mut self) {
        self.unsteered = self.steered();
        if let Some(attached) = &mut self.now {
            attached.steering = None;
        }
    }

    /// What is steered here, or was last.
    pub(super) fn steered(&self) -> Option<Steered> {
        let now = self.now.iter().find_map(|attached| attached.steering.as_ref()).map(Steering::account);
        match (now, &self.unsteered) {
            (Some(mut now), Some(before)) => {
                now.queues.extend(&before.queues);
                Some(now)
            }
            (now, before) => now.or_else(|| before.clone()),
        }
    }

    /// Takes a socket of a worker's back, if it was of this device: what it counted is kept. False if it was not.
    ///
    /// # Errors
    /// What the kernel says when it is asked for its counters.
    pub(super) fn take_back(&mut self, worker: usize, closed: &ClosedPort) -> Result<bool> {
        let is_it = |seat: &Seat| (seat.worker, seat.port) == (worker, closed.port);
        let has = |attached: &Attached| attached.seats.iter().any(is_it);
        let Some(place) = self.leaving.iter().position(has) else { return Ok(false) };
        let attached = &mut self.leaving[place];
        if let Some(of) = attached.seats.iter().position(is_it) {
            let Seat { queue, .. } = attached.seats.swap_remove(of);
            let statistics = closed.socket.statistics().context("cannot read a socket's statistics")?;
            self.past.sockets.push((queue, statistics, closed.counters));
        }
        if attached.seats.is_empty() {
            self.past.verdicts.add(&attached.bound.program.verdicts()?);
            self.leaving.swap_remove(place);
        }
        Ok(true)
    }

    /// What the programs here say now.
    ///
    /// # Errors
    /// What the kernel says.
    pub(super) fn verdicts(&self) -> Result<Verdicts> {
        let mut verdicts = self.past.verdicts.clone();
        for attached in self.leaving.iter().chain(&self.now) {
            verdicts.add(&attached.bound.program.verdicts()?);
        }
        Ok(verdicts)
    }

    /// How many programs there are here, each with its sockets.
    pub(super) fn attached(&self) -> usize {
        self.leaving.len() + usize::from(self.now.is_some())
    }

    /// What was counted here: by the sockets as their workers wrote it down, then by the programs as they say now.
    ///
    /// # Errors
    /// What the kernel says.
    pub(super) fn tally(&self, totals: &Totals) -> Result<Tally> {
        let mut tally = self.past.clone();
        for seat in self.leaving.iter().chain(&self.now).flat_map(|attached| &attached.seats) {
            let Some((_, counters, statistics)) = totals.port(*seat) else { continue };
            let statistics = statistics.context("cannot read a socket's statistics")?;
            tally.sockets.push((seat.queue, statistics, *counters));
        }
        tally.verdicts = self.verdicts()?;
        Ok(tally)
    }

    /// Whether a queue has a socket.
    pub(super) fn is_bound(&self, queue: u32) -> bool {
        self.now.iter().flat_map(|attached| &attached.seats).any(|seat| seat.queue == queue)
    }

    /// What is attached there now.
    pub(super) fn bound(&self) -> Option<&Bound> {
        self.now.as_ref().map(|attached| &attached.bound)
    }

    /// The kernel's index of the device, while it is there.
    pub(super) fn index(&self) -> Option<u32> {
        self.now.as_ref().map(|attached| attached.bound.interface.index)
    }

    /// Prints what the program said of the packets it passed.
    pub(super) fn flush(&mut self) {
        if let Some(trace) = self.now.as_mut().and_then(|attached| attached.trace.as_mut()) {
            trace.flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(up: bool, carrier_downs: u32) -> Link {
        Link { up, carrier: up, carrier_downs: Some(carrier_downs), ..Link::default() }
    }

    #[test]
    fn a_link_that_goes_down_is_counted_once() {
        let mut account = LinkAccount::default();
        account.bound();
        assert_eq!(account.heard(&link(true, 4)), None);
        assert_eq!(account.heard(&link(false, 4)), Some(LinkChange::Down));
        // The kernel counts it a moment later.
        assert_eq!(account.heard(&link(false, 5)), None);
        assert_eq!(account.heard(&link(true, 5)), Some(LinkChange::Up));
        assert_eq!(account.downs, 1);
        assert_eq!(account.heard(&link(true, 5)), None);
        // Too fast to be seen but by the kernel's count.
        assert_eq!(account.heard(&link(true, 7)), Some(LinkChange::Flapped(2)));
        assert_eq!(account.downs, 3);
    }
}
