//! The pipeline: a datagram in, messages and events out, the same for every source.
//!
//! framing → arbiter → codec → sink, all on the worker's thread, all on the bytes where the source put them.

use crate::{
    arbiter::{Arbiter, Arrival, Event, Limits, Outlet, StreamIndex},
    config::Protocol,
    framing::{Framing, Malformed, Unit},
    sink::{Place, Sink},
    source::Frames,
};

/// What framing made of a channel's datagrams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Framed {
    /// Datagrams handed in.
    pub datagrams: u64,
    /// Datagrams of the protocol.
    pub accepted: u64,
    /// Datagrams that are none, by cause, in the order of [`Malformed::ALL`].
    pub malformed: [u64; Malformed::ALL.len()],
    /// Units of sequence in the accepted ones.
    pub units: u64,
    /// Accepted datagrams that went on past where their stream was when the pipeline was sealed.
    pub after_stop: u64,
    /// Units in these.
    pub after_stop_units: u64,
    /// Accepted datagrams with bytes behind the last message.
    pub trailing: u64,
}

/// One channel's state.
pub struct Channel<F> {
    protocol: Protocol,
    framed: Framed,
    arbiter: Arbiter<F>,
}

impl<F> Channel<F> {
    /// What framing made of its datagrams.
    #[must_use]
    pub const fn framed(&self) -> &Framed {
        &self.framed
    }

    /// Its arbiter, for its counters.
    #[must_use]
    pub const fn arbiter(&self) -> &Arbiter<F> {
        &self.arbiter
    }
}

/// Where a line leads.
#[derive(Clone, Copy, Debug)]
struct Route {
    channel: usize,
    line: usize,
}

/// All channels of one worker.
pub struct Pipeline<F, K> {
    channels: Vec<Channel<F>>,
    routes: Vec<Route>,
    sink: K,
    /// The least deadline of all channels' reorder windows, or earlier.
    deadline_ns: u64,
    /// No stream goes on any more; holes may still be filled.
    sealed: bool,
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
    /// A pipeline without channels that hands on to `sink`.
    pub const fn new(sink: K) -> Self {
        let told = Told { messages: 0, messages_lost: 0 };
        Self { channels: Vec::new(), routes: Vec::new(), sink, deadline_ns: u64::MAX, sealed: false, told }
    }

    /// Adds a channel; its index is the number of channels added before.
    pub fn add_channel(&mut self, protocol: Protocol, limits: Limits) {
        self.channels.push(Channel { protocol, framed: Framed::default(), arbiter: Arbiter::new(limits) });
    }

    /// Adds a line: the `line`th of channel `channel`. Its index is the number of lines added before.
    pub fn add_line(&mut self, channel: usize, line: usize) {
        self.routes.push(Route { channel, line });
    }

