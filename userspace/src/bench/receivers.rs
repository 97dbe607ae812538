//! A receiver for each path, set up and not yet running.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, ensure};

use super::{
    bed::{RECEIVING, STATE_DIR},
    consumer::Consumer,
    feed::DESTINATION,
    generator::Sentry,
    path::{Path, Way},
    trial::{Signals, Tally, work},
};
use crate::{
    arbiter::Limits,
    clock::Clock,
    codec::Codec,
    config::Protocol,
    framing::Framing,
    nic::{Deferral, Interface},
    pipeline::Pipeline,
    program::{AttachMode, Match, Program, ProgramConfig},
    sink::{CopyMessages, Sink},
    source::{
        Live, LiveLine, Receiving,
        af_xdp::AfXdp,
        io_uring::IoUring,
        packet_mmap::PacketMmap,
        sockets::{Reading, RecvCopy, Sockets},
    },
    worker::{Wait, Worker},
    xsk::{self, BindError, BindMode, Memory, Socket, SocketConfig},
};

const FRAME_SIZE: u32 = 2048;
const BATCH: usize = 64;

/// Datagrams that can wait beside those in frames: as many as the reorder window has, for sources that hold none.
const ARENA_SLOTS: u32 = 2048;

/// How long the kernel may take to let go of a queue and of huge pages whose socket was closed, which it does in the background.
const QUEUE_WAIT: Duration = Duration::from_secs(2);

/// Between two looks of a receiver that has nothing to do whether it is over.
const LOOK: Duration = Duration::from_millis(5);

/// What a receiver is to be like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// The path, and how it waits.
    pub(super) way: Way,
    /// Messages in a packet.
    pub(super) messages: u64,
    /// Measure latency.
    pub(super) latency: bool,
    /// Bytes of frames or of the receive buffer.
    pub(super) memory: u32,
    /// Frames in huge pages.
    pub(super) huge_pages: bool,
}

/// A receiver that is set up, to be run on a thread of its own. Nothing of it stays when it is dropped.
pub(super) struct Receiver(Box<Receive>);

type Receive = dyn FnOnce(&Signals) -> Result<Tally> + Send;

/// Why a path cannot be had here, in a sentence.
#[derive(Debug)]
pub(super) struct Unavailable(pub(super) String);

impl Receiver {
    /// Sets a receiver up.
    ///
    /// # Errors
    /// [`Unavailable`] inside, where the kernel or the driver has no such path; outside, any other reason.
    pub(super) fn set_up(wanted: Wanted) -> Result<Result<Self, Unavailable>> {
        let Way { path, wait } = wanted.way;
        let lines =
            [LiveLine { interface: RECEIVING.into(), vlan: None, source: None, destination: DESTINATION }];
        let memory = wanted.memory;
        let receiving = Receiving {
            wait,
            receive_buffer: memory as usize,
            buffers: (memory / FRAME_SIZE) as usize,
            ..Receiving::default()
        };
        let sockets = |reading| -> Result<Self> {
            Ok(Self::working(Sockets::open(&lines, reading, &receiving)?, wanted, Wanted::consumer, |kept| {
                kept
            }))
        };
        Ok(Ok(match path {
            Path::RecvCopy => {
                let source = RecvCopy::open_copying(&lines, &receiving)?;
                let consumer = |wanted| CopyMessages::before(Wanted::consumer(wanted));
                Self::working(source, wanted, consumer, CopyMessages::into_next)
            }
            Path::Recv => sockets(Reading::Recv)?,
            Path::Recvmsg => sockets(Reading::RecvMsg)?,
            Path::Recvmmsg => sockets(Reading::RecvMmsg)?,
            Path::IoUring => match IoUring::open(&lines, &receiving) {
                Ok(source) => Self::working(source, wanted, Wanted::consumer, |kept| kept),
                Err(error) => return Ok(Err(Unavailable(format!("{error:#}")))),
            },
            Path::PacketMmap => {
                let source = PacketMmap::open(&lines, &receiving)?;
                Self::working(source, wanted, Wanted::consumer, |kept| kept)
            }
            Path::AfXdpGeneric | Path::AfXdpCopy | Path::AfXdpZeroCopy | Path::AfXdpBare => {
                match af_xdp(wanted)? {
                    Ok((bound, socket)) if path == Path::AfXdpBare => Self::bare(bound, socket),
                    Ok((bound, socket)) => {
                        let mut source = AfXdp::new(BATCH, false, 1);
                        source.add(socket);
                        source.open_line(0, 0);
                        let Self(work) = Self::working(source, wanted, Wanted::consumer, |kept| kept);
                        Self(Box::new(move |signals| {
                            let tally = work(signals);
                            drop(bound);
                            tally
                        }))
                    }
                    Err(unavailable) => return Ok(Err(unavailable)),
                }
            }
            Path::XdpDrop => Self::dropping(Sentry::dropping(RECEIVING)?),
        }))
    }

