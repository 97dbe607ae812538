//! A socket among those of a source, and what it has brought.

use crate::xsk::{Socket, SocketStatistics};

/// One socket.
#[derive(Debug)]
pub(super) struct Port {
    pub(super) socket: Socket,
    /// Its interface is gone: it goes as soon as nothing of it is left here.
    pub(super) leaving: bool,
    /// Nothing was found in it last time.
    pub(super) dry: bool,
    pub(super) watermark_ns: u64,
    pub(super) counted: PortCounters,
}

impl Port {
    /// What was counted here, and what its socket has counted.
    pub(super) fn counters(&self) -> PortCounters {
        PortCounters {
            joined: self.socket.joined(),
            wakeups: self.socket.wakeups(),
            self_test: self.socket.self_tested(),
            ..self.counted
        }
    }
}

/// What one socket has brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PortCounters {
    /// Packets taken off the RX ring.
    pub packets: u64,
    /// Of these, frames without a header of ours, or of a line that never was.
    pub foreign: u64,
    /// Of these, frames of a line that was removed before they were read.
    pub line_removed: u64,
    /// Of these, frames of a line that another worker has: the NIC put them on a queue that is not that one's.
    pub elsewhere: u64,
    /// Of these, packets spread over several frames that were larger than what they are joined in.
    pub unjoined: u64,
    /// Of these, datagrams joined from several frames.
    pub joined: u64,
    /// Times the kernel asked for a wake-up: evidence, no packets.
    pub wakeups: u64,
    /// Packets of `--self-test`, taken before any other and not among the above.
    pub self_test: u64,
    /// What their checksums said, if that was asked for.
    pub checksums: ChecksumCounters,
}

/// What datagrams' checksums said. Those that were right are in none of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChecksumCounters {
    /// Wrong: given back, and handed to nobody.
    pub wrong: u64,
    /// None there: taken.
    pub absent: u64,
    /// Never filled in by a sender on this host: taken.
    pub partial: u64,
}

/// A socket's number, what it has brought, and what the kernel counted of it, where it says so.
pub type PortCount = (u16, PortCounters, Option<SocketStatistics>);
