//! `run`, from set-up to summary: the control plane around one worker.

mod answer; // what is asked of it by `xdpfeed ctl`
mod bind; // a program and sockets on one device
mod control; // where it is asked
mod inlet; // interfaces as they were named
mod jumbo; // packets larger than a frame
mod lines; // lines that come and go
mod modes; // sockets in the best mode there is
mod place; // the program's place, empty or another's
mod presence; // links and devices that come and go
mod recover;
mod self_test; // a packet through every queue
mod site; // devices
mod steer; // each line on its queue
mod summary;
mod trace;
mod watch; // until it is time to stop

use std::{
    collections::BTreeSet,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Instant,
};

pub use answer::Request;

use anyhow::{Context, Result, anyhow};
use bind::{Bound, bind};
use control::ControlSocket;
use inlet::{Inlet, inlets};
use lines::{LineState, matching, most_lines, overlap};
use site::{Attached, Site};
use summary::summary;
use trace::Trace;

use crate::{
    cli::run::{RunArgs, Timestamps},
    config::Feed,
    console::tell,
    cpu, evidence,
    failure::Failure,
    kernel,
    nic::{self, Links, Processes, Wanted, bystanders, sentence},
    pipeline::{Measured, Pipeline},
    program::Match,
    recovery::thread::Desk,
    report,
    sink::{Count, Sink},
    source::{
        af_xdp::{AfXdp, Arrivals, SPARE_PORTS},
        stall::Watched,
    },
    stop,
    worker::{
        Shared, Worker,
        mailbox::{ControlEnd, mailbox},
    },
    xsk::Frame,
};

/// Datagrams that can wait beside those in frames: recovered ones, and what a socket cannot spare a frame for.
/// 9 MB. Lower: after a burst of loss the reorder window gives way early, and that is counted. Higher costs memory.
const ARENA_SLOTS: u32 = 1024;

/// The control plane: what is received, where, and the way to the worker that does it.
struct Receiver<'a> {
    args: &'a RunArgs,
    feed: Feed,
    /// By index of the line.
    lines: Vec<LineState>,
    most_lines: usize,
    /// Places for lines that each channel has with the worker.
    places: Vec<usize>,
    inlets: Vec<Inlet>,
    sites: Vec<Site>,
    links: Links,
    /// Numbers that the worker's sockets can have and do not.
    free_ports: BTreeSet<u16>,
    mail: ControlEnd,
    shared: &'a Shared,
    arrivals: Arc<Arrivals>,
    /// How many lines' first packets were seen.
    arrived: u64,
    /// It was told that memberships cannot be looked at.
    unseen_told: bool,
    begun: Instant,
    begun_ns: u64,
    /// The IP stack's counters before anything was attached.
    ip_before: evidence::Counters,
}

/// Receives until told to stop, hands what comes to `sink` on the worker's thread, and prints the summary. Gives
/// the sink back.
///
/// # Errors
/// How it ended, if not well. Nothing stays attached or joined.
pub fn run<K: Sink + Send>(args: &RunArgs, feed: &Feed, sink: K) -> Result<K, Failure> {
    kernel::require_oldest()?;
    if let Some(cpu) = args.cpu {
        cpu::may_pin(cpu)?;
    }
    let stop = stop::on_signal()?;
    let most_lines = most_lines(args.max_lines, args.control.is_some(), feed)?;
    let control = args.control.as_deref().map(ControlSocket::open).transpose()?;
    let stamped = args.timestamps == Timestamps::Xdp;
    let mut source = AfXdp::new(usize::from(args.sockets.batch), stamped, most_lines);
    source.set_clock(args.clock);
    if args.verify_checksum {
        source.verify_checksums();
    }
    let shared = Shared::default();
    let (worker_end, control_end) = mailbox();
    let mut receiver = Receiver::set_up(args, (feed, most_lines), &mut source, (&shared, control_end))?;
    let mut pipeline = pipeline(args, feed, sink);
    pipeline.reserve(most_lines);
    let mut desk = recover::desk(args, feed, &mut pipeline)?;
    let mut worker = Worker::new(source, pipeline, stamped, args.wait);
    worker.obey_to(worker_end);
    receiver.receive()?;
    let worked = work(&mut receiver, (&mut worker, desk.as_mut()), &stop, control);
    receiver.take_back()?;
    // Told even if the worker failed: what was received until then is accounted for.
    let counts = worker.counts();
    summary(&receiver, &counts, desk.as_ref(), None)?.print(args.json)?;
    worked?;
    report::all_recognised(&receiver.feed, &counts.account)?;
    Ok(worker.into_sink().into_next())
}

