//! The XDP program of one interface: loading and attaching; its maps, typed, in the files beside.

mod tables;
mod verdicts;

pub use tables::{Match, mostly_by_source};
pub use verdicts::Verdicts;

use anyhow::{Context, Result, anyhow, bail};
use aya::{
    Ebpf, EbpfLoader,
    programs::{ProgramError, Xdp, XdpMode, loaded_links, loaded_programs, xdp::XdpLink},
};
use xdp_prog::{PROGRAM, map, stamps};

use crate::{clock::Clock, nic::Interface, sys::xdp_query};

/// The object the build script made.
static OBJECT: &[u8] = aya::include_bytes_aligned!(env!("XDPFEED_RECEIVE_OBJECT"));

/// `AYA_LOG_LEVEL` that silences the program: the verifier then removes what would write a record.
const LOG_OFF: u8 = 0;
/// `AYA_LOG_LEVEL` at which the program says why it passed each packet.
const LOG_DEBUG: u8 = aya_log::Level::Debug as u8;

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

/// What an attached program outlives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlives {
    /// It goes with this process, however that ends.
    Nothing,
    /// A crash leaves it attached: the kernel has no `bpf_link` for XDP (before 5.9, or not for this device).
    Crash,
}

/// What the program is loaded with.
#[derive(Clone, Copy, Debug)]
pub struct ProgramConfig {
    /// Receive queues of the interface.
    pub queues: u32,
    /// Destinations it is to match.
    pub groups: u32,
    /// Stamp matched packets.
    pub timestamps: bool,
    /// By this clock.
    pub clock: Clock,
    /// Ask for lines that name their source first. It changes what a packet costs, not where it goes: a look-up
    /// less for those lines, one more for the others.
    pub sources_first: bool,
    /// Have it say why it passes each packet it does not redirect.
    pub trace: bool,
}

/// One interface's program. Dropping it detaches.
#[derive(Debug)]
pub struct Program {
    ebpf: Ebpf,
    queues: u32,
    /// Detaches when dropped.
    link: Option<XdpLink>,
}

impl Program {
    /// Loads the program for one interface; it sees no packet before [`Program::attach`].
    ///
    /// # Errors
    /// When the kernel refuses it: most often for want of privilege.
    pub fn load(config: ProgramConfig) -> Result<Self> {
        let mut loader = EbpfLoader::new();
        let timestamps = match (config.timestamps, config.clock) {
            (false, _) => stamps::OFF,
            (true, Clock::Monotonic) => stamps::MONOTONIC,
            (true, Clock::Tai) => stamps::TAI,
        };
        let sources_first = u8::from(config.sources_first);
        let log_level = if config.trace { LOG_DEBUG } else { LOG_OFF };
        let groups = config.groups.max(1);
        loader
            .override_global(map::TIMESTAMPS, &timestamps, true)
            .override_global(map::SOURCES_FIRST, &sources_first, true)
            .override_global(aya_log::LEVEL, &log_level, true)
            .map_max_entries(map::SOCKETS, config.queues)
            .map_max_entries(map::QUEUES, config.queues);
        for name in [map::GROUPS_V4, map::GROUPS_V6, map::SOURCES_V4, map::SOURCES_V6] {
            loader.map_max_entries(name, groups);
        }
        let mut ebpf = loader.load(OBJECT).map_err(|error| privilege(anyhow!(error)))?;
        xdp(&mut ebpf)?.load().map_err(|error| privilege(anyhow!(error)))?;
        Ok(Self { ebpf, queues: config.queues, link: None })
    }

    /// Attaches to `interface`. Detaches when this value is dropped. A crash detaches too, unless the result is
    /// [`Outlives::Crash`].
    ///
    /// # Errors
    /// When another program is there (named), or the driver cannot run it in this mode.
    pub fn attach(&mut self, interface: &Interface, mode: AttachMode) -> Result<Outlives> {
        refuse_second(interface)?;
        let program = xdp(&mut self.ebpf)?;
        let id = program
            .attach_to_if_index(interface.index, mode.aya())
            .map_err(|error| match error {
                ProgramError::SyscallError(call) => anyhow!(call.io_error),
                other => anyhow!(other),
            })
            .with_context(|| {
                format!("cannot attach an XDP program to {} in {} mode", interface.name, mode.name())
            })?;
        self.link = Some(program.take_link(id)?);
        // aya falls back to netlink by itself where the kernel has no link for XDP, and does not say so.
        let own = program.info().context("cannot ask for the program attached")?.id();
        let linked = loaded_links().filter_map(Result::ok).any(|link| link.program_id() == own);
        Ok(if linked { Outlives::Nothing } else { Outlives::Crash })
    }

    /// Stops redirecting. Frames on their way still arrive.
    pub fn detach(&mut self) {
        drop(self.link.take());
    }

    /// The loaded program, for tests that run it on packets of their own.
    ///
    /// # Errors
    /// When the object holds no such program.
    pub fn xdp(&mut self) -> Result<&mut Xdp> {
        xdp(&mut self.ebpf)
    }

    /// aya's handle, for the reader of the program's log.
    pub fn ebpf(&mut self) -> &mut Ebpf {
        &mut self.ebpf
    }

    fn map(&self, name: &str) -> Result<&aya::maps::Map> {
        self.ebpf.map(name).with_context(|| format!("the XDP object has no map {name}"))
    }

    fn map_mut(&mut self, name: &str) -> Result<&mut aya::maps::Map> {
        self.ebpf.map_mut(name).with_context(|| format!("the XDP object has no map {name}"))
    }
}

fn xdp(ebpf: &mut Ebpf) -> Result<&mut Xdp> {
    let program = ebpf.program_mut(PROGRAM).with_context(|| format!("the XDP object has no {PROGRAM}"))?;
    Ok(program.try_into()?)
}

/// Names the program that is there already: the kernel would only say EBUSY.
fn refuse_second(interface: &Interface) -> Result<()> {
    let attached = xdp_query::attached_program(interface.index)
        .with_context(|| format!("cannot ask {} for its XDP program", interface.name))?;
    let Some(id) = attached else { return Ok(()) };
    let info = loaded_programs().filter_map(Result::ok).find(|info| info.id() == id);
    let program = info.as_ref().and_then(|info| info.name_as_str()).unwrap_or("name unknown");
    let name = &interface.name;
    if program == PROGRAM {
        bail!(
            "another xdpfeed receives on {name} (program id {id}): stop it, or give both their lines in one"
        );
    }
    bail!(
        "{name} has an XDP program already (id {id}, '{program}'): stop what attached it, or detach it with \
         `ip link set dev {name} xdp off` (where a link holds it, `bpftool link show` says whose)"
    )
}

/// Adds what to do when it is privilege that is missing.
fn privilege(error: anyhow::Error) -> anyhow::Error {
    let denied = error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|io| io.kind() == std::io::ErrorKind::PermissionDenied)
    });
    if denied {
        error.context(
            "no privilege to load an XDP program: run as root, or with CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW",
        )
    } else {
        error.context("the kernel refused the XDP program")
    }
}
