//! A receiver for each path, set up and not yet running.

use anyhow::{Context, Result, anyhow};

use super::{
    bed::RECEIVING,
    consumer::Consumer,
    feed::DESTINATION,
    generator::Sentry,
    path::{Path, Way},
    trial::{Signals, Tally, work},
};
use crate::{
    arbiter::{Limits, OnGap, Start},
    clock::Clock,
    codec::Codec,
    config::Protocol,
    framing::Framing,
    nic::Interface,
    pipeline::Pipeline,
    program::{AttachMode, Match, Program, ProgramConfig},
    source::{Live, af_xdp::AfXdp},
    worker::{Wait, Worker},
    xsk::{BindError, Socket, SocketConfig},
};

/// Memory of a receiver's frames or receive buffer, in bytes: what `run` has for a socket.
pub(super) const MEMORY: u32 = 16 << 20;

const FRAME_SIZE: u32 = 2048;
const BATCH: usize = 64;

/// What a receiver is to be like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// The path, and how it waits.
    pub(super) way: Way,
    /// Messages in a packet.
    pub(super) messages: u64,
    /// Measure latency.
    pub(super) latency: bool,
}

/// A receiver that is set up. Nothing of it stays when it is dropped.
pub(super) enum Receiving {
    /// AF_XDP through the pipeline.
    AfXdp(Box<(Program, Worker<AfXdp, Consumer>)>, Wait),
    /// AF_XDP, frames given back untouched.
    Bare(Program, Box<Socket>),
    /// A program that drops.
    Dropping(Sentry),
}

/// Why a path cannot be had here, in a sentence.
#[derive(Debug)]
pub(super) struct Unavailable(pub(super) String);

impl Receiving {
    /// Sets a receiver up.
    ///
    /// # Errors
    /// [`Unavailable`] inside, where the kernel or the driver has no such path; outside, any other reason.
    pub(super) fn set_up(wanted: Wanted) -> Result<Result<Self, Unavailable>> {
        let Way { path, wait } = wanted.way;
        Ok(Ok(match path {
            Path::XdpDrop => Self::Dropping(Sentry::dropping(RECEIVING)?),
            Path::AfXdpBare => match af_xdp(path)? {
                Ok((program, socket)) => Self::Bare(program, Box::new(socket)),
                Err(unavailable) => return Ok(Err(unavailable)),
            },
            Path::AfXdpGeneric | Path::AfXdpCopy | Path::AfXdpZeroCopy => match af_xdp(path)? {
                Ok((program, socket)) => {
                    let mut source = AfXdp::new(BATCH, false, 1);
                    source.add(socket);
                    source.open_line(0, 0);
                    let worker = Worker::new(source, pipeline(wanted), false, wait);
                    Self::AfXdp(Box::new((program, worker)), wait)
                }
                Err(unavailable) => return Ok(Err(unavailable)),
            },
            _ => return Ok(Err(Unavailable("not built yet".into()))),
        }))
    }

    /// Receives until nothing is sent, and nothing comes any more.
    ///
    /// # Errors
    /// What ends a source.
    pub(super) fn receive(self, signals: &Signals) -> Result<Tally> {
        match self {
            Self::AfXdp(both, wait) => work(both.1, wait, signals, |consumer| consumer),
            Self::Bare(_program, mut socket) => {
                let mut packets = 0;
                let pass = |socket: &mut Box<Socket>| {
                    let taken = socket.discard();
                    packets += taken as u64;
                    Ok(taken)
                };
                let (busy, batches) =
                    signals.until_drained(&mut socket, pass, |_| Ok(std::hint::spin_loop()))?;
                Ok(Tally { packets, busy, batches, ..Tally::default() })
            }
            Self::Dropping(sentry) => {
                while !signals.stopped() {
                    std::thread::sleep(std::time::Duration::from_millis(5));
                }
                Ok(Tally { packets: sentry.dropped()?, ..Tally::default() })
            }
        }
    }
}

/// A program and a socket in the mode a path is named for.
fn af_xdp(path: Path) -> Result<Result<(Program, Socket), Unavailable>> {
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
    let wanted = Match { destination: DESTINATION, source: None, vlan: None, index: 0, generation: 0 };
    program.set_matches(&[wanted])?;
    let frames = MEMORY / FRAME_SIZE;
    let sizes = SocketConfig { frames, frame_size: FRAME_SIZE, rx_ring: frames, batch: BATCH };
    let socket = match Socket::bind(RECEIVING, 0, path == Path::AfXdpZeroCopy, sizes) {
        Ok(socket) => socket,
        Err(error @ BindError::Bind(_)) if path == Path::AfXdpZeroCopy => {
            return Ok(Err(Unavailable(format!("the driver has no zero-copy: {error}"))));
        }
        Err(error) => return Err(error).context("cannot set up AF_XDP"),
    };
    program.set_socket(0, &socket)?;
    let mode = if path == Path::AfXdpGeneric { AttachMode::Generic } else { AttachMode::Native };
    program.attach(&interface, mode)?;
    Ok(Ok((program, socket)))
}

/// One channel of one line, as `run` has it unless told otherwise.
fn pipeline<F>(wanted: Wanted) -> Pipeline<F, Consumer> {
    let mut pipeline = Pipeline::new(Consumer::new(wanted.messages, wanted.latency), 1024);
    let protocol = Protocol { framing: Framing::MoldUdp64, codec: Some(Codec::Itch50) };
    let facts = protocol.framing.facts();
    let limits = Limits {
        lines: 1,
        start: Start::First,
        origin: facts.origin,
        window_packets: 2048,
        window_ns: 10_000_000,
        max_streams: 64,
        max_jump: 512,
        parallel: facts.parallel,
        sequence_bits: facts.sequence_bits,
        on_gap: OnGap::Skip,
        recover_ns: 0,
        silence_ns: facts.silence_ns,
    };
    pipeline.add_channel("bench", protocol, limits);
    pipeline.add_line(0, 0);
    pipeline
}
