//! `run`, from set-up to summary: the control plane around one worker.

mod bind;
mod trace;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow};
use bind::{Bound, bind};
use nix::{
    sched::{CpuSet, sched_getaffinity, sched_setaffinity},
    unistd::Pid,
};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};
use trace::Trace;
use xdp_prog::Reason;

use crate::{
    cli::run::{RunArgs, Timestamps},
    config::Feed,
    failure::Failure,
    ledger::Ledger,
    nic::Memberships,
    pipeline::Pipeline,
    report::{self, InterfaceSummary, QueueSummary, Summary},
    sink::Count,
    source::af_xdp::AfXdp,
    worker::{Shared, Worker},
    xsk::Frame,
};

/// How often the main thread looks for a signal, the end of the time or the number of packets. Shorter would
/// cost wake-ups for nothing; longer delays the end.
const LOOK: Duration = Duration::from_millis(20);

/// Between two lines of `--progress`.
const PROGRESS: Duration = Duration::from_secs(1);

/// Receives until told to stop, and prints the summary.
///
/// # Errors
/// How it ended, if not well. Nothing stays attached or joined.
pub fn run(args: &RunArgs, feed: &Feed) -> Result<(), Failure> {
    if let Some(cpu) = args.cpu {
        may_pin(cpu)?;
    }
    let stop = stop_on_signal().context("cannot watch for signals")?;
    let mut source = AfXdp::new(usize::from(args.batch), args.timestamps == Timestamps::Xdp);
    let mut memberships = Memberships::default();
    let mut interfaces = Vec::new();
    for name in interface_names(feed) {
        interfaces.push(bind(args, feed, name, &mut source)?);
    }
    for (index, line) in feed.lines.iter().enumerate() {
        let bound = interfaces.iter().find(|bound| bound.lines.contains(&(index as u16)));
        let interface = bound.map(|bound| &bound.interface).context("a line without an interface")?;
        memberships.join((&interface.name, interface.index), line.destination.ip(), line.source)?;
    }
    let pipeline = pipeline(args, feed);
    let mut worker = Worker::new(source, pipeline, args.timestamps == Timestamps::Xdp, args.wait)?;
    let mut trace = args.trace_verdicts.then(|| Trace::start(&mut interfaces)).transpose()?;
    for bound in &mut interfaces {
        bound.program.set_matches(&bound.matches)?;
        for step in &bound.steps_down {
            eprintln!("xdpfeed: {}: {step}", bound.interface.name);
        }
        for warning in &bound.warnings {
            eprintln!("xdpfeed: {warning}");
        }
    }
    announce(feed, &interfaces);

    let begun = Instant::now();
    let shared = Shared::default();
    let cpu = args.cpu;
    thread::scope(|scope| -> Result<()> {
        let handle = thread::Builder::new()
            .name("worker".into())
            .spawn_scoped(scope, || -> Result<()> {
                if let Some(cpu) = cpu {
                    pin(cpu).inspect_err(|_| shared.ended.store(true, Ordering::Relaxed))?;
                }
                worker.run(&shared)
            })
            .context("cannot start the worker")?;
        watch(args, &stop, &shared, begun, trace.as_mut());
        // Nothing new from here on; what the driver and the rings still hold is taken before the worker ends.
        for bound in &mut interfaces {
            bound.program.detach();
        }
        shared.drain.store(true, Ordering::Relaxed);
        handle.join().map_err(|_| anyhow!("the worker panicked"))?
    })?;
    drop(memberships);
    let summary = summary(feed, &interfaces, &worker, begun.elapsed())?;
    summary.print(args.json);
    Ok(())
}

/// Sets a flag on SIGINT and SIGTERM; the second one ends the process at once, and with it link and sockets.
fn stop_on_signal() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_shutdown(signal, 130, Arc::clone(&stop))?;
        flag::register(signal, Arc::clone(&stop))?;
    }
    Ok(stop)
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

fn pipeline(args: &RunArgs, feed: &Feed) -> Pipeline<Frame, Count> {
    let mut pipeline = Pipeline::new(Count::default());
    for channel in &feed.channels {
        pipeline.add_channel(channel.protocol, args.feed.limits(channel.lines.len()));
        pipeline.sink_mut().add_channel(channel.protocol.codec);
    }
    for line in &feed.lines {
        pipeline.add_line(line.channel, line.index);
    }
    pipeline
}

/// Refuses a CPU this process may not use before anything is set up.
fn may_pin(cpu: usize) -> Result<(), Failure> {
    let allowed = sched_getaffinity(Pid::from_raw(0)).context("cannot ask for this process's CPUs")?;
    if allowed.is_set(cpu).unwrap_or(false) {
        return Ok(());
    }
    let usable: Vec<String> = (0..CpuSet::count())
        .filter(|cpu| allowed.is_set(*cpu).unwrap_or(false))
        .map(|cpu| cpu.to_string())
        .collect();
    Err(Failure::Usage(format!("--cpu {cpu}: this process may use {}", usable.join(", "))))
}

fn pin(cpu: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(cpu)?;
    sched_setaffinity(Pid::from_raw(0), &set).with_context(|| format!("cannot pin the worker to CPU {cpu}"))
}

