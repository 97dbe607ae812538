//! The contract between the XDP program and userspace: map names, keys, values, the frame header and the
//! verdict reasons. Both sides compile this crate, so neither can drift from the other.
//!
//! Everything here is `#[repr(C)]` without implicit padding, in host byte order unless a field says
//! otherwise: kernel and user always share one machine.
#![no_std]

mod front; // what is asked first
mod groups; // the maps' keys and values
mod header; // what is written in front of a packet
pub mod sender; // the same contract with the programs that send
mod verdicts; // counters

pub use front::{DEFAULT_FRONT_SHIFT, Front, FrontKey, front_places};
pub use groups::{Group, GroupV4, GroupV6, SourceV4, SourceV6};
pub use header::FrameHeader;
pub use verdicts::{QueueCounters, Reason};

/// Name of the receive program in the object file.
pub const PROGRAM: &str = "xdpfeed";

/// Name of the same for packets that may be spread over several buffers (`xdp.frags`, Linux 5.18).
pub const PROGRAM_FRAGS: &str = "xdpfeed_frags";

/// Name of the program of the object that the receive program's cost is measured against.
pub const DEFAULT_PROGRAM: &str = "default";

/// Names of the maps in the object file, as aya looks them up.
pub mod map {
    /// Hash: [`GroupV4`](super::GroupV4) → [`Group`](super::Group).
    pub const GROUPS_V4: &str = "GROUPS_V4";
    /// Hash: [`GroupV6`](super::GroupV6) → [`Group`](super::Group).
    pub const GROUPS_V6: &str = "GROUPS_V6";
    /// Hash: [`SourceV4`](super::SourceV4) → [`Group`](super::Group).
    pub const SOURCES_V4: &str = "SOURCES_V4";
    /// Hash: [`SourceV6`](super::SourceV6) → [`Group`](super::Group).
    pub const SOURCES_V6: &str = "SOURCES_V6";
    /// Array of [`Front`](super::Front): entries of the maps that are asked first, each in the place
    /// [`FrontKey::hash`](super::FrontKey::hash) gives it, if no other has it.
    pub const FRONT: &str = "FRONT";
    /// `XSKMAP`: receive queue → socket bound to it.
    pub const SOCKETS: &str = "SOCKETS";
    /// Per-CPU array: [`Reason`](super::Reason) → packets (`u64`), but for those that count under their queue.
    pub const VERDICTS: &str = "VERDICTS";
    /// Per-CPU array: receive queue → [`QueueCounters`](super::QueueCounters).
    pub const QUEUES: &str = "QUEUES";
    /// Global (`u8`): how the program stamps matched packets, one of [`stamps`](super::stamps).
    pub const TIMESTAMPS: &str = "TIMESTAMPS";
    /// Global (`u8`): 1 when the program asks the source maps before the group maps. The verdicts are the same; it
    /// costs a look-up less where a line names its source, and one more where it doesn't.
    pub const SOURCES_FIRST: &str = "SOURCES_FIRST";
    /// Global (`u8`): by how many bits a hash is shifted down to a place in [`FRONT`].
    pub const FRONT_SHIFT: &str = "FRONT_SHIFT";
}

/// Values of [`map::TIMESTAMPS`].
pub mod stamps {
    /// Not at all: the stamp stays 0.
    pub const OFF: u8 = 0;
    /// By `CLOCK_MONOTONIC`.
    pub const MONOTONIC: u8 = 1;
    /// By `CLOCK_TAI`, which programs can read since Linux 6.1.
    pub const TAI: u8 = 2;
}

/// Receive queues in the object's per-queue maps. xdpfeed sets the interface's own number at load; for another loader,
/// too low would pass the packets of higher queues (counted under [`Reason::NoSocket`] alone), and higher costs 16 B a
/// queue and CPU.
pub const DEFAULT_QUEUES: u32 = 64;

/// Entries in each group map unless userspace says otherwise at load.
pub const DEFAULT_GROUPS: u32 = 4096;