    /// The channels, in the order they were added.
    #[must_use]
    pub fn channels(&self) -> &[Channel<F>] {
        &self.channels
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

    /// The sink, to add a channel to it.
    pub const fn sink_mut(&mut self) -> &mut K {
        &mut self.sink
    }

    /// Takes one datagram of line `line`. The frame is given back to `frames`, or held by the arbiter.
    #[inline]
    pub fn accept(&mut self, frames: &mut impl Frames<Frame = F>, line: u16, stamp_ns: u64, frame: F) {
        let Route { channel: index, line } = self.routes[usize::from(line)];
        let Channel { protocol, framed, arbiter } = &mut self.channels[index];
        framed.datagrams += 1;
        let segment = match protocol.framing.segment(frames.payload(&frame)) {
            Ok(segment) => segment,
            Err(cause) => {
                framed.malformed[cause.index()] += 1;
                frames.release(frame);
                return;
            }
        };
        framed.accepted += 1;
        framed.units += segment.count;
        framed.trailing += u64::from(segment.trailing > 0);
        if self.sealed && arbiter.goes_past(&segment.key, segment.first) {
            framed.after_stop += 1;
            framed.after_stop_units += segment.count;
            frames.release(frame);
            return;
        }
        let arrival = Arrival {
            line,
            key: segment.key,
            kind: segment.kind,
            first: segment.first,
            count: segment.count,
            stamp_ns,
            reset: false,
        };
        let mut delivery = Delivery {
            frames,
            current: Some(frame),
            protocol: *protocol,
            channel: index,
            sink: &mut self.sink,
            told: &mut self.told,
        };
        arbiter.offer(&arrival, &mut delivery);
        if let Some(frame) = delivery.current {
            frames.release(frame);
        }
        self.deadline_ns = self.deadline_ns.min(arbiter.deadline_ns());
    }

    /// From now on lets datagrams fill the holes there are, and nothing else.
    ///
    /// A receiver that stops while the feed goes on would otherwise cut its lines off one after the other, and
    /// report as lost what the line cut off first had brought.
    pub const fn seal(&mut self) {
        self.sealed = true;
    }

    /// Whether no reorder window is open.
    pub fn settled(&self) -> bool {
        self.channels.iter().all(|channel| channel.arbiter.settled())
    }

    /// Closes reorder windows: no datagram stamped `watermark_ns` or earlier is still to come.
    #[inline]
    pub fn advance(&mut self, frames: &mut impl Frames<Frame = F>, watermark_ns: u64) {
        if watermark_ns >= self.deadline_ns {
            self.close_windows(frames, watermark_ns);
        }
    }

    #[cold]
    fn close_windows(&mut self, frames: &mut impl Frames<Frame = F>, watermark_ns: u64) {
        self.deadline_ns = u64::MAX;
        for index in 0..self.channels.len() {
            self.with_delivery(frames, index, |arbiter, delivery| arbiter.advance(watermark_ns, delivery));
            self.deadline_ns = self.deadline_ns.min(self.channels[index].arbiter.deadline_ns());
        }
    }

    /// The end: everything that waits is delivered, every hole declared.
    pub fn finish(&mut self, frames: &mut impl Frames<Frame = F>) {
        for index in 0..self.channels.len() {
            self.with_delivery(frames, index, |arbiter, delivery| arbiter.finish(delivery));
        }
    }

    #[inline]
    fn with_delivery<P: Frames<Frame = F>>(
        &mut self,
        frames: &mut P,
        index: usize,
        act: impl FnOnce(&mut Arbiter<F>, &mut Delivery<'_, P, K>),
    ) {
        let Channel { protocol, framed: _, arbiter } = &mut self.channels[index];
        let (sink, told) = (&mut self.sink, &mut self.told);
        let mut delivery =
            Delivery { frames, current: None, protocol: *protocol, channel: index, sink, told };
        act(arbiter, &mut delivery);
    }
}

/// What the arbiter delivers to while one datagram is offered.
struct Delivery<'a, P: Frames, K> {
    frames: &'a mut P,
    /// The datagram being offered, until it is held.
    current: Option<P::Frame>,
    protocol: Protocol,
    channel: usize,
    sink: &'a mut K,
    told: &'a mut Told,
}

impl<P: Frames, K: Sink> Delivery<'_, P, K> {
    #[inline]
    fn messages(&mut self, stream: StreamIndex, first: u64, units: (u64, u64), held: Option<&P::Frame>) {
        let Self { frames, current, protocol: Protocol { framing, codec }, channel, sink, told } = self;
        let Some(frame) = held.or(current.as_ref()) else { return };
        let step = match Framing::unit(*framing) {
            Unit::Message => 1,
            Unit::Packet => 0,
        };
        let mut place = Place { channel: *channel, stream, sequence: first };
        framing.messages(frames.payload(frame), units.0, units.1, |message| {
            sink.message(place, codec.map(|codec| codec.read(message)), message);
            place.sequence += step;
            told.messages += 1;
        });
    }
}

impl<P: Frames, K: Sink> Outlet for Delivery<'_, P, K> {
    type Held = P::Frame;

    #[inline]
    fn offered(&mut self, stream: StreamIndex, sequence: u64, skip: u64, take: u64) {
        self.messages(stream, sequence, (skip, take), None);
    }

    #[inline]
    fn held(&mut self, stream: StreamIndex, sequence: u64, skip: u64, take: u64, held: &P::Frame) {
        self.messages(stream, sequence, (skip, take), Some(held));
    }

    fn hold(&mut self) -> Option<P::Frame> {
        match self.frames.hold(self.current.take()?) {
            Ok(frame) => Some(frame),
            Err(frame) => {
                self.current = Some(frame);
                None
            }
        }
    }

    fn release(&mut self, held: P::Frame) {
        self.frames.release(held);
    }

    fn event(&mut self, stream: StreamIndex, event: Event) {
        if let Event::Gap { count, .. } = event {
            self.told.messages_lost = self.told.messages_lost.saturating_add(count);
        }
        self.sink.event(self.channel, stream, event);
    }
}
