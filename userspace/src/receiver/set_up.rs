//! Set-up: who receives what, every device bound, every group joined, every worker with all it needs. Nothing is
//! redirected yet.

use std::{collections::BTreeSet, io, sync::Arc, time::Instant};

use anyhow::{Context, Result};

use super::{
    Receiver,
    bind::{Bound, bind, queues, undo_crashes},
    inlet::{Inlet, inlets},
    lines::{LineState, matching, overlap},
    measured,
    partition::{self, Carried, Partition},
    plain, recover,
    site::{Attached, Seat, Site},
    station::Station,
    steer,
    trace::Trace,
    work::Team,
};
use crate::{
    cli::run::{RunArgs, Timestamps},
    config::Feed,
    console::tell,
    evidence,
    failure::Failure,
    nic::{self, Interface, Links},
    pipeline::{Measured, Pipeline},
    program::Match,
    recovery::thread::Desk,
    sink::{Count, Sink},
    source::{
        Live as _,
        af_xdp::{AfXdp, Arrivals},
        stall::Watched,
    },
    worker::{
        Shared, Wait, Worker,
        mailbox::{ControlEnd, WorkerEnd},
    },
};

/// Datagrams that can wait beside those in frames: recovered ones, and what a socket cannot spare a frame for.
/// 9 MB a worker. Lower: after a burst of loss the reorder window gives way early, and that is counted. Higher costs
/// memory.
pub(super) const ARENA_SLOTS: u32 = 1024;

/// A source without sockets for each worker.
pub(super) fn sources(args: &RunArgs, most_lines: usize, workers: usize) -> Vec<AfXdp> {
    let source = |_| {
        let stamped = args.timestamps == Timestamps::Xdp;
        let mut source = AfXdp::new(usize::from(args.sockets.batch), stamped, most_lines);
        source.set_clock(args.clock);
        if args.verify_checksum {
            source.verify_checksums();
        }
        source
    };
    (0..workers).map(source).collect()
}

