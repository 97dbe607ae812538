//! The flags that say what becomes of a gap, and who is asked for what is missing.

mod spec;
#[cfg(test)]
mod tests;

use std::time::Duration;

use clap::Args;

use crate::{
    arbiter::OnGap,
    config::{Channel, Feed, Protocol},
    failure::Failure,
    framing::Facts,
};

pub use spec::{Login, RecoverSpec, Service};

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
            grp:HOST:PORT,session=ID,user=NAME,password=WORD,gap=[IFACE,][SOURCE@]GROUP:PORT asks a Cboe Gap Request \
            Proxy, which sends them again on that group (gap= may be repeated).\n\
            glimpse:HOST:PORT[,user=NAME][,password=WORD] has the streams begin with a snapshot.\n\
            spin:HOST:PORT,unit=N,session=ID,user=NAME,password=WORD has that unit of a Cboe feed begin with one.\n\n\
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
        self.services_of(channel, true).next()
    }

    /// Who is asked for snapshots of a channel's streams: one, or one a unit.
    pub fn snapshots_of(&self, channel: &Channel) -> impl Iterator<Item = &RecoverSpec> {
        self.services_of(channel, false)
    }

    /// Those that name the channel; if none does, those that name none.
    fn services_of(&self, channel: &Channel, fills_gaps: bool) -> impl Iterator<Item = &RecoverSpec> {
        let of_kind = move |spec: &&RecoverSpec| spec.service.fills_gaps() == fills_gaps;
        let name = Some(channel.name.as_str());
        let is_named = self.recover.iter().filter(of_kind).any(|spec| spec.channel.as_deref() == name);
        self.recover.iter().filter(of_kind).filter(move |spec| match is_named {
            true => spec.channel.as_deref() == name,
            false => spec.channel.is_none() && spec.service.fits(channel),
        })
    }

    /// Adds the groups on which recovery sends again to the feed.
    ///
    /// # Errors
    /// [`Failure::Usage`] when one of them is a line already.
    pub fn add_groups(&self, feed: &mut Feed) -> Result<(), Failure> {
        for index in 0..feed.channels.len() {
            let filler = self.filler_of(&feed.channels[index]);
            for group in filler.into_iter().flat_map(|spec| &spec.groups) {
                feed.add_recovery(index, group)?;
            }
        }
        Ok(())
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
                    && earlier.unit == spec.unit
            };
            if self.recover[..index].iter().any(same) {
                let fix = match service.asks_several() {
                    true => "name both servers in one, HOST:PORT,HOST:PORT",
                    false => "leave one of them out",
                };
                return usage(format!("--recover {spec}: there is one for the same channels already: {fix}"));
            }
            match channel {
                Some(name) => check_named(spec, name, feed)?,
                None if feed.channels.iter().any(|channel| service.fits(channel)) => check_alone(spec, feed)?,
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

/// What a group sends again is of one channel.
fn check_alone(spec: &RecoverSpec, feed: &Feed) -> Result<(), Failure> {
    let fits: Vec<&str> = feed
        .channels
        .iter()
        .filter(|channel| spec.service.fits(channel))
        .map(|channel| channel.name.as_str())
        .collect();
    match fits[..] {
        [first, _, ..] if spec.service.is_of_one_channel() => Err(Failure::Usage(format!(
            "--recover {spec}: it is for one of the channels {}: say which, --recover {first}={spec}",
            fits.join(", ")
        ))),
        _ => Ok(()),
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
