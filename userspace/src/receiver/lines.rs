//! Lines: where each comes in, what was joined for it, and those added and removed while the others are received.

use std::{thread, time::Duration};

use anyhow::{Context, Result, anyhow, bail, ensure};

use super::{Receiver, inlet::Inlet, measured};
use crate::{
    arbiter::{Limits, Room},
    config::{DEFAULT_CHANNEL, Feed, Line, MAX_LINES, ProtocolChoice, ProtocolSpec},
    console::tell,
    failure::Failure,
    framing::{Facts, Framing},
    line::LineSpec,
    pipeline,
    program::Match,
    report::{FirstPacket, LineJoined},
    worker::mailbox::Command,
    xsk::Frame,
};

/// Lines that can be added where `--max-lines` does not say: enough for a day's new channels; four map entries on each
/// device and a few hundred bytes each.
const SPARE_LINES: usize = 1024;

/// How long after an entry left the XDP program's tables a packet may still be handed on by it, in ns, and its memory
/// not hold another: the program looks up and reads within a microsecond, with interrupts off. Lower: a packet of a
/// removed line could count as the next one's, were the CPU taken from the program in between. Higher delays the answer.
const LOOKED_UP_NS: u64 = 1_000_000;

/// A line as the control plane knows it beside the feed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LineState {
    /// Tells this use of the line's index from earlier ones.
    pub(super) generation: u8,
    /// When it was joined, in the time of the receive stamps.
    pub(super) joined_ns: u64,
    /// Its first packet was told.
    pub(super) first_told: bool,
    /// It was told that nothing came.
    pub(super) silence_told: bool,
    /// Its interface has joined it.
    pub(super) is_joined: bool,
    /// The worker knows it.
    pub(super) is_open: bool,
}

/// How many lines there can be at one time: what the XDP programs' tables and the worker have room for.
///
/// # Errors
/// [`Failure::Usage`] when that is fewer than there are.
pub(super) fn most_lines(asked: Option<u16>, controlled: bool, feed: &Feed) -> Result<usize, Failure> {
    let given = feed.lines.len();
    let most = match asked {
        Some(most) => usize::from(most),
        None if controlled => given + SPARE_LINES,
        None => given,
    };
    if most < given {
        return Err(Failure::Usage(format!(
            "--max-lines {most}, but there are {given} lines: allow for those, and for the ones to be added"
        )));
    }
    Ok(most.min(MAX_LINES))
}

/// What the XDP program is told of line `index`, which came with VLAN `inlet_vlan` if its interface is of one. What the
/// line says itself goes before that.
pub(super) fn matching(feed: &Feed, index: usize, state: &LineState, inlet_vlan: Option<u16>) -> Match {
    let line = &feed.lines[index];
    let (destination, source, vlan) = (line.destination, line.source, line.vlan.or(inlet_vlan));
    Match { destination, source, vlan, index: index as u16, generation: state.generation }
}

