//! What all workers have counted, together.

use super::{Receiver, Station, site::Seat};
use crate::{
    latency::{Latency, Percentiles},
    pipeline::{Account, ArenaCounters, ChannelAccount},
    report::WorkerSummary,
    source::{Kicks, af_xdp::PortCount},
    worker::mailbox::Counts,
};

/// What all workers have counted.
#[derive(Debug, Default)]
pub(super) struct Totals {
    /// In their pipelines, the channels in the feed's order.
    pub(super) account: Account,
    /// Packets taken.
    pub(super) packets: u64,
    /// Of these, packets taken while the workers wrote down what they had counted.
    pub(super) meanwhile: u64,
    /// What was done against stalls.
    pub(super) kicks: Kicks,
    /// Times the workers' threads were put off their CPUs.
    pub(super) preempted: u64,
    /// From the XDP program's stamp to the sink, over all channels.
    pub(super) latency: Option<Percentiles>,
    /// What each worker counted, but for its channels.
    workers: Vec<Counts>,
}

impl Totals {
    /// Puts together what each of the workers has counted.
    pub(super) fn of(stations: &[Station<'_>], mut workers: Vec<Counts>) -> Self {
        let channels = stations.iter().flat_map(|station| &station.channels).max().map_or(0, |last| last + 1);
        let mut totals = Self::default();
        totals.account.channels.resize_with(channels, ChannelAccount::default);
        let mut all: Option<Latency> = None;
        for (station, counts) in stations.iter().zip(&mut workers) {
            let counted = std::mem::take(&mut counts.account.channels);
            for (channel, counted) in station.channels.iter().zip(counted) {
                totals.account.channels[*channel] = counted;
            }
            totals.add(counts);
            match (&mut all, &counts.latency) {
                (Some(all), Some(latency)) => all.add(latency),
                (None, Some(latency)) => all = Some(latency.clone()),
                (_, None) => {}
            }
        }
        totals.latency = all.as_ref().and_then(Latency::percentiles);
        totals.workers = workers;
        totals
    }

    fn add(&mut self, counts: &Counts) {
        let (begun, ended) = counts.packets;
        self.packets += ended;
        self.meanwhile += ended.saturating_sub(begun);
        self.kicks.kicks += counts.kicks.kicks;
        self.kicks.followed += counts.kicks.followed;
        self.preempted += counts.preempted;
        let ArenaCounters { copies, full, too_long, high_water } = counts.account.arena;
        let arena = &mut self.account.arena;
        arena.copies += copies;
        arena.full += full;
        arena.too_long += too_long;
        // Each has an arena of its own: of the fullest.
        arena.high_water = arena.high_water.max(high_water);
        if let Some(recovery) = &counts.account.recovery {
            self.account.recovery.get_or_insert_default().add(recovery);
        }
    }

    /// How often each worker's thread was put off its CPU.
    pub(super) fn preempted_each(&self) -> impl Iterator<Item = u64> {
        self.workers.iter().map(|counts| counts.preempted)
    }

    /// What was counted of a socket, by its worker and by the kernel.
    pub(super) fn port(&self, seat: Seat) -> Option<&PortCount> {
        self.workers.get(seat.worker)?.ports.iter().find(|(port, ..)| *port == seat.port)
    }
}

/// Each worker's part.
pub(super) fn workers(receiver: &Receiver<'_>, totals: &Totals) -> Vec<WorkerSummary> {
    let counted = receiver.stations.iter().zip(&totals.workers).enumerate();
    let each = counted.map(|(worker, (station, counts))| {
        let names = station.channels.iter().map(|channel| receiver.feed.channels[*channel].name.clone());
        WorkerSummary {
            worker,
            cpu: station.cpu,
            channels: names.collect(),
            sockets: counts.ports.len(),
            packets: counts.packets.1,
            preempted: counts.preempted,
            latency_ns: counts.latency.as_ref().and_then(Latency::percentiles),
        }
    });
    each.collect()
}
