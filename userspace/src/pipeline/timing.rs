//! How long a channel's datagrams were on their way: from the XDP program's stamp to the sink, and from their sender.

use crate::{
    config::Protocol,
    latency::{Latency, Percentiles},
    sink::Sink,
};

use super::{ALL_NEAR, Pipeline};

/// What is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// From receive stamp to sink, by [`Pipeline::record`].
    pub latency: bool,
    /// From sender to receive stamp, where the protocol says when a datagram was sent: what the stamps are ahead of
    /// UTC by, in ns.
    pub one_way: Option<i64>,
}

/// Latencies of a channel that are written down at once. Lower: more of the time goes into waiting for the histogram's
/// memory where there are many channels. Higher: more of each channel has to be near; these are a cache line.
const WAITING: usize = 15;

/// Channels whose latencies are written down behind a batch, when their places in the histograms have come near. Lower: of more
/// of them these are waited for. Higher: memory only; a batch of 64 packets fills up those of four channels, if it is by chance.
pub(super) const MOST_UNSETTLED: usize = 64;

/// One channel's times.
#[derive(Debug, Default)]
#[repr(C)] // what every datagram needs comes last
pub(super) struct Timing {
    pub(super) latency: Option<Latency>,
    pub(super) waiting: Waiting,
    /// By line. Of a line that is added later, or whose protocol was not known, one is made with its first datagram.
    pub(super) one_way: Option<OneWays>,
}

/// Latencies in ns that are not in the histogram yet. Its kilobytes are far from all else that a datagram needs: they are
/// touched once for many.
#[derive(Debug, Default)]
#[repr(align(64))]
pub(super) struct Waiting {
    /// How many there are.
    len: u32,
    ns: [u32; WAITING],
}

/// What one-way latency is measured with.
#[derive(Debug)]
pub(super) struct OneWays {
    ahead_of_utc_ns: i64,
    lines: Vec<OneWay>,
}

/// From the sender of a line to its receive stamp.
#[derive(Clone, Debug)]
pub struct OneWay {
    latency: Latency,
    before_sent: u64,
    earliest_ns: u64,
}

/// What a summary shows of it, in ns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct OneWaySummary {
    /// Datagrams that came when, or after, they were sent; `None` if none did.
    pub latency: Option<Percentiles>,
    /// Datagrams that came before they were sent, by the two clocks, which thus do not agree.
    pub before_sent: u64,
    /// By how much at most.
    pub earliest_ns: u64,
}

impl Timing {
    /// For so many lines of a channel, if its protocol is known.
    pub(super) fn new(measured: Measured, protocol: Option<Protocol>, lines: usize) -> Self {
        let told = protocol.is_some_and(|protocol| protocol.framing.send_time().is_some());
        let lines = if told { lines } else { 0 };
        let one_way = measured.one_way.map(|ahead_of_utc_ns| OneWays {
            ahead_of_utc_ns,
            lines: (0..lines).map(|_| OneWay::new()).collect(),
        });
        Self { latency: measured.latency.then(Latency::new), one_way, ..Self::default() }
    }

    /// Takes a latency. True when it took the last place: the next one settles all, unless that is done before.
    #[inline]
    fn record(&mut self, ns: u64) -> bool {
        let Waiting { len, ns: waiting } = &mut self.waiting;
        match (u32::try_from(ns), waiting.get_mut(*len as usize)) {
            (Ok(ns), Some(place)) => {
                *place = ns;
                *len += 1;
                *len as usize == WAITING
            }
            _ => {
                self.settle(Some(ns));
                false
            }
        }
    }

    /// What waits will be written down soon: has the places brought near.
    #[cold]
    #[inline(never)]
    fn foresee(&self) {
        if let Some(latency) = &self.latency {
            self.waiting.ns.iter().for_each(|ns| latency.foresee((*ns).into()));
        }
    }

    /// Writes down what waits for it, and `more`.
    #[cold]
    #[inline(never)]
    fn settle(&mut self, more: Option<u64>) {
        let Some(latency) = &mut self.latency else { return };
        let waiting = self.waiting.ns.iter().take(self.waiting.len as usize);
        waiting.map(|ns| u64::from(*ns)).chain(more).for_each(|ns| latency.record(ns));
        self.waiting.len = 0;
    }

    /// Line `line` is no more: its place may become another's.
    pub(super) fn forget(&mut self, line: usize) {
        if let Some(way) = self.one_way.as_mut().and_then(|ways| ways.lines.get_mut(line)) {
            way.latency.clear();
            (way.before_sent, way.earliest_ns) = (0, 0);
        }
    }

    /// What was measured of a line.
    pub(super) fn one_way(&self, line: usize) -> Option<OneWaySummary> {
        let OneWay { latency, before_sent, earliest_ns } = self.one_way.as_ref()?.lines.get(line)?;
        let (latency, before_sent, earliest_ns) = (latency.percentiles(), *before_sent, *earliest_ns);
        (latency.is_some() || before_sent > 0).then_some(OneWaySummary { latency, before_sent, earliest_ns })
    }
}

impl OneWay {
    fn new() -> Self {
        Self { latency: Latency::new(), before_sent: 0, earliest_ns: 0 }
    }
}

impl OneWays {
    /// Takes one datagram of a line, stamped `stamp_ns`. One that does not say when it was sent is none.
    #[cold]
    #[inline(never)]
    pub(super) fn take(&mut self, protocol: Protocol, line: usize, datagram: &[u8], stamp_ns: u64) {
        let Some(sent_ns) = protocol.framing.send_time_ns(datagram) else { return };
        if self.lines.len() <= line {
            self.lines.resize_with(line + 1, OneWay::new);
        }
        let of = &mut self.lines[line];
        let came_ns = stamp_ns.saturating_add_signed(-self.ahead_of_utc_ns);
        match came_ns.checked_sub(sent_ns) {
            Some(ns) => of.latency.record(ns),
            None => {
                of.before_sent += 1;
                of.earliest_ns = of.earliest_ns.max(sent_ns - came_ns);
            }
        }
    }
}

impl<F, K: Sink> Pipeline<F, K> {
    /// Measures these of the channels that are added from now on.
    pub const fn measure(&mut self, measured: Measured) {
        self.measured = measured;
    }

    /// Datagrams, by line and receive stamp, were dealt with at `now_ns`.
    #[inline]
    pub fn record(&mut self, stamps: &[(u16, u64)], now_ns: u64) {
        if !self.measured.latency {
            return;
        }
        let some_are_far = self.channels.len() > ALL_NEAR;
        for (line, stamp_ns) in stamps {
            let route = self.routes[usize::from(*line)];
            let timing = &mut self.channels[route.channel()].timing;
            let full = timing.record(now_ns.saturating_sub(*stamp_ns));
            if full && some_are_far && self.unsettled.len() < MOST_UNSETTLED {
                timing.foresee();
                self.unsettled.push(route.channel);
            }
        }
        for channel in self.unsettled.drain(..) {
            self.channels[channel as usize].timing.settle(None);
        }
    }

    /// Writes down all latencies that were recorded of channel `index`. [`Pipeline::finish`] does so for every channel.
    pub fn settle_times(&mut self, index: usize) {
        if let Some(channel) = self.channels.get_mut(index) {
            channel.timing.settle(None);
        }
    }
}
