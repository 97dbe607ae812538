//! `run`, from set-up to summary: the control plane around one worker.

mod bind;
mod recover;
mod summary;
mod trace;

use std::{
    sync::{
        PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, ScopedJoinHandle},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow};
use bind::{Bound, bind};
use summary::summary;
use trace::Trace;

use crate::{
    arbiter::OnGap,
    cli::run::{RunArgs, Timestamps},
    config::Feed,
    console::tell,
    cpu, evidence,
    failure::Failure,
    nic::Memberships,
    pipeline::{Measured, Pipeline},
    recovery::thread::Desk,
    report,
    sink::{Count, Sink},
    source::af_xdp::AfXdp,
    stop,
    worker::{Shared, Worker},
    xsk::Frame,
};

/// How often the main thread looks for a signal, the end of the time or the number of packets. Shorter would
/// cost wake-ups for nothing; longer delays the end.
const LOOK: Duration = Duration::from_millis(20);

/// Between two looks whether the last holes are closed.
const SETTLE_LOOK: Duration = Duration::from_millis(1);

/// Between two lines of `--progress`, and between two looks whether the interfaces are still there.
const SECOND: Duration = Duration::from_secs(1);

/// Datagrams that can wait beside those in frames: recovered ones, and what a socket cannot spare a frame for.
/// 9 MB. Lower: after a burst of loss the reorder window gives way early, and that is counted. Higher costs memory.
const ARENA_SLOTS: u32 = 1024;

/// Receives until told to stop, hands what comes to `sink` on the worker's thread, and prints the summary. Gives
/// the sink back.
///
/// # Errors
/// How it ended, if not well. Nothing stays attached or joined.
pub fn run<K: Sink + Send>(args: &RunArgs, feed: &Feed, sink: K) -> Result<K, Failure> {
    if let Some(cpu) = args.cpu {
        cpu::may_pin(cpu)?;
    }
    let stop = stop::on_signal()?;
    let stamped = args.timestamps == Timestamps::Xdp;
    let mut source = AfXdp::new(usize::from(args.batch), stamped);
    source.set_clock(args.clock);
    if args.verify_checksum {
        source.verify_checksums();
    }
    let ip_before = evidence::of_ip();
    let mut interfaces = Vec::new();
    for name in interface_names(feed) {
        interfaces.push(bind(args, feed, name, &mut source)?);
    }
    let memberships = join(feed, &interfaces)?;
    let mut pipeline = pipeline(args, feed, sink);
    let mut desk = recover::desk(args, feed, &mut pipeline)?;
    let mut worker = Worker::new(source, pipeline, stamped, args.wait);
    let mut trace = args.trace_verdicts.then(|| Trace::start(&mut interfaces)).transpose()?;
    for bound in &mut interfaces {
        bound.program.set_matches(&bound.matches)?;
    }
    for bound in &interfaces {
        announce(feed, bound);
    }
    let begun = Instant::now();
    let worked = work(args, &stop, (&mut worker, desk.as_mut()), &mut interfaces, trace.as_mut());
    let elapsed = begun.elapsed();
    drop(memberships);
    // Told even if the worker failed: what was received until then is accounted for.
    summary(feed, &interfaces, &worker, desk.as_ref(), &ip_before, elapsed)?.print(args.json)?;
    worked?;
    report::all_recognised(feed, worker.pipeline())?;
    Ok(worker.into_sink().into_next())
}

/// Runs the worker until it is time to stop, then detaches and drains.
fn work<K: Sink + Send>(
    args: &RunArgs,
    stop: &AtomicBool,
    (worker, desk): (&mut Worker<Count<K>>, Option<&mut Desk>),
    interfaces: &mut [Bound],
    mut trace: Option<&mut Trace>,
) -> Result<()> {
    let shared = Shared::default();
    let over = AtomicBool::new(false);
    let worked = thread::scope(|scope| {
        if let Some(desk) = desk {
            let recovery = thread::Builder::new().name("recovery".into());
            recovery.spawn_scoped(scope, || desk.run(&over)).context("cannot start the recovery thread")?;
        }
        let handle = thread::Builder::new()
            .name("worker".into())
            .spawn_scoped(scope, || {
                // Whatever ends the worker ends recovery.
                let _over = Raised(&over);
                args.cpu.map_or(Ok(()), cpu::pin)?;
                worker.run(&shared)
            })
            .inspect_err(|_| over.store(true, Ordering::Relaxed))
            .context("cannot start the worker")?;
        let watched = watch(args, stop, &shared, &handle, interfaces, trace.as_deref_mut());
        settle(args, &shared, &handle);
        // Nothing new from here on; what the driver and the rings still hold is taken before the worker ends.
        for bound in interfaces {
            bound.program.detach();
        }
        shared.drain.store(true, Ordering::Relaxed);
        let worked = handle.join().map_err(|_| anyhow!("the worker panicked"))?;
        tell_news(&shared);
        if let Some(trace) = trace {
            trace.flush();
        }
        worked.and(watched)
    });
    worker.close_recovery();
    worked
}