    /// Receives until nothing is sent, and nothing comes any more.
    ///
    /// # Errors
    /// What ends a source.
    pub(super) fn receive(self, signals: &Signals) -> Result<Tally> {
        (self.0)(signals)
    }

    /// A source through the pipeline.
    fn working<S: Live + 'static, K: Sink + Send + 'static>(
        source: S,
        wanted: Wanted,
        consumer: fn(Wanted) -> K,
        consumed: fn(K) -> Consumer,
    ) -> Self {
        let wait = wanted.way.wait;
        let worker = Worker::new(source, pipeline(consumer(wanted)), false, wait);
        Self(Box::new(move |signals| work(worker, wait, signals, consumed)))
    }

    /// Frames given back untouched.
    fn bare(bound: Bound, mut socket: Socket) -> Self {
        Self(Box::new(move |signals| {
            let mut packets = 0;
            let pass = |socket: &mut Socket| {
                let taken = socket.discard();
                packets += taken as u64;
                Ok(taken)
            };
            let idle = |_: &mut Socket| {
                std::hint::spin_loop();
                Ok(())
            };
            let (busy, batches) = signals.until_drained(&mut socket, pass, idle)?;
            drop(bound);
            Ok(Tally { packets, busy, batches, ..Tally::default() })
        }))
    }

    /// A program that drops.
    fn dropping(sentry: Sentry) -> Self {
        Self(Box::new(move |signals| {
            while !signals.stopped() {
                thread::sleep(LOOK);
            }
            Ok(Tally { packets: sentry.dropped()?, ..Tally::default() })
        }))
    }
}

impl Wanted {
    fn consumer(self) -> Consumer {
        Consumer::new(self.messages, self.latency)
    }
}

/// What stays in place while a socket is received from.
struct Bound {
    _program: Program,
    _deferral: Option<Deferral>,
}

/// A program and a socket in the mode a path is named for.
fn af_xdp(wanted: Wanted) -> Result<Result<(Bound, Socket), Unavailable>> {
    let Wanted { way: Way { path, wait }, memory, huge_pages, .. } = wanted;
    let interface = Interface::open(RECEIVING).map_err(|failure| anyhow!("{failure}"))?;
    let config = ProgramConfig {
        queues: 1,
        groups: 1,
        timestamps: false,
        clock: Clock::Monotonic,
        sources_first: false,
        frags: false,
        trace: false,
    };
    let mut program = Program::load(config)?;
    let matched = Match { destination: DESTINATION, source: None, vlan: None, index: 0, generation: 0 };
    program.set_matches(&[matched])?;
    let frames = memory / FRAME_SIZE;
    let sizes = SocketConfig { frames, frame_size: FRAME_SIZE, rx_ring: frames, batch: BATCH };
    let memory = Memory { huge_pages, ..Memory::default() };
    let mode = BindMode { zero_copy: path == Path::AfXdpZeroCopy, memory, ..BindMode::default() };
    let begun = Instant::now();
    let bound = loop {
        match Socket::bind_all(RECEIVING, &[0], mode, sizes) {
            Err((_, error)) if error.errno() == Some(libc::EBUSY) && begun.elapsed() < QUEUE_WAIT => {
                thread::sleep(LOOK);
            }
            // For half the time, so that the queue just taken in vain is free again for the last try.
            Ok(bound) if !bound.remarks.is_empty() && begun.elapsed() < QUEUE_WAIT / 2 => {
                drop(bound);
                thread::sleep(LOOK);
            }
            bound => break bound,
        }
    };
    let xsk::Sockets { mut sockets, remarks } = match bound {
        Ok(bound) => bound,
        Err((_, error @ BindError::Bind(_))) if path == Path::AfXdpZeroCopy => {
            return Ok(Err(Unavailable(format!("the driver has no zero-copy: {error}"))));
        }
        Err((_, error)) => return Err(error).context("cannot set up AF_XDP"),
    };
    // What was not asked for is not measured.
    ensure!(remarks.is_empty(), "{}", remarks.join("; "));
    let mut socket = sockets.pop().context("no socket was made")?;
    let deferral = match wait {
        Wait::BusyPoll => {
            let polling = Arc::default();
            socket.prepare_busy_poll(&polling).context("cannot busy-poll (Linux 5.11 needed)")?;
            // Before the first packet, which `run` waits for: whether anything is polled is seen by the kernel's count.
            let deferral = Deferral::set(&interface, STATE_DIR.as_ref())?;
            polling.begin();
            Some(deferral)
        }
        Wait::Spin | Wait::Poll => None,
    };
    program.set_socket(0, &socket)?;
    let mode = if path == Path::AfXdpGeneric { AttachMode::Generic } else { AttachMode::Native };
    program.attach(&interface, mode)?;
    Ok(Ok((Bound { _program: program, _deferral: deferral }, socket)))
}

