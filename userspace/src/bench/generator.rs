//! The sender: live frames, made into the feed's packets by an XDP program, in the kernel from end to end.

use std::{
    io,
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use aya::{
    Ebpf, EbpfLoader, TestRunAttrs, TestRunOptions,
    maps::{Array, MapData, PerCpuArray},
    programs::{ProgramError, TestRun, Xdp, XdpMode},
};
use nix::{
    net::if_::if_nametoindex,
    sys::{
        signal::{SigEvent, SigevNotify, Signal},
        timer::{Expiration, Timer, TimerSetTimeFlags},
    },
    time::ClockId,
    unistd::gettid,
};
use signal_hook::flag;
use xdp_prog::sender::{self, Flow, MESSAGES_LEN};

use super::feed::Feed;
use crate::clock::Clock;

static OBJECT: &[u8] = aya::include_bytes_aligned!(env!("XDPFEED_GENERATE_OBJECT"));

/// What a veth end needs to let live frames out.
static PASS_OBJECT: &[u8] = aya::include_bytes_aligned!(env!("XDPFEED_SEND_OBJECT"));

/// Frames the kernel makes before it lets their receiver run, where packets follow each other closely: what a NIC's
/// poll hands over at most at once. Further apart than [`CLOSE_NS`], each is handed over when it is made.
const BATCH: u32 = 64;

/// Packets closer to each other than this are handed over in batches, in ns: 64 of them are 128 us. Lower: at middling
/// rates the sender would be kept busy by handing over. Higher: packets wait for those behind them.
const CLOSE_NS: u64 = 2_000;

/// Frames made, sent or not, in one system call: more than any trial takes. It is interrupted, for while one begins or ends
/// nothing is sent.
const FRAMES_A_CALL: u32 = 1 << 30;

/// From one interruption to the next: the first could come just before the call.
const AGAIN: Duration = Duration::from_millis(20);

type Words = [u64; size_of::<Flow>() / 8];

/// When packets are to be sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Schedule {
    /// As fast as it goes.
    TopSpeed,
    /// So many a second, one by one.
    Rate(f64),
    /// So many back to back, then nothing for so long.
    Bursts(u64, Duration),
}

/// What was sent.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sent {
    /// Packets.
    pub(super) packets: u64,
    /// In so much time.
    pub(super) time: Duration,
}

impl Sent {
    /// Packets a second.
    #[must_use]
    pub(super) fn rate(&self) -> f64 {
        self.packets as f64 / self.time.as_secs_f64()
    }
}

/// The programs at the sending end.
#[derive(Debug)]
pub(super) struct Generator {
    ebpf: Ebpf,
    /// Kept, so that it stays attached.
    _passing: Ebpf,
    frame: Vec<u8>,
    context: Vec<u8>,
    messages: u64,
    messages_len: u64,
}

impl Generator {
    /// A sender of `feed` out of `interface`, the end of a veth pair.
    ///
    /// # Errors
    /// What the kernel says.
    pub(super) fn new(interface: &str, feed: &Feed) -> Result<Self> {
        // A signal that is handled interrupts; it has nothing else to do.
        flag::register(Signal::SIGUSR1 as i32, Arc::new(AtomicBool::new(false)))
            .context("cannot handle SIGUSR1")?;
        let mut ebpf =
            EbpfLoader::new().load(OBJECT).context("cannot load the sender's programs (run as root)")?;
        xdp(&mut ebpf, sender::GENERATE)?
            .load()
            .context("the kernel refused the sender's program (5.18 or newer needed)")?;
        // A veth end sends live frames only if it has a program itself.
        let mut passing = EbpfLoader::new().load(PASS_OBJECT).context("cannot load the passing program")?;
        let pass = xdp(&mut passing, sender::PASS)?;
        pass.load()?;
        pass.attach(interface, XdpMode::Driver).with_context(|| format!("cannot attach to {interface}"))?;
        let map = ebpf.map_mut(sender::MESSAGES).context("no map of messages")?;
        let mut messages: Array<&mut MapData, [u8; MESSAGES_LEN]> = Array::try_from(map)?;
        for index in 0..sender::VARIANTS {
            let mut padded = [0; MESSAGES_LEN];
            let variant = &feed.variants[index as usize % feed.variants.len()];
            padded[..variant.len()].copy_from_slice(variant);
            messages.set(index, padded, 0)?;
        }
        // struct xdp_md: data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex.
        let context = [0, feed.frame.len() as u32, 0, if_nametoindex(interface)?, 0, 0];
        let context = context.iter().flat_map(|field| field.to_ne_bytes()).collect();
        let (messages, messages_len) = (feed.messages, feed.messages_len());
        Ok(Self { ebpf, _passing: passing, frame: feed.frame.clone(), context, messages, messages_len })
    }

    /// Bytes of a packet, from its Ethernet header on.
    #[must_use]
    pub(super) fn frame_len(&self) -> usize {
        self.frame.len()
    }

