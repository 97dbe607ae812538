//! What the answers mean.

use serde::Serialize;

/// Who drives an interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Driver {
    /// Its name.
    pub name: String,
    /// Its version: most often the kernel's.
    pub version: String,
    /// The NIC's firmware, where the driver says it.
    pub firmware: String,
    /// Where the NIC sits: `0000:00:03.0`.
    pub bus: String,
}

/// Queues in use, and as many as there can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Channels {
    /// Receive only.
    pub rx: u32,
    /// Transmit only.
    pub tx: u32,
    /// Both in one.
    pub combined: u32,
    /// Most of each.
    pub max_rx: u32,
    /// Likewise.
    pub max_tx: u32,
    /// Likewise.
    pub max_combined: u32,
}

/// Descriptors of each ring, and as many as it can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rings {
    /// Receive.
    pub rx: u32,
    /// Transmit.
    pub tx: u32,
    /// Most.
    pub max_rx: u32,
    /// Most.
    pub max_tx: u32,
}

/// Ethernet flow control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Pause {
    /// Agreed with the other end.
    pub autoneg: bool,
    /// The NIC stops sending when told to.
    pub rx: bool,
    /// The NIC tells the other end to stop when its own buffer is full.
    pub tx: bool,
}

/// An offload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Feature {
    /// As `ethtool -k` names it.
    pub name: String,
    /// It is on.
    pub on: bool,
    /// It cannot be changed.
    pub fixed: bool,
}

/// Time stamps the NIC can make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Stamps {
    /// `SOF_TIMESTAMPING_*`.
    pub flags: u32,
    /// Number of the NIC's clock, `/dev/ptpN`.
    pub clock: Option<u32>,
    /// `HWTSTAMP_FILTER_*`, a bit each: which received packets.
    pub filters: u32,
}

impl Stamps {
    /// `SOF_TIMESTAMPING_RX_HARDWARE`.
    const RX_HARDWARE: u32 = 1 << 2;
    /// `HWTSTAMP_FILTER_ALL`.
    const ALL_PACKETS: u32 = 1 << 1;

    /// Whether the NIC stamps any received packets.
    #[must_use]
    pub const fn in_hardware(self) -> bool {
        self.flags & Self::RX_HARDWARE != 0
    }

    /// Whether the NIC stamps every received packet: a feed's are none of PTP's.
    #[must_use]
    pub const fn every_packet(self) -> bool {
        self.in_hardware() && self.filters & Self::ALL_PACKETS != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_stamp_on_every_packet_is_one_on_a_feed() {
        let stamps = |flags, filters| Stamps { flags, clock: Some(0), filters }.every_packet();
        assert!(stamps(0x7f, 0b11));
        assert!(!stamps(0x7f, 0b1_0000_0001), "PTP's packets alone");
        assert!(!stamps(0x18, 0b11), "in software");
    }
}