/// One channel of one line, as `run` has it unless told otherwise.
fn pipeline<F, K: Sink>(sink: K) -> Pipeline<F, K> {
    let mut pipeline = Pipeline::new(sink, ARENA_SLOTS);
    let protocol = Protocol { framing: Framing::MoldUdp64, codec: Some(Codec::Itch50) };
    pipeline.add_channel("bench", protocol, Limits::new(protocol.framing.facts(), 1));
    pipeline.add_line(0, 0);
    pipeline
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        bench::{generator::Sent, trial::Outcome},
        source::testing::Scripted,
    };

    /// Messages in a packet.
    const MESSAGES: u64 = 4;

    /// The packet of this number.
    fn packet(number: u64) -> Vec<u8> {
        let mut packet = b"BENCH     ".to_vec();
        packet.extend((number * MESSAGES + 1).to_be_bytes());
        packet.extend((MESSAGES as u16).to_be_bytes());
        packet.extend([0, 1, b'x'].repeat(MESSAGES as usize));
        packet
    }

    /// A trial in which of `sent` packets these were received.
    fn trial(sent: u64, received: &[u64]) -> Outcome {
        let source = Scripted::new(received.iter().map(|number| Ok(vec![packet(*number)])));
        let worker = Worker::new(source, pipeline(Consumer::new(MESSAGES, false)), false, Wait::Spin);
        let received = work(worker, Wait::Spin, &Signals::over(), |consumer| consumer).unwrap();
        Outcome {
            sent: Sent { packets: sent, ..Sent::default() },
            received,
            softirq: Duration::ZERO,
            polled: false,
        }
    }

    #[test]
    fn what_a_trial_lost_is_told_in_gaps() {
        let outcome = trial(6, &[0, 1, 4, 5]);
        let Tally { packets, messages, messages_lost, refused, .. } = outcome.received;
        assert_eq!((packets, messages, messages_lost, refused), (4, 16, 8, 0));
        assert!(outcome.adds_up(MESSAGES));
    }

    /// It could be a reset, and no packet comes that would show that it was none.
    #[test]
    fn what_follows_a_great_loss_at_the_end_is_in_doubt_and_no_loss() {
        let outcome = trial(1_000, &[0, 1, 998]);
        let Tally { packets, messages, messages_lost, refused, .. } = outcome.received;
        assert_eq!((packets, messages, messages_lost, refused), (3, 8, 0, 4));
        assert!(outcome.adds_up(MESSAGES));
        let outcome = trial(1_000, &[0, 1, 998, 999]);
        assert_eq!((outcome.received.messages, outcome.received.refused), (16, 0), "the next one showed it");
        assert!(outcome.adds_up(MESSAGES));
    }

    #[test]
    fn a_message_too_few_or_a_gap_too_large_does_not_add_up() {
        for (messages, messages_lost, refused, adds_up) in
            [(8, 4, 0, true), (4, 0, 4, true), (7, 4, 0, false), (8, 0, 4, false), (8, 5, 0, false)]
        {
            let received = Tally { packets: 2, messages, messages_lost, refused, ..Tally::default() };
            let outcome = Outcome { received, ..trial(3, &[]) };
            assert_eq!(outcome.adds_up(MESSAGES), adds_up, "{messages} {messages_lost} {refused}");
        }
    }
}
