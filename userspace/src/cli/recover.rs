//! The flags that say what becomes of a gap, and who is asked for what is missing.

use std::{
    fmt,
    net::{SocketAddr, ToSocketAddrs as _},
    str::FromStr,
    time::Duration,
};

use clap::Args;

use crate::{
    arbiter::OnGap,
    config::{Channel, Feed, Protocol},
    failure::Failure,
    framing::{Facts, Framing},
};

/// What becomes of a gap.
#[derive(Clone, Debug, Args)]
pub struct RecoverArgs {
    /// What becomes of a hole no line fills in time: skip it, hold the stream, or recover it [default: recover with
    /// --recover, else skip]
    #[arg(long, value_enum)]
    pub on_gap: Option<OnGapArg>,

    /// Who is asked for what is missing.
    #[arg(
        long = "recover",
        value_name = "SERVICE",
        help = "Whom to ask for what is missing: [CHANNEL=]SERVICE:HOST:PORT[,HOST:PORT…] (repeatable)",
        long_help = "Whom to ask for what is missing: [CHANNEL=]SERVICE:HOST:PORT[,HOST:PORT…] (repeatable)\n\n\
            moldudp64:HOST:PORT[,HOST:PORT…] asks for the messages of a gap, of several servers in turn.\n\
            glimpse:HOST:PORT[,user=NAME][,password=WORD] has the streams begin with a snapshot.\n\n\
            Without CHANNEL it is for every channel of that framing that has none of its own. A channel without a \
            service for gaps skips them. docs/recovery.md has more."
    )]
    pub recover: Vec<RecoverSpec>,

    /// How long a hole may wait for recovery, before it is given up as lost
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(1..=3_600_000))]
    pub recover_timeout: u64,

    /// Tell a stream stale after so long without a datagram on any line; 0: never [default: the framing's]
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    pub stale_after: Option<Duration>,
}

/// `--on-gap`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum OnGapArg {
    /// Declare it lost, and go on.
    Skip,
    /// Stay there until a line fills it, or no more can be held.
    Hold,
    /// Ask for it again, and declare it lost if it cannot be had.
    Recover,
}

/// The protocol of a recovery service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// MoldUDP64 re-requests.
    MoldUdp64,
    /// GLIMPSE snapshots, for ITCH over MoldUDP64.
    Glimpse,
}

impl Service {
    const ALL: &'static [(&'static str, Self)] =
        &[("moldudp64", Self::MoldUdp64), ("glimpse", Self::Glimpse)];

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
            Self::MoldUdp64 => true,
            Self::Glimpse => false,
        }
    }

    /// The framings it is of use for, by name.
    fn framings(self) -> String {
        let names = Framing::ALL.iter().filter(|(_, framing)| self.answers(*framing)).map(|(name, _)| *name);
        names.collect::<Vec<_>>().join(", ")
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
    /// User name and password, where there is a login.
    pub login: (String, String),
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
        let (mut hosts, mut login) = (Vec::new(), (String::new(), String::new()));
        for word in servers.split(',').map(str::trim) {
            match word.split_once('=') {
                None => hosts.push(word.to_owned()),
                Some(("user", name)) if service == Self::LOGS_IN => login.0 = name.to_owned(),
                Some(("password", word)) if service == Self::LOGS_IN => login.1 = word.to_owned(),
                Some((other, _)) => return Err(format!("'{given}': {} takes no '{other}'", service.name())),
            }
        }
        if hosts.len() > 1 && !service.fills_gaps() {
            return Err(format!("'{given}': {} asks one server: name one", service.name()));
        }
        let has_port = |server: &String| {
            server.rsplit_once(':').is_some_and(|(host, port)| {
                !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0)
            })
        };
        let complete = !hosts.is_empty() && hosts.iter().all(has_port);
        if complete { Ok(Self { channel, service, servers: hosts, login }) } else { Err(fix()) }
    }
}

impl fmt::Display for RecoverSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(channel) = &self.channel {
            write!(f, "{channel}=")?;
        }
        write!(f, "{}:{}", self.service.name(), self.servers.join(","))
    }
}

impl RecoverSpec {
    /// The service that has a login.
    const LOGS_IN: Service = Service::Glimpse;

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

impl RecoverArgs {
    /// What becomes of gaps, where nothing else is said of a channel.
    #[must_use]
    pub fn on_gap(&self) -> OnGap {
        match self.on_gap {
            Some(OnGapArg::Hold) => OnGap::Hold,
            Some(OnGapArg::Recover) => OnGap::Recover,
            None if self.filler().is_some() => OnGap::Recover,
            Some(OnGapArg::Skip) | None => OnGap::Skip,
        }
    }

