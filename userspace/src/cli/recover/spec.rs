//! What `--recover` says: a service, its servers, and what it wants to be told.

use std::{
    fmt,
    net::{SocketAddr, ToSocketAddrs as _},
    str::FromStr,
};

use crate::{config::Channel, failure::Failure, framing::Framing, line::LineSpec};

/// The protocol of a recovery service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// MoldUDP64 re-requests.
    MoldUdp64,
    /// GLIMPSE snapshots, for ITCH over MoldUDP64.
    Glimpse,
    /// Cboe's Gap Request Proxy.
    Grp,
    /// Cboe's Spin server, of one unit.
    Spin,
}

impl Service {
    const ALL: &'static [(&'static str, Self)] = &[
        ("moldudp64", Self::MoldUdp64),
        ("glimpse", Self::Glimpse),
        ("grp", Self::Grp),
        ("spin", Self::Spin),
    ];

    /// The name `--recover` takes.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, service)| *service == self).map_or("unnamed", |(name, _)| name)
    }

    /// Whether it is of use for this framing.
    #[must_use]
    pub fn answers(self, framing: Framing) -> bool {
        match self {
            Self::MoldUdp64 | Self::Glimpse => framing == Framing::MoldUdp64,
            Self::Grp | Self::Spin => framing == Framing::Cboe,
        }
    }

    /// Whether it is of use for this channel. For one whose protocol is yet to be recognised none is.
    #[must_use]
    pub fn fits(self, channel: &Channel) -> bool {
        channel.protocol.fixed().is_some_and(|protocol| self.answers(protocol.framing))
    }

    /// Whether it has what is missing in a gap; else it has snapshots.
    #[must_use]
    pub const fn fills_gaps(self) -> bool {
        match self {
            Self::MoldUdp64 | Self::Grp => true,
            Self::Glimpse | Self::Spin => false,
        }
    }

    /// Whether several servers are asked in turn; else there is one, on a connection.
    #[must_use]
    pub const fn asks_several(self) -> bool {
        matches!(self, Self::MoldUdp64)
    }

    /// Whether one such service is of use for one channel only.
    #[must_use]
    pub const fn is_of_one_channel(self) -> bool {
        matches!(self, Self::Grp | Self::Spin)
    }

    /// The words that it takes beside its servers, and those that it cannot do without.
    const fn words(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::MoldUdp64 => (&[], &[]),
            Self::Glimpse => (&["user", "password"], &[]),
            Self::Spin => (
                &["unit", "session", "user", "password"],
                &["unit=NUMBER", "session=ID", "user=NAME", "password=WORD"],
            ),
            Self::Grp => {
                (&["session", "user", "password", "gap"], &["session=ID", "user=NAME", "password=WORD", GAP])
            }
        }
    }

    /// The framings it is of use for, by name.
    pub(super) fn framings(self) -> String {
        let names = Framing::ALL.iter().filter(|(_, framing)| self.answers(*framing)).map(|(name, _)| *name);
        names.collect::<Vec<_>>().join(", ")
    }
}

/// How a group is given on which what was asked for is sent again.
const GAP: &str = "gap=[IFACE,][SOURCE@]GROUP:PORT";

/// What a service is logged in to with; empty words where it wants none.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Login {
    /// Cboe's session sub-id.
    pub session: String,
    /// User name.
    pub user: String,
    /// Password.
    pub password: String,
}

impl fmt::Debug for Login {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login({} {})", self.session, self.user)
    }
}

/// `[CHANNEL=]SERVICE:HOST:PORT[,HOST:PORT…]` as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoverSpec {
    /// The channel it is for; `None` for every channel of its framing without one of its own.
    pub channel: Option<String>,
    /// What the servers speak.
    pub service: Service,
    /// The servers, `HOST:PORT` each, in the order they are asked.
    pub servers: Vec<String>,
    /// The unit that it serves, where that is one.
    pub unit: Option<u8>,
    /// Who logs in, where there is a login.
    pub login: Login,
    /// The groups on which what was asked for is sent again, where that is so.
    pub groups: Vec<LineSpec>,
}

