//! Interrupts put off in favour of busy polling, and whether busy polling happens at all.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result};

use super::{
    Interface,
    journal::{self, Journal},
};

/// Polls without a packet after which a queue's interrupt is armed again. The kernel's own documentation has 2
/// (`Documentation/networking/napi.rst`); 0 would arm it after the first, more only delays falling back.
const DEFER_HARD_IRQS: &str = "2";

/// Nanoseconds until the kernel polls a queue that nobody polls. Longer than the pauses of a worker that busy-polls,
/// or the interrupts are back; what comes while the worker is away waits this long, so no more than 200 µs.
const GRO_FLUSH_TIMEOUT_NS: &str = "200000";

/// How long an instance whose place was taken may take from giving its queues back to undoing its settings.
const HANDOVER: Duration = Duration::from_secs(1);

/// The settings of one interface; they are what they were when this goes.
#[derive(Debug)]
pub struct Deferral {
    _journal: Journal,
}

impl Deferral {
    /// Has the interface's queues wait for whoever polls them.
    ///
    /// # Errors
    /// The settings cannot be read or written. Those that were are undone.
    pub fn set(interface: &Interface, directory: &Path) -> Result<Self> {
        journal::wait_for_others(directory, &interface.name, HANDOVER);
        let mut journal = Journal::new(directory, &interface.name)?;
        let settings = Path::new("/sys/class/net").join(&interface.name);
        journal.set(&settings.join("napi_defer_hard_irqs"), DEFER_HARD_IRQS)?;
        journal.set(&settings.join("gro_flush_timeout"), GRO_FLUSH_TIMEOUT_NS)?;
        Ok(Self { _journal: journal })
    }
}

/// Packets that busy polling has brought, of all sockets of this network namespace (`TcpExt: BusyPollRxPackets`).
///
/// # Errors
/// The kernel does not say.
pub fn busy_polled() -> Result<u64> {
    let path = "/proc/thread-self/net/netstat";
    let netstat = fs::read_to_string(path).with_context(|| format!("cannot read {path}"))?;
    counter(&netstat, "TcpExt", "BusyPollRxPackets")
        .with_context(|| format!("no BusyPollRxPackets in {path}"))
}

/// A counter of `netstat`: two lines begin alike, the first with names, the second with values.
fn counter(netstat: &str, table: &str, name: &str) -> Option<u64> {
    let mut lines = netstat.lines().filter_map(|line| line.strip_prefix(table)?.strip_prefix(':'));
    let (names, values) = (lines.next()?, lines.next()?);
    let mut pairs = names.split_whitespace().zip(values.split_whitespace());
    pairs.find(|(other, _)| *other == name)?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_is_found_under_its_name() {
        let netstat =
            "TcpExt: SyncookiesSent BusyPollRxPackets Last\nTcpExt: 1 42 3\nIpExt: InMcastPkts\nIpExt: 9\n";
        assert_eq!(counter(netstat, "TcpExt", "BusyPollRxPackets"), Some(42));
        assert_eq!(counter(netstat, "IpExt", "InMcastPkts"), Some(9));
        assert_eq!(counter(netstat, "IpExt", "BusyPollRxPackets"), None);
        assert_eq!(counter("TcpExt: One\n", "TcpExt", "One"), None);
        assert!(busy_polled().is_ok());
    }
}
