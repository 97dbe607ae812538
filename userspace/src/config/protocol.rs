//! What protocol a channel speaks: typed, and read.

use std::str::FromStr;

use crate::{codec::Codec, framing::Framing};

/// In place of a codec: messages stay bytes.
const RAW: &str = "raw";

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