impl FromStr for RecoverSpec {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, String> {
        let fix = || {
            format!(
                "'{given}' is not [CHANNEL=]SERVICE:HOST:PORT[,HOST:PORT…], for example moldudp64:10.0.0.1:17010"
            )
        };
        let (channel, service) = match given.split_once('=') {
            Some(("", _)) => return Err(format!("'{given}': the channel has no name")),
            // What follows the service's name is its own.
            Some((channel, service)) if !channel.contains(':') => (Some(channel.to_owned()), service),
            Some(_) | None => (None, given),
        };
        let (name, servers) = service.split_once(':').ok_or_else(fix)?;
        let service = Service::ALL.iter().find(|(known, _)| *known == name).map(|(_, service)| *service);
        let service = service.ok_or_else(|| {
            let names: Vec<&str> = Service::ALL.iter().map(|(name, _)| *name).collect();
            format!("there is no recovery service '{name}'; there is {}", names.join(", "))
        })?;
        let mut spec = Self {
            channel,
            service,
            servers: Vec::new(),
            unit: None,
            login: Login::default(),
            groups: Vec::new(),
        };
        spec.take(given, servers)?;
        if spec.servers.len() > 1 && !service.asks_several() {
            return Err(format!("'{spec}': {} asks one server: name one", service.name()));
        }
        let has_port = |server: &String| {
            server.rsplit_once(':').is_some_and(|(host, port)| {
                !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0)
            })
        };
        let complete = !spec.servers.is_empty() && spec.servers.iter().all(has_port);
        if complete { Ok(spec) } else { Err(fix()) }
    }
}

impl fmt::Display for RecoverSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(channel) = &self.channel {
            write!(f, "{channel}=")?;
        }
        write!(f, "{}:{}", self.service.name(), self.servers.join(","))?;
        self.unit.map_or(Ok(()), |unit| write!(f, ",unit={unit}"))
    }
}

impl RecoverSpec {
    /// Takes the words behind the service's name.
    fn take(&mut self, given: &str, words: &str) -> Result<(), String> {
        let (known, needed) = self.service.words();
        let mut said = Vec::new();
        let mut words = words.split(',').map(str::trim);
        while let Some(word) = words.next() {
            let Some((name, value)) = word.split_once('=') else {
                self.servers.push(word.to_owned());
                continue;
            };
            if !known.contains(&name) {
                return Err(format!("'{given}': {} takes no '{name}'", self.service.name()));
            }
            said.push(name);
            match name {
                "unit" => {
                    let unit = value.parse();
                    self.unit =
                        Some(unit.map_err(|_| format!("'{self}': unit={value} is no number from 0 to 255"))?);
                }
                "session" => value.clone_into(&mut self.login.session),
                "user" => value.clone_into(&mut self.login.user),
                "password" => value.clone_into(&mut self.login.password),
                // An interface is divided from its group as one word is from the next.
                _ if value.contains(':') => self.add_group(value)?,
                _ => self.add_group(&format!("{value},{}", words.next().unwrap_or_default()))?,
            }
        }
        match needed.iter().find(|need| !said.iter().any(|name| need.split('=').next() == Some(name))) {
            Some(need) => Err(format!("'{self}': {} needs more: add {need}", self.service.name())),
            None => Ok(()),
        }
    }

    fn add_group(&mut self, given: &str) -> Result<(), String> {
        let name = match self.groups.len() {
            0 => "gap".to_owned(),
            before => format!("gap{}", before + 1),
        };
        let group: LineSpec = format!("{name}={given}")
            .parse()
            .map_err(|_| format!("gap={given} is not {GAP}, for example gap=eth0,224.0.62.2:30001"))?;
        self.groups.push(group);
        Ok(())
    }

    /// The servers' addresses, of one family. Of a name with several the first counts.
    ///
    /// # Errors
    /// [`Failure::Usage`] when a name leads nowhere, or the families differ.
    pub fn addresses(&self) -> Result<Vec<SocketAddr>, Failure> {
        let mut addresses: Vec<SocketAddr> = Vec::new();
        for server in &self.servers {
            let found = server.to_socket_addrs().map(|mut found| found.next());
            match found {
                Ok(Some(address)) => addresses.push(address),
                Ok(None) => {
                    return Err(Failure::Usage(format!(
                        "--recover {self}: {server} has no address: name another"
                    )));
                }
                Err(error) => {
                    return Err(Failure::Usage(format!(
                        "--recover {self}: cannot find {server} ({error}): give its address"
                    )));
                }
            }
        }
        match addresses.iter().find(|address| address.is_ipv4() != addresses[0].is_ipv4()) {
            None => Ok(addresses),
            Some(other) => Err(Failure::Usage(format!(
                "--recover {self}: {} and {other} are of different address families: name servers of one",
                addresses[0]
            ))),
        }
    }
}
