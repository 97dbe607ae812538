//! What is to be received: lines come, and go, and are checked against those that are there.

use std::collections::BTreeSet;

use super::{Channel, DEFAULT_CHANNEL, Line, MAX_LINES, ProtocolChoice, ProtocolSpec};
use crate::{failure::Failure, line::LineSpec};

/// Everything to be received.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    /// In the order they were first named.
    pub channels: Vec<Channel>,
    /// In the order they were given, recovery groups last; a line's index here is its identity throughout.
    pub lines: Vec<Line>,
}

impl Feed {
    /// Checks what was typed against itself.
    ///
    /// # Errors
    /// [`Failure::Usage`] with the first contradiction and its fix.
    pub fn new(lines: &[LineSpec], protocols: &[ProtocolSpec]) -> Result<Self, Failure> {
        for (index, spec) in protocols.iter().enumerate() {
            if protocols[..index].iter().any(|earlier| earlier.channel == spec.channel) {
                let whose =
                    spec.channel.as_deref().map_or("all channels".into(), |name| format!("channel {name}"));
                return Err(Failure::Usage(format!("--protocol for {whose} is given twice: leave one out")));
            }
        }
        let mut feed = Self::default();
        for spec in lines {
            let _index = feed.add(spec, protocols)?;
        }
        for spec in protocols {
            if let Some(name) = spec.channel.as_deref()
                && !lines.is_empty()
                && !feed.channels.iter().any(|channel| channel.name == name)
            {
                return Err(Failure::Usage(format!(
                    "--protocol names the channel '{name}', which has no line: add --line {name}/A=GROUP:PORT"
                )));
            }
        }
        Ok(feed)
    }

    /// Adds a line, and its channel if it is the first of it. Returns the line's index: that of a removed one, or the
    /// next.
    ///
    /// # Errors
    /// [`Failure::Usage`] when it is given already, or nothing says what protocol it speaks.
    pub fn add(&mut self, spec: &LineSpec, protocols: &[ProtocolSpec]) -> Result<usize, Failure> {
        self.takes(spec, "--line ")?;
        let name = spec.channel.as_deref().unwrap_or(DEFAULT_CHANNEL);
        let channel = match self.channels.iter().position(|channel| channel.name == name) {
            Some(channel) => channel,
            None => {
                let protocol = protocol_of(name, protocols)?;
                self.channels.push(Channel { name: name.to_owned(), protocol, lines: Vec::new() });
                self.channels.len() - 1
            }
        };
        let siblings = &self.channels[channel].lines;
        if siblings.iter().any(|line| self.lines[*line].name == spec.name) {
            return Err(Failure::Usage(format!(
                "--line {spec}: channel {name} has a line {} already: give this one another name",
                spec.name
            )));
        }
        let taken: BTreeSet<usize> = siblings.iter().map(|line| self.lines[*line].index).collect();
        let place = (0..).find(|place| !taken.contains(place)).unwrap_or(siblings.len());
        let line = Line {
            name: spec.name.clone(),
            channel,
            index: place,
            recovery: false,
            interface: spec.interface.clone(),
            vlan: spec.vlan,
            source: spec.source,
            destination: spec.destination,
            removed: false,
        };
        let index = match self.lines.iter().position(|line| line.removed) {
            Some(free) => {
                self.lines[free] = line;
                free
            }
            None => {
                self.lines.push(line);
                self.lines.len() - 1
            }
        };
        self.channels[channel].lines.push(index);
        Ok(index)
    }

    /// The index of a line by the names of its channel and itself.
    #[must_use]
    pub fn find(&self, channel: &str, line: &str) -> Option<usize> {
        let channel = self.channels.iter().find(|of| of.name == channel)?;
        channel.lines.iter().copied().find(|index| self.lines[*index].name == line)
    }

    /// Removes a line; its index may be another's from now on. Its channel stays.
    pub fn remove(&mut self, index: usize) {
        if let Some(line) = self.lines.get_mut(index) {
            line.removed = true;
            self.channels[line.channel].lines.retain(|other| *other != index);
        }
    }

    /// The lines that are there, recovery groups included, with their indices.
    pub fn live(&self) -> impl Iterator<Item = (usize, &Line)> {
        self.lines.iter().enumerate().filter(|(_, line)| !line.removed)
    }

    /// A line as it is told: `itch/A`.
    #[must_use]
    pub fn label(&self, line: &Line) -> String {
        format!("{}/{}", self.channels[line.channel].name, line.name)
    }

    /// Adds a group on which what was asked for of a channel is sent again. After the last of [`Feed::add`].
    ///
    /// # Errors
    /// [`Failure::Usage`] when it is a line, or a recovery group, already.
    pub fn add_recovery(&mut self, channel: usize, spec: &LineSpec) -> Result<(), Failure> {
        self.takes(spec, "--recover: ")?;
        self.lines.push(Line {
            name: spec.name.clone(),
            channel,
            index: self.channels[channel].lines.len(),
            recovery: true,
            interface: spec.interface.clone(),
            vlan: spec.vlan,
            source: spec.source,
            destination: spec.destination,
            removed: false,
        });
        Ok(())
    }

    /// Whether there is room for a line, and it is not there yet.
    fn takes(&self, spec: &LineSpec, flag: &str) -> Result<(), Failure> {
        if self.live().count() == MAX_LINES {
            return Err(Failure::Usage(format!("more than {MAX_LINES} lines: start a second receiver")));
        }
        let same = |line: &&Line| {
            !line.removed
                && line.destination == spec.destination
                && line.source == spec.source
                && line.interface == spec.interface
        };
        match self.lines.iter().find(same) {
            None => Ok(()),
            Some(other) => Err(Failure::Usage(format!(
                "{flag}{spec} is line {}/{} again: one destination can be one line only",
                self.channels[other.channel].name, other.name
            ))),
        }
    }
}

/// The protocol for a channel: the one that names it, else the one that names none.
fn protocol_of(channel: &str, protocols: &[ProtocolSpec]) -> Result<ProtocolChoice, Failure> {
    let of = |name: Option<&str>| {
        protocols.iter().find(|spec| spec.channel.as_deref() == name).map(|spec| spec.protocol)
    };
    of(Some(channel)).or_else(|| of(None)).ok_or_else(|| {
        Failure::Usage(format!(
            "nothing says what channel '{channel}' speaks: add --protocol {channel}=FRAMING/CODEC, for example --protocol {channel}=moldudp64/itch50, or --protocol {channel}=auto to have it recognised"
        ))
    })
}
