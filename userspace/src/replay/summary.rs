//! What came of a replay.

use nix::errno::Errno;
use serde::Serialize;

/// Bytes of an Ethernet header, which an MTU does not count.
const ETHERNET_LEN: usize = 14;

/// What came of a replay. Its JSON is documented in `docs/captures.md`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Packets sent.
    pub packets: u64,
    /// Bytes sent, from the Ethernet header on, without frame check sequences.
    pub bytes: u64,
    /// From before the first packet was sent to after the last was.
    pub seconds: f64,
    /// `packets / seconds`.
    pub packets_per_second: f64,
    /// Packets larger than the interface's MTU: not sent.
    pub too_large: u64,
    /// Packets the kernel refused for another cause: not sent.
    pub errors: u64,
    /// Packets the capture has not whole (snap length): not sent.
    pub snapped: u64,
    /// Packets whose record in the capture contradicts itself: not sent.
    pub malformed: u64,
    /// 1 when the capture ends inside a record; that record is not a packet.
    pub capture_truncated: u64,
    /// A signal ended it early.
    pub interrupted: bool,
    /// Longest packet that was too large.
    #[serde(skip)]
    pub longest_too_large: usize,
    /// The first other cause.
    #[serde(skip)]
    pub first_error: Option<Errno>,
}

impl Summary {
    /// Packets of the capture that could not be sent.
    #[must_use]
    pub const fn unsent(&self) -> u64 {
        self.too_large + self.errors + self.snapped + self.malformed
    }

    /// Why packets could not be sent, and what to do about it; `None` if all were.
    #[must_use]
    pub fn complaint(&self) -> Option<String> {
        let mut causes = Vec::new();
        if self.too_large > 0 {
            let mtu = self.longest_too_large.saturating_sub(ETHERNET_LEN);
            causes.push(format!("{} larger than the interface's MTU (it needs {mtu})", self.too_large));
        }
        if let Some(error) = self.first_error {
            causes.push(format!("{} refused by the kernel ({})", self.errors, error.desc()));
        }
        if self.snapped > 0 {
            causes.push(format!("{} not whole in the capture (capture with snap length 0)", self.snapped));
        }
        if self.malformed > 0 {
            causes.push(format!("{} in damaged records", self.malformed));
        }
        let causes = causes.join(", ");
        (self.unsent() > 0).then(|| format!("{} packets could not be sent: {causes}", self.unsent()))
    }
}
