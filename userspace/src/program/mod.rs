//! The XDP program of one interface: loading; attaching and its maps, typed, in the files beside.

mod attach;
mod front;
mod self_test;
mod standing;
mod tables;
mod verdicts;

pub use attach::{AttachMode, Place};
pub use self_test::{SELF_TEST_GROUP, SelfTest};
pub use standing::Standing;
pub use tables::{Match, mostly_by_source};
pub use verdicts::Verdicts;

use std::sync::OnceLock;

use anyhow::{Context, Result, anyhow};
use aya::{Ebpf, EbpfLoader, programs::Xdp};
use xdp_prog::{PROGRAM, PROGRAM_FRAGS, front_places, map, stamps};

use crate::clock::Clock;

/// The object the build script made.
static OBJECT: &[u8] = aya::include_bytes_aligned!(env!("XDPFEED_RECEIVE_OBJECT"));

/// `AYA_LOG_LEVEL` that silences the program: the verifier then removes what would write a record.
const LOG_OFF: u8 = 0;
/// `AYA_LOG_LEVEL` at which the program says why it passed each packet.
const LOG_DEBUG: u8 = aya_log::Level::Debug as u8;

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
    /// Take packets that are spread over several buffers (Linux 5.18).
    pub frags: bool,
    /// Have it say why it passes each packet it does not redirect.
    pub trace: bool,
}

/// One interface's program. Dropping it detaches.
#[derive(Debug)]
pub struct Program {
    ebpf: Ebpf,
    /// Which of the object's programs.
    name: &'static str,
    /// The kernel's id of it.
    id: u32,
    queues: u32,
    places: front::Places,
    /// The destinations it is told to redirect.
    wanted: Vec<Match>,
    /// What keeps it attached, and to the interface with which index. Detaches when dropped.
    held: Option<(attach::Hold, u32)>,
    /// The program that has its place.
    lost_to: OnceLock<u32>,
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
        let places = front_places(groups);
        let front_shift = (u64::BITS - places.ilog2()) as u8;
        loader
            .override_global(map::TIMESTAMPS, &timestamps, true)
            .override_global(map::SOURCES_FIRST, &sources_first, true)
            .override_global(map::FRONT_SHIFT, &front_shift, true)
            .override_global(aya_log::LEVEL, &log_level, true)
            .map_max_entries(map::FRONT, places)
            .map_max_entries(map::SOCKETS, config.queues)
            .map_max_entries(map::QUEUES, config.queues);
        for name in [map::GROUPS_V4, map::GROUPS_V6, map::SOURCES_V4, map::SOURCES_V6] {
            loader.map_max_entries(name, groups);
        }
        let mut ebpf = loader.load(OBJECT).map_err(|error| privilege(anyhow!(error)))?;
        let name = if config.frags { PROGRAM_FRAGS } else { PROGRAM };
        let program = xdp(&mut ebpf, name)?;
        program.load().map_err(|error| privilege(anyhow!(error)))?;
        let id = program.info().context("cannot ask for the program loaded")?.id();
        Ok(Self {
            ebpf,
            name,
            id,
            queues: config.queues,
            places: front::Places { of_sources: config.sources_first, shift: front_shift },
            wanted: Vec::new(),
            held: None,
            lost_to: OnceLock::new(),
        })
    }

    /// The loaded program, to be run on packets of one's own.
    ///
    /// # Errors
    /// When the object holds no such program.
    pub fn xdp(&mut self) -> Result<&mut Xdp> {
        xdp(&mut self.ebpf, self.name)
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

fn xdp<'a>(ebpf: &'a mut Ebpf, name: &str) -> Result<&'a mut Xdp> {
    let program = ebpf.program_mut(name).with_context(|| format!("the XDP object has no {name}"))?;
    Ok(program.try_into()?)
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
            "no privilege to load an XDP program: run as root, or with CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN and CAP_NET_RAW",
        )
    } else {
        error.context("the kernel refused the XDP program")
    }
}
