//! The flags that say what the feed is: shared by `run` and `inspect`.

use std::{str::FromStr, time::Duration};

use clap::Args;

use super::recover::RecoverArgs;
use crate::{
    arbiter::{Limits, OnGap, Start},
    codec::Codec,
    config::{Channel, ProtocolChoice, ProtocolSpec},
    framing::{Facts, Framing},
    line::LineSpec,
    pipeline::Pipeline,
    sink::Sink,
};

/// What the feed is.
#[derive(Clone, Debug, Args)]
pub struct FeedArgs {
    /// The lines, in the order given.
    #[arg(
        long = "line",
        value_name = "LINE",
        help = "A line of a channel: [CHANNEL/]LINE=[IFACE,][vlan=N,][SOURCE@]GROUP:PORT (repeatable)",
        long_help = "A line of a channel: [CHANNEL/]LINE=[IFACE,][vlan=N,][SOURCE@]GROUP:PORT (repeatable)\n\n\
            IPv6 addresses in brackets. A unicast address is matched, not joined. Lines of one channel carry \
            the same stream and are arbitrated. With vlan=N only packets with that VLAN tag are taken (of two tags \
            it is the inner one), with vlan=none only those without a tag; without it both, whatever the tag."
    )]
    pub lines: Vec<LineSpec>,

    /// How the channels are read.
    #[arg(
        long = "protocol",
        value_name = "PROTOCOL",
        help = "How a channel is read: [CHANNEL=]FRAMING[/CODEC], moldudp64/itch50 for example, or [CHANNEL=]auto (repeatable)",
        long_help = spoken()
    )]
    pub protocols: Vec<ProtocolSpec>,

    /// Where a channel begins: with the first sequence seen, or where the protocol's sequences begin, which is 1 but
    /// for OPRA's and CTA's 0 (what is missing in front is a gap; rtp and deribit begin anywhere)
    #[arg(long, value_enum, default_value_t = StartArg::First)]
    pub start: StartArg,

    /// How long a hole may wait for the other line: at most so many datagrams, so many microseconds
    #[arg(long, value_name = "PACKETS,MICROSECONDS", default_value_t = WindowArg::DEFAULT)]
    pub reorder_window: WindowArg,

    /// What becomes of gaps.
    #[command(flatten)]
    pub recover: RecoverArgs,
}

/// The help on `--protocol`, with every protocol there is.
fn spoken() -> String {
    let mut text = "How a channel is read: [CHANNEL=]FRAMING[/CODEC], or [CHANNEL=]auto (repeatable)\n\n\
        Without CHANNEL it is for every channel that has none of its own. Without CODEC it is the framing's only \
        one, where there is one; with /raw messages are counted, not decoded. For a feed that has no name here, FRAMING is \
        seq:RULE, which says where sequence, key and count lie: \
        seq:sequence=4:4le,key=3:1,count=2:1,messages=0:1:inclusive (docs/protocols.md). With auto the protocol is recognised \
        from the channel's first datagrams; what was taken and why is told, and refused is what two protocols fit. \
        There is:"
        .to_owned();
    for (name, framing) in Framing::ALL {
        let codec = |codec: &Codec| match codec.unverified() {
            true => format!("{name}/{} (unverified)", codec.name()),
            false => format!("{name}/{}", codec.name()),
        };
        let codecs: Vec<String> = framing.facts().codecs.iter().map(codec).collect();
        text += "\n  ";
        text += &if codecs.is_empty() { format!("{name}/raw") } else { codecs.join(", ") };
    }
    text + "\n  seq:RULE for any other: where sequence, key and count lie, as in\n  \
        seq:sequence=4:4le,key=3:1,count=2:1,messages=0:1:inclusive (docs/protocols.md)\n\n\
        Unverified: made by the specification, with no bytes of the exchange to hold it against."
}

/// `--start`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum StartArg {
    /// With the first sequence seen.
    First,
    /// With the protocol's first sequence.
    #[value(name = "1")]
    One,
}

/// `--reorder-window PACKETS,MICROSECONDS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowArg {
    packets: usize,
    microseconds: u64,
}

impl WindowArg {
    /// See [`Limits::WINDOW`].
    const DEFAULT: Self = Self { packets: Limits::WINDOW.0, microseconds: Limits::WINDOW.1 / 1_000 };
    /// Datagrams a channel may hold: beyond, the window's own memory gets out of proportion.
    const MAX_PACKETS: usize = 1 << 20;
    /// One minute.
    const MAX_MICROSECONDS: u64 = 60_000_000;

    /// How long a hole may stay open.
    pub(crate) const fn duration(self) -> Duration {
        Duration::from_micros(self.microseconds)
    }
}

impl FromStr for WindowArg {
    type Err = String;

    fn from_str(given: &str) -> Result<Self, String> {
        let fix = || format!("'{given}' is not PACKETS,MICROSECONDS, for example {}", Self::DEFAULT);
        let (packets, microseconds) = given.split_once(',').ok_or_else(fix)?;
        let packets: usize = packets.trim().parse().map_err(|_| fix())?;
        let microseconds: u64 = microseconds.trim().parse().map_err(|_| fix())?;
        if packets > Self::MAX_PACKETS || microseconds > Self::MAX_MICROSECONDS {
            let (most, longest) = (Self::MAX_PACKETS, Self::MAX_MICROSECONDS);
            return Err(format!("'{given}' is too much: at most {most},{longest}"));
        }
        Ok(Self { packets, microseconds })
    }
}

impl std::fmt::Display for WindowArg {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{},{}", self.packets, self.microseconds)
    }
}

impl FeedArgs {
    /// Adds a channel to a pipeline.
    pub fn add_channel<F, K: Sink>(&self, channel: &Channel, pipeline: &mut Pipeline<F, K>) {
        let limits = |facts: &Facts| {
            let mut limits = self.limits(facts, channel.lines.len());
            if limits.on_gap == OnGap::Recover && self.recover.filler_of(channel).is_none() {
                limits.on_gap = OnGap::Skip;
            }
            if self.recover.snapshots_of(channel).next().is_some() {
                limits.start = Start::Snapshot;
            }
            limits
        };
        match channel.protocol {
            ProtocolChoice::Fixed(protocol) => {
                pipeline.add_channel(&channel.name, protocol, limits(protocol.framing.facts()));
            }
            ProtocolChoice::Auto => pipeline.add_unrecognised(&channel.name, limits),
        }
    }

    /// The same for a channel that nobody recovers.
    #[must_use]
    pub fn limits_without_recovery(&self, facts: &Facts, lines: usize) -> Limits {
        let limits = self.limits(facts, lines);
        let on_gap = if limits.on_gap == OnGap::Recover { OnGap::Skip } else { limits.on_gap };
        Limits { on_gap, ..limits }
    }

    /// The bounds of a channel with so many lines, of a framing with these facts.
    #[must_use]
    pub fn limits(&self, facts: &Facts, lines: usize) -> Limits {
        Limits {
            start: match self.start {
                StartArg::First => Start::First,
                StartArg::One => Start::One,
            },
            window_packets: self.reorder_window.packets,
            window_ns: self.reorder_window.microseconds * 1_000,
            on_gap: self.recover.on_gap(),
            recover_ns: self.recover.recover_ns(),
            silence_ns: self.recover.silence_ns(facts),
            ..Limits::new(facts, lines)
        }
    }
}
