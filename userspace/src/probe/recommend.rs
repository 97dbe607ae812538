//! The flags that suit an interface.

use serde::Serialize;

use super::{
    counted,
    interface::{device::frame_for, nic::FRAMES_BYTES, placement::interrupted},
    ranges,
};
use crate::{
    line::LineSpec,
    nic::{BestMode, Host, InterfaceFacts, host::Capability},
};

/// Frames of a socket by default, and the fewest that `--frames` takes.
const FRAMES: u64 = 8192;
const FEWEST_FRAMES: u64 = 64;

/// The largest `--frame-size`.
const LARGEST_FRAME: u32 = 4096;

/// A flag, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Flag {
    /// As typed: `--cpu 3`.
    pub flag: String,
    /// In a sentence.
    pub why: String,
}

/// What to give `run`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Recommendation {
    /// The flags beside `--line` and `--protocol`.
    pub flags: Vec<Flag>,
    /// The lines that are to be received there; none where the user named none.
    #[serde(skip)]
    pub lines: Vec<LineSpec>,
}

impl Recommendation {
    /// The whole command line.
    #[must_use]
    pub fn command(&self, interface: &str) -> String {
        let mut command = "xdpfeed run".to_owned();
        for Flag { flag, .. } in &self.flags {
            command += &format!(" {flag}");
        }
        command += " --protocol auto";
        for line in &self.lines {
            command +=
                &format!(" --line {}", LineSpec { interface: Some(interface.to_owned()), ..line.clone() });
        }
        if self.lines.is_empty() {
            command += &format!(" --line A={interface},GROUP:PORT");
        }
        command
    }
}

pub(super) fn recommend(facts: &InterfaceFacts, host: &Host) -> Recommendation {
    let mut flags = Vec::new();
    let mut add = |flag: String, why: String| flags.push(Flag { flag, why });
    if let Some((flag, why)) = mode(facts) {
        add(flag.into(), why.into());
    }
    match worker_cpu(facts, host) {
        Some((cpu, why)) => add(format!("--cpu {cpu}"), why),
        None => add(
            "--wait poll".into(),
            "there is one CPU to use: a worker that spins would keep the kernel from it".into(),
        ),
    }
    if let Some(frame) =
        Some(frame_for(facts.link.mtu).unwrap_or(LARGEST_FRAME)).filter(|frame| *frame > 2048)
    {
        add(
            format!("--frame-size {frame}"),
            format!("for packets as large as its MTU of {} lets in", facts.link.mtu),
        );
    }
    if let Some(most) = host.memory.locked_most.filter(|_| !host.privileges.has(Capability::IpcLock))
        && u64::from(facts.queues) * FRAMES_BYTES > most
        && let Some(frames) = frames_within(most, facts.queues)
    {
        add(format!("--frames {frames}"), format!("this user may lock {} KiB", most / 1024));
    }
    Recommendation { flags, lines: Vec::new() }
}

const OFFERED: &str = "the driver offers it, and `run` should rather end than do with less";

/// Refuse what is less than the interface can do: a silent step down costs an order of magnitude.
fn mode(facts: &InterfaceFacts) -> Option<(&'static str, &'static str)> {
    // Drivers may refuse native XDP for packets that no frame can take.
    let fits = frame_for(facts.link.mtu).is_some();
    match facts.best()? {
        BestMode::ZeroCopy if fits => Some(("--require zero-copy", OFFERED)),
        BestMode::Copy if fits => Some(("--require native", OFFERED)),
        BestMode::ZeroCopy | BestMode::Copy => None,
        BestMode::Generic => Some(("--mode generic", "there is nothing better here")),
    }
}

/// The CPU for the worker: one nobody else uses, near the NIC, away from its interrupts. `None` where there is only
/// one to use.
fn worker_cpu(facts: &InterfaceFacts, host: &Host) -> Option<(usize, String)> {
    let cpus = &host.cpus;
    let busy = interrupted(facts);
    let isolated: Vec<usize> =
        cpus.isolated.iter().copied().filter(|cpu| cpus.online.contains(cpu)).collect();
    if isolated.is_empty() && cpus.allowed.len() < 2 {
        return None;
    }
    let candidates = if isolated.is_empty() { &cpus.allowed } else { &isolated };
    // The last: the first ones are where everything else ends up.
    let best = candidates.iter().copied().max_by_key(|cpu| {
        let near = facts.node.is_none() || cpus.node_of(*cpu) == facts.node;
        (near, !busy.contains(cpu), *cpu)
    })?;
    let mut why = match isolated.is_empty() {
        true => "no CPU is isolated; this one is".to_owned(),
        false => {
            format!("{} isolated ({}); this one is", counted(isolated.len() as u64, "CPU"), ranges(&isolated))
        }
    };
    why += match (busy.is_empty(), busy.contains(&best)) {
        (true, _) => " the last of them",
        (_, false) => " free of the NIC's interrupts",
        (_, true) => " the last of them, though the NIC interrupts it",
    };
    Some((best, why))
}

/// The most frames, a power of two, that `queues` sockets may lock within `most` bytes; `None` when even the fewest
/// are too many.
pub(super) fn frames_within(most: u64, queues: u32) -> Option<u64> {
    let bytes = FRAMES_BYTES / FRAMES * u64::from(queues).max(1);
    let frames = (most / bytes).min(FRAMES);
    let power = frames.checked_ilog2().map(|power| 1 << power)?;
    (power >= FEWEST_FRAMES).then_some(power)
}
