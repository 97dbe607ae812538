//! The worker: one thread, one source, all its channels. The source is part of its type, so that nothing is asked on
//! the way which source it is.

pub mod mailbox; // what the control plane has it do
mod obey; // doing it
#[cfg(test)]
mod tests;

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Result;

use crate::{
    cpu,
    latency::Latency,
    pipeline::{Channel, News, Pipeline},
    sink::Sink,
    source::{Live, Received},
};
use mailbox::Counts;
use obey::Control;

/// What an idle worker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Wait {
    /// Look again at once: lowest latency, one CPU fully used.
    Spin,
    /// Drive the NIC's queue from here instead of by interrupts (`SO_PREFER_BUSY_POLL`).
    BusyPoll,
    /// Sleep in the kernel until something comes.
    Poll,
}

/// Passes over empty rings after which a draining worker is done: packets the driver still had when the
/// program was detached have come by then.
const DRAINED_PASSES: u32 = 3;

/// Packets taken after a stop is asked for before the streams are sealed, unless a look finds none earlier: what was
/// there when the stop came belongs to the feed. Lower than rings hold: some of it counts as come after the stop.
/// Higher: of a feed that never pauses, the end comes later; these are some 20 ms at the highest rates.
const LAST_PACKETS: usize = 65_536;

/// Pause between these passes: a driver's poll loop is over well within it.
const DRAIN_PAUSE: Duration = Duration::from_millis(5);

/// What the worker and the main thread tell each other. Relaxed throughout: each value stands alone.
#[derive(Debug, Default)]
#[repr(align(64))]
pub struct Shared {
    /// Main → worker: no stream is to go on; let the other lines fill the holes there are.
    pub seal: AtomicBool,
    /// Worker → main: sealed, and no hole is open.
    pub settled: AtomicBool,
    /// Main → worker: the program is detached; take what is left, then end.
    pub drain: AtomicBool,
    /// Worker → main: it has ended.
    pub ended: AtomicBool,
    /// Worker → main: packets received.
    pub packets: AtomicU64,
    /// Worker → main: messages delivered.
    pub messages: AtomicU64,
    /// Worker → main: messages lost on every line.
    pub messages_lost: AtomicU64,
    /// Worker → main: no channel's protocol could be recognised.
    pub all_refused: AtomicBool,
    /// Worker → main: what was made of channels whose protocol is to be recognised. Locked once for each of them.
    pub news: Mutex<Vec<News>>,
}

/// One worker's state; moved into its thread and back out at the end.
pub struct Worker<S: Live, K> {
    source: S,
    pipeline: Pipeline<S::Frame, K>,
    /// Stamps are of before the source was read (the XDP program's), so that latency can be measured.
    stamped: bool,
    wait: Wait,
    batch: Vec<Received<S::Frame>>,
    /// Lines and stamps of the batch at hand.
    stamps: Vec<(u16, u64)>,
    packets: u64,
    preempted: Preempted,
    control: Option<Control<S>>,
}

/// Times a worker's thread was put off its CPU.
#[derive(Clone, Copy, Debug, Default)]
struct Preempted {
    /// Before it began to work.
    before: u64,
    /// Until it had ended; `None` until then.
    ended: Option<u64>,
}

impl Preempted {
    /// Since it began. Before it has ended, to be asked on its own thread.
    fn times(self) -> u64 {
        self.ended.unwrap_or_else(cpu::preempted).saturating_sub(self.before)
    }
}

impl<S: Live, K: Sink> Worker<S, K> {
    /// Allocates all a worker will ever need. `stamped` says that datagrams are stamped before the source is read.
    #[must_use]
    pub fn new(mut source: S, pipeline: Pipeline<S::Frame, K>, stamped: bool, wait: Wait) -> Self {
        let most = source.reserve();
        Self {
            source,
            pipeline,
            stamped,
            wait,
            batch: Vec::with_capacity(most),
            stamps: Vec::with_capacity(most),
            packets: 0,
            preempted: Preempted::default(),
            control: None,
        }
    }

    /// Works until told to drain, then until nothing is left.
    ///
    /// # Errors
    /// What ends the source for good.
    pub fn run(&mut self, shared: &Shared) -> Result<()> {
        self.preempted = Preempted { before: cpu::preempted(), ended: None };
        let worked = self.work(shared);
        self.preempted.ended = Some(cpu::preempted());
        worked
    }

