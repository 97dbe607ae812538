//! A publisher's host and a receiver's, joined by the lines of a feed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Result, ensure};
use nix::sched::{CpuSet, sched_getaffinity};
use nix::unistd::Pid;

use crate::{Netns, VethOptions, VethPair};

/// Held by every [`Network`]: traffic of one test would take the cores from another's receiver, and drops that
/// nobody provoked would follow.
static ALONE: Mutex<()> = Mutex::new(());

/// Two namespaces and a veth pair a line. Of one process one exists at a time.
#[derive(Debug)]
pub struct Network {
    /// Where the feed is sent from.
    pub publisher: Netns,
    /// Where it is received.
    pub receiver: Netns,
    /// Line A is the first.
    pub lines: Vec<VethPair>,
    _alone: MutexGuard<'static, ()>,
}

impl Network {
    /// Makes a network of `lines` lines, all ends up.
    ///
    /// # Errors
    /// This is not root, or the kernel refuses an option.
    pub fn new(lines: u8, options: VethOptions) -> Result<Self> {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let publisher = Netns::new("publisher")?;
        let receiver = Netns::new("receiver")?;
        let pairs = (1..=lines).map(|number| VethPair::new(&publisher, &receiver, number, options));
        let lines = pairs.collect::<Result<_>>()?;
        Ok(Self { publisher, receiver, lines, _alone: alone })
    }

    /// Makes sure a receiver that ended has left no program on any interface.
    ///
    /// # Errors
    /// One is still attached.
    pub fn is_clean(&self) -> Result<()> {
        for line in &self.lines {
            ensure!(
                !VethPair::has_xdp(&self.receiver, &line.receiver)?,
                "a program stays on {}",
                line.receiver
            );
            ensure!(!VethPair::has_xdp(&self.publisher, &line.sender)?, "a program stays on {}", line.sender);
        }
        Ok(())
    }
}

/// A CPU for the sender and another for the receiver: on one and the same both starve. `None` where this process
/// may use one only.
#[must_use]
pub fn cpus() -> Option<(usize, usize)> {
    let set = sched_getaffinity(Pid::from_raw(0)).ok()?;
    let mut allowed = (0..CpuSet::count()).filter(|cpu| set.is_set(*cpu).unwrap_or(false));
    allowed.next().zip(allowed.next())
}
