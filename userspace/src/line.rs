//! What `--line` says: `[CHANNEL/]LINE=[IFACE,][vlan=N,][SOURCE@]GROUP:PORT`.

use std::{
    fmt,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

/// One line of a channel, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineSpec {
    /// The channel it belongs to; `None` when it was left out.
    pub channel: Option<String>,
    /// The line's own name: `A`.
    pub name: String,
    /// The interface it arrives at (or leaves by, for a sender).
    pub interface: Option<String>,
    /// The only VLAN it is taken from: the id, or 0 for no tag at all (`vlan=none`).
    pub vlan: Option<u16>,
    /// The only source it is taken from (source-specific multicast).
    pub source: Option<IpAddr>,
    /// Destination address and UDP port.
    pub destination: SocketAddr,
}

/// Why a line specification cannot be read; the text names the fix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{given}': {cause}; a line is [CHANNEL/]LINE=[IFACE,][vlan=N,][SOURCE@]GROUP:PORT, for example itch/A=eth0,233.54.12.111:26477"
)]
pub struct LineSpecError {
    given: String,
    cause: String,
}

impl LineSpec {
    fn parse(given: &str) -> Result<Self, String> {
        let (label, target) = given.split_once('=').ok_or("there is no '='")?;
        let (channel, name) = match label.split_once('/') {
            Some((channel, name)) => (Some(named("channel", channel)?), name),
            None => (None, label),
        };
        let name = named("line", name)?;
        let (interface, target) = match target.split_once(',') {
            Some((interface, rest)) if !interface.starts_with(VLAN) => {
                (Some(named("interface", interface)?), rest)
            }
            _ => (None, target),
        };
        let (vlan, target) = match target.split_once(',') {
            Some((vlan, rest)) => (Some(tag(vlan)?), rest),
            None => (None, target),
        };
        let (source, target) = match target.split_once('@') {
            Some((source, rest)) => (Some(address(source)?), rest),
            None => (None, target),
        };
        let destination: SocketAddr = target.parse().map_err(|_| {
            if target.parse::<Ipv6Addr>().is_ok() || (target.contains("::") && !target.contains('[')) {
                format!("'{target}' needs brackets: [GROUP]:PORT")
            } else {
                format!("'{target}' is not GROUP:PORT")
            }
        })?;
        if destination.port() == 0 {
            return Err("port 0 carries nothing".into());
        }
        if destination.ip().is_unspecified() {
            return Err("the unspecified address is no destination".into());
        }
        if let Some(source) = source {
            if source.is_ipv4() != destination.is_ipv4() {
                return Err(format!(
                    "source {source} and group {} are of different families",
                    destination.ip()
                ));
            }
            if source.is_multicast() || source.is_unspecified() {
                return Err(format!("{source} cannot be a source address"));
            }
        }
        Ok(Self { channel, name, interface, vlan, source, destination })
    }
}

fn named(what: &str, text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err(format!("the {what} has no name"));
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control() || "/=,@".contains(c)) {
        return Err(format!("the {what} name '{text}' may not hold spaces or any of / = , @"));
    }
    Ok(text.to_owned())
}

/// What a VLAN begins with.
const VLAN: &str = "vlan=";

/// In place of an id: without a tag.
const UNTAGGED: &str = "none";

/// Ids there are (IEEE 802.1Q): 0 says that a tag is none, 4095 is reserved.
const VLAN_IDS: std::ops::RangeInclusive<u16> = 1..=4094;

fn tag(text: &str) -> Result<u16, String> {
    let fix = || {
        format!(
            "'{text}' is not {VLAN}N with an id from {} to {}, or {VLAN}{UNTAGGED}",
            VLAN_IDS.start(),
            VLAN_IDS.end()
        )
    };
    match text.strip_prefix(VLAN).ok_or_else(fix)? {
        UNTAGGED => Ok(0),
        id => id.parse().ok().filter(|id| VLAN_IDS.contains(id)).ok_or_else(fix),
    }
}

fn address(text: &str) -> Result<IpAddr, String> {
    let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
    bare.parse().map_err(|_| format!("'{text}' is not a source address"))
}

impl FromStr for LineSpec {
    type Err = LineSpecError;

    fn from_str(given: &str) -> Result<Self, Self::Err> {
        Self::parse(given).map_err(|cause| LineSpecError { given: given.to_owned(), cause })
    }
}

impl fmt::Display for LineSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(channel) = &self.channel {
            write!(f, "{channel}/")?;
        }
        write!(f, "{}=", self.name)?;
        if let Some(interface) = &self.interface {
            write!(f, "{interface},")?;
        }
        match self.vlan {
            Some(0) => write!(f, "{VLAN}{UNTAGGED},")?,
            Some(id) => write!(f, "{VLAN}{id},")?,
            None => {}
        }
        match self.source {
            Some(IpAddr::V4(source)) => write!(f, "{source}@")?,
            Some(IpAddr::V6(source)) => write!(f, "[{source}]@")?,
            None => {}
        }
        write!(f, "{}", self.destination)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(text: &str) -> LineSpec {
        let spec: LineSpec = text.parse().unwrap();
        assert_eq!(spec.to_string(), text);
        spec
    }

    #[test]
    fn every_part_is_read() {
        let spec = round_trip("itch/A=eth0,10.0.0.1@233.54.12.111:26477");
        assert_eq!(spec.channel.as_deref(), Some("itch"));
        assert_eq!(spec.name, "A");
        assert_eq!(spec.interface.as_deref(), Some("eth0"));
        assert_eq!(spec.source, Some("10.0.0.1".parse().unwrap()));
        assert_eq!(spec.destination, "233.54.12.111:26477".parse().unwrap());
        assert_eq!(round_trip("A=224.2.3.10:16648").channel, None);
        assert_eq!(round_trip("itch/A=eth0,vlan=100,10.0.0.1@233.54.12.111:26477").vlan, Some(100));
        let bare = round_trip("A=vlan=none,224.2.3.10:16648");
        assert_eq!((bare.vlan, bare.interface), (Some(0), None));
        assert!(round_trip("c/B=e1,[fe80::1]@[ff3e::1]:5000").destination.is_ipv6());
    }

    #[test]
    fn wrong_ones_say_what_to_do() {
        for (text, cause) in [
            ("A", "no '='"),
            ("=1.2.3.4:5", "line has no name"),
            ("/A=1.2.3.4:5", "channel has no name"),
            ("A=,1.2.3.4:5", "interface has no name"),
            ("A=eth0,vlan=0,224.0.0.1:5", "id from 1 to 4094"),
            ("A=eth0,vlan=4095,224.0.0.1:5", "id from 1 to 4094"),
            ("A=vlan=,224.0.0.1:5", "or vlan=none"),
            ("A=eth0,eth1,224.0.0.1:5", "'eth1' is not vlan=N"),
            ("A=ff02::1:5000", "needs brackets"),
            ("A=224.0.0.1", "not GROUP:PORT"),
            ("A=224.0.0.1:0", "port 0"),
            ("A=0.0.0.0:9", "unspecified"),
            ("A=x@224.0.0.1:9", "not a source address"),
            ("A=::1@224.0.0.1:9", "different families"),
            ("A=224.0.0.2@224.0.0.1:9", "cannot be a source"),
            ("a b/A=224.0.0.1:9", "may not hold spaces"),
        ] {
            let error = text.parse::<LineSpec>().unwrap_err().to_string();
            assert!(error.contains(cause), "{text}: {error}");
            assert!(error.contains("for example"), "{text}: {error}");
        }
    }
}
