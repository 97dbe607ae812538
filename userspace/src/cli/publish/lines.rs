//! The lines to send on, from `--line` or `--lines`, and what they lose.

use std::net::{Ipv4Addr, SocketAddr};

use super::PublishArgs;
use crate::{
    failure::Failure,
    line::LineSpec,
    publish::{Line, Share},
};

/// Where `--lines` sends: 233.252.0.N, line A to N = 1, of MCAST-TEST-NET (RFC 6676), at the port Nasdaq's
/// TotalView line A has.
const DEFAULT_PORT: u16 = 26477;

impl PublishArgs {
    /// The lines, checked against each other.
    pub(super) fn lines(&self) -> Result<Vec<Line>, Failure> {
        let mut lines = if self.line.is_empty() { self.default_lines()? } else { self.named_lines()? };
        reject_twins(&lines)?;
        let shorthands = [("A", "--lose-a", self.lose_a), ("B", "--lose-b", self.lose_b)]
            .into_iter()
            .filter_map(|(name, flag, share)| Some((name, flag, share?)));
        let named = self.lose.iter().map(|(name, share)| (name.as_str(), "--lose", *share));
        let mut told: Vec<&str> = Vec::new();
        for (name, flag, share) in shorthands.chain(named) {
            let names: Vec<_> = lines.iter().map(|line| line.name.clone()).collect();
            let Some(line) = lines.iter_mut().find(|line| line.name == name) else {
                return Err(Failure::Usage(format!(
                    "{flag} is about line {name}, but the lines are {}: name one of these with --lose NAME=PERCENT",
                    names.join(", ")
                )));
            };
            if told.contains(&name) {
                return Err(Failure::Usage(format!("line {name}'s loss is given twice: say it once")));
            }
            told.push(name);
            line.loss = share;
        }
        Ok(lines)
    }

    fn named_lines(&self) -> Result<Vec<Line>, Failure> {
        if let Some(other) = self.line.iter().find(|line| line.channel != self.line[0].channel) {
            return Err(Failure::Usage(format!(
                "'{}' and '{other}' are of different channels, but this publishes one: run it once for each",
                self.line[0]
            )));
        }
        if let Some(line) = self.line.iter().find(|line| line.vlan.is_some()) {
            return Err(Failure::Usage(format!(
                "'{line}': what is published has no tag of its own; leave out vlan=, or name a VLAN interface"
            )));
        }
        let line = |spec: &LineSpec| Line {
            name: spec.name.clone(),
            interface: spec.interface.clone(),
            source: spec.source,
            destination: spec.destination,
            loss: Share::default(),
        };
        Ok(self.line.iter().map(line).collect())
    }

    fn default_lines(&self) -> Result<Vec<Line>, Failure> {
        let lines = self.lines.unwrap_or(2);
        let interfaces = &self.interface;
        if interfaces.is_empty() {
            return Err(Failure::Usage(
                "nothing says where to send: give --lines 2 --interface IFACE, or --line NAME=IFACE,GROUP:PORT"
                    .to_owned(),
            ));
        }
        if interfaces.len() != 1 && interfaces.len() != usize::from(lines) {
            return Err(Failure::Usage(format!(
                "{lines} lines cannot leave by {} interfaces: give one for all, or one for each",
                interfaces.len()
            )));
        }
        let line = |(index, interface): (u8, &String)| Line {
            name: char::from(b'A' + index).to_string(),
            interface: Some(interface.clone()),
            source: None,
            destination: SocketAddr::from((Ipv4Addr::new(233, 252, 0, index + 1), DEFAULT_PORT)),
            loss: Share::default(),
        };
        Ok((0..lines).zip(interfaces.iter().cycle()).map(line).collect())
    }
}

/// Lines of one name can't be told apart, and lines of one destination can't by a receiver.
fn reject_twins(lines: &[Line]) -> Result<(), Failure> {
    for (index, line) in lines.iter().enumerate() {
        for other in &lines[..index] {
            if line.name == other.name {
                return Err(Failure::Usage(format!(
                    "two lines are named {}: give each its own name",
                    line.name
                )));
            }
            let same_way =
                line.interface == other.interface || line.interface.is_none() || other.interface.is_none();
            if line.destination == other.destination && same_way {
                return Err(Failure::Usage(format!(
                    "lines {} and {} both go to {}: give each its own group or port",
                    other.name, line.name, line.destination
                )));
            }
        }
    }
    Ok(())
}
