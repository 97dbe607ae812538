//! The program an interface has already: whose it is, and how it can be made to go.

use std::{fs, os::fd::AsFd as _};

use anyhow::{Context, Result, anyhow};
use aya::programs::{loaded_links, loaded_programs};
use xdp_prog::PROGRAM;

use super::AttachMode;
use crate::{
    nic::Interface,
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
    /// Processes that have the program or its link open: number and command.
    pub holders: Vec<(u32, String)>,
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
        let of: Vec<String> =
            self.holders.iter().map(|(pid, command)| format!(", of {command}, pid {pid}")).collect();
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

/// The processes that have a program or a link open, as far as this one may look.
fn holders(program: u32, link: Option<u32>) -> Vec<(u32, String)> {
    let processes = fs::read_dir("/proc").into_iter().flatten().filter_map(Result::ok);
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let own = std::process::id();
    let holding = numbers.filter(|pid| *pid != own && holds(*pid, program, link));
    holding
        .map(|pid| {
            let command = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            (pid, command.trim_end().to_owned())
        })
        .collect()
}

fn holds(pid: u32, program: u32, link: Option<u32>) -> bool {
    let Ok(descriptors) = fs::read_dir(format!("/proc/{pid}/fdinfo")) else { return false };
    descriptors.filter_map(Result::ok).any(|entry| {
        // It may have been closed meanwhile.
        fs::read_to_string(entry.path()).is_ok_and(|info| is_of(&info, program, link))
    })
}

/// Whether a descriptor's `fdinfo` is that of the program or of the link.
fn is_of(info: &str, program: u32, link: Option<u32>) -> bool {
    let says = |field: &str, id: u32| {
        info.lines().any(|line| {
            line.split_once(':').is_some_and(|(name, value)| name == field && value.trim().parse() == Ok(id))
        })
    };
    says("prog_id", program) || link.is_some_and(|link| says("link_id", link))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_of_programs_and_links_are_told_apart() {
        let program = "pos:\t0\nflags:\t02000002\nprog_type:\t6\nprog_jited:\t1\nprog_id:\t41\n";
        let link = "pos:\t0\nlink_type:\txdp\nlink_id:\t7\nprog_tag:\tabc\nprog_id:\t40\nifindex:\t3\n";
        assert!(is_of(program, 41, None));
        assert!(!is_of(program, 4, Some(7)));
        assert!(is_of(link, 41, Some(7)));
        assert!(!is_of(link, 41, Some(8)));
        assert!(!is_of("pos:\t0\n", 0, Some(0)));
    }
}
