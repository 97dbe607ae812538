//! The pipeline: a datagram in, messages and events out, the same for every source.
//!
//! framing → arbiter → codec → sink, all on the worker's thread, all on the bytes where the source put them.

mod account; // what it has counted, as one copy
mod ahead; // a batch, and what its datagrams will need
mod arena; // room for what waits and cannot stay where it is
mod channel; // what is kept of each channel
mod comings; // channels and lines that come and go while others are received
mod delivery; // what the arbiter delivers to
mod end; // time that goes on, and the end
mod recover; // what recovery brings
mod recognition; // channels whose protocol is not known yet
mod route; // where a line leads
#[cfg(test)]
mod tests;
mod timing; // how long datagrams were on their way
mod wants; // what is asked of recovery

use crate::{
    arbiter::{Arbiter, Arrival, GoesOn, Limits},
    config::Protocol,
    framing::{Framing, Segment},
    sink::{Place, Sink},
    source::Frames,
};
use arena::Arena;
use delivery::{Delivery, Offered, deliver};
use route::Route;
use wants::{Brought, Wants};

pub use account::{Account, ChannelAccount, LineAccount, Recognised};
pub use arena::{ArenaCounters, SLOT_BYTES, Slot};
pub use channel::{Channel, Framed};
pub use delivery::Held;
pub use recognition::{News, ROOM, Recognition};
pub use recover::RecoveryCounters;
pub use timing::{Measured, OneWay, OneWaySummary};

/// All channels of one worker.
pub struct Pipeline<F, K> {
    channels: Vec<Channel<F>>,
    routes: Vec<Route>,
    sink: K,
    arena: Arena,
    /// There is somebody to ask for what is missing.
    wants: Option<Wants>,
    /// Channels the sink has.
    placed: usize,
    /// Channels whose protocol is not known.
    unrecognised: usize,
    /// What was made of channels since it was asked last.
    news: Vec<News>,
    /// When there is something to do in each channel though nothing comes: side by side, so that finding those whose
    /// time has come reads nothing of the others.
    deadlines_ns: Vec<u64>,
    /// The least of them, or earlier.
    deadline_ns: u64,
    /// The time it was given last.
    watermark_ns: u64,
    /// No stream goes on any more; holes may still be filled.
    sealed: bool,
    /// No sequence is believed: every message is handed on as it comes.
    unsequenced: bool,
    measured: Measured,
    told: Told,
}

/// What was handed to the sink, over all channels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Messages.
    pub messages: u64,
    /// Units in the gaps.
    pub messages_lost: u64,
}

impl<F, K: Sink> Pipeline<F, K> {
    /// A pipeline without channels that hands on to `sink`. Beside the frames that its source holds, it keeps at
    /// most `arena_slots` waiting datagrams of at most [`SLOT_BYTES`] each.
    pub fn new(sink: K, arena_slots: u32) -> Self {
        Self {
            channels: Vec::new(),
            routes: Vec::new(),
            sink,
            arena: Arena::new(arena_slots),
            wants: None,
            placed: 0,
            unrecognised: 0,
            news: Vec::new(),
            deadlines_ns: Vec::new(),
            deadline_ns: u64::MAX,
            watermark_ns: 0,
            sealed: false,
            unsequenced: false,
            measured: Measured::default(),
            told: Told::default(),
        }
    }

    /// Adds a channel, to the sink as well; its index is the number of channels added before.
    pub fn add_channel(&mut self, name: &str, protocol: Protocol, limits: Limits) {
        self.open_channel(name, Channel::named(protocol, limits).measuring(self.measured));
    }

    /// Adds a line: the `line`th of channel `channel`. Its index is the number of lines added before.
    pub fn add_line(&mut self, channel: usize, line: usize) {
        self.routes.push(Route::to(channel, line));
    }

    /// Adds a line that another pipeline has: nothing of it comes here. It takes the next index of the lines.
    pub fn leave_line_out(&mut self) {
        self.routes.push(Route::ELSEWHERE);
    }

