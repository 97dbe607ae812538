//! Attaching a program, in an empty place or in another's, and seeing that it stays.

use std::{
    io,
    os::fd::{AsFd as _, OwnedFd},
};

use anyhow::{Context, Result, anyhow, bail};
use aya::programs::{ProgramError, XdpMode, loaded_links, xdp::XdpLink};

use super::{Outlives, Program, Standing};
use crate::{
    nic::{Interface, holds_link_of},
    sys::{bpf_link, xdp_query},
};

/// How the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttachMode {
    /// In the driver, before the kernel allocates anything for the packet.
    Native,
    /// Behind the driver, on the kernel's copy of the packet (SKB mode).
    Generic,
}

impl AttachMode {
    /// As shown: `native` or `generic`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Generic => "generic",
        }
    }

    const fn aya(self) -> XdpMode {
        match self {
            Self::Native => XdpMode::Driver,
            Self::Generic => XdpMode::Skb,
        }
    }
}

/// What keeps the program attached. Dropping it detaches, unless another has the link open too.
#[derive(Debug)]
pub(super) enum Hold {
    Link(OwnedFd),
    /// What aya has: the place taken by netlink, which it falls back to where the kernel has no link for XDP; or a link
    /// that may not be opened once more.
    Aya(XdpLink),
}

/// What became of an attached program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is where it was attached.
    Kept,
    /// Another program has its place: the id of that.
    Lost(u32),
    /// None has: it was detached by force, or the interface is gone.
    Empty,
}

impl Program {
    /// Attaches to `interface`. Detaches when this value is dropped. A crash detaches too, unless the result is
    /// [`Outlives::Crash`].
    ///
    /// # Errors
    /// When another program is there (named), or the driver cannot run it in this mode.
    pub fn attach(&mut self, interface: &Interface, mode: AttachMode) -> Result<Outlives> {
        if let Some(standing) = Standing::on(interface)? {
            return Err(standing.refuse(false));
        }
        let attaching =
            || format!("cannot attach an XDP program to {} in {} mode", interface.name, mode.name());
        let program = self.xdp()?;
        let id = program
            .attach_to_if_index(interface.index, mode.aya())
            .map_err(|error| match error {
                ProgramError::SyscallError(call) => anyhow!(call.io_error),
                other => anyhow!(other),
            })
            .with_context(attaching)?;
        let link = program.take_link(id)?;
        // aya falls back to netlink by itself, and does not say so.
        let own = program.info().context("cannot ask for the program attached")?.id();
        let linked = loaded_links().filter_map(Result::ok).find(|link| link.program_id() == own);
        let (hold, outlives) = match linked {
            // Opened once more, for aya does not tell what becomes of its own.
            Some(linked) => {
                let own = bpf_link::open(linked.id()).context("cannot open the program's link")?;
                (Hold::Link(own), Outlives::Nothing)
            }
            None => {
                // Without CAP_SYS_ADMIN no link is seen, though there may be one.
                let outlives = if holds_link_of(own) { Outlives::Nothing } else { Outlives::Crash };
                return Ok(self.hold(interface, Hold::Aya(link), outlives));
            }
        };
        drop(link);
        Ok(self.hold(interface, hold, outlives))
    }

    /// Takes the place of another xdpfeed's program on `interface`, in the mode that runs in: every packet is seen by
    /// one of the two. That one notices, and ends.
    ///
    /// # Errors
    /// When no link holds it, it went meanwhile, or the driver refuses ours.
    pub fn take_over(&mut self, interface: &Interface, standing: &Standing) -> Result<Outlives> {
        let taking = || format!("cannot take the place of {} on {}", standing.describe(), interface.name);
        let Some(link) = standing.link else { bail!("{}: no link holds it", taking()) };
        let link = bpf_link::open(link).with_context(taking)?;
        let old = bpf_link::open_program(standing.id).with_context(taking)?;
        let own = self.xdp()?.fd().context("the program is not loaded")?.as_fd();
        bpf_link::replace(link.as_fd(), own, old.as_fd()).with_context(taking)?;
        Ok(self.hold(interface, Hold::Link(link), Outlives::Nothing))
    }

    fn hold(&mut self, interface: &Interface, hold: Hold, outlives: Outlives) -> Outlives {
        self.held = Some((hold, interface.index));
        outlives
    }

    /// Looks whether the program is still where it was attached; what took its place is remembered
    /// ([`Program::lost_to`]).
    ///
    /// # Errors
    /// What the kernel says.
    pub fn place(&self) -> io::Result<Place> {
        let Some((hold, interface)) = &self.held else { return Ok(Place::Empty) };
        let there = match hold {
            Hold::Link(link) => {
                let info = bpf_link::info(link.as_fd())?;
                (info.interface != 0).then_some(info.program)
            }
            Hold::Aya(_) => xdp_query::attached_program(*interface)?,
        };
        Ok(match there {
            Some(id) if id == self.id => Place::Kept,
            Some(id) => {
                // The first is the one that counts.
                let _again = self.lost_to.set(id);
                Place::Lost(id)
            }
            None => Place::Empty,
        })
    }

    /// The program that took this one's place, if [`Program::place`] saw one.
    #[must_use]
    pub fn lost_to(&self) -> Option<u32> {
        self.lost_to.get().copied()
    }

    /// Stops redirecting. Frames on their way still arrive.
    pub fn detach(&mut self) {
        // What holds another's program by now must not take that away.
        if let Some((Hold::Aya(link), _)) = self.held.take()
            && self.lost_to.get().is_some()
        {
            std::mem::forget(link);
        }
    }
}