/// A flag that is raised when this goes, also by a panic.
struct Raised<'a>(&'a AtomicBool);

impl Drop for Raised<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Has the worker take no more than what fills the holes there are, and waits until none is open: at most as long
/// as a hole may stay open at all.
fn settle(args: &RunArgs, shared: &Shared, worker: &ScopedJoinHandle<'_, Result<()>>) {
    shared.seal.store(true, Ordering::Relaxed);
    let recovery = match args.feed.recover.on_gap() {
        OnGap::Recover => Duration::from_nanos(args.feed.recover.recover_ns()),
        OnGap::Skip | OnGap::Hold => Duration::ZERO,
    };
    let longest = args.feed.reorder_window.duration() + recovery + LOOK;
    let begun = Instant::now();
    while !shared.settled.load(Ordering::Relaxed) && !worker.is_finished() && begun.elapsed() < longest {
        thread::sleep(SETTLE_LOOK);
    }
}

/// Joins every group: those wanted from any source first, as [`Memberships::join`] asks.
fn join(feed: &Feed, interfaces: &[Bound]) -> Result<Memberships> {
    let mut memberships = Memberships::default();
    for sourced in [false, true] {
        for Bound { interface, lines, .. } in interfaces {
            let lines = lines.iter().map(|line| &feed.lines[usize::from(*line)]);
            for line in lines.filter(|line| line.source.is_some() == sourced) {
                memberships.join((&interface.name, interface.index), line.destination.ip(), line.source)?;
            }
        }
    }
    Ok(memberships)
}

fn interface_names(feed: &Feed) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for name in feed.lines.iter().filter_map(|line| line.interface.as_deref()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn pipeline<K: Sink>(args: &RunArgs, feed: &Feed, sink: K) -> Pipeline<Frame, Count<K>> {
    let mut pipeline = Pipeline::new(Count::before(sink), ARENA_SLOTS);
    let latency = args.timestamps == Timestamps::Xdp;
    pipeline.measure(Measured { latency, one_way: args.clock.ahead_of_utc_ns().filter(|_| latency) });
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

/// Says what fell short of the best, then the line others wait for: from it on nothing is missed.
fn announce(feed: &Feed, bound: &Bound) {
    for step in &bound.steps_down {
        tell(format_args!("xdpfeed: {}: {step}", bound.interface.name));
    }
    for warning in &bound.warnings {
        tell(format_args!("xdpfeed: {warning}"));
    }
    let lines: Vec<String> = bound
        .lines
        .iter()
        .map(|line| &feed.lines[usize::from(*line)])
        .map(|line| format!("{}/{} {}", feed.channels[line.channel].name, line.name, line.destination))
        .collect();
    tell(format_args!(
        "receiving on {} ({}, {} queue{}): {}",
        bound.interface.name,
        bound.mode(),
        bound.sockets.len(),
        if bound.sockets.len() == 1 { "" } else { "s" },
        lines.join(", ")
    ));
}

/// Returns when it is time to stop.
///
/// # Errors
/// When an interface is gone.
fn watch(
    args: &RunArgs,
    stop: &AtomicBool,
    shared: &Shared,
    worker: &ScopedJoinHandle<'_, Result<()>>,
    interfaces: &[Bound],
    mut trace: Option<&mut Trace>,
) -> Result<()> {
    let begun = Instant::now();
    let mut told = (begun, 0);
    loop {
        thread::sleep(LOOK);
        let packets = shared.packets.load(Ordering::Relaxed);
        tell_news(shared);
        if let Some(trace) = trace.as_deref_mut() {
            trace.flush();
        }
        if told.0.elapsed() >= SECOND {
            for Bound { interface, .. } in interfaces {
                interface.is_there()?;
            }
            if args.progress {
                progress(begun, told, shared);
            }
            told = (Instant::now(), packets);
        }
        let over = stop.load(Ordering::Relaxed)
            || worker.is_finished()
            || shared.all_refused.load(Ordering::Relaxed)
            || args.seconds.is_some_and(|most| begun.elapsed() >= most)
            || args.packets.is_some_and(|most| packets >= most);
        if over {
            return Ok(());
        }
    }
}

/// Says what was made of channels whose protocol is to be recognised.
fn tell_news(shared: &Shared) {
    for news in shared.news.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        tell(format_args!("xdpfeed: {}", news.text));
    }
}

fn progress(begun: Instant, (since, before): (Instant, u64), shared: &Shared) {
    let packets = shared.packets.load(Ordering::Relaxed);
    let rate = (packets - before) as f64 / since.elapsed().as_secs_f64();
    tell(format_args!(
        "{:>6.1} s  {packets} packets ({rate:.0}/s)  {} messages  {} lost",
        begun.elapsed().as_secs_f64(),
        shared.messages.load(Ordering::Relaxed),
        shared.messages_lost.load(Ordering::Relaxed)
    ));
}