/// The line others wait for: from here on nothing is missed.
fn announce(feed: &Feed, interfaces: &[Bound]) {
    for bound in interfaces {
        let lines: Vec<String> = bound
            .lines
            .iter()
            .map(|line| &feed.lines[usize::from(*line)])
            .map(|line| format!("{}/{} {}", feed.channels[line.channel].name, line.name, line.destination))
            .collect();
        eprintln!(
            "receiving on {} ({}, {} queue{}): {}",
            bound.interface.name,
            bound.mode(),
            bound.sockets.len(),
            if bound.sockets.len() == 1 { "" } else { "s" },
            lines.join(", ")
        );
    }
}

/// Returns when it is time to stop.
fn watch(args: &RunArgs, stop: &AtomicBool, shared: &Shared, begun: Instant, mut trace: Option<&mut Trace>) {
    let mut told = (begun, 0);
    loop {
        thread::sleep(LOOK);
        let packets = shared.packets.load(Ordering::Relaxed);
        if let Some(trace) = trace.as_deref_mut() {
            trace.flush();
        }
        if args.progress && told.0.elapsed() >= PROGRESS {
            let rate = (packets - told.1) as f64 / told.0.elapsed().as_secs_f64();
            let lost = shared.messages_lost.load(Ordering::Relaxed);
            let delivered = shared.messages.load(Ordering::Relaxed);
            eprintln!(
                "{:>6.1} s  {packets} packets ({rate:.0}/s)  {delivered} messages  {lost} lost",
                begun.elapsed().as_secs_f64()
            );
            told = (Instant::now(), packets);
        }
        let over = stop.load(Ordering::Relaxed)
            || shared.ended.load(Ordering::Relaxed)
            || args.seconds.is_some_and(|most| begun.elapsed() >= most)
            || args.packets.is_some_and(|most| packets >= most);
        if over {
            return;
        }
    }
}

fn summary(feed: &Feed, interfaces: &[Bound], worker: &Worker<Count>, elapsed: Duration) -> Result<Summary> {
    let mut ledger = Ledger::default();
    let mut notes = Vec::new();
    let mut shown = Vec::new();
    let mut passed = std::collections::BTreeMap::new();
    let sockets: Vec<_> = worker.source().sockets().zip(worker.source().counters()).collect();
    for bound in interfaces {
        notes.extend_from_slice(&bound.warnings);
        let verdicts = bound.program.verdicts()?;
        let counters = bound
            .sockets
            .iter()
            .map(|(index, _)| Ok((sockets[*index].0.statistics()?, sockets[*index].1)))
            .collect::<Result<Vec<_>>>()?;
        report::enter_source(&mut ledger, &bound.interface.name, &verdicts, &counters);
        for reason in Reason::ALL.iter().filter(|reason| **reason != Reason::Redirected) {
            let count = verdicts.of(*reason);
            if count > 0 {
                *passed.entry(reason.name()).or_default() += count;
            }
        }
        let queues: Vec<QueueSummary> = (0u32..)
            .zip(&verdicts.by_queue)
            .map(|(queue, counters)| QueueSummary {
                queue,
                bound: bound.sockets.iter().any(|(_, bound)| *bound == queue),
                redirected: counters.redirected,
                no_socket: counters.no_socket,
            })
            .collect();
        for queue in queues.iter().filter(|queue| queue.no_socket > 0) {
            notes.push(format!(
                "{}: {} packets arrived on queue {}, which has no socket: bind it with --queues all",
                bound.interface.name, queue.no_socket, queue.queue
            ));
        }
        shown.push(InterfaceSummary {
            name: bound.interface.name.clone(),
            mode: bound.mode(),
            steps_down: bound.steps_down.clone(),
            queues,
        });
    }
    let mut packets = report::enter_pipeline(&mut ledger, feed, worker.pipeline(), worker.packets());
    let delivered: u64 = worker.source().counters().map(|port| port.packets - port.foreign).sum();
    ledger.identity(
        "every frame with a header of ours reached the worker",
        [("sockets_received_own", delivered)],
        [("worker_received", worker.packets())],
    );
    packets.passed = passed;
    if packets.received == 0 {
        notes.push(nothing_came(&packets.passed));
    }
    Ok(Summary {
        mode: interfaces.iter().max_by_key(|bound| bound.rank()).map(Bound::mode).unwrap_or_default(),
        seconds: elapsed.as_secs_f64(),
        packets,
        capture_truncated: 0,
        channels: report::channels(feed, worker.pipeline()),
        interfaces: shown,
        latency: worker.latency().percentiles(),
        ledger,
        notes,
    })
}

/// What to look at when nothing was received: the commonest of all complaints.
fn nothing_came(passed: &std::collections::BTreeMap<&'static str, u64>) -> String {
    if passed.values().sum::<u64>() == 0 {
        "no packet at all reached the XDP program: check cabling, switch port and IGMP snooping, and that the \
         sender is up"
            .into()
    } else if passed.contains_key("no_match") {
        "UDP arrived, but to no group and port asked for: compare --line with `tcpdump -ni IFACE udp`".into()
    } else {
        "packets arrived, but none that could be a feed's: --trace-verdicts says why each was passed".into()
    }
}
