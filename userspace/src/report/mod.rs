//! The summary a command ends with: one structure, shown as text or as JSON (`docs/json.md`).

mod accounts;
mod arbitrated;
mod channel;
mod losses;
mod recovery;
mod recognised;
mod text;
mod timing;

pub use accounts::{enter_pipeline, enter_source, refusals};
pub use channel::{ChannelSummary, LineSummary, channels};
pub use losses::{checksums, put_off, socket_losses, too_late, unjoined};
pub use recognised::{all_recognised, misnamed, recognitions};
pub use recovery::{RecoverySummary, enter_recovery};
pub use timing::{
    ChannelLatency, FirstPacket, LineJoined, LineTiming, Stamps, clocks_apart, latencies, timing,
};

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    console, evidence::Evidence, failure::Failure, latency::Percentiles, ledger::Ledger,
    nic::steering::Steered,
};

/// Packets as they came, before any channel.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Packets {
    /// Datagrams of the lines asked for.
    pub received: u64,
    /// Of these, datagrams that are none of their channel's protocol.
    pub malformed: u64,
    /// The same by cause.
    pub malformed_by_cause: BTreeMap<&'static str, u64>,
    /// Of those received, datagrams that came while the receiver was stopping, beyond where their stream ended.
    pub after_stop: u64,
    /// Packets that were not for a line, or could not be read that far, by reason.
    pub passed: BTreeMap<&'static str, u64>,
}

/// What one interface was made to do.
#[derive(Clone, Debug, Serialize)]
pub struct InterfaceSummary {
    /// Its name.
    pub name: String,
    /// `native-zero-copy`, `native-copy` or `generic-copy`.
    pub mode: String,
    /// Packets may be spread over several frames.
    pub multi_buffer: bool,
    /// Each step down on the way there, with its cause.
    pub steps_down: Vec<String>,
    /// What became of its link.
    pub link: LinkSummary,
    /// What rules put on which queue, with `--steer`.
    pub steered: Option<Steered>,
    /// What each queue did.
    pub queues: Vec<QueueSummary>,
}

/// An interface's link, over the run.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct LinkSummary {
    /// Whether it is up.
    pub up: bool,
    /// Times it went down.
    pub downs: u64,
    /// Times the interface went away.
    pub removals: u64,
    /// Times it came back and was bound again.
    pub bound_again: u64,
}

/// One receive queue.
#[derive(Clone, Debug, Serialize)]
pub struct QueueSummary {
    /// The kernel's id of it.
    pub queue: u32,
    /// Whether a socket was bound to it.
    pub bound: bool,
    /// Matched packets redirected to its socket.
    pub redirected: u64,
    /// Matched packets that found no socket and were passed on.
    pub no_socket: u64,
}

/// One worker.
#[derive(Clone, Debug, Serialize)]
pub struct WorkerSummary {
    /// Its number, from 0.
    pub worker: usize,
    /// The CPU it was kept on; `None` where it might run on any.
    pub cpu: Option<usize>,
    /// The names of its channels.
    pub channels: Vec<String>,
    /// How many sockets it reads.
    pub sockets: usize,
    /// Packets it took, of the lines asked for.
    pub packets: u64,
    /// Times the kernel put its thread off its CPU for another, although there was something to do or to look for.
    pub preempted: u64,
    /// From the XDP program's stamp to its sink; `None` when nothing was measured.
    pub latency_ns: Option<Percentiles>,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The least of the interfaces' modes, or `capture`.
    pub mode: String,
    /// Wall-clock seconds, or those the capture spans.
    pub seconds: f64,
    /// Packets.
    pub packets: Packets,
    /// Captures that end inside a record.
    pub capture_truncated: u64,
    /// Channels, in the order they were named.
    pub channels: Vec<ChannelSummary>,
    /// How the lines lie in time.
    pub timing: Vec<LineTiming>,
    /// Interfaces; none for a capture.
    pub interfaces: Vec<InterfaceSummary>,
    /// Workers; none for a capture.
    pub workers: Vec<WorkerSummary>,
    /// From the XDP program's stamp to the sink, over all workers; `None` when nothing was measured.
    pub latency: Option<Percentiles>,
    /// The same by channel.
    pub latencies: Vec<ChannelLatency>,
    /// What the receive stamps are.
    pub stamps: Stamps,
    /// Counters and identities.
    pub ledger: Ledger,
    /// What the host counted meanwhile.
    pub evidence: Evidence,
    /// What the user should know, in sentences.
    pub notes: Vec<String>,
}

impl Summary {
    /// As one JSON object.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let Self {
            mode,
            seconds,
            packets,
            capture_truncated,
            channels,
            timing,
            interfaces,
            workers,
            latency,
            latencies,
            stamps,
            ledger,
            evidence,
            notes,
        } = self;
        json!({
            "mode": mode,
            "seconds": seconds,
            "packets": packets,
            "capture_truncated": capture_truncated,
            "channels": channels,
            "lines": timing,
            "interfaces": interfaces,
            "workers": workers,
            "latency_ns": latency,
            "latencies": latencies,
            "stamps": stamps,
            "ledger": ledger.to_json(),
            "evidence": evidence,
            "notes": notes,
        })
    }

    /// Prints it.
    ///
    /// # Errors
    /// When it could not be written.
    pub fn print(&self, as_json: bool) -> Result<(), Failure> {
        console::print(&self.text(as_json))
    }

    /// What is printed.
    #[must_use]
    pub fn text(&self, as_json: bool) -> String {
        if as_json { format!("{}\n", self.to_json()) } else { self.to_string() }
    }
}
