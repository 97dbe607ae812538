//! One trial: a path receives what the generator sends for a while.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow};
use nix::time::{ClockId, clock_gettime};

use super::{
    consumer::Consumer,
    generator::{Generator, Schedule, Sent},
    receivers::Receiver,
    softirq,
};
use crate::{
    cpu::{pin, preempted},
    latency::Latency,
    sink::Sink,
    source::Live,
    worker::{Wait, Worker},
};

/// Looks in vain after which nothing more comes, and the time between them.
const DRAINED_PASSES: u32 = 3;
const DRAIN_PAUSE: Duration = Duration::from_millis(2);

/// What a receiver has to say at the end of a trial.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Packets it had.
    pub(super) packets: u64,
    /// Messages its consumer had.
    pub(super) messages: u64,
    /// Messages in the gaps its consumer was told of.
    pub(super) messages_lost: u64,
    /// Messages it was given and handed to nobody: in doubt to the end, behind a loss so large that it could be a reset.
    pub(super) refused: u64,
    /// From the sender's stamp to the consumer, by the twentieth of a second.
    pub(super) latency: Vec<Latency>,
    /// Time of passes that brought something, of a receiver that sleeps the CPU time of its thread.
    pub(super) busy: Duration,
    /// Passes that brought something.
    pub(super) batches: u64,
    /// Times something else was given its CPU.
    pub(super) preempted: u64,
}

/// What came of a trial.
#[derive(Debug)]
pub(super) struct Outcome {
    /// What was sent.
    pub(super) sent: Sent,
    /// What was received.
    pub(super) received: Tally,
    /// What the kernel worked for it.
    pub(super) softirq: Duration,
    /// Busy polling brought something.
    pub(super) polled: bool,
}

impl Outcome {
    /// Packets lost. No more were received than were sent: that is looked at before.
    #[must_use]
    pub(super) fn lost(&self) -> u64 {
        self.sent.packets - self.received.packets
    }

    /// Share of what was sent that was lost.
    #[must_use]
    pub(super) fn loss(&self) -> f64 {
        self.lost() as f64 / self.sent.packets.max(1) as f64
    }

    /// Whether the consumer had every message of every packet received, but for what is in doubt to the end, and was told of
    /// no more lost than was.
    #[must_use]
    pub(super) fn adds_up(&self, messages_a_packet: u64) -> bool {
        let Tally { packets, messages, messages_lost, refused, .. } = self.received;
        messages + refused == packets * messages_a_packet && messages_lost <= self.lost() * messages_a_packet
    }

    /// Packets received a second.
    #[must_use]
    pub(super) fn packets_per_second(&self) -> f64 {
        self.received.packets as f64 / self.sent.time.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    /// Of `time`, ns a packet.
    #[must_use]
    pub(super) fn ns_a_packet(&self, time: Duration) -> f64 {
        time.as_nanos() as f64 / self.received.packets.max(1) as f64
    }
}

/// What the threads of a trial tell each other.
#[derive(Debug)]
pub(super) struct Signals {
    ready: Barrier,
    stop: AtomicBool,
}

/// Has `receiver` run on CPU `cpu` while `generator` sends from this thread.
///
/// # Errors
/// What either of them says.
pub(super) fn run(
    receiver: Receiver,
    generator: &mut Generator,
    (schedule, time): (Schedule, Duration),
    cpu: usize,
) -> Result<Outcome> {
    let signals = Signals { ready: Barrier::new(2), stop: AtomicBool::new(false) };
    thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let pinned = pin(cpu);
            signals.ready.wait();
            pinned?;
            let before = preempted();
            let mut tally = receiver.receive(&signals)?;
            tally.preempted = preempted().saturating_sub(before);
            Ok(tally)
        });
        signals.ready.wait();
        let before = softirq::time();
        let sent = generator.send(schedule, time);
        let softirq = before.and_then(|before| Ok(softirq::time()?.saturating_sub(before)));
        signals.stop.store(true, Ordering::Relaxed);
        let received: Result<Tally> = thread.join().map_err(|_| anyhow!("the receiver panicked"))?;
        Ok(Outcome { sent: sent?, received: received?, softirq: softirq?, polled: false })
    })
}

impl Signals {
    /// Of a trial in which nothing more is sent.
    #[cfg(test)]
    pub(super) fn over() -> Self {
        Self { ready: Barrier::new(1), stop: AtomicBool::new(true) }
    }

    /// Whether nothing more is sent.
    pub(super) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Calls `pass`, which says how much it brought, until nothing is sent and nothing comes any more. `idle` is what
    /// is done where it brought nothing. Returns the time in passes that brought something, and how many they were.
    ///
    /// # Errors
    /// What `pass` and `idle` say.
    pub(super) fn until_drained<T>(
        &self,
        of: &mut T,
        mut pass: impl FnMut(&mut T) -> Result<usize>,
        mut idle: impl FnMut(&mut T) -> Result<()>,
    ) -> Result<(Duration, u64)> {
        let (mut busy, mut batches, mut empty) = (Duration::ZERO, 0, 0);
        let mut last = Instant::now();
        while empty < DRAINED_PASSES {
            // One look at the clock a pass: it costs as much as a packet.
            let taken = pass(of)?;
            let now = Instant::now();
            if taken > 0 {
                busy += now - last;
                batches += 1;
                empty = 0;
                last = now;
                continue;
            }
            if self.stopped() {
                empty += 1;
                thread::sleep(DRAIN_PAUSE);
            } else {
                idle(of)?;
            }
            last = Instant::now();
        }
        Ok((busy, batches))
    }
}

/// Has a worker receive.
///
/// # Errors
/// What ends its source.
pub(super) fn work<S: Live, K: Sink>(
    mut worker: Worker<S, K>,
    wait: Wait,
    signals: &Signals,
    consumer: impl FnOnce(K) -> Consumer,
) -> Result<Tally> {
    let before = cpu_time()?;
    let (busy, batches) = signals.until_drained(&mut worker, Worker::pass, Worker::idle)?;
    worker.finish();
    // Asleep in the kernel, a pass is longer than its work.
    let busy = if wait == Wait::Poll { cpu_time()?.saturating_sub(before) } else { busy };
    let packets = worker.packets();
    let lines = worker.pipeline().channels().iter().flat_map(|channel| channel.arbiter().lines().iter());
    let refused = lines.map(|line| line.discarded.units()).sum();
    let consumer = consumer(worker.into_sink());
    // What it read depends on every field: it must not be left out.
    std::hint::black_box(consumer.sum());
    Ok(Tally {
        packets,
        messages: consumer.messages,
        messages_lost: consumer.lost,
        refused,
        latency: consumer.into_latencies(),
        busy,
        batches,
        preempted: 0,
    })
}

/// CPU time of this thread.
fn cpu_time() -> Result<Duration> {
    Ok(clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).context("cannot read the thread's CPU time")?.into())
}