impl Receiver<'_> {
    /// Joins a new line and receives it. Nothing of it is missed from when this returns.
    ///
    /// # Errors
    /// What is wrong with it, and what to do; nothing is changed then.
    pub(super) fn add_line(&mut self, spec: &LineSpec, protocol: Option<ProtocolSpec>) -> Result<String> {
        let name = spec.interface.as_deref().ok_or_else(|| {
            anyhow!("line {spec} names no interface: write {}=IFACE,{}", spec.name, spec.destination)
        })?;
        let Some(inlet) = self.inlets.iter().position(|inlet| inlet.name == name) else {
            let names: Vec<&str> = self.inlets.iter().map(|inlet| inlet.name.as_str()).collect();
            bail!(
                "xdpfeed does not receive on {name}, but on {}: start another one for it, or this one with a line there",
                names.join(", ")
            );
        };
        ensure!(
            self.feed.live().count() < self.most_lines,
            "there are {} lines, as many as there is room for: remove one, or start with a higher --max-lines",
            self.most_lines
        );
        let channel = spec.channel.as_deref().unwrap_or(DEFAULT_CHANNEL);
        let is_new = self.feed.channels.iter().all(|known| known.name != channel);
        ensure!(
            !is_new || self.feed.channels.len() < self.most_lines,
            "there were {} channels, as many as there is room for, those without lines included: add the line to one of \
             them, or start with a higher --max-lines",
            self.most_lines
        );
        self.refuse_overlap(inlet, spec)?;
        self.refuse_parting(inlet, spec)?;
        let index = self.feed.add(spec, &self.protocols(spec, protocol)?).map_err(anyhow::Error::msg)?;
        if self.lines.len() <= index {
            self.lines.push(LineState::default());
        }
        let added = self.open_line(index, inlet, is_new);
        if let Err(error) = added {
            self.close_line(index, inlet);
            return Err(error);
        }
        let line = &self.feed.lines[index];
        let gone = self.inlets[inlet].devices.iter().any(|device| self.sites[*device].now.is_none());
        Ok(format!(
            "{} {} is received on {name}{}",
            self.feed.label(line),
            line.destination,
            if gone { " as soon as that is back" } else { "" }
        ))
    }

    /// Removes a line: what came of it until now is received, nothing after.
    ///
    /// # Errors
    /// When there is none of that name.
    pub(super) fn remove_line(&mut self, name: &str) -> Result<String> {
        let (channel, line) = name.split_once('/').unwrap_or((DEFAULT_CHANNEL, name));
        let Some(index) = self.feed.find(channel, line) else {
            bail!(
                "there is no line {channel}/{line}: name one as CHANNEL/LINE, `xdpfeed ctl stats` shows them"
            );
        };
        let interface = self.feed.lines[index].interface.as_deref();
        let inlet = self.inlets.iter().position(|inlet| Some(inlet.name.as_str()) == interface);
        self.close_line(index, inlet.unwrap_or_default());
        Ok(format!("{channel}/{line} is no more received"))
    }

    /// What the line's channel speaks, where it is new: as the request says, else as `--protocol` does.
    fn protocols(&self, spec: &LineSpec, asked: Option<ProtocolSpec>) -> Result<Vec<ProtocolSpec>> {
        let Some(ProtocolSpec { channel: named, protocol }) = asked else {
            return Ok(self.args.feed.protocols.clone());
        };
        let channel = spec.channel.as_deref().unwrap_or(DEFAULT_CHANNEL);
        ensure!(
            named.as_deref().is_none_or(|named| named == channel),
            "the protocol is for another channel than the line's, {channel}: leave its name out"
        );
        let there = self.feed.channels.iter().find(|known| known.name == channel);
        if let Some(known) = there.filter(|known| known.protocol != protocol) {
            bail!("channel {channel} speaks {}: leave the protocol out", known.protocol.name());
        }
        Ok(vec![ProtocolSpec { channel: None, protocol }])
    }

    /// Two interfaces on one device (VLANs) cannot have the same destination: the program there could not tell them apart.
    fn refuse_overlap(&self, inlet: usize, spec: &LineSpec) -> Result<()> {
        let same = |line: &&Line| {
            (line.destination, line.source) == (spec.destination, spec.source)
                && line.interface != spec.interface
        };
        let devices = &self.inlets[inlet].devices;
        for line in self.feed.live().map(|(_, line)| line).filter(same) {
            let other = self.inlets.iter().find(|inlet| Some(&inlet.name) == line.interface.as_ref());
            if other.is_some_and(|other| other.devices.iter().any(|device| devices.contains(device))) {
                bail!("{}", overlap(&self.feed, line, spec.interface.as_deref().unwrap_or_default()));
            }
        }
        Ok(())
    }

    /// Its channel may be another worker's than its interface.
    fn refuse_parting(&self, inlet: usize, spec: &LineSpec) -> Result<()> {
        let name = spec.channel.as_deref().unwrap_or(DEFAULT_CHANNEL);
        let Some(channel) = self.feed.channels.iter().position(|known| known.name == name) else {
            return Ok(());
        };
        let its = self.partition.channels[channel];
        let device = self.inlets[inlet].devices.first();
        let Some(here) = device.and_then(|device| self.partition.only_one_on(*device)) else { return Ok(()) };
        ensure!(
            its == here,
            "channel {name} is worker {its}'s, and {} is worker {here}'s, but all lines of a channel go to one worker: \
             give the line a channel of its own, or start with fewer --workers",
            self.inlets[inlet].name
        );
        Ok(())
    }

    /// Who is to have a new channel that comes in there: the one worker that has the interface, or, where each has queues
    /// of it, the one with the fewest lines.
    fn worker_of(&self, inlet: usize) -> usize {
        let device = self.inlets[inlet].devices.first();
        if let Some(only) = device.and_then(|device| self.partition.only_one_on(*device)) {
            return only;
        }
        let others = self.feed.live().filter_map(|(_, line)| self.partition.channels.get(line.channel));
        let mut lines = vec![0; self.stations.len()];
        others.for_each(|worker| lines[*worker] += 1);
        (0..lines.len()).min_by_key(|worker| lines[*worker]).unwrap_or_default()
    }

    /// Rule and membership, then the worker, then the program: whatever the program hands on is known.
    fn open_line(&mut self, index: usize, inlet: usize, new_channel: bool) -> Result<()> {
        let line = &self.feed.lines[index];
        let (channel, place) = (line.channel, line.index);
        if new_channel {
            let worker = self.worker_of(inlet);
            let name = self.feed.channels[channel].name.as_str().into();
            let opened = Command::OpenChannel { name, channel: self.new_channel(channel) };
            self.partition.channels.push(worker);
            self.places.push(1);
            self.stations[worker].channels.push(channel);
            self.stations[worker].ask(opened)?;
        }
        let worker = self.partition.channels[channel];
        self.steer_line(index, inlet)?;
        let line = &self.feed.lines[index];
        self.inlets[inlet].memberships.join(line.destination.ip(), line.source)?;
        for (other, station) in self.stations.iter().enumerate() {
            station.arrivals.forget(index);
            station.arrivals.set_elsewhere(index, other != worker);
        }
        let generation = self.lines[index].generation.wrapping_add(1);
        let (joined_ns, is_joined) = (self.args.clock.now_ns(), true);
        self.lines[index] = LineState { generation, joined_ns, is_joined, ..LineState::default() };
        let room = (place >= self.places[channel]).then(|| self.room(channel, place + 1));
        let has = room.as_ref().map_or(self.places[channel], Room::lines);
        let station = &mut self.stations[worker];
        let of = station.place_of(channel).context("its worker does not know the channel")?;
        let (line, place) = (index as u16, (of, place));
        station.ask(Command::OpenLine { line, generation, place, room })?;
        self.places[channel] = has;
        self.lines[index].is_open = true;
        let wanted = matching(&self.feed, index, &self.lines[index], self.inlets[inlet].vlan);
        for device in &self.inlets[inlet].devices {
            if let Some(attached) = &mut self.sites[*device].now {
                attached.bound.program.add_match(wanted)?;
            }
        }
        let mut others = self.feed.live().filter(|(other, _)| *other != index);
        if others.any(|(_, line)| line.destination == wanted.destination) {
            // The destination's entry was replaced; see `LOOKED_UP_NS`.
            thread::sleep(Duration::from_nanos(LOOKED_UP_NS));
        }
        Ok(())
    }

    /// The program, then what is on its way, then the worker, then membership and rule. What was never opened is closed with
    /// less. The receiver may be stopping: then the worker's part is its own.
    fn close_line(&mut self, index: usize, inlet: usize) {
        let vlan = self.inlets.get(inlet).and_then(|inlet| inlet.vlan);
        let wanted = matching(&self.feed, index, &self.lines[index], vlan);
        if let Some(Inlet { devices, .. }) = self.inlets.get(inlet) {
            for device in devices {
                if let Some(attached) = &mut self.sites[*device].now
                    && let Err(error) = attached.bound.program.remove_match(&wanted)
                {
                    tell(format_args!("xdpfeed: {error:#}"));
                }
            }
        }
        if std::mem::take(&mut self.lines[index].is_open) {
            let at_ns = self.args.clock.now_ns().saturating_add(LOOKED_UP_NS);
            let worker = self.partition.channels[self.feed.lines[index].channel];
            let _stopping = self.stations[worker].ask(Command::CloseLine { line: index as u16, at_ns });
        }
        let line = &self.feed.lines[index];
        if std::mem::take(&mut self.lines[index].is_joined)
            && let Some(joined) = self.inlets.get_mut(inlet)
        {
            joined.memberships.leave(line.destination.ip(), line.source);
        }
        self.unsteer_line(index, inlet);
        self.feed.remove(index);
    }

    /// A channel that is added: nobody is there to recover what it misses, for the services were opened at the start.
    fn new_channel(&self, index: usize) -> pipeline::Channel<Frame> {
        let configured = &self.feed.channels[index];
        let limits = |facts: &'static Facts| self.limits_alone(facts, 1);
        let channel = match configured.protocol {
            ProtocolChoice::Fixed(protocol) => {
                pipeline::Channel::named(protocol, limits(protocol.framing.facts()))
            }
            ProtocolChoice::Auto => pipeline::Channel::unrecognised(&configured.name, limits),
        };
        channel.measuring(measured(self.args))
    }

    /// Room for twice the lines: a channel that gets many is not widened for each.
    fn room(&self, channel: usize, lines: usize) -> Room {
        let lines = lines.next_power_of_two().min(self.most_lines.max(lines));
        let framing = self.feed.channels[channel].protocol.fixed().map(|protocol| protocol.framing);
        let facts = framing.unwrap_or(Framing::MoldUdp64).facts();
        Room::new(&self.limits_alone(facts, lines))
    }

    fn limits_alone(&self, facts: &'static Facts, lines: usize) -> Limits {
        self.args.feed.limits_without_recovery(facts, lines)
    }

    /// What is known of a line's membership and first packet.
    pub(super) fn joined(&self, index: usize) -> Option<LineJoined> {
        let (line, state) = (self.feed.lines.get(index)?, self.lines.get(index)?);
        let inlet = self.inlets.iter().find(|inlet| Some(&inlet.name) == line.interface.as_ref())?;
        let first = self.first_ns(index);
        Some(LineJoined {
            first: Some(FirstPacket {
                joined_s: state.joined_ns.saturating_sub(self.begun_ns) as f64 / 1e9,
                first_packet_ms: first.map(|first| first.saturating_sub(state.joined_ns) as f64 / 1e6),
            }),
            joined_again: inlet.memberships.joined_again(line.destination.ip(), line.source),
        })
    }
}

/// One destination is given on two interfaces of one device.
pub(super) fn overlap(feed: &Feed, line: &Line, interface: &str) -> String {
    format!(
        "{} is line {} on {} already, and {interface} is on the same device, where the XDP program does not tell them \
         apart: use one of them",
        line.destination,
        feed.label(line),
        line.interface.as_deref().unwrap_or_default()
    )
}
