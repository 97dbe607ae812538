//! Between the control plane and the worker: two bounded rings of one producer and one consumer. The worker reads its
//! ring between two batches and never waits; the control plane gives it one thing to do at a time and waits for the
//! answer.
//!
//! Memory goes both ways: what the worker needs comes with the command, what it has no more use for goes back with
//! the answer, so that it neither allocates nor frees.

use std::{thread, time::Duration};

use anyhow::{Result, bail};
use rtrb::{Consumer, Producer, RingBuffer};

use crate::{
    arbiter::Room,
    latency::Latency,
    pipeline::{Account, Channel},
    source::{
        af_xdp::{ClosedPort, PortCounters},
        stall::{Kicks, Watched},
    },
    xsk::{Frame, Socket, SocketStatistics},
};

/// Commands and answers that may be under way: one of each, and sockets that are handed back meanwhile. Lower: sockets
/// wait with the worker until those before them are taken. Higher costs memory.
const ROOM: usize = 16;

/// Between two looks whether the worker has answered, which it does within a batch. Shorter costs CPU, longer delays
/// whoever adds many lines.
const LOOK: Duration = Duration::from_micros(50);

/// What the worker is to do.
#[expect(clippy::large_enum_variant, reason = "a box would have to be freed on the worker's thread")]
pub enum Command {
    /// Take in a channel.
    OpenChannel {
        /// Its name.
        name: Box<str>,
        /// The channel.
        channel: Channel<Frame>,
    },
    /// Take in a line.
    OpenLine {
        /// Its index.
        line: u16,
        /// What its frames say beside the index.
        generation: u8,
        /// Its channel, and its place there.
        place: (usize, usize),
        /// Room for more places than the channel has.
        room: Option<Room>,
    },
    /// The XDP programs know the line no more since `at_ns`: take what came until then, and nothing after.
    CloseLine {
        /// Its index.
        line: u16,
        /// In the time of the receive stamps.
        at_ns: u64,
    },
    /// Read one more socket.
    OpenPort {
        /// Its number: free, or the next.
        port: u16,
        /// The socket.
        socket: Socket,
    },
    /// The socket's interface is gone: read what is left, then hand it back.
    ClosePort {
        /// Its number.
        port: u16,
    },
    /// Guard an interface that came back against stalls.
    Guard(Watched),
    /// Write down what was counted.
    Count(Box<Counts>),
}

impl std::fmt::Debug for Command {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::OpenChannel { .. } => "OpenChannel",
            Self::OpenLine { .. } => "OpenLine",
            Self::CloseLine { .. } => "CloseLine",
            Self::OpenPort { .. } => "OpenPort",
            Self::ClosePort { .. } => "ClosePort",
            Self::Guard(_) => "Guard",
            Self::Count(_) => "Count",
        })
    }
}

/// What a worker has counted.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// In the pipeline.
    pub account: Account,
    /// Packets taken when writing down began, and when it ended.
    pub packets: (u64, u64),
    /// By the number of the socket: what it brought, and what the kernel counted of it.
    pub ports: Vec<(u16, PortCounters, Option<SocketStatistics>)>,
    /// What was done against stalls.
    pub kicks: Kicks,
    /// From the XDP program's stamp to the sink, over all channels. An empty one brings the room; `None` is not wanted.
    pub latency: Option<Latency>,
}

/// What comes back with an answer.
#[derive(Debug)]
pub enum Returned {
    /// Nothing.
    Nothing,
    /// The channel's name.
    Name(Box<str>),
    /// Memory of fewer lines.
    Room(Room),
    /// What guarded the interface before.
    Watched(Watched),
    /// Written down.
    Counts(Box<Counts>),
}

/// What the worker says.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a box would have to be allocated on the worker's thread")]
pub(super) enum Answer {
    /// The command is carried out.
    Done(Returned),
    /// A socket is read no more.
    Closed(ClosedPort),
}

/// The worker's end.
#[derive(Debug)]
pub struct WorkerEnd {
    pub(super) commands: Consumer<Command>,
    pub(super) answers: Producer<Answer>,
}

/// The control plane's end.
#[derive(Debug)]
pub struct ControlEnd {
    commands: Producer<Command>,
    answers: Consumer<Answer>,
    closed: Vec<ClosedPort>,
}

/// Makes both ends.
#[must_use]
pub fn mailbox() -> (WorkerEnd, ControlEnd) {
    let (commands, to_obey) = RingBuffer::new(ROOM);
    let (answers, to_read) = RingBuffer::new(ROOM);
    (WorkerEnd { commands: to_obey, answers }, ControlEnd { commands, answers: to_read, closed: Vec::new() })
}

impl ControlEnd {
    /// Has the worker carry out `command`, and waits until it has. `over` says that it will not any more.
    ///
    /// # Errors
    /// When it is over.
    pub fn ask(&mut self, command: Command, over: impl Fn() -> bool) -> Result<Returned> {
        let Ok(()) = self.commands.push(command) else {
            // One command at a time: only a worker that is gone leaves them there.
            bail!("the receiver is stopping");
        };
        loop {
            match self.answers.pop() {
                Ok(Answer::Done(returned)) => return Ok(returned),
                Ok(Answer::Closed(port)) => self.closed.push(port),
                Err(_) if over() => bail!("the receiver is stopping"),
                Err(_) => thread::sleep(LOOK),
            }
        }
    }

    /// Sockets that were handed back since the last call.
    pub fn closed(&mut self) -> Vec<ClosedPort> {
        while let Ok(answer) = self.answers.pop() {
            if let Answer::Closed(port) = answer {
                self.closed.push(port);
            }
        }
        std::mem::take(&mut self.closed)
    }
}