impl<'a> Receiver<'a> {
    /// Binds every device and joins every group. Nothing is redirected before [`Receiver::receive`].
    fn set_up(
        args: &'a RunArgs,
        (feed, most_lines): (&Feed, usize),
        source: &mut AfXdp,
        (shared, mail): (&'a Shared, ControlEnd),
    ) -> Result<Self, Failure> {
        // Before anything is looked at: what changes meanwhile is heard.
        let links = Links::listen()?;
        let ip_before = evidence::of_ip();
        let (inlets, devices) = inlets(feed, &nic::links().context("cannot list the interfaces")?)?;
        steer::check(args, &devices)?;
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
            free_ports: BTreeSet::new(),
            mail,
            shared,
            arrivals: source.arrivals(),
            arrived: 0,
            unseen_told: false,
            begun: Instant::now(),
            begun_ns: args.clock.now_ns(),
            ip_before,
        };
        for name in &devices {
            let (bound, sockets) =
                bind(args, name, &receiver.matches(receiver.sites.len())?, most_lines as u32)?;
            let first = source.ports().count() as u16;
            let ports: Vec<_> = (first..).zip(sockets.iter().map(|(queue, _)| *queue)).collect();
            sockets.into_iter().for_each(|(_, socket)| source.add(socket));
            let none = watched(name, &ports).and_then(|watched| source.guard(watched));
            debug_assert!(none.is_none(), "each device is bound once");
            let attached = receiver.attached(receiver.sites.len(), bound, ports)?;
            receiver.sites.push(Site::new(name, attached));
        }
        let ports = source.ports().count();
        receiver.free_ports =
            (ports..ports + SPARE_PORTS).filter_map(|port| u16::try_from(port).ok()).collect();
        for (index, _) in feed.live() {
            source.open_line(index as u16, 0);
        }
        receiver.join()?;
        Ok(receiver)
    }

    /// What is bound on device `site`, and steered.
    fn attached(&self, site: usize, mut bound: Bound, ports: Vec<(u16, u32)>) -> Result<Attached, Failure> {
        let trace = self.args.trace_verdicts.then(|| Trace::start(&mut bound)).transpose()?;
        let steering = self.steer(site, &bound, &ports)?;
        Ok(Attached { bound, ports, trace, steering })
    }

