//! Which packets go to which queue.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
};

use serde::{Deserialize, Serialize};

use crate::sys::ethtool::rules::RuleSpec;

/// Where packets to a destination are to go, in whatever VLAN they come: which one, the XDP program looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Address and UDP port.
    pub destination: SocketAddr,
    /// The only source it is for.
    pub source: Option<IpAddr>,
    /// The queue.
    pub queue: u32,
}

impl Rule {
    pub(super) fn spec(&self) -> RuleSpec {
        RuleSpec::udp(self.destination, self.source, self.queue)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UDP {}", self.destination)?;
        if let Some(source) = self.source {
            write!(f, " from {source}")?;
        }
        write!(f, " to queue {}", self.queue)
    }
}

/// The queue that the lines of a channel are put on, of those its worker reads: all of one channel's on the same, so that
/// they are read in the order they came; channels in turn, so that each queue gets its share.
#[must_use]
pub fn queue_of(channel: usize, queues: &[u32]) -> u32 {
    queues.get(channel % queues.len().max(1)).copied().unwrap_or_default()
}
