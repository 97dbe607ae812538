//! What the user typed about the feed, validated: channels, their protocols, their lines.

use std::{collections::BTreeSet, net::IpAddr, net::SocketAddr, str::FromStr};

use crate::{codec::Codec, failure::Failure, framing::Framing, line::LineSpec};

/// Name of the channel whose lines were given without one.
pub const DEFAULT_CHANNEL: &str = "feed";

/// In place of a codec: messages stay bytes.
const RAW: &str = "raw";

/// Lines there can be at one time: the frame header's group index is 16 bits wide, and one value means "none".
pub const MAX_LINES: usize = u16::MAX as usize;

/// How a channel's datagrams are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protocol {
    /// Where a datagram stands in its feed.
    pub framing: Framing,
    /// What its messages are; `None` leaves them bytes.
    pub codec: Option<Codec>,
}

impl Protocol {
    /// As typed: `moldudp64/itch50`.
    #[must_use]
    pub fn name(self) -> String {
        format!("{}/{}", self.framing.name(), self.codec.map_or(RAW, Codec::name))
    }
}

/// In place of a protocol: it is to be recognised.
const AUTO: &str = "auto";

/// What is known of a channel's protocol before its first datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProtocolChoice {
    /// This one.
    Fixed(Protocol),
    /// Nothing: it is recognised from the first datagrams ([`crate::recognise`]).
    Auto,
}

impl ProtocolChoice {
    /// The protocol, where it was named.
    #[must_use]
    pub const fn fixed(self) -> Option<Protocol> {
        match self {
            Self::Fixed(protocol) => Some(protocol),
            Self::Auto => None,
        }
    }

    /// As typed.
    #[must_use]
    pub fn name(self) -> String {
        self.fixed().map_or_else(|| AUTO.to_owned(), Protocol::name)
    }
}

/// `[CHANNEL=]FRAMING[/CODEC]` or `[CHANNEL=]auto` as typed; FRAMING is a name or `seq:RULE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProtocolSpec {
    /// The channel it is for; `None` for every channel without one of its own.
    pub channel: Option<String>,
    /// The protocol.
    pub protocol: ProtocolChoice,
}

impl FromStr for ProtocolSpec {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, String> {
        let (channel, protocol) = match given.split_once('=') {
            // The first '=' of a rule is its own.
            _ if given.starts_with(Framing::RULE) => (None, given),
            Some(("", _)) => return Err(format!("'{given}': the channel has no name")),
            Some((channel, protocol)) => (Some(channel.to_owned()), protocol),
            None => (None, given),
        };
        let protocol = match protocol {
            AUTO => ProtocolChoice::Auto,
            named => ProtocolChoice::Fixed(named.parse()?),
        };
        Ok(Self { channel, protocol })
    }
}

/// `FRAMING[/CODEC]` as typed.
impl FromStr for Protocol {
    type Err = String;

    fn from_str(protocol: &str) -> Result<Self, String> {
        let (framing, codec) = match protocol.split_once('/') {
            Some((framing, codec)) => (framing, Some(codec)),
            None => (protocol, None),
        };
        let framing = match framing.strip_prefix(Framing::RULE) {
            Some(rule) => Framing::Rule(Box::leak(Box::new(rule.parse()?))),
            None => find("framing", Framing::ALL, framing)?,
        };
        let codecs = framing.facts().codecs;
        let codec = match (codec, codecs) {
            (Some(RAW), _) => None,
            (Some(name), _) => Some(find("codec", Codec::ALL, name)?),
            (None, [only]) => Some(*only),
            (None, _) => None,
        };
        if let Some(codec) = codec
            && !codecs.contains(&codec)
            && !matches!(framing, Framing::Rule(_))
        {
            let names: Vec<&str> = codecs.iter().map(|codec| codec.name()).collect();
            return Err(format!(
                "{} does not carry {}; it carries {}, or {RAW} for messages that are not to be read",
                framing.name(),
                codec.name(),
                names.join(", ")
            ));
        }
        Ok(Self { framing, codec })
    }
}

fn find<T: Copy>(what: &str, all: &[(&'static str, T)], name: &str) -> Result<T, String> {
    let found = all.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    found.ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
        let rule = if what == "framing" {
            ", and seq:RULE for one that has no name (docs/protocols.md)"
        } else {
            ""
        };
        format!("there is no {what} '{name}'; there is {}{rule}", names.join(", "))
    })
}

/// One sequenced feed, carried by one or more lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// As the user named it.
    pub name: String,
    /// How its datagrams are read.
    pub protocol: ProtocolChoice,
    /// Its lines: indices into [`Feed::lines`], A first. Without its recovery groups and those that were removed.
    pub lines: Vec<usize>,
}

