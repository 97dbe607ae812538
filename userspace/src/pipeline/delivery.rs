//! What the arbiter delivers to: the sink, by way of the codec; and where datagrams wait.

use super::{
    Told,
    arena::{Arena, Slot},
    wants::Wants,
};
use crate::{
    arbiter::{Event, Outlet, StreamIndex},
    codec::Codec,
    config::Protocol,
    framing::{Unit, Visit},
    sink::{Place, Sink},
    source::Frames,
};

/// A datagram that waits. Move-only, as what it is made of.
#[derive(Debug)]
pub enum Held<F> {
    /// In its frame.
    Frame(F),
    /// Copied into the arena.
    Slot(Slot),
}

/// The datagram being offered.
pub(super) enum Offered<'a, F> {
    /// From a line, in its frame.
    Frame(F),
    /// From recovery, or from before its protocol was known, lent for the length of the call.
    Lent(&'a [u8]),
}

impl<F> Offered<'_, F> {
    /// Its bytes.
    #[inline]
    pub(super) fn datagram<'a>(&'a self, frames: &'a impl Frames<Frame = F>) -> &'a [u8] {
        match self {
            Self::Frame(frame) => frames.payload(frame),
            Self::Lent(datagram) => datagram,
        }
    }

    /// Gives its frame back, if it is in one.
    #[inline]
    pub(super) fn release(self, frames: &mut impl Frames<Frame = F>) {
        if let Self::Frame(frame) = self {
            frames.release(frame);
        }
    }
}

/// What the arbiter delivers to while one datagram is offered.
pub(super) struct Delivery<'a, P: Frames, K> {
    pub(super) frames: &'a mut P,
    pub(super) arena: &'a mut Arena,
    pub(super) wants: Option<&'a mut Wants>,
    /// The datagram being offered, until it is held.
    pub(super) current: Option<Offered<'a, P::Frame>>,
    pub(super) protocol: Protocol,
    pub(super) channel: usize,
    pub(super) sink: &'a mut K,
    pub(super) told: &'a mut Told,
}

impl<P: Frames, K: Sink> Delivery<'_, P, K> {
    fn messages(
        &mut self,
        stream: StreamIndex,
        first: u64,
        units: (u64, u64),
        held: Option<&Held<P::Frame>>,
    ) {
        let Self { frames, arena, current, protocol, channel, sink, told, wants: _ } = self;
        let datagram = match (held, &*current) {
            (Some(Held::Frame(frame)), _) | (None, Some(Offered::Frame(frame))) => frames.payload(frame),
            (Some(Held::Slot(slot)), _) => arena.datagram(slot),
            (None, Some(Offered::Lent(datagram))) => datagram,
            (None, None) => return,
        };
        let place = Place { channel: *channel, stream, sequence: first };
        let mut handing = Handing::new(*protocol, place, *sink);
        let framing = protocol.framing;
        framing.messages_called(datagram, units.0, units.1, &mut |message| handing.message(message));
        told.messages += handing.messages;
    }
}

/// Hands `units` units of a datagram, from its first, to the sink; `place` is that of the first, its sequence not yet as
/// on the wire.
#[inline(always)]
pub(super) fn deliver<K: Sink>(
    protocol: Protocol,
    datagram: &[u8],
    place: Place,
    units: u64,
    sink: &mut K,
    told: &mut Told,
) {
    let mut handing = Handing::new(protocol, place, sink);
    protocol.framing.visit(datagram, 0, units, &mut handing);
    told.messages += handing.messages;
}

/// A datagram's messages on their way to the sink.
struct Handing<'a, K> {
    /// The next message's.
    place: Place,
    /// What each moves the sequence on by.
    step: u64,
    mask: u64,
    codec: Option<Codec>,
    sink: &'a mut K,
    messages: u64,
}

impl<'a, K> Handing<'a, K> {
    #[inline(always)]
    fn new(Protocol { framing, codec }: Protocol, mut place: Place, sink: &'a mut K) -> Self {
        let facts = framing.facts();
        let step = match facts.unit {
            Unit::Message => 1,
            Unit::Packet => 0,
        };
        let mask = facts.sequence_mask();
        place.sequence &= mask;
        Self { place, step, mask, codec, sink, messages: 0 }
    }
}

impl<K: Sink> Visit<'_> for Handing<'_, K> {
    #[inline(always)]
    fn message(&mut self, message: &[u8]) {
        self.sink.message(self.place, self.codec, message);
        self.place.sequence = self.place.sequence.wrapping_add(self.step) & self.mask;
        self.messages += 1;
    }
}

impl<P: Frames, K: Sink> Outlet for Delivery<'_, P, K> {
    type Held = Held<P::Frame>;

    #[inline]
    fn offered(&mut self, stream: StreamIndex, sequence: u64, skip: u64, take: u64) {
        self.messages(stream, sequence, (skip, take), None);
    }

    #[inline]
    fn held(&mut self, stream: StreamIndex, sequence: u64, skip: u64, take: u64, held: &Held<P::Frame>) {
        self.messages(stream, sequence, (skip, take), Some(held));
    }

    /// In its frame if the source can spare it, else in the arena.
    fn hold(&mut self) -> Option<Held<P::Frame>> {
        match self.current.take()? {
            Offered::Frame(frame) => match self.frames.hold(frame) {
                Ok(frame) => Some(Held::Frame(frame)),
                Err(frame) => {
                    let slot = self.arena.keep(self.frames.payload(&frame));
                    match slot {
                        Some(_) => self.frames.release(frame),
                        None => self.current = Some(Offered::Frame(frame)),
                    }
                    slot.map(Held::Slot)
                }
            },
            Offered::Lent(datagram) => {
                let slot = self.arena.keep(datagram);
                if slot.is_none() {
                    self.current = Some(Offered::Lent(datagram));
                }
                slot.map(Held::Slot)
            }
        }
    }

    fn release(&mut self, held: Held<P::Frame>) {
        match held {
            Held::Frame(frame) => self.frames.release(frame),
            Held::Slot(slot) => self.arena.free(slot),
        }
    }

    fn event(&mut self, stream: StreamIndex, event: Event) {
        let gone = match event {
            Event::Gap { first, count } => {
                self.told.messages_lost = self.told.messages_lost.saturating_add(count);
                Some((first, count))
            }
            Event::Reset { .. } => Some((0, u64::MAX)),
            Event::Recovered { .. } | Event::Stale { .. } | Event::End { .. } => None,
        };
        if let Some((first, count)) = gone
            && let Some(wants) = &mut self.wants
        {
            wants.gone(stream, first, count);
        }
        let mask = self.protocol.framing.facts().sequence_mask();
        self.sink.event(self.channel, stream, event.on_wire(mask));
    }

    fn wanted(&mut self, stream: StreamIndex, first: u64, count: u64) {
        if let Some(wants) = &mut self.wants {
            wants.wanted(stream, first, count);
        }
    }
}