    /// Adds a line on which what was asked for of channel `channel`, whose protocol is known, is sent again. It takes
    /// the next index of the lines, and is none of the channel's: what it brings is what recovery brings.
    pub fn add_recovery_line(&mut self, channel: usize) {
        let line = self.channels[channel].arbiter.lines().len();
        self.routes.push(Route::to(channel, line).again());
    }

    /// The channels, in the order they were added.
    #[must_use]
    pub fn channels(&self) -> &[Channel<F>] {
        &self.channels
    }

    /// What was copied to wait.
    #[must_use]
    pub const fn arena(&self) -> &ArenaCounters {
        self.arena.counters()
    }

    /// How many lines were added.
    #[must_use]
    pub const fn lines(&self) -> usize {
        self.routes.len()
    }

    /// What was handed to the sink so far.
    pub const fn told(&self) -> Told {
        self.told
    }

    /// The sink.
    pub const fn sink(&self) -> &K {
        &self.sink
    }

    /// The sink, for good.
    pub fn into_sink(self) -> K {
        self.sink
    }

    /// Takes one datagram of line `line`. The frame is given back to `frames`, or held by the arbiter.
    #[inline]
    pub fn accept(&mut self, frames: &mut impl Frames<Frame = F>, line: u16, stamp_ns: u64, frame: F) {
        let route = self.routes[usize::from(line)];
        if route.recovery {
            return self.accept_again(frames, route.channel(), stamp_ns, frame);
        }
        if self.unrecognised > 0 && self.channels[route.channel()].protocol().is_none() {
            return self.keep_early(frames, route, stamp_ns, frame);
        }
        self.offer(frames, route, stamp_ns, Offered::Frame(frame));
    }

    /// Takes one datagram of a channel whose protocol is known.
    ///
    /// MoldUDP64 has a copy of the way for itself: with its framing a constant, most of what [`Framing::segment`] gives is known
    /// when it is compiled. For all others it is put where any of them puts it, and looked at again.
    #[inline(always)]
    fn offer(
        &mut self,
        frames: &mut impl Frames<Frame = F>,
        route: Route,
        stamp_ns: u64,
        offered: Offered<'_, F>,
    ) {
        match self.channels[route.channel()].framing {
            Framing::MoldUdp64 => self.offer_framed(frames, route, stamp_ns, offered, Framing::MoldUdp64),
            framing => self.offer_framed(frames, route, stamp_ns, offered, framing),
        }
    }

    /// `framing` is that of its channel.
    #[inline(always)]
    fn offer_framed(
        &mut self,
        frames: &mut impl Frames<Frame = F>,
        route: Route,
        stamp_ns: u64,
        offered: Offered<'_, F>,
        framing: Framing,
    ) {
        let (index, line) = (route.channel(), usize::from(route.line));
        let channel = &mut self.channels[index];
        let (protocol, in_sink) = (Protocol { framing, codec: channel.codec }, channel.in_sink());
        let Channel { framed, arbiter, joined, timing, .. } = channel;
        let datagram = offered.datagram(frames);
        framed.datagrams += 1;
        let segment = match framing.segment(datagram) {
            Ok(segment) => segment,
            Err(cause) => {
                framed.malformed[cause.index()] += 1;
                offered.release(frames);
                return;
            }
        };
        framed.accepted += 1;
        if segment.trailing > 0 {
            framed.trailing += 1; // apart from what every datagram counts
        }
        if self.measured.one_way.is_some()
            && let Some(one_way) = &mut timing.one_way
        {
            one_way.take(protocol, line, datagram, stamp_ns);
        }
        if segment.unsequenced || self.unsequenced {
            framed.unsequenced += 1;
            return self.hand_on(frames, index, line, offered);
        }
        framed.units += segment.count;
        if self.sealed && goes_past(arbiter, segment) {
            framed.after_stop += 1;
            framed.after_stop_units += segment.count;
            offered.release(frames);
            return;
        }
        let arrival = Arrival {
            line,
            key: segment.key,
            kind: segment.kind,
            first: segment.first,
            count: segment.count,
            stamp_ns,
            reset: segment.reset,
        };
        // Recovery has to hear how a stream goes on that it is at work for.
        let alone = self.wants.as_ref().is_none_or(|wants| {
            !wants.busy() && joined.is_none_or(|joined| joined == arbiter.counters().streams)
        });
        match if alone { arbiter.goes_on(&arrival) } else { None } {
            Some(GoesOn::Next { stream, first }) => {
                let place = Place { channel: in_sink, stream, sequence: first };
                deliver(protocol, datagram, place, arrival.count, &mut self.sink, &mut self.told);
                offered.release(frames);
            }
            Some(GoesOn::Again) => offered.release(frames),
            None => self.arbitrate(frames, index, arrival, offered),
        }
    }

