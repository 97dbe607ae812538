//! `xdpfeed publish`: what the user typed.

mod lines; // from --line or --lines to what is sent on
mod report; // what fell short, in words

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use anyhow::Context as _;
use clap::Args;

use crate::{
    console,
    failure::Failure,
    line::LineSpec,
    publish::{Limit, MessagesPerPacket, Plan, Publisher, Rate, Retransmit, Share},
    recovery::fault::Fault,
    stop,
};

/// Seconds to publish when neither time nor packets nor messages are given.
const DEFAULT_SECONDS: u64 = 10;

const EXAMPLES: &str = "\
Examples:
  One second of two lines on the loopback interface, 1 % lost on each, 100,000 packets/s:
    xdpfeed publish --lines 2 --interface lo --rate 100000 --seconds 1 --lose-a 1 --lose-b 1

  The same 5,000 messages every time, one line to a host:
    xdpfeed publish --line A=127.0.0.1:26477 --messages 5000 --seed 7

  Two lines to named groups (here on one interface; usually each has its own), as fast as the machine can:
    xdpfeed publish --line A=lo,233.54.12.111:26477 --line B=lo,233.54.12.101:26400 --rate 0 --packets 100000

  Line B dead, packets filled up to the MTU:
    xdpfeed publish --lines 2 --interface lo --lose B=100 --messages-per-packet 1000 --packets 1000";

/// Publish a synthetic MoldUDP64/ITCH 5.0 feed, and print the truth about it
///
/// The messages are those of a simulated exchange, the same for the same --seed and --securities. Every line
/// carries the same datagrams, each lost with the chance given. The session opens with heartbeats at sequence
/// 1 and closes with repeated end-of-session packets, which are never lost on purpose. At the end, also after
/// SIGINT or SIGTERM, the truth is printed as one JSON object; docs/publish.md describes it. The exit code is 1
/// if the kernel refused datagrams.
#[derive(Args, Clone, Debug)]
#[command(after_long_help = EXAMPLES)]
pub struct PublishArgs {
    /// A line to send on; repeatable. IPv6 in brackets; a unicast address is one host
    #[arg(long = "line", value_name = "NAME=[IFACE,][SOURCE@]GROUP:PORT", conflicts_with_all = ["lines", "interface"])]
    line: Vec<LineSpec>,

    /// Instead of --line: so many lines A, B, … to 233.252.0.1:26477, 233.252.0.2:26477, …  [default: 2]
    #[arg(long, value_name = "N", requires = "interface", value_parser = clap::value_parser!(u8).range(1..=26))]
    lines: Option<u8>,

    /// With --lines: the interface they leave by, or one for each
    #[arg(long, value_name = "IFACE,…", value_delimiter = ',')]
    interface: Vec<String>,

    /// Packets per second and line; 0 is as fast as the machine can
    #[arg(long, value_name = "PACKETS", default_value = "10000", value_parser = rate, allow_negative_numbers = true)]
    rate: Rate,

    /// End after so many seconds [default: 10, unless --packets or --messages is given]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    seconds: Option<u64>,

    /// End after so many packets with messages
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    packets: Option<u64>,

    /// End after so many messages
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    messages: Option<u64>,

    /// What order flow, packing and losses are made from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// MoldUDP64 session: up to 10 printable ASCII characters
    #[arg(long, value_name = "NAME", default_value = "SYNTHETIC1", value_parser = session)]
    session: Session,

    /// Securities that trade
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=20_000))]
    securities: u16,

    /// Mean of the messages in a packet, geometrically distributed up to what the MTU holds
    #[arg(long, value_name = "MEAN", default_value_t = MessagesPerPacket::NASDAQ, allow_negative_numbers = true)]
    messages_per_packet: f64,

    /// Bytes of the largest IP packet
    #[arg(long, value_name = "BYTES", default_value_t = 1500, value_parser = clap::value_parser!(u16).range(128..))]
    mtu: u16,

    /// Lose so many percent of line A's packets on purpose
    #[arg(long, value_name = "PERCENT", value_parser = percent, allow_negative_numbers = true)]
    lose_a: Option<Share>,

    /// Lose so many percent of line B's packets on purpose
    #[arg(long, value_name = "PERCENT", value_parser = percent, allow_negative_numbers = true)]
    lose_b: Option<Share>,

    /// Lose so many percent of the named line's packets on purpose; repeatable
    #[arg(long, value_name = "NAME=PERCENT", value_parser = named_percent)]
    lose: Vec<(String, Share)>,

    /// Time to live of multicast packets: 1 keeps them on the link
    #[arg(long, value_name = "HOPS", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    ttl: u8,

    /// Let sockets of this host get the multicast packets too (always so on a loopback interface)
    #[arg(long)]
    multicast_loop: bool,

    /// Answer MoldUDP64 requests for what was sent, on this port: until a second after the last request
    #[arg(long, value_name = "[ADDRESS:]PORT", value_parser = listen)]
    retransmit: Option<SocketAddr>,

    /// What the answering does wrong: none, refuse, slow=MILLISECONDS, partial, die=BYTES
    #[arg(
        long,
        value_name = "FAULT",
        requires = "retransmit",
        default_value = "none",
        hide_default_value = true
    )]
    retransmit_fault: Fault,

    /// Pin the sender to this CPU
    #[arg(long, value_name = "CPU")]
    cpu: Option<usize>,
}

