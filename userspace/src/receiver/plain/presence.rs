//! What is looked at every second while the worker works: interfaces that go away, memberships that the kernel drops.

use std::time::Instant;

use anyhow::{Result, bail};

use crate::{console::tell, nic::name_of, source::Keeper};

/// The interfaces and groups of the worker's sockets.
pub(super) struct Presence<'a> {
    keeper: &'a Keeper,
    begun: Instant,
    /// What was said at the last look: what cannot be put right is not told every second.
    told: Vec<String>,
}

impl<'a> Presence<'a> {
    /// `begun` is when receiving began.
    pub(super) const fn new(keeper: &'a Keeper, begun: Instant) -> Self {
        Self { keeper, begun, told: Vec::new() }
    }

    /// Looks, puts right what can be, and tells it.
    ///
    /// # Errors
    /// An interface is gone that sockets are bound to.
    pub(super) fn look(&mut self) -> Result<()> {
        self.keeper.read_counters();
        let mut told = self.names()?;
        match self.keeper.join_lost() {
            Ok(sentences) => told.extend(sentences),
            Err(error) => told.push(format!("cannot look whether groups are still joined: {error:#}")),
        }
        for new in told.iter().filter(|sentence| !self.told.contains(sentence)) {
            tell(format_args!("xdpfeed: {:.1} s: {new}", self.begun.elapsed().as_secs_f64()));
        }
        self.told = told;
        Ok(())
    }

    /// Whether the interfaces are there. They are known by their indices: another of the same name is not bound to.
    fn names(&self) -> Result<Vec<String>> {
        let mut told = Vec::new();
        for (name, index) in self.keeper.interfaces() {
            match name_of(index) {
                Ok(Some(now)) if now == name => {}
                Ok(Some(now)) => told.push(format!("{name} is called {now} now: goes on receiving there")),
                Ok(None) => bail!(
                    "interface {name} is gone, and this source does not wait for it to come back: start again"
                ),
                // Why not, the C library does not say.
                Err(_) => told.push(format!("cannot look whether {name} is still there")),
            }
        }
        Ok(told)
    }
}