    /// Sends for `time`, from sequence number 1 on. To be called on the CPU that is to send.
    ///
    /// # Errors
    /// What the kernel says.
    pub(super) fn send(&mut self, schedule: Schedule, time: Duration) -> Result<Sent> {
        let (interval_ns, burst, pause_ns) = match schedule {
            Schedule::TopSpeed => (0, 0, 0),
            Schedule::Rate(rate) => ((1e9 / rate).round() as u64, 0, 0),
            Schedule::Bursts(packets, pause) => (0, packets, pause.as_nanos() as u64),
        };
        let batch = if interval_ns < CLOSE_NS { BATCH } else { 1 };
        let flow = Flow {
            due_ns: Clock::Monotonic.now_ns(),
            interval_ns,
            burst,
            pause_ns,
            sequence: 1,
            messages: self.messages,
            messages_len: self.messages_len,
            left: u64::MAX,
            ..Flow::default()
        };
        self.set(&flow)?;
        let mut alarm = self.alarm()?;
        let begun = Instant::now();
        alarm
            .set(Expiration::IntervalDelayed(time.into(), AGAIN.into()), TimerSetTimeFlags::empty())
            .context("cannot set a timer")?;
        while begun.elapsed() < time {
            self.run(batch)?;
        }
        let time = begun.elapsed();
        Ok(Sent { packets: self.sent()?, time })
    }

    /// What interrupts this thread.
    fn alarm(&self) -> Result<Timer> {
        let thread =
            SigevNotify::SigevThreadId { signal: Signal::SIGUSR1, thread_id: gettid().as_raw(), si_value: 0 };
        Timer::new(ClockId::CLOCK_MONOTONIC, SigEvent::new(thread)).context("cannot make a timer")
    }

    fn run(&mut self, batch: u32) -> Result<()> {
        let options = TestRunOptions {
            data_in: Some(&self.frame),
            ctx_in: Some(&self.context),
            repeat: FRAMES_A_CALL,
            attrs: TestRunAttrs::new().xdp_live_frames(batch),
            ..TestRunOptions::new()
        };
        match xdp(&mut self.ebpf, sender::GENERATE)?.test_run(options) {
            // What was sent until then is counted.
            Err(error) if interrupted(&error) => Ok(()),
            run => run.map(|_| ()).context("cannot send live frames"),
        }
    }

    fn set(&mut self, flow: &Flow) -> Result<()> {
        let map = self.ebpf.map_mut(sender::FLOW).context("no map of the flow")?;
        let mut flows: Array<&mut MapData, Words> = Array::try_from(map)?;
        flows.set(0, words(flow), 0)?;
        Ok(())
    }

    fn sent(&self) -> Result<u64> {
        let map = self.ebpf.map(sender::FLOW).context("no map of the flow")?;
        let flows: Array<&MapData, Words> = Array::try_from(map)?;
        Ok(flows.get(&0, 0)?[PACKETS])
    }
}

/// [`Flow::packets`] among the words.
const PACKETS: usize = std::mem::offset_of!(Flow, packets) / 8;

fn words(flow: &Flow) -> Words {
    let Flow {
        due_ns,
        interval_ns,
        burst,
        pause_ns,
        in_burst,
        sequence,
        messages,
        messages_len,
        packets,
        left,
    } = *flow;
    [due_ns, interval_ns, burst, pause_ns, in_burst, sequence, messages, messages_len, packets, left]
}

/// A program at the receiving end that takes nothing in.
#[derive(Debug)]
pub(super) struct Sentry(Ebpf);

impl Sentry {
    /// Drops every packet in the driver, counted.
    ///
    /// # Errors
    /// What the kernel says.
    pub(super) fn dropping(interface: &str) -> Result<Self> {
        let mut ebpf =
            EbpfLoader::new().load(OBJECT).context("cannot load the sender's programs (run as root)")?;
        let program = xdp(&mut ebpf, sender::DISCARD)?;
        program.load()?;
        program
            .attach(interface, XdpMode::Driver)
            .with_context(|| format!("cannot attach to {interface}"))?;
        Ok(Self(ebpf))
    }

    /// Packets dropped.
    ///
    /// # Errors
    /// What the kernel says.
    pub(super) fn dropped(&self) -> Result<u64> {
        let map = self.0.map(sender::DROPPED).context("no map of drops")?;
        let dropped: PerCpuArray<&MapData, u64> = PerCpuArray::try_from(map)?;
        Ok(dropped.get(&0, 0)?.iter().sum())
    }
}

/// By the alarm, or by something else for this thread, such as the end of a socket.
fn interrupted(error: &ProgramError) -> bool {
    matches!(error, ProgramError::SyscallError(call) if call.io_error.kind() == io::ErrorKind::Interrupted)
}

fn xdp<'a>(ebpf: &'a mut Ebpf, name: &str) -> Result<&'a mut Xdp> {
    Ok(ebpf.program_mut(name).context("no such program")?.try_into()?)
}