    /// What is not the common case, and what recovery has to hear of.
    #[cold]
    #[inline(never)]
    fn arbitrate(
        &mut self,
        frames: &mut impl Frames<Frame = F>,
        index: usize,
        arrival: Arrival,
        offered: Offered<'_, F>,
    ) {
        let brought = Brought { key: arrival.key, first: arrival.first, end: arrival.first + arrival.count };
        self.with_delivery(frames, index, (Some(offered), Some(brought)), |arbiter, delivery| {
            arbiter.offer(&arrival, delivery);
            if let Some(offered) = delivery.current.take() {
                offered.release(delivery.frames);
            }
        });
        let Channel { arbiter, joined, .. } = &mut self.channels[index];
        if let (Some(joined), Some(wants)) = (joined, &mut self.wants)
            && *joined != arbiter.counters().streams
        {
            *joined = arbiter.counters().streams;
            wants.join(index, arbiter, arrival.first);
        }
    }

    /// Hands on the messages of a datagram outside every sequence.
    #[cold]
    fn hand_on(
        &mut self,
        frames: &mut impl Frames<Frame = F>,
        index: usize,
        line: usize,
        offered: Offered<'_, F>,
    ) {
        let Self { channels, sink, told, .. } = self;
        let channel = &mut channels[index];
        let (Protocol { framing, codec }, in_sink) = (channel.read_as(), channel.in_sink());
        framing.messages(offered.datagram(frames), 0, u64::MAX, |message| {
            channel.framed.unsequenced_messages += 1;
            told.messages += 1;
            sink.unsequenced(in_sink, line, codec, message);
        });
        offered.release(frames);
    }

    /// Believes no sequence: every message of every line is handed on as it comes, outside the sequence. For
    /// captures whose sequences were wiped out.
    pub const fn ignore_sequences(&mut self) {
        self.unsequenced = true;
    }

    /// Has a channel's arbiter act, on a datagram that is offered if there is one, notes when it is to act next, and tells
    /// recovery what came of it; with the units a line brought, those are told as well.
    #[inline]
    fn with_delivery<P: Frames<Frame = F>>(
        &mut self,
        frames: &mut P,
        index: usize,
        (current, brought): (Option<Offered<'_, F>>, Option<Brought>),
        act: impl FnOnce(&mut Arbiter<Held<F>>, &mut Delivery<'_, P, K>),
    ) {
        let channel = &mut self.channels[index];
        let (protocol, in_sink) = (channel.read_as(), channel.in_sink());
        let arbiter = &mut channel.arbiter;
        let (arena, sink, told) = (&mut self.arena, &mut self.sink, &mut self.told);
        let wants = self.wants.as_mut();
        let mut delivery = Delivery { frames, arena, wants, current, protocol, channel: in_sink, sink, told };
        act(arbiter, &mut delivery);
        let deadline_ns = arbiter.deadline_ns();
        self.deadlines_ns[index] = deadline_ns;
        self.deadline_ns = self.deadline_ns.min(deadline_ns);
        if let Some(wants) = &mut self.wants
            && wants.busy()
        {
            wants.follow(index, arbiter, protocol.framing.facts().sequence_mask(), brought);
        }
    }
}

/// Whether a datagram lies at or beyond the head of its stream.
///
/// Apart from the common case, and by value: what is lent to a call has to be in memory in front of it, call or not.
#[cold]
#[inline(never)]
fn goes_past<H>(arbiter: &Arbiter<H>, segment: Segment) -> bool {
    arbiter.goes_past(&segment.key, segment.first)
}