    fn work(&mut self, shared: &Shared) -> Result<()> {
        let (mut empty_passes, mut last_packets) = (0, LAST_PACKETS);
        while empty_passes < DRAINED_PASSES {
            // Before the look that is to find nothing: a worker that was kept off its CPU in between has not looked since.
            let stopping = shared.seal.load(Ordering::Relaxed);
            let taken = self.pass()?;
            self.publish(shared);
            self.tell(shared);
            if stopping {
                last_packets = if taken == 0 { 0 } else { last_packets.saturating_sub(taken) };
            }
            if last_packets == 0 {
                self.pipeline.recognise_now(&mut self.source);
                self.pipeline.seal();
                shared.settled.store(self.pipeline.settled(), Ordering::Relaxed);
            }
            if taken > 0 {
                empty_passes = 0;
            } else if shared.drain.load(Ordering::Relaxed) {
                empty_passes += 1;
                std::thread::sleep(DRAIN_PAUSE);
            } else {
                self.idle()?;
            }
        }
        self.finish();
        self.publish(shared);
        self.tell(shared);
        Ok(())
    }

    /// What there is to do while nothing comes.
    ///
    /// # Errors
    /// What ends the source for good.
    pub fn idle(&mut self) -> Result<()> {
        self.source.idle(self.wait)
    }

    /// The end: everything that waits is delivered, every hole declared.
    pub fn finish(&mut self) {
        self.pipeline.finish(&mut self.source);
    }

    /// What the control plane wants done, then one batch from the source, and what recovery has brought, through to the
    /// sink. Returns how many packets and replies that were, and commands still to be carried out.
    ///
    /// # Errors
    /// What ends the source for good.
    #[inline]
    pub fn pass(&mut self) -> Result<usize> {
        let more = self.obey();
        let Self { source, pipeline, stamped, batch, stamps, packets, wait: _, preempted: _, control: _ } =
            self;
        source.receive(batch)?;
        let taken = batch.len();
        if *stamped {
            stamps.extend(batch.iter().map(|received| (received.line, received.stamp_ns)));
        }
        pipeline.accept_all(source, batch);
        if *stamped && taken > 0 {
            // One look at the clock a batch: each packet is charged the whole batch. What waits in a reorder
            // window waits for another packet, not for us; that time is not in here.
            pipeline.record(stamps, source.clock().now_ns());
        }
        stamps.clear();
        let clock = source.clock();
        let recovered = pipeline.recover(source, || clock.now_ns());
        pipeline.advance(source, source.watermark_ns());
        source.refill();
        *packets += taken as u64;
        Ok(taken + recovered + usize::from(more))
    }

    fn publish(&self, shared: &Shared) {
        let told = self.pipeline.told();
        shared.packets.store(self.packets, Ordering::Relaxed);
        shared.messages.store(told.messages, Ordering::Relaxed);
        shared.messages_lost.store(told.messages_lost, Ordering::Relaxed);
    }

    /// Hands over what was made of channels since last time: nothing, but for the first datagrams.
    fn tell(&mut self, shared: &Shared) {
        if self.pipeline.has_news() {
            let mut news = shared.news.lock().unwrap_or_else(PoisonError::into_inner);
            news.extend(self.pipeline.take_news());
            shared.all_refused.store(self.pipeline.all_refused(), Ordering::Relaxed);
        }
    }

    /// Packets taken from the source.
    pub const fn packets(&self) -> u64 {
        self.packets
    }

    /// What it has counted. Allocates.
    #[must_use]
    pub fn counts(&self) -> Counts<S::Port> {
        let mut ports = Vec::new();
        self.source.count_ports(&mut ports);
        let (account, packets) = (self.pipeline.account(), (self.packets, self.packets));
        let (kicks, latency) = (self.source.kicks(), Some(self.latency()));
        Counts { account, packets, ports, kicks, preempted: self.preempted.times(), latency }
    }

    /// The source, for its counters.
    pub const fn source(&self) -> &S {
        &self.source
    }

    /// The pipeline, for its counters.
    pub const fn pipeline(&self) -> &Pipeline<S::Frame, K> {
        &self.pipeline
    }

    /// Both this and the recovery thread have ended: counts what was recovered too late.
    pub fn close_recovery(&mut self) {
        self.pipeline.close_recovery();
    }

    /// The pipeline's sink, for good.
    pub fn into_sink(self) -> K {
        self.pipeline.into_sink()
    }

    /// The latencies of all its channels.
    pub fn latency(&self) -> Latency {
        let mut all = Latency::new();
        for latency in self.pipeline.channels().iter().filter_map(Channel::latency) {
            all.add(latency);
        }
        all
    }
}
