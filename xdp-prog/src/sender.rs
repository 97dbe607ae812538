//! A sender's programs and maps in their object file.

/// Sends each packet out of the interface its context names.
pub const TRANSMIT: &str = "transmit";
/// Passes each packet.
pub const PASS: &str = "pass";
/// Drops each packet, counted in [`DROPPED`].
pub const DISCARD: &str = "discard";
/// Sends the next packet of [`FLOW`], if it is due.
pub const GENERATE: &str = "generate";

/// Array of one [`Flow`].
pub const FLOW: &str = "FLOW";
/// Array of [`VARIANTS`] times the messages of a packet, [`MESSAGES_LEN`] bytes each.
pub const MESSAGES: &str = "MESSAGES";
/// Per-CPU array of one `u64`: packets dropped.
pub const DROPPED: &str = "DROPPED";

/// Messages to choose from: a power of two, so many that a processor does not learn their order. 1 KB each.
pub const VARIANTS: u32 = 1024;
/// Most bytes of messages in a packet, the length in front of each included, and what is behind them up to a multiple
/// of 8, which is padding.
pub const MESSAGES_LEN: usize = 1400;
/// Where the sequence number of a MoldUDP64 packet lies: behind Ethernet, IPv4, UDP and the session.
pub const SEQUENCE_OFFSET: usize = 14 + 20 + 8 + 10;
/// Where its messages begin: behind the sequence number and the count.
pub const MESSAGES_OFFSET: usize = SEQUENCE_OFFSET + 10;
/// Where the first ITCH message has its 48-bit time: behind length, type, locate and tracking number.
pub const STAMP_OFFSET: usize = MESSAGES_OFFSET + 2 + 5;
/// A packet that is later than this is sent, and those after it as late: 100 us. Lower: at high rates an interrupt
/// lowers the rate. Higher: after one, a burst.
pub const LATE_NS: u64 = 100_000;

/// When to send what. Written by userspace before it runs the program, by the program while it runs.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// When the next packet is due, by `CLOCK_MONOTONIC`.
    pub due_ns: u64,
    /// From packet to packet; 0 is as fast as it goes.
    pub interval_ns: u64,
    /// Packets of a burst; 0 is none.
    pub burst: u64,
    /// From the last packet of a burst to the next burst.
    pub pause_ns: u64,
    /// Packets of this burst that were sent.
    pub in_burst: u64,
    /// Sequence number of the next packet's first message.
    pub sequence: u64,
    /// Messages in a packet.
    pub messages: u64,
    /// Their bytes, with the lengths in front: a multiple of 8.
    pub messages_len: u64,
    /// Packets sent.
    pub packets: u64,
    /// When the first and the last of them were, by `CLOCK_MONOTONIC`.
    pub first_ns: u64,
    /// See [`Flow::first_ns`].
    pub last_ns: u64,
}