    /// The first service that fills gaps.
    fn filler(&self) -> Option<&RecoverSpec> {
        self.recover.iter().find(|spec| spec.service.fills_gaps())
    }

    /// How long a hole may wait for recovery, in nanoseconds.
    #[must_use]
    pub const fn recover_ns(&self) -> u64 {
        self.recover_timeout * 1_000_000
    }

    /// How long a stream may be silent before it is told to be stale, in nanoseconds; 0: for ever.
    #[must_use]
    pub fn silence_ns(&self, facts: &Facts) -> u64 {
        let told = self.stale_after.map(|silence| u64::try_from(silence.as_nanos()).unwrap_or(u64::MAX));
        told.unwrap_or(facts.silence_ns)
    }

    /// Who is asked for what is missing of a channel.
    #[must_use]
    pub fn filler_of(&self, channel: &Channel) -> Option<&RecoverSpec> {
        self.service_of(channel, true)
    }

    /// Who is asked for snapshots of a channel's streams.
    #[must_use]
    pub fn snapshots_of(&self, channel: &Channel) -> Option<&RecoverSpec> {
        self.service_of(channel, false)
    }

    fn service_of(&self, channel: &Channel, fills_gaps: bool) -> Option<&RecoverSpec> {
        let of_kind = || self.recover.iter().filter(move |spec| spec.service.fills_gaps() == fills_gaps);
        let named = of_kind().find(|spec| spec.channel.as_deref() == Some(&channel.name));
        named.or_else(|| {
            let fits = |spec: &&RecoverSpec| spec.channel.is_none() && spec.service.fits(channel);
            of_kind().find(fits)
        })
    }

