//! Heartbeats: when to send one, and when the other side has been silent for too long.

/// Longest time without sending before a heartbeat, 1 s: what SoupBinTCP 3.0 ("Heartbeats") and Multicast PITCH
/// ("Heartbeat Messages") ask for. Longer, and a server takes the client for dead; shorter only costs bytes.
pub const IDLE_NS: u64 = 1_000_000_000;

/// Longest silence of the other side, 15 s as SoupBinTCP 3.0 has it for a server that waits for its client: fifteen
/// heartbeats missed. Shorter, and a stall of the network costs a login; longer, and a dead connection holds up
/// recovery.
pub const SILENT_NS: u64 = 15_000_000_000;

/// Times of one connection.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pulse {
    sent_ns: u64,
    received_ns: u64,
}

impl Pulse {
    /// The connection is up at `now_ns`.
    #[must_use]
    pub const fn new(now_ns: u64) -> Self {
        Self { sent_ns: now_ns, received_ns: now_ns }
    }

    /// Something was sent.
    pub const fn sent(&mut self, now_ns: u64) {
        self.sent_ns = now_ns;
    }

    /// Something was received.
    pub const fn received(&mut self, now_ns: u64) {
        self.received_ns = now_ns;
    }

    /// When the next heartbeat is due.
    #[must_use]
    pub const fn beat_ns(&self) -> u64 {
        self.sent_ns.saturating_add(IDLE_NS)
    }

    /// When the other side has been silent for too long.
    #[must_use]
    pub const fn dead_ns(&self) -> u64 {
        self.received_ns.saturating_add(SILENT_NS)
    }
}