impl<'a> Receiver<'a> {
    /// Binds every device and joins every group; each of `sources` gets the sockets of its worker's devices. Nothing is
    /// redirected before [`Receiver::receive`].
    pub(super) fn set_up(
        args: &'a RunArgs,
        (feed, most_lines): (&Feed, usize),
        sources: &mut [AfXdp],
        ways: Vec<(&'a Shared, ControlEnd)>,
    ) -> Result<Self, Failure> {
        undo_crashes(args)?;
        // Before anything is looked at: what changes meanwhile is heard.
        let links = Links::listen()?;
        let ip_before = evidence::of_ip();
        let busy_polled_before = (args.wait == Wait::BusyPoll).then(nic::busy_polled).transpose()?;
        let (inlets, devices) = inlets(feed, &nic::links().context("cannot list the interfaces")?)?;
        steer::check(args, &devices)?;
        let partition = partition(args, feed, &inlets, (&devices, sources.len()))?;
        let state = LineState {
            joined_ns: args.clock.now_ns(),
            is_joined: true,
            is_open: true,
            ..LineState::default()
        };
        let mut receiver = Self {
            args,
            feed: feed.clone(),
            lines: vec![state; feed.lines.len()],
            most_lines,
            places: feed.channels.iter().map(|channel| channel.lines.len()).collect(),
            inlets,
            sites: Vec::new(),
            links,
            partition,
            stations: Vec::new(),
            arrived: 0,
            unseen_told: false,
            begun: Instant::now(),
            begun_ns: args.clock.now_ns(),
            ip_before,
            busy_polled_before,
        };
        for name in &devices {
            receiver.bind_first(name, sources)?;
        }
        for (worker, (source, way)) in sources.iter_mut().zip(ways).enumerate() {
            let channels = receiver.partition.channels.iter().enumerate();
            let its = channels.filter(|(_, of)| **of == worker).map(|(channel, _)| channel).collect();
            for (index, _) in
                feed.live().filter(|(_, line)| receiver.partition.channels[line.channel] == worker)
            {
                source.open_line(index as u16, 0);
            }
            let station = Station::new(args.cpu.get(worker).copied(), its, source, way);
            for (index, _) in
                feed.live().filter(|(_, line)| receiver.partition.channels[line.channel] != worker)
            {
                station.arrivals.set_elsewhere(index, true);
            }
            receiver.stations.push(station);
        }
        receiver.join()?;
        Ok(receiver)
    }

    /// Binds the next device; its sockets are its worker's.
    fn bind_first(&mut self, name: &str, sources: &mut [AfXdp]) -> Result<(), Failure> {
        let site = self.sites.len();
        let (bound, sockets) = bind(self.args, name, &self.matches(site)?, self.most_lines as u32)
            .map_err(plain::instead_of_xdp)?;
        let mut seats = Vec::with_capacity(sockets.len());
        for (place, (queue, socket)) in sockets.into_iter().enumerate() {
            let worker = self.partition.of_socket(site, place);
            let port = sources[worker].ports().count() as u16;
            sources[worker].add(socket);
            seats.push(Seat { worker, port, queue });
        }
        let arrivals: Vec<_> = sources.iter().map(AfXdp::arrivals).collect();
        for (worker, watched) in watched(name, &seats, &arrivals) {
            let none = sources[worker].guard(watched);
            debug_assert!(none.is_none(), "each device is bound once");
        }
        let attached = self.attached(site, bound, seats)?;
        self.sites.push(Site::new(name, attached));
        Ok(())
    }

    /// What is bound on device `site`, and steered.
    pub(super) fn attached(
        &self,
        site: usize,
        mut bound: Bound,
        seats: Vec<Seat>,
    ) -> Result<Attached, Failure> {
        let trace = self.args.trace_verdicts.then(|| Trace::start(&mut bound)).transpose()?;
        let steering = self.steer(site, &bound, &seats)?;
        Ok(Attached { bound, seats, trace, steering })
    }

    /// What the program on device `site` is to redirect.
    ///
    /// # Errors
    /// [`Failure::Usage`] when two lines are one to it.
    pub(super) fn matches(&self, site: usize) -> Result<Vec<Match>, Failure> {
        let mut matches: Vec<Match> = Vec::new();
        let mut seen = BTreeSet::new();
        for (index, line) in self.feed.live() {
            let inlet = self.inlets.iter().find(|inlet| Some(&inlet.name) == line.interface.as_ref());
            if inlet.is_none_or(|inlet| !inlet.devices.contains(&site)) {
                continue;
            }
            if !seen.insert((line.destination, line.source)) {
                let interface = line.interface.as_deref().unwrap_or_default();
                return Err(Failure::Usage(overlap(&self.feed, line, interface)));
            }
            matches.push(matching(&self.feed, index, &self.lines[index], inlet.and_then(|inlet| inlet.vlan)));
        }
        Ok(matches)
    }

    fn join(&mut self) -> Result<()> {
        for (index, line) in self.feed.live() {
            let inlet = self.inlets.iter_mut().find(|inlet| Some(&inlet.name) == line.interface.as_ref());
            if let Some(inlet) = inlet {
                inlet.memberships.join(line.destination.ip(), line.source)?;
                self.lines[index].joined_ns = self.args.clock.now_ns();
            }
        }
        Ok(())
    }
}

/// Deals channels and devices over the workers.
fn partition(
    args: &RunArgs,
    feed: &Feed,
    inlets: &[Inlet],
    (devices, workers): (&[String], usize),
) -> Result<Partition, Failure> {
    let carried = feed.live().filter_map(|(_, line)| {
        let inlet = inlets.iter().find(|inlet| Some(&inlet.name) == line.interface.as_ref())?;
        Some(Carried { channel: line.channel, devices: &inlet.devices })
    });
    let carried: Vec<_> = carried.collect();
    if args.sockets.steer {
        for name in devices {
            let queues = queues(args, &Interface::open(name)?)?.len();
            if queues < workers {
                return Err(Failure::Requirement(partition::too_few_queues(workers, name, queues)));
            }
        }
        let dealt = partition::by_queue(workers, &carried);
        return dealt
            .map_err(|channels| Failure::Requirement(partition::too_few_channels(workers, channels)));
    }
    partition::by_interface(workers, &carried).map_err(|groups| {
        let channels: Vec<&str> = feed.channels.iter().map(|channel| channel.name.as_str()).collect();
        let named: Vec<&str> = devices.iter().map(String::as_str).collect();
        let steerable = steer::may(devices);
        Failure::Requirement(partition::refusal(workers, &groups, &channels, (&named, steerable)))
    })
}

/// Gives worker `number` its source, its channels, its sink, and who recovers for it.
pub(super) fn hire<K: Sink>(
    receiver: &mut Receiver<'_>,
    number: usize,
    (source, sink): (AfXdp, K),
    worker_end: WorkerEnd,
) -> Result<Team<K>, Failure> {
    let Receiver { args, feed, stations, most_lines, .. } = receiver;
    let station = &mut stations[number];
    let mut pipeline = pipeline(args, feed, &station.channels, sink, (measured(args), ARENA_SLOTS));
    pipeline.reserve(*most_lines);
    let mut desk = recover::desk(args, feed, &station.channels, &mut pipeline)?;
    station.recovery = desk.as_mut().map(Desk::enquiry);
    let mut worker = Worker::new(source, pipeline, args.timestamps == Timestamps::Xdp, args.wait);
    worker.obey_to(worker_end);
    Ok(Team { worker, desk })
}

/// What a worker makes of packets: `channels` are its own, by their indices in the feed.
pub(super) fn pipeline<F, K: Sink>(
    args: &RunArgs,
    feed: &Feed,
    channels: &[usize],
    sink: K,
    (measured, arena_slots): (Measured, u32),
) -> Pipeline<F, Count<K>> {
    let mut pipeline = Pipeline::new(Count::before(sink), arena_slots);
    pipeline.measure(measured);
    let mut places = vec![None; feed.channels.len()];
    for (place, channel) in channels.iter().enumerate() {
        args.feed.add_channel(&feed.channels[*channel], &mut pipeline);
        places[*channel] = Some(place);
    }
    for line in &feed.lines {
        match (places[line.channel], line.recovery) {
            (Some(channel), false) => pipeline.add_line(channel, line.index),
            (Some(channel), true) => pipeline.add_recovery_line(channel),
            (None, _) => pipeline.leave_line_out(),
        }
    }
    pipeline
}

/// What guards a device against stalls, for each worker that has sockets there, if the kernel says what it received: the
/// sysfs of another network namespace has no such device. `arrivals` are all workers'.
pub(super) fn watched(name: &str, seats: &[Seat], arrivals: &[Arc<Arrivals>]) -> Vec<(usize, Watched)> {
    let workers: BTreeSet<usize> = seats.iter().map(|seat| seat.worker).collect();
    let watched = |worker: usize| {
        let its = seats.iter().filter(|seat| seat.worker == worker).map(|seat| seat.port);
        let others = workers.iter().filter(|other| **other != worker);
        Watched::new(name, its, others.map(|other| Arc::clone(&arrivals[*other])))
    };
    let watched: io::Result<_> =
        workers.iter().map(|worker| watched(*worker).map(|watched| (*worker, watched))).collect();
    let told = |error: &_| tell(format_args!("xdpfeed: {name}: not guarded against stalls: {error}"));
    watched.inspect_err(told).unwrap_or_default()
}
