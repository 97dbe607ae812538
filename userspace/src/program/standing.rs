//! The program an interface has already: whose it is, and how it can be made to go.

use std::os::fd::AsFd as _;

use anyhow::{Context, Result, anyhow};
use aya::programs::{loaded_links, loaded_programs};
use xdp_prog::PROGRAM;

use super::AttachMode;
use crate::{
    nic::{Held, Interface, Process, Processes},
    sys::{bpf_link, xdp_query},
};

/// `XDP_FLAGS_SKB_MODE` and `XDP_FLAGS_DRV_MODE` of `linux/if_link.h`.
const SKB_MODE: u32 = 1 << 1;
const DRIVER_MODE: u32 = 1 << 2;

/// The first of several programs that libxdp runs one after the other.
const DISPATCHER: &str = "xdp_dispatcher";

/// An XDP program that is attached.
#[derive(Clone, Debug)]
pub struct Standing {
    interface: Interface,
    /// The kernel's id of it.
    pub id: u32,
    /// What its author called it; the kernel keeps 15 characters.
    pub name: String,
    /// How it runs.
    pub mode: AttachMode,
    /// The link that holds it; without one it was attached by netlink, and stays when its owner ends.
    pub link: Option<u32>,
    /// Other processes that have the program or its link open.
    pub holders: Vec<Process>,
}

impl Standing {
    /// Looks whether `interface` has a program.
    ///
    /// # Errors
    /// What netlink says.
    pub fn on(interface: &Interface) -> Result<Option<Self>> {
        let xdp = xdp_query::xdp(interface.index)
            .with_context(|| format!("cannot ask {} for its XDP program", interface.name))?;
        let Some(id) = xdp.program else { return Ok(None) };
        let info = loaded_programs().filter_map(Result::ok).find(|info| info.id() == id);
        let name = info.as_ref().and_then(|info| info.name_as_str()).unwrap_or("name unknown").to_owned();
        let link = loaded_links().filter_map(Result::ok).find(|link| link.program_id() == id);
        let link = link.map(|link| link.id());
        Ok(Some(Self {
            interface: interface.clone(),
            id,
            name,
            mode: if xdp.generic { AttachMode::Generic } else { AttachMode::Native },
            link,
            holders: holders(id, link),
        }))
    }

    /// Whether it is an xdpfeed's.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.name.starts_with(PROGRAM)
    }

    /// Whether it is an xdpfeed's that is no more: a crash leaves the program where the kernel has no link for XDP.
    #[must_use]
    pub fn is_left_behind(&self) -> bool {
        self.is_ours() && self.link.is_none() && self.holders.is_empty()
    }

    /// Detaches it, if no link holds it and it is still there.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn detach(&self) -> Result<()> {
        let flags = match self.mode {
            AttachMode::Native => DRIVER_MODE,
            AttachMode::Generic => SKB_MODE,
        };
        let detached = bpf_link::open_program(self.id)
            .and_then(|old| bpf_link::detach_netlink(self.interface.index, flags, old.as_fd()));
        detached.with_context(|| {
            format!("cannot detach {} ('{}') from {}", self.id, self.name, self.interface.name)
        })
    }

    /// As told when it was made to go: `program id 41 ('xdp_filter', of suricata, pid 7)`.
    #[must_use]
    pub fn describe(&self) -> String {
        let of = self.holders.iter().map(|Process { pid, name }| format!(", of {name}, pid {pid}"));
        let of: Vec<String> = of.collect();
        format!("program id {} ('{}'{})", self.id, self.name, of.concat())
    }

    /// Why it stays, and what makes it go. `replace`: the user asked for its place.
    #[must_use]
    pub fn refuse(&self, replace: bool) -> anyhow::Error {
        let (name, what) = (&self.interface.name, self.describe());
        if self.is_ours() && !replace {
            return anyhow!(
                "another xdpfeed receives on {name} ({what}): stop it, give both their lines in one, or take its \
                 place with --replace"
            );
        }
        if self.name == DISPATCHER {
            return anyhow!(
                "{name} has libxdp's dispatcher ({what}), which runs programs that were built for it; xdpfeed's was \
                 not. Let its programs go with `xdp-loader unload {name} --all`, or receive on another interface"
            );
        }
        match self.link {
            Some(link) => anyhow!(
                "{name} has an XDP program already: {what}. Link {link} holds it, and a link is its owner's: stop \
                 that, or detach it with `bpftool link detach id {link}`"
            ),
            None => anyhow!(
                "{name} has an XDP program already: {what}. Stop what attached it, detach it with `ip link set dev \
                 {name} xdp off`, or put xdpfeed's in its place with --replace"
            ),
        }
    }
}

/// The other processes that have a program or a link open, as far as this one may look.
fn holders(program: u32, link: Option<u32>) -> Vec<Process> {
    let (processes, own) = (Processes::read(), std::process::id());
    let of_link = link.map_or(&[][..], |link| processes.holding(Held::Link(link)));
    let of_both = processes.holding(Held::Program(program)).iter().chain(of_link);
    let mut holders: Vec<_> = of_both.filter(|process| process.pid != own).cloned().collect();
    holders.sort();
    holders.dedup();
    holders
}