type Session = [u8; 10];

fn rate(text: &str) -> Result<Rate, String> {
    text.parse().ok().and_then(Rate::from_per_second).ok_or_else(|| {
        "a rate is from 0.001 to 1000000000 packets a second, or 0 for as fast as possible".to_owned()
    })
}

fn percent(text: &str) -> Result<Share, String> {
    text.parse()
        .ok()
        .and_then(Share::from_percent)
        .ok_or_else(|| "a percentage is from 0 to 100, without a sign behind it: 0.5".to_owned())
}

fn named_percent(text: &str) -> Result<(String, Share), String> {
    let (name, share) =
        text.split_once('=').ok_or("there is no '=': say which line loses how much, A=0.5")?;
    Ok((name.to_owned(), percent(share)?))
}

fn listen(text: &str) -> Result<SocketAddr, String> {
    let port = text.parse().map(|port: u16| SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)));
    let address = port.ok().or_else(|| text.parse().ok()).filter(|address| address.port() > 0);
    address.ok_or_else(|| "a port, or ADDRESS:PORT, for example 17010 or [::]:17010".to_owned())
}

fn session(text: &str) -> Result<Session, String> {
    let mut session = [b' '; 10];
    match session.get_mut(..text.len()) {
        Some(head) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) => {
            head.copy_from_slice(text.as_bytes());
            Ok(session)
        }
        _ => Err("a session has 1 to 10 printable ASCII characters and no spaces".to_owned()),
    }
}

impl PublishArgs {
    /// What was typed, checked as a whole.
    fn plan(&self) -> Result<Plan, Failure> {
        let per_packet = MessagesPerPacket::from_mean(self.messages_per_packet).ok_or_else(|| {
            Failure::Usage(format!(
                "--messages-per-packet {} is no mean from 1 to 1000: a packet has at least one message",
                self.messages_per_packet
            ))
        })?;
        let open_ended = self.packets.is_none() && self.messages.is_none();
        let seconds = self.seconds.or(open_ended.then_some(DEFAULT_SECONDS));
        Ok(Plan {
            session: self.session,
            seed: self.seed,
            securities: self.securities,
            per_packet,
            mtu: self.mtu.into(),
            rate: self.rate,
            limit: Limit {
                time: seconds.map(Duration::from_secs),
                packets: self.packets,
                messages: self.messages,
            },
            lines: self.lines()?,
            ttl: self.ttl,
            multicast_loop: self.multicast_loop,
            cpu: self.cpu,
            retransmit: self.retransmit.map(|address| Retransmit { address, fault: self.retransmit_fault }),
        })
    }
}

/// Publishes, and prints the truth.
///
/// # Errors
/// What was typed makes no sense, a line has no way out, or the kernel refused datagrams.
pub fn run(args: &PublishArgs) -> Result<(), Failure> {
    let plan = args.plan()?;
    let stop = stop::on_signal()?;
    let publisher = Publisher::open(&plan)?;
    let lines: Vec<_> = plan
        .lines
        .iter()
        .map(|line| match &line.interface {
            Some(interface) => format!("{} to {} by {interface}", line.name, line.destination),
            None => format!("{} to {}", line.name, line.destination),
        })
        .collect();
    console::tell(format_args!(
        "publishing session {}: {}",
        String::from_utf8_lossy(&plan.session).trim_end(),
        lines.join(", ")
    ));
    let outcome = publisher.run(&stop)?;
    let json = serde_json::to_string(&outcome.truth).context("cannot write the truth as JSON")?;
    console::print(&format!("{json}\n"))?;
    report::judge(&plan, &outcome)
}

#[cfg(test)]
mod tests;