    /// What the program on device `site` is to redirect.
    ///
    /// # Errors
    /// [`Failure::Usage`] when two lines are one to it.
    fn matches(&self, site: usize) -> Result<Vec<Match>, Failure> {
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

    /// Has every program redirect, and says so.
    fn receive(&mut self) -> Result<(), Failure> {
        for site in 0..self.sites.len() {
            let matches = self.matches(site)?;
            if let Some(attached) = &mut self.sites[site].now {
                attached.bound.program.set_matches(&matches)?;
            }
        }
        for note in self.inlets.iter().flat_map(|inlet| &inlet.notes) {
            tell(format_args!("xdpfeed: {note}"));
        }
        self.tell_bystanders();
        for site in 0..self.sites.len() {
            self.announce(site);
        }
        self.begun = Instant::now();
        Ok(())
    }

    /// Names the processes that wanted the lines' packets too. What cannot be found out stops nothing.
    fn tell_bystanders(&self) {
        let lines = self.feed.live().filter_map(|(_, line)| {
            let inlet = self.inlets.iter().find(|inlet| Some(&inlet.name) == line.interface.as_ref())?;
            Some(Wanted { interface: inlet.memberships.index()?, destination: line.destination })
        });
        let wanted: Vec<Wanted> = lines.collect();
        if let Some(sentence) = bystanders(&wanted, Processes::read).ok().as_deref().and_then(sentence) {
            tell(format_args!("xdpfeed: {sentence}"));
        }
    }

    /// Says what fell short of the best, then the line others wait for: from it on nothing is missed.
    fn announce(&self, site: usize) {
        let Site { name, now: Some(Attached { bound, ports, .. }), .. } = &self.sites[site] else { return };
        for step in &bound.steps_down {
            tell(format_args!("xdpfeed: {name}: {step}"));
        }
        for warning in &bound.warnings {
            tell(format_args!("xdpfeed: {warning}"));
        }
        if let Some(steered) = self.sites[site].steered() {
            tell(format_args!("xdpfeed: {}", steered.sentence(name)));
        }
        let here = |interface: &str| {
            self.inlets.iter().any(|inlet| inlet.name == interface && inlet.devices.contains(&site))
        };
        let lines = self.feed.live().map(|(_, line)| line);
        let lines = lines.filter(|line| line.interface.as_deref().is_some_and(here));
        let lines: Vec<String> =
            lines.map(|line| format!("{} {}", self.feed.label(line), line.destination)).collect();
        tell(format_args!(
            "receiving on {name} ({}, {} queue{}): {}",
            bound.mode(),
            ports.len(),
            if ports.len() == 1 { "" } else { "s" },
            lines.join(", ")
        ));
    }

    /// Says something that happened, with the seconds since the beginning.
    fn tell(&self, what: std::fmt::Arguments<'_>) {
        tell(format_args!("xdpfeed: {:.1} s: {what}", self.begun.elapsed().as_secs_f64()));
    }
}

/// Runs the worker until it is time to stop, then detaches and drains.
fn work<K: Sink + Send>(
    receiver: &mut Receiver<'_>,
    (worker, desk): (&mut Worker<Count<K>>, Option<&mut Desk>),
    stop: &AtomicBool,
    control: Option<ControlSocket>,
) -> Result<()> {
    let (args, shared) = (receiver.args, receiver.shared);
    let worked = thread::scope(|scope| {
        if let Some(desk) = desk {
            let recovery = thread::Builder::new().name("recovery".into());
            recovery
                .spawn_scoped(scope, || desk.run(&shared.ended))
                .context("cannot start the recovery thread")?;
        }
        let handle = thread::Builder::new()
            .name("worker".into())
            .spawn_scoped(scope, || {
                // Whatever ends the worker ends recovery.
                let _ended = Raised(&shared.ended);
                args.cpu.map_or(Ok(()), cpu::pin)?;
                worker.run(shared)
            })
            .inspect_err(|_| shared.ended.store(true, Ordering::Relaxed))
            .context("cannot start the worker")?;
        let watched = receiver.watch(stop, control);
        watch::settle(args, shared);
        // Nothing new from here on; what the driver and the rings still hold is taken before the worker ends.
        for attached in receiver.sites.iter_mut().filter_map(|site| site.now.as_mut()) {
            attached.bound.program.detach();
        }
        shared.drain.store(true, Ordering::Relaxed);
        // Before the sockets go: who takes our place finds no rule of ours when the queues are free.
        receiver.sites.iter_mut().for_each(Site::unsteer);
        let worked = handle.join().map_err(|_| anyhow!("the worker panicked"))?;
        tell_news(shared);
        receiver.sites.iter_mut().for_each(Site::flush);
        worked.and(watched)
    });
    worker.close_recovery();
    worked
}

/// What guards a device against stalls, if the kernel says what it received: the sysfs of another network namespace has
/// no such device.
fn watched(name: &str, ports: &[(u16, u32)]) -> Option<Watched> {
    let watched = Watched::new(name, ports.iter().map(|(port, _)| *port));
    let told = |error: &_| tell(format_args!("xdpfeed: {name}: not guarded against stalls: {error}"));
    watched.inspect_err(told).ok()
}

/// A flag that is raised when this goes, also by a panic.
struct Raised<'a>(&'a AtomicBool);

impl Drop for Raised<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What is measured of each channel.
fn measured(args: &RunArgs) -> Measured {
    let latency = args.timestamps == Timestamps::Xdp;
    Measured { latency, one_way: args.clock.ahead_of_utc_ns().filter(|_| latency) }
}

fn pipeline<K: Sink>(args: &RunArgs, feed: &Feed, sink: K) -> Pipeline<Frame, Count<K>> {
    let mut pipeline = Pipeline::new(Count::before(sink), ARENA_SLOTS);
    pipeline.measure(measured(args));
    for channel in &feed.channels {
        args.feed.add_channel(channel, &mut pipeline);
    }
    for line in &feed.lines {
        match line.recovery {
            false => pipeline.add_line(line.channel, line.index),
            true => pipeline.add_recovery_line(line.channel),
        }
    }
    pipeline
}

/// Says what was made of channels whose protocol is to be recognised.
fn tell_news(shared: &Shared) {
    for news in shared.news.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        tell(format_args!("xdpfeed: {}", news.text));
    }
}
