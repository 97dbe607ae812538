//! One channel of a pipeline: its protocol, its arbiter, and what framing counted.

use std::{mem::offset_of, ptr};

use super::{Held, Measured, OneWaySummary, Recognition, timing::Timing};
use crate::{
    arbiter::{Arbiter, Limits, Start},
    codec::Codec,
    config::Protocol,
    framing::{Framing, Malformed},
    latency::Latency,
    sys::prefetch::{CACHE_LINE, prefetch},
};

/// What framing made of a channel's datagrams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)] // what every datagram changes comes first
pub struct Framed {
    /// Datagrams handed in.
    pub datagrams: u64,
    /// Datagrams of the protocol.
    pub accepted: u64,
    /// Units of sequence in the accepted ones.
    pub units: u64,
    /// Accepted datagrams with bytes behind the last message.
    pub trailing: u64,
    /// Datagrams of a channel whose protocol was not recognised, and heartbeats that came before it was and found
    /// no room to wait.
    pub unrecognised: u64,
    /// Datagrams that are none, by cause, in the order of [`Malformed::ALL`].
    pub malformed: [u64; Malformed::ALL.len()],
    /// Accepted datagrams that went on past where their stream was when the pipeline was sealed.
    pub after_stop: u64,
    /// Units in these.
    pub after_stop_units: u64,
    /// Accepted datagrams outside every sequence: handed on, not arbitrated.
    pub unsequenced: u64,
    /// Messages in these.
    pub unsequenced_messages: u64,
}

/// One channel's state. What every datagram needs lies together, from the end of the latencies to the first fields of what
/// framing counts, on one cache line, and in the arbiter.
#[repr(C, align(64))]
pub struct Channel<F> {
    /// Has the last of the latencies and all that follows begin a cache line: [`Channel::foresee`] holds it to that.
    apart: [u64; 6],
    pub(super) timing: Timing,
    pub(super) framing: Framing,
    place: u32,
    pub(super) codec: Option<Codec>,
    pub(super) framed: Framed,
    pub(super) arbiter: Arbiter<Held<F>>,
    /// Its streams begin with a snapshot: how many of them were asked for.
    pub(super) joined: Option<u64>,
    /// The same for what recovery brought.
    pub(super) recovered: Framed,
    /// Datagrams of its recovery groups, which are in `recovered` as well.
    pub(super) sent_again: u64,
    pub(super) recognition: Recognition,
}

impl<F> Channel<F> {
    /// A channel whose protocol is known.
    #[must_use]
    pub fn named(protocol: Protocol, limits: Limits) -> Self {
        let joined = (limits.start == Start::Snapshot).then_some(0);
        Self { joined, ..Self::new(protocol, Arbiter::new(limits), Recognition::Named) }
    }

    pub(super) fn new(protocol: Protocol, arbiter: Arbiter<Held<F>>, recognition: Recognition) -> Self {
        let (framed, recovered) = (Framed::default(), Framed::default());
        let (sent_again, joined, place) = (0, None, u32::MAX);
        let (timing, apart) = (Timing::default(), Default::default());
        let Protocol { framing, codec } = protocol;
        Self {
            apart,
            framing,
            codec,
            framed,
            recovered,
            sent_again,
            arbiter,
            joined,
            place,
            recognition,
            timing,
        }
    }

    /// The sink has it, at `place`: one of fewer than there are numbers of channels.
    pub(super) fn at(&mut self, place: usize) {
        self.place = u32::try_from(place).unwrap_or(u32::MAX);
    }

    /// Where the sink has it, once it has.
    #[inline(always)]
    pub(super) const fn in_sink(&self) -> usize {
        self.place as usize
    }

    /// What its datagrams are read as, if they are read.
    #[inline(always)]
    pub(super) const fn read_as(&self) -> Protocol {
        Protocol { framing: self.framing, codec: self.codec }
    }

    /// With these times measured.
    #[must_use]
    pub fn measuring(self, measured: Measured) -> Self {
        let timing = Timing::new(measured, self.protocol(), self.arbiter.lines().len());
        Self { timing, ..self }
    }

    /// A datagram of its line `line` comes soon: has what it will need of what lies here brought near. Reads nothing of it.
    #[inline(always)]
    pub(super) fn foresee(&self, line: usize) {
        let near = const {
            let near = offset_of!(Self, timing.latency) + Latency::NEAR;
            assert!(
                near.is_multiple_of(CACHE_LINE) && offset_of!(Self, framed.trailing) <= near + CACHE_LINE
            );
            near
        };
        // Where the latency is in its option.
        const { assert!(size_of::<Option<Latency>>() == size_of::<Latency>()) };
        prefetch(ptr::from_ref(self).addr() + near);
        self.arbiter.foresee(line);
    }

    /// What framing made of its datagrams.
    #[must_use]
    pub const fn framed(&self) -> &Framed {
        &self.framed
    }

    /// What framing made of the datagrams that recovery brought.
    #[must_use]
    pub const fn recovered(&self) -> &Framed {
        &self.recovered
    }

    /// Datagrams that came on its recovery groups; framing made of them what [`Channel::recovered`] says.
    #[must_use]
    pub const fn sent_again(&self) -> u64 {
        self.sent_again
    }

    /// Its arbiter, for its counters.
    #[must_use]
    pub const fn arbiter(&self) -> &Arbiter<Held<F>> {
        &self.arbiter
    }

    /// Its protocol, once that is known.
    #[must_use]
    pub const fn protocol(&self) -> Option<Protocol> {
        match self.recognition {
            Recognition::Named | Recognition::Took(_) => Some(self.read_as()),
            Recognition::Waiting(_) | Recognition::Refused(_) => None,
        }
    }

    /// How its protocol came to be known.
    #[must_use]
    pub const fn recognition(&self) -> &Recognition {
        &self.recognition
    }

    /// From receive stamp to sink, where that is measured.
    #[must_use]
    pub const fn latency(&self) -> Option<&Latency> {
        self.timing.latency.as_ref()
    }

    /// From the sender of its line `line` to the receive stamp; `None` where that is not measured, and where nothing
    /// came that says when it was sent.
    #[must_use]
    pub fn one_way(&self, line: usize) -> Option<OneWaySummary> {
        self.timing.one_way(line)
    }

    /// Its index in the sink, which has it once its protocol is known.
    #[must_use]
    pub fn place(&self) -> Option<usize> {
        self.protocol().map(|_| self.in_sink())
    }
}
