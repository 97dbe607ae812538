//! Which line a datagram belongs to, where no XDP program has looked that up.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
};

use xdp_prog::Reason;

use crate::wire::UdpDatagram;

/// A line of a destination: the source it is wanted from, the VLAN, its index.
type Wanted = (Option<IpAddr>, Option<u16>, u16);

/// Lines by where they are sent to.
#[derive(Clone, Debug, Default)]
pub struct Destinations {
    lines: HashMap<SocketAddr, Vec<Wanted>>,
}

impl Destinations {
    /// Adds the line with index `line`: from `source` alone if one is given, in `vlan` alone if one is (0: without a tag).
    pub fn add(&mut self, destination: SocketAddr, source: Option<IpAddr>, vlan: Option<u16>, line: u16) {
        self.lines.entry(destination).or_default().push((source, vlan, line));
    }

    /// Whether there is a line to this destination.
    #[must_use]
    pub fn has(&self, destination: &SocketAddr) -> bool {
        self.lines.contains_key(destination)
    }

    /// The line of a datagram: one that names its source before one that names none.
    ///
    /// # Errors
    /// Why it is no line's: [`Reason::NoMatch`], or [`Reason::WrongVlan`].
    #[inline]
    pub fn find(&self, datagram: &UdpDatagram<'_>) -> Result<u16, Reason> {
        let UdpDatagram { source, destination, vlan, payload: _ } = datagram;
        let lines = self.lines.get(destination).ok_or(Reason::NoMatch)?;
        let of = |wanted| lines.iter().find(|(source, _, _)| *source == wanted);
        let (_, only, line) = of(Some(source.ip())).or_else(|| of(None)).ok_or(Reason::NoMatch)?;
        if only.is_some_and(|only| only != *vlan) { Err(Reason::WrongVlan) } else { Ok(*line) }
    }
}
