//! One session on the wire: heartbeats, the feed, end of session.

use std::{
    fs, hint, iter,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use super::{
    flow::{CLOSING, Flow},
    loss::Loss,
    pace::BATCH,
    packer::{Batch, Packer},
    plan::Plan,
    retransmit::Retransmitter,
    sender::Sender,
    truth::{Control, Fate, Truth},
};

/// Heartbeats before the first message, and end-of-session packets after the last. One would do if none could
/// get lost on the way.
const REPEATS: u32 = 5;

/// Between them. Half a second altogether gives a receiver that starts a moment later the time to be in step.
const REPEAT_EVERY: Duration = Duration::from_millis(100);

/// The longest silence before a heartbeat, as Nasdaq's.
const IDLE: Duration = Duration::from_secs(1);

/// Waits are spun away from here on. Less, and bursts leave late by what a thread takes to wake up; more, and
/// the sender takes CPU time from a receiver on the same machine.
const SPIN: Duration = Duration::from_micros(30);

/// By how much the kernel may lengthen this thread's sleeps, to make do with fewer interrupts: 50 µs unless
/// told otherwise (proc(5)).
const TIMER_SLACK: &str = "/proc/self/timerslack_ns";

/// The longest sleep: how soon a signal is heeded.
const NAP: Duration = Duration::from_millis(50);

/// A session being sent.
pub(super) struct Session<'a> {
    plan: &'a Plan,
    retransmitter: Option<&'a Retransmitter>,
    stop: &'a AtomicBool,
    packer: Packer,
    batch: Batch,
    lines: Vec<LineState>,
    truth: Truth,
    /// When something was last sent on all lines.
    last_sent: Instant,
}

struct LineState {
    sender: Sender,
    loss: Loss,
    fates: Vec<Fate>,
}

impl<'a> Session<'a> {
    /// A session that will leave by `senders`, one for each of the plan's lines.
    pub(super) fn new(
        plan: &'a Plan,
        senders: Vec<Sender>,
        retransmitter: Option<&'a Retransmitter>,
        stop: &'a AtomicBool,
    ) -> Self {
        let Plan { session, seed, securities, per_packet, .. } = *plan;
        let names = plan.lines.iter().map(|line| (line.name.clone(), line.destination.to_string()));
        let lines = iter::zip(senders, &plan.lines).enumerate().map(|(index, (sender, line))| LineState {
            sender,
            loss: Loss::new(line.loss, seed, index),
            fates: Vec::with_capacity(BATCH as usize),
        });
        Self {
            plan,
            retransmitter,
            stop,
            packer: Packer::new(
                Flow::new(seed, securities),
                seed,
                session,
                plan.largest_payload(),
                per_packet,
            ),
            batch: Batch::default(),
            lines: lines.collect(),
            truth: Truth::new(&String::from_utf8_lossy(&session), seed, names),
            last_sent: Instant::now(),
        }
    }

    /// Sends all of it, until a limit of the plan or `stop` ends it; returns the truth, and the senders for what
    /// they have to say.
    pub(super) fn run(mut self) -> (Truth, Vec<Sender>) {
        // Works on the main thread. Where it doesn't, bursts leave a little later, but no fewer.
        fs::write(TIMER_SLACK, "1").ok();
        self.repeat(Control::Heartbeat);
        let start = Instant::now();
        self.feed(start);
        self.close();
        self.truth.took(self.last_sent.duration_since(start).as_secs_f64());
        self.repeat(Control::EndOfSession);
        self.truth.sent.messages_by_type = self.packer.messages_by_type().collect();
        (self.truth, self.lines.into_iter().map(|line| line.sender).collect())
    }

    /// Sends the feed but for its last packet.
    fn feed(&mut self, start: Instant) {
        let end = self.plan.limit.time.and_then(|time| start.checked_add(time));
        let packets = self.plan.limit.packets.map_or(u64::MAX, |packets| packets - 1);
        let messages = self.plan.limit.messages.map_or(u64::MAX, |messages| messages.saturating_sub(CLOSING));
        loop {
            let now = Instant::now();
            let sent = self.truth.sent.packets;
            let over =
                sent >= packets || self.packer.messages() >= messages || end.is_some_and(|end| now >= end);
            if over || self.stopped() {
                return;
            }
            let elapsed_ns = now.duration_since(start).as_nanos() as u64;
            let due = self.plan.rate.due(elapsed_ns).min(packets) - sent;
            if due > 0 {
                self.send_packets(due.min(BATCH), messages);
                continue;
            }
            let leaves = start.checked_add(Duration::from_nanos(self.plan.rate.leaves_at_ns(sent)));
            let beats = self.last_sent + IDLE;
            let until = [leaves, end].into_iter().flatten().fold(beats, Instant::min);
            self.wait(until);
            if until == beats && !self.stopped() {
                self.control(Control::Heartbeat);
            }
        }
    }

    /// Packs and sends up to `count` packets, up to the feed's `messages`th message.
    fn send_packets(&mut self, count: u64, messages: u64) {
        self.batch.clear();
        for _ in 0..count {
            let left = messages - self.packer.messages();
            if left == 0 {
                break;
            }
            self.packer.pack(left, &mut self.batch);
        }
        self.send_batch();
    }

    /// Sends the packet that closes the day.
    fn close(&mut self) {
        self.batch.clear();
        let left = self.plan.limit.messages.map_or(u64::MAX, |messages| messages - self.packer.messages());
        self.packer.close(left, &mut self.batch);
        self.send_batch();
    }

    fn send_batch(&mut self) {
        // Before anybody can miss it.
        if let Some(retransmitter) = self.retransmitter {
            retransmitter.keep(&self.batch);
        }
        for LineState { sender, loss, fates } in &mut self.lines {
            fates.clear();
            fates.extend((0..self.batch.len()).map(|_| if loss.loses() { Fate::Lost } else { Fate::Sent }));
            sender.send(&self.batch, fates);
        }
        for packet in 0..self.batch.len() {
            let fates = self.lines.iter().map(|line| line.fates[packet]);
            self.truth.packet(self.batch.messages(packet), fates);
        }
        self.last_sent = Instant::now();
    }

    /// Sends a packet without messages several times; a heartbeat no more once it shall stop.
    fn repeat(&mut self, control: Control) {
        for _ in 0..REPEATS {
            if control == Control::Heartbeat && self.stopped() {
                return;
            }
            self.control(control);
            match control {
                Control::Heartbeat => self.wait(self.last_sent + REPEAT_EVERY),
                // The end is said in full, whatever signal came.
                Control::EndOfSession => thread::sleep(REPEAT_EVERY),
            }
        }
    }

    fn control(&mut self, control: Control) {
        let payload = match control {
            Control::Heartbeat => self.packer.heartbeat(),
            Control::EndOfSession => self.packer.end_of_session(),
        };
        let taken: Vec<_> = self.lines.iter_mut().map(|line| line.sender.send_one(&payload)).collect();
        self.truth.control(control, taken);
        self.last_sent = Instant::now();
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Waits until then, or until it shall stop.
    fn wait(&self, until: Instant) {
        while !self.stopped() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            match left.checked_sub(SPIN) {
                Some(sleep) if !sleep.is_zero() => thread::sleep(sleep.min(NAP)),
                _ => hint::spin_loop(),
            }
        }
    }
}
