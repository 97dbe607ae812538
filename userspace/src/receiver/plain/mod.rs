//! `run` without XDP: the control plane around a worker whose source is one of the kernel's other ways. Its lines and
//! interfaces are those it began with.

mod accounts; // what each source has counted
mod presence; // interfaces and memberships, looked at every second
mod summary;

use std::{
    iter,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, anyhow};

use super::{
    recover,
    set_up::{ARENA_SLOTS, pipeline},
    watch,
    work::{Raised, tell_news},
};
use crate::{
    cli::{run::RunArgs, source::SourceName},
    config::Feed,
    console::tell,
    cpu,
    evidence::{self, Counters},
    failure::Failure,
    nic::Interface,
    pipeline::Measured,
    recovery::thread::Desk,
    report,
    sink::{CopyMessages, Count, Sink},
    source::{
        Keeper, LiveLine, Receiving,
        io_uring::IoUring,
        packet_mmap::PacketMmap,
        sockets::{self, Reading, RecvCopy, Sockets},
    },
    stop,
    worker::{Shared, Worker},
};
use accounts::Plain;
use presence::Presence;

/// Between two looks for a signal, the end of the time or the number of packets.
const LOOK: Duration = Duration::from_millis(20);

/// Between two lines of `--progress`, and between two looks at interfaces.
const SECOND: Duration = Duration::from_secs(1);

/// Datagrams that can wait where the source holds none: the reorder window's default for each of two channels. Lower: after
/// a loss the window gives way early, and that is counted. Higher costs memory, 9 KB each.
const ARENA_SLOTS_OF_RINGS: u32 = 4096;

/// Bytes of the largest buffer a datagram is read to: jumbo frames. Interfaces with a larger MTU have it for what is sent to
/// themselves, in large pieces.
const LARGEST_BUFFER: usize = 9216;

/// What is received, and what was seen before.
struct Site<'a> {
    args: &'a RunArgs,
    feed: &'a Feed,
    name: &'static str,
    interfaces: Vec<String>,
    receiving: Receiving,
    begun: Instant,
    before: Vec<Counters>,
    ip_before: Counters,
}

/// Receives by `args.source` until told to stop, as [`receiver::run`](super::run) does through AF_XDP.
///
/// # Errors
/// How it ended, if not well. Nothing stays joined.
pub fn run<K: Sink + Send>(args: &RunArgs, feed: &Feed, sink: K) -> Result<K, Failure> {
    args.cpu.iter().try_for_each(|cpu| cpu::may_pin(*cpu))?;
    let stop = stop::on_signal()?;
    let site = Site::new(args, feed)?;
    let lines: Vec<LiveLine> = feed.lines.iter().filter_map(LiveLine::of).collect();
    if args.source.source != SourceName::PacketMmap {
        sockets::fit(&lines).map_err(|error| Failure::Usage(error.to_string()))?;
    }
    let receiving = site.receiving;
    let one_by_one = |reading| Sockets::open(&lines, reading, &receiving);
    match args.source.source {
        SourceName::RecvCopy => {
            let source = RecvCopy::open_copying(&lines, &receiving)?;
            site.receive(source, CopyMessages::before(sink), &stop).map(CopyMessages::into_next)
        }
        SourceName::Recv => site.receive(one_by_one(Reading::Recv)?, sink, &stop),
        SourceName::Recvmsg => site.receive(one_by_one(Reading::RecvMsg)?, sink, &stop),
        SourceName::Recvmmsg => site.receive(one_by_one(Reading::RecvMmsg)?, sink, &stop),
        SourceName::IoUring => site.receive(IoUring::open(&lines, &receiving)?, sink, &stop),
        SourceName::PacketMmap => site.receive(PacketMmap::open(&lines, &receiving)?, sink, &stop),
        SourceName::AfXdp => Err(anyhow!("AF_XDP has a control plane of its own").into()),
    }
}

/// Says of a failure to set AF_XDP up that there are other ways, which are never taken unasked.
pub(super) fn instead_of_xdp(failure: Failure) -> Failure {
    match failure {
        Failure::Failed(error) => Failure::Failed(anyhow!(
            "{error:#}; where XDP cannot be had, --source recvmmsg receives by UDP sockets instead (docs/sources.md)"
        )),
        other => other,
    }
}