/// One line of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its own name: `A`.
    pub name: String,
    /// Index of its channel in [`Feed::channels`].
    pub channel: usize,
    /// Its place among the channel's lines, which no other has while it is there; behind them for a recovery group.
    pub index: usize,
    /// It is a recovery group: what was asked for is sent again there. It is received as a line is, but is none of
    /// the channel's.
    pub recovery: bool,
    /// The interface it arrives at.
    pub interface: Option<String>,
    /// The only VLAN it is taken from; 0 for no tag at all.
    pub vlan: Option<u16>,
    /// The only source it is taken from.
    pub source: Option<IpAddr>,
    /// Where it is sent to.
    pub destination: SocketAddr,
    /// It was removed: its index is free for another.
    pub removed: bool,
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(lines: &[&str], protocols: &[&str]) -> Result<Feed, Failure> {
        let lines: Vec<LineSpec> = lines.iter().map(|l| l.parse().unwrap()).collect();
        let protocols: Vec<ProtocolSpec> = protocols.iter().map(|p| p.parse().unwrap()).collect();
        Feed::new(&lines, &protocols)
    }

    #[test]
    fn lines_gather_in_channels() {
        let feed = feed(
            &["itch/A=e0,224.0.1.1:1", "iex/A=224.0.1.3:1", "itch/B=e1,224.0.1.2:1"],
            &["moldudp64/itch50", "iex=iextp/deep"],
        )
        .unwrap();
        assert_eq!(feed.channels.len(), 2);
        assert_eq!(feed.channels[0].lines, [0, 2]);
        assert_eq!(feed.channels[0].protocol.name(), "moldudp64/itch50");
        assert_eq!(feed.channels[1].protocol.name(), "iextp/deep");
        assert_eq!((feed.lines[2].channel, feed.lines[2].index), (0, 1));
    }

    #[test]
    fn a_removed_line_leaves_its_index_and_its_place() {
        let mut feed = feed(&["x/A=224.0.1.1:1", "y/A=224.0.1.2:1", "x/B=224.0.1.3:1"], &["iextp"]).unwrap();
        let first = feed.find("x", "A").unwrap();
        feed.remove(first);
        assert_eq!((first, feed.find("x", "A"), feed.find("x", "B")), (0, None, Some(2)));
        assert_eq!(feed.live().map(|(index, _)| index).collect::<Vec<_>>(), [1, 2]);
        let added = feed.add(&"y/B=224.0.1.1:1".parse().unwrap(), &[]).unwrap();
        assert_eq!((added, feed.lines[added].index), (0, 1));
        assert_eq!(feed.channels[1].lines, [1, 0]);
        let added = feed.add(&"x/A=224.0.1.4:1".parse().unwrap(), &[]).unwrap();
        assert_eq!((added, feed.lines[added].index), (3, 0), "its place in the channel is free, too");
        assert!(feed.add(&"z/A=224.0.1.1:1".parse().unwrap(), &[]).is_err());
    }

    #[test]
    fn a_rule_is_a_framing_with_any_codec() {
        let rule = "seq:sequence=4:4le,key=3:1,count=2:1,messages=0:1:inclusive,unsequenced=4:4le==0";
        for (given, channel, name) in [
            (rule.to_owned(), None, format!("{rule}/raw")),
            (format!("{rule}/pitch"), None, format!("{rule}/pitch")),
            (format!("cboe={rule}/raw"), Some("cboe"), format!("{rule}/raw")),
        ] {
            let spec: ProtocolSpec = given.parse().unwrap();
            assert_eq!(spec.channel.as_deref(), channel);
            assert_eq!(spec.protocol.name(), name);
            // What is printed can be given again.
            assert_eq!(name.parse::<ProtocolSpec>().unwrap().protocol, spec.protocol);
        }
        assert!("x=seq:".parse::<ProtocolSpec>().unwrap_err().contains("KEY=VALUE"));
        assert!("seq:count=2:1".parse::<ProtocolSpec>().unwrap_err().contains("add sequence="));
        assert!(format!("{rule}/x").parse::<ProtocolSpec>().unwrap_err().contains("no codec 'x'"));
    }

    #[test]
    fn contradictions_say_what_to_do() {
        for (lines, protocols, cause) in [
            (vec!["A=224.0.1.1:1"], vec![], "add --protocol feed="),
            (vec!["A=224.0.1.1:1", "B=224.0.1.1:1"], vec!["iextp"], "again"),
            (vec!["A=224.0.1.1:1", "A=224.0.1.2:1"], vec!["iextp"], "another name"),
            (vec!["A=224.0.1.1:1"], vec!["iextp", "x=iextp"], "--line x/A="),
            (vec!["A=224.0.1.1:1"], vec!["iextp", "moldudp64"], "given twice"),
        ] {
            let error = feed(&lines, &protocols).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            assert!(error.to_string().contains(cause), "{error}");
        }
        assert_eq!("x=auto".parse::<ProtocolSpec>().unwrap().protocol, ProtocolChoice::Auto);
        assert!("auto/raw".parse::<ProtocolSpec>().unwrap_err().contains("no framing 'auto'"));
        assert!("mold".parse::<ProtocolSpec>().unwrap_err().contains("moldudp64, iextp"));
        assert!("moldudp64/x".parse::<ProtocolSpec>().unwrap_err().contains("itch50, asx-itch"));
        assert!("=iextp".parse::<ProtocolSpec>().unwrap_err().contains("no name"));
    }
}
