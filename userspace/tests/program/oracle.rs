//! What the program ought to make of a packet: the walk of `wire`, which stands on etherparse, and a look through
//! the matches one by one.

use std::net::SocketAddr;

use xdp_prog::{FrameHeader, Reason};
use xdpfeed::{program::Match, wire};

/// What is asked for, as a list.
pub(crate) struct Oracle {
    pub(crate) matches: Vec<Match>,
    /// Whether the packet's queue has a socket.
    pub(crate) socket: bool,
}

/// What is to happen to a packet.
#[derive(Debug)]
pub(crate) enum Verdict {
    Pass(Reason),
    /// Redirected, with this in front. The stamp is 0.
    Redirect(FrameHeader),
}

impl Verdict {
    pub(crate) fn reason(&self) -> Reason {
        match self {
            Self::Pass(reason) => *reason,
            Self::Redirect(_) => Reason::Redirected,
        }
    }

    pub(crate) fn header(&self) -> Option<FrameHeader> {
        match self {
            Self::Pass(_) => None,
            Self::Redirect(header) => Some(*header),
        }
    }
}

impl Oracle {
    pub(crate) fn verdict(&self, packet: &[u8]) -> Verdict {
        let datagram = match wire::ethernet(packet) {
            Ok(datagram) => datagram,
            Err(reason) => return Verdict::Pass(reason),
        };
        let Some(line) = self.line(datagram.source, datagram.destination) else {
            return Verdict::Pass(Reason::NoMatch);
        };
        if line.vlan.is_some_and(|vlan| vlan != datagram.vlan) {
            return Verdict::Pass(Reason::WrongVlan);
        }
        if !self.socket {
            return Verdict::Pass(Reason::NoSocket);
        }
        let offset = datagram.payload.as_ptr().addr() - packet.as_ptr().addr();
        Verdict::Redirect(FrameHeader {
            stamp_ns: 0,
            group: line.index,
            payload_offset: (FrameHeader::LEN + offset) as u16,
            payload_len: datagram.payload.len() as u16,
            version: FrameHeader::VERSION,
            generation: line.generation,
        })
    }

    /// The match that names the source, else the one that takes any.
    fn line(&self, source: SocketAddr, destination: SocketAddr) -> Option<&Match> {
        let to = || self.matches.iter().filter(move |wanted| wanted.destination == destination);
        let named = to().find(|wanted| wanted.source == Some(source.ip()));
        named.or_else(|| to().find(|wanted| wanted.source.is_none()))
    }
}