    /// Checks what was typed against the feed.
    ///
    /// # Errors
    /// [`Failure::Usage`] with the first contradiction and its fix.
    pub fn check(&self, feed: &Feed) -> Result<(), Failure> {
        let usage = |text: String| Err(Failure::Usage(text));
        match (self.on_gap(), self.filler()) {
            (OnGap::Recover, None) => {
                return usage(
                    "--on-gap recover, but nobody to ask: add --recover moldudp64:HOST:PORT, or say --on-gap skip".into(),
                );
            }
            (OnGap::Skip | OnGap::Hold, Some(spec)) => {
                return usage(format!(
                    "--recover {spec} is of no use unless gaps are recovered: leave --on-gap out, or --recover"
                ));
            }
            (OnGap::Skip | OnGap::Hold, None) | (OnGap::Recover, Some(_)) => {}
        }
        for (index, spec) in self.recover.iter().enumerate() {
            let RecoverSpec { channel, service, .. } = spec;
            let same = |earlier: &RecoverSpec| {
                earlier.channel == *channel
                    && earlier.service.fills_gaps() == service.fills_gaps()
                    && (channel.is_some() || earlier.service == *service)
            };
            if self.recover[..index].iter().any(same) {
                return usage(format!(
                    "--recover {spec}: there is one for the same channels already: name both servers in one, HOST:PORT,HOST:PORT"
                ));
            }
            match channel {
                Some(name) => check_named(spec, name, feed)?,
                None if feed.channels.iter().any(|channel| service.fits(channel)) => {}
                None => {
                    return usage(format!(
                        "--recover {spec}: no channel speaks {}: leave it out, or see --protocol",
                        service.framings()
                    ));
                }
            }
        }
        Ok(())
    }
}

fn check_named(spec: &RecoverSpec, name: &str, feed: &Feed) -> Result<(), Failure> {
    let Some(channel) = feed.channels.iter().find(|channel| channel.name == name) else {
        return Err(Failure::Usage(format!(
            "--recover {spec}: the channel '{name}' has no line: add --line {name}/A=GROUP:PORT"
        )));
    };
    if !spec.service.fits(channel) {
        return Err(Failure::Usage(format!(
            "--recover {spec}: channel {name} speaks {}, and {} recovers {}: name its protocol, and a service of that framing",
            channel.protocol.fixed().map_or_else(|| "what is recognised".into(), Protocol::name),
            spec.service.name(),
            spec.service.framings()
        )));
    }
    Ok(())
}

fn seconds(given: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = given.parse().ok();
    let duration = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    duration.ok_or_else(|| format!("'{given}' is not a number of seconds, 0 or more"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::ProtocolSpec, line::LineSpec};
    use clap::Parser;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        recover: RecoverArgs,
    }

    fn typed(words: &str) -> Result<RecoverArgs, String> {
        let words = std::iter::once("test").chain(words.split_whitespace());
        Typed::try_parse_from(words).map(|typed| typed.recover).map_err(|error| error.to_string())
    }

    fn feed() -> Feed {
        let lines: Vec<LineSpec> =
            ["itch/A=224.0.1.1:1", "iex/A=224.0.1.2:1"].iter().map(|line| line.parse().unwrap()).collect();
        let protocols: Vec<ProtocolSpec> =
            ["itch=moldudp64", "iex=iextp/deep"].iter().map(|spec| spec.parse().unwrap()).collect();
        Feed::new(&lines, &protocols).unwrap()
    }

    #[test]
    fn services_find_their_channels() {
        let args = typed("--recover moldudp64:10.0.0.1:17010,[::1]:9,host.example:1").unwrap();
        let feed = feed();
        args.check(&feed).unwrap();
        assert_eq!(args.on_gap(), OnGap::Recover);
        assert_eq!(args.filler_of(&feed.channels[0]).unwrap().servers.len(), 3);
        assert!(args.filler_of(&feed.channels[1]).is_none());
        assert!(args.snapshots_of(&feed.channels[0]).is_none());
        let own = typed("--recover moldudp64:10.0.0.1:1 --recover itch=moldudp64:10.0.0.2:2").unwrap();
        own.check(&feed).unwrap();
        assert_eq!(own.filler_of(&feed.channels[0]).unwrap().to_string(), "itch=moldudp64:10.0.0.2:2");
        let late = typed("--recover itch=glimpse:10.0.0.1:1,user=me,password=a=b").unwrap();
        late.check(&feed).unwrap();
        assert_eq!(late.on_gap(), OnGap::Skip, "a snapshot fills no gap");
        assert_eq!(late.snapshots_of(&feed.channels[0]).unwrap().login, ("me".into(), "a=b".into()));
        assert!(late.filler_of(&feed.channels[0]).is_none());
        assert_eq!(typed("").unwrap().on_gap(), OnGap::Skip);
        assert_eq!(typed("--on-gap hold").unwrap().on_gap(), OnGap::Hold);
    }

    #[test]
    fn addresses_are_found_and_of_one_family() {
        let addresses = |spec: &str| spec.parse::<RecoverSpec>().unwrap().addresses();
        assert_eq!(addresses("moldudp64:10.0.0.1:1,10.0.0.2:2").unwrap().len(), 2);
        for (spec, says) in [
            ("moldudp64:10.0.0.1:1,[::1]:2", "different address families"),
            ("moldudp64:no.such.host.invalid:1", "give its address"),
        ] {
            let failure = addresses(spec).unwrap_err();
            assert_eq!(failure.exit_code(), 2);
            assert!(failure.to_string().contains(says), "{failure}");
        }
    }

    #[test]
    fn contradictions_say_what_to_do() {
        for (words, says) in [
            ("--on-gap recover", "add --recover"),
            ("--on-gap skip --recover moldudp64:10.0.0.1:1", "leave --on-gap out"),
            ("--on-gap hold --recover moldudp64:10.0.0.1:1", "leave --on-gap out"),
            ("--recover x=moldudp64:10.0.0.1:1", "--line x/A="),
            ("--recover iex=moldudp64:10.0.0.1:1", "iex speaks iextp/deep, and moldudp64 recovers moldudp64"),
            ("--recover moldudp64:1.1.1.1:1 --recover moldudp64:1.1.1.2:1", "HOST:PORT,HOST:PORT"),
        ] {
            let failure = typed(words).unwrap().check(&feed()).unwrap_err();
            assert_eq!(failure.exit_code(), 2);
            assert!(failure.to_string().contains(says), "{words}: {failure}");
        }
        let alone = Feed { channels: feed().channels.split_off(1), ..feed() };
        let failure = typed("--recover moldudp64:1.1.1.1:1").unwrap().check(&alone).unwrap_err();
        assert!(failure.to_string().contains("no channel speaks moldudp64"), "{failure}");
        for (words, says) in [
            ("--recover moldudp64", "HOST:PORT"),
            ("--recover moldudp64:10.0.0.1", "HOST:PORT"),
            ("--recover moldudp64:10.0.0.1:0", "HOST:PORT"),
            ("--recover moldudp64:10.0.0.1:1,", "HOST:PORT"),
            ("--recover grip:10.0.0.1:1", "there is moldudp64"),
            ("--recover moldudp64:10.0.0.1:1,user=me", "takes no 'user'"),
            ("--recover glimpse:10.0.0.1:1,10.0.0.2:1", "name one"),
            ("--recover glimpse:user=me", "HOST:PORT"),
            ("--recover =moldudp64:10.0.0.1:1", "no name"),
            ("--recover-timeout 0", "recover-timeout"),
            ("--stale-after -1", "stale-after"),
            ("--on-gap ask", "skip"),
        ] {
            let said = typed(words).unwrap_err();
            assert!(said.contains(says), "{words}: {said}");
        }
    }
}