impl<'a> Site<'a> {
    fn new(args: &'a RunArgs, feed: &'a Feed) -> Result<Self, Failure> {
        let mut interfaces: Vec<String> =
            feed.lines.iter().filter_map(|line| line.interface.clone()).collect();
        interfaces.sort_unstable();
        interfaces.dedup();
        let found = interfaces.iter().map(|name| Interface::open(name)).collect::<Result<Vec<_>, _>>()?;
        let mtu = found.iter().filter_map(|interface| interface.mtu).max().unwrap_or_default() as usize;
        let default = Receiving::default();
        let receiving = Receiving {
            wait: args.wait,
            batch: args.sockets.batch.into(),
            receive_buffer: args.source.receive_buffer.map_or(default.receive_buffer, |bytes| bytes as usize),
            buffers: args.sockets.frames as usize,
            buffer_bytes: (args.sockets.frame_size as usize).max(mtu.min(LARGEST_BUFFER)),
            clock: args.clock,
        };
        Ok(Self {
            args,
            feed,
            name: args.source.source.name(),
            before: interfaces.iter().map(|name| evidence::of_interface(name)).collect(),
            ip_before: evidence::of_ip(),
            interfaces,
            receiving,
            begun: Instant::now(),
        })
    }

    fn receive<S: Plain, K: Sink + Send>(
        mut self,
        source: S,
        sink: K,
        stop: &AtomicBool,
    ) -> Result<K, Failure> {
        let shared = Shared::default();
        let keeper = source.keeper()?;
        for note in source.notes(&self.receiving) {
            tell(format_args!("xdpfeed: {note}"));
        }
        // Stamped when read: what it took to get here is not known.
        let measured = Measured { latency: false, one_way: self.args.clock.ahead_of_utc_ns() };
        let slots = if S::HOLDS { ARENA_SLOTS } else { ARENA_SLOTS_OF_RINGS };
        let channels: Vec<usize> = (0..self.feed.channels.len()).collect();
        let mut pipeline = pipeline(self.args, self.feed, &channels, sink, (measured, slots));
        let mut desk = recover::desk(self.args, self.feed, &channels, &mut pipeline)?;
        let mut worker = Worker::new(source, pipeline, false, self.args.wait);
        self.announce();
        let worked = self.work((&mut worker, desk.as_mut()), (&shared, &keeper, stop));
        // Told even if the worker failed: what was received until then is accounted for.
        let counts = worker.counts();
        let services = recover::services([(channels.as_slice(), desk.as_ref().map(Desk::services))]);
        let printed = summary::summary::<S>(&self, &counts, services.as_ref(), &keeper).print(self.args.json);
        worked?;
        printed?;
        report::all_recognised(self.feed, &counts.account)?;
        Ok(worker.into_sink().into_next())
    }

    /// The line others wait for: from it on nothing is missed.
    fn announce(&mut self) {
        let lines = self.feed.lines.iter();
        let lines: Vec<String> =
            lines.map(|line| format!("{} {}", self.feed.label(line), line.destination)).collect();
        tell(format_args!(
            "receiving on {} ({}): {}",
            self.interfaces.join(" and "),
            self.name,
            lines.join(", ")
        ));
        self.begun = Instant::now();
    }

    /// Runs the worker until it is time to stop, then shuts its source and drains it.
    fn work<S: Plain, K: Sink + Send>(
        &self,
        (worker, desk): (&mut Worker<S, Count<K>>, Option<&mut Desk>),
        (shared, keeper, stop): (&Shared, &Keeper, &AtomicBool),
    ) -> Result<()> {
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
                    self.args.cpu.first().copied().map_or(Ok(()), cpu::pin)?;
                    worker.run(shared)
                })
                .inspect_err(|_| shared.ended.store(true, Ordering::Relaxed))
                .context("cannot start the worker")?;
            let watched = self.watch(shared, keeper, stop);
            watch::settle(self.args, &iter::once(shared));
            let shut = keeper.close();
            shared.drain.store(true, Ordering::Relaxed);
            let worked = handle.join().map_err(|_| anyhow!("the worker panicked"))?;
            tell_news(iter::once(shared));
            worked.and(watched).and(shut)
        });
        worker.close_recovery();
        worked
    }

    /// Returns when it is time to stop.
    ///
    /// # Errors
    /// An interface is gone.
    fn watch(&self, shared: &Shared, keeper: &Keeper, stop: &AtomicBool) -> Result<()> {
        let mut presence = Presence::new(keeper, self.begun);
        let mut told = (self.begun, 0);
        loop {
            thread::sleep(LOOK);
            let packets = shared.packets.load(Ordering::Relaxed);
            tell_news(iter::once(shared));
            if told.0.elapsed() >= SECOND {
                presence.look()?;
                if self.args.progress {
                    watch::progress(self.begun, told, iter::once(shared));
                }
                told = (Instant::now(), packets);
            }
            let over = stop.load(Ordering::Relaxed)
                || shared.ended.load(Ordering::Relaxed)
                || shared.all_refused.load(Ordering::Relaxed)
                || self.args.seconds.is_some_and(|most| self.begun.elapsed() >= most)
                || self.args.packets.is_some_and(|most| packets >= most);
            if over {
                // Nothing may have come of an interface that went away since the last look.
                return presence.look();
            }
        }
    }
}
