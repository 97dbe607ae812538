//! How long a channel's datagrams were on their way: from the XDP program's stamp to the sink, and from their sender.

use crate::{
    config::Protocol,
    latency::{Latency, Percentiles},
    sink::Sink,
};

use super::Pipeline;

/// What is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// From receive stamp to sink, by [`Pipeline::record`].
    pub latency: bool,
    /// From sender to receive stamp, where the protocol says when a datagram was sent: what the stamps are ahead of
    /// UTC by, in ns.
    pub one_way: Option<i64>,
}

/// One channel's times.
#[derive(Debug, Default)]
#[repr(C)] // latencies last
pub(super) struct Timing {
    /// By line. Of a line that is added later, or whose protocol was not known, one is made with its first datagram.
    pub(super) one_way: Option<Box<OneWays>>,
    pub(super) latency: Option<Latency>,
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
        let one_way = measured.one_way.map(|ahead_of_utc_ns| {
            let lines = (0..lines).map(|_| OneWay::new()).collect();
            Box::new(OneWays { ahead_of_utc_ns, lines })
        });
        Self { latency: measured.latency.then(Latency::new), one_way }
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
    /// Measures these, of the channels that are added from now on: what is not among them, of no channel any more.
    pub const fn measure(&mut self, measured: Measured) {
        self.measured = measured;
    }

    /// Datagrams, by line and receive stamp, were dealt with at `now_ns`.
    #[inline]
    pub fn record(&mut self, stamps: &[(u16, u64)], now_ns: u64) {
        if !self.measured.latency {
            return;
        }
        for (line, stamp_ns) in stamps {
            let channel = self.routes[usize::from(*line)].channel();
            if let Some(latency) = &mut self.channels[channel].timing.latency {
                latency.record(now_ns.saturating_sub(*stamp_ns));
            }
        }
    }
}
