//! Lines of captures: those that were named, or a channel for each destination that is met.

use std::net::SocketAddr;

use xdp_prog::Reason;

use crate::{
    config::{Feed, ProtocolSpec},
    line::LineSpec,
    source::{capture::Lines, destinations::Destinations},
    wire::UdpDatagram,
};

/// Channels made of destinations that were not named. Each costs some 80 KB once it has a stream; a capture with more is
/// of many feeds, and more would let a file decide how much memory is used.
pub(super) const DISCOVERED: usize = 2048;

/// Which line a captured datagram belongs to.
pub(super) struct Table {
    pub(super) feed: Feed,
    destinations: Destinations,
    /// Make a channel of each multicast destination: no line was named.
    pub(super) discover: bool,
    protocols: Vec<ProtocolSpec>,
    /// Datagrams to destinations beyond [`DISCOVERED`].
    pub(super) left_out: u64,
    /// Datagrams to other than multicast destinations while these become channels, and the first of the destinations.
    pub(super) unicast: (u64, Option<SocketAddr>),
}

impl Table {
    pub(super) fn new(feed: Feed, protocols: Vec<ProtocolSpec>) -> Self {
        let discover = feed.lines.is_empty();
        let mut destinations = Destinations::default();
        for (index, line) in feed.lines.iter().enumerate() {
            destinations.add(line.destination, line.source, line.vlan, index as u16);
        }
        Self { feed, destinations, discover, protocols, left_out: 0, unicast: (0, None) }
    }

    /// Makes a channel of a destination that was not met before.
    fn discovered(&mut self, destination: SocketAddr) -> Option<u16> {
        if self.feed.channels.len() == DISCOVERED {
            self.left_out += 1;
            return None;
        }
        let spec = LineSpec {
            channel: Some(destination.to_string()),
            name: "A".to_owned(),
            interface: None,
            vlan: None,
            source: None,
            destination,
        };
        let index = u16::try_from(self.feed.lines.len()).ok()?;
        self.feed.add(&spec, &self.protocols).ok()?;
        self.destinations.add(destination, None, None, index);
        Some(index)
    }
}

impl Lines for Table {
    fn find(&mut self, datagram: &UdpDatagram<'_>) -> Result<u16, Reason> {
        let destination = datagram.destination;
        // Addresses wiped out for publication are all zeros.
        let is_new = self.discover
            && (destination.ip().is_multicast() || destination.ip().is_unspecified())
            && !self.destinations.has(&destination);
        if is_new {
            return self.discovered(destination).ok_or(Reason::NoMatch);
        }
        let found = self.destinations.find(datagram);
        if self.discover && found.is_err() {
            self.unicast.0 += 1;
            self.unicast.1.get_or_insert(destination);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(table: &mut Table, source: &str, destination: &str) -> Option<u16> {
        let (source, destination) = (source.parse().unwrap(), destination.parse().unwrap());
        table.find(&UdpDatagram { source, destination, vlan: 0, payload: &[] }).ok()
    }

    fn table(lines: &[&str]) -> Table {
        let lines: Vec<LineSpec> = lines.iter().map(|line| line.parse().unwrap()).collect();
        let protocols: Vec<ProtocolSpec> = vec!["iextp".parse().unwrap()];
        Table::new(Feed::new(&lines, &protocols).unwrap(), protocols)
    }

    #[test]
    fn a_line_that_names_the_source_wins() {
        let mut table = table(&["A=224.0.1.1:1", "B=10.0.0.1@224.0.1.1:1"]);
        assert_eq!(find(&mut table, "10.0.0.1:9", "224.0.1.1:1"), Some(1));
        assert_eq!(find(&mut table, "10.0.0.2:9", "224.0.1.1:1"), Some(0));
        assert_eq!(find(&mut table, "10.0.0.1:9", "224.0.1.1:2"), None);
        assert_eq!(find(&mut table, "10.0.0.1:9", "10.0.0.2:1"), None);
        assert_eq!(table.unicast, (0, None), "with lines nothing else was to become one");
    }

    #[test]
    fn without_lines_each_multicast_destination_becomes_one() {
        let mut table = table(&[]);
        assert_eq!(find(&mut table, "10.0.0.1:9", "224.0.1.1:1"), Some(0));
        assert_eq!(find(&mut table, "10.0.0.1:9", "10.0.0.2:1"), None, "unicast is nobody's feed");
        assert_eq!(find(&mut table, "10.0.0.1:9", "[ff15::1]:1"), Some(1));
        assert_eq!(find(&mut table, "10.0.0.3:9", "224.0.1.1:1"), Some(0));
        assert_eq!(table.feed.channels[1].name, "[ff15::1]:1");
        assert_eq!(find(&mut table, "10.0.0.1:9", "10.0.0.3:1"), None);
        assert_eq!(table.unicast, (2, Some("10.0.0.2:1".parse().unwrap())));
    }
}
