//! The sending loop.

use super::{
    chunk::Chunk,
    feed::Feed,
    pace::{Clock, Pace, Schedule},
    summary::Summary,
};
use crate::sys::packet_socket::{BATCH, PacketSender};
use anyhow::bail;
use nix::errno::Errno;
use std::sync::atomic::{AtomicBool, Ordering};

/// Time without one packet taken after which the interface is looked at: an interface without carrier says
/// "no room" for ever. Shorter and a burst's back-pressure costs system calls; longer and the user waits.
const STALL_NS: u64 = 500_000_000;

/// Sends a capture.
pub struct Sender<'a> {
    socket: PacketSender,
    schedule: Schedule,
    stop: &'a AtomicBool,
    clock: Clock,
    /// Started by the first packet.
    started: bool,
    summary: Summary,
}

impl<'a> Sender<'a> {
    /// Sends through `socket`, until `stop` is set.
    ///
    /// # Errors
    /// There is no monotonic clock.
    pub fn new(socket: PacketSender, pace: Pace, stop: &'a AtomicBool) -> anyhow::Result<Self> {
        Ok(Self {
            socket,
            schedule: Schedule::new(pace),
            stop,
            clock: Clock::start()?,
            started: false,
            summary: Summary::default(),
        })
    }

    /// Sends all of it. The summary counts what was sent even when it then fails.
    pub fn run(mut self, feed: Feed) -> (Summary, anyhow::Result<()>) {
        let result = feed.each(|chunk| self.chunk(chunk));
        let summary = &mut self.summary;
        if summary.seconds > 0.0 {
            #[expect(clippy::cast_precision_loss, reason = "2^53 packets are more than a run sends")]
            let packets = summary.packets as f64;
            summary.packets_per_second = packets / summary.seconds;
        }
        (self.summary, result)
    }

    /// Sends a chunk; false once it is to stop.
    fn chunk(&mut self, chunk: &Chunk) -> anyhow::Result<bool> {
        if !self.started {
            (self.started, self.clock) = (true, Clock::start()?);
        }
        if chunk.first {
            self.schedule.begin_pass();
        }
        self.summary.snapped += chunk.snapped;
        self.summary.malformed += chunk.malformed;
        self.summary.capture_truncated |= u64::from(chunk.truncated);
        let mut packets = chunk.from(0);
        let (mut sent, mut ready, mut now_ns) = (0, 0, 0);
        loop {
            // Gather what is due by now, up to a batch; wait only with nothing in hand.
            let next_ns = packets.next().map(|(stamp_ns, _)| self.schedule.next_ns(stamp_ns));
            let due = next_ns.is_some_and(|due_ns| due_ns <= now_ns);
            if ready > 0 && !due || ready == BATCH {
                if !self.batch(chunk, sent, ready)? {
                    return Ok(false);
                }
                (sent, ready) = (sent + ready, 0);
            }
            let Some(due_ns) = next_ns else { return Ok(true) };
            if !due || ready == 0 {
                let on_time;
                (now_ns, on_time) = self.clock.wait(due_ns, self.stop)?;
                if !on_time {
                    self.summary.interrupted = true;
                    return Ok(false);
                }
            }
            ready += 1;
        }
    }

    /// Sends `count` packets of a chunk from `first` on; false once it is to stop.
    fn batch(&mut self, chunk: &Chunk, first: usize, count: usize) -> anyhow::Result<bool> {
        let (mut next, end) = (first, first + count);
        let mut stalled_ns = None;
        while next < end {
            let mut frames = chunk.from(next).take(end - next).map(|(_, frame)| frame);
            match self.socket.send(frames.clone()) {
                Ok(taken) => {
                    self.summary.packets += taken as u64;
                    self.summary.bytes += frames.take(taken).map(|frame| frame.len() as u64).sum::<u64>();
                    next += taken;
                    stalled_ns = None;
                }
                Err(Errno::ENOBUFS | Errno::EAGAIN | Errno::EINTR) => {
                    if !self.stalled(&mut stalled_ns)? {
                        break;
                    }
                }
                Err(error @ (Errno::ENETDOWN | Errno::ENXIO | Errno::ENODEV)) => {
                    self.socket.check_up()?;
                    bail!("the interface went down: {}", error.desc());
                }
                Err(error) => {
                    self.refused(error, frames.next().map_or(0, <[u8]>::len));
                    next += 1;
                }
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "ns of a run are far below 2^53")]
        let seconds = self.clock.now_ns()? as f64 / 1e9;
        self.summary.seconds = seconds;
        Ok(next == end)
    }

    /// No room for the moment: lets others work; false once it is to stop.
    fn stalled(&mut self, since_ns: &mut Option<u64>) -> anyhow::Result<bool> {
        if self.stop.load(Ordering::Relaxed) {
            self.summary.interrupted = true;
            return Ok(false);
        }
        let now_ns = self.clock.now_ns()?;
        if now_ns - *since_ns.get_or_insert(now_ns) > STALL_NS {
            self.socket.check_up()?;
            *since_ns = None;
        }
        std::thread::yield_now();
        Ok(true)
    }

    fn refused(&mut self, error: Errno, len: usize) {
        if error == Errno::EMSGSIZE {
            self.summary.too_large += 1;
            self.summary.longest_too_large = self.summary.longest_too_large.max(len);
        } else {
            self.summary.errors += 1;
            self.summary.first_error.get_or_insert(error);
        }
    }
}
