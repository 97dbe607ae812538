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
        Kicks, Live,
        af_xdp::{AfXdp, PortCount},
    },
};

/// Commands and answers that may be under way: one of each, and sockets that are handed back meanwhile. Lower: sockets
/// wait with the worker until those before them are taken. Higher costs memory.
const ROOM: usize = 16;

/// Between two looks whether the worker has answered, which it does within a batch. Shorter costs CPU, longer delays
/// whoever adds many lines.
const LOOK: Duration = Duration::from_micros(50);

/// What the worker is to do.
#[expect(clippy::large_enum_variant, reason = "a box would have to be freed on the worker's thread")]
pub enum Command<S: Live = AfXdp> {
    /// Take in a channel.
    OpenChannel {
        /// Its name.
        name: Box<str>,
        /// The channel.
        channel: Channel<S::Frame>,
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
    /// What only its source can do.
    Source(S::Order),
    /// Write down what was counted.
    Count(Box<Counts<S::Port>>),
}

impl<S: Live> std::fmt::Debug for Command<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::OpenChannel { .. } => "OpenChannel",
            Self::OpenLine { .. } => "OpenLine",
            Self::CloseLine { .. } => "CloseLine",
            Self::Source(_) => "Source",
            Self::Count(_) => "Count",
        })
    }
}

/// What a worker has counted.
#[derive(Clone, Debug)]
pub struct Counts<P = PortCount> {
    /// In the pipeline.
    pub account: Account,
    /// Packets taken when writing down began, and when it ended.
    pub packets: (u64, u64),
    /// By socket: what it brought, and what the kernel counted of it.
    pub ports: Vec<P>,
    /// What was done against stalls.
    pub kicks: Kicks,
    /// Times the kernel put its thread off its CPU for another.
    pub preempted: u64,
    /// From the XDP program's stamp to the sink, over all channels. An empty one brings the room; `None` is not wanted.
    pub latency: Option<Latency>,
}

impl<P> Default for Counts<P> {
    fn default() -> Self {
        Self {
            account: Account::default(),
            packets: (0, 0),
            ports: Vec::new(),
            kicks: Kicks::default(),
            preempted: 0,
            latency: None,
        }
    }
}

/// What comes back with an answer.
pub enum Returned<S: Live = AfXdp> {
    /// Nothing.
    Nothing,
    /// The channel's name.
    Name(Box<str>),
    /// Memory of fewer lines.
    Room(Room),
    /// What the source has no more use for.
    Spent(S::Spent),
    /// Written down.
    Counts(Box<Counts<S::Port>>),
}

/// What the worker says.
pub(super) enum Answer<S: Live> {
    /// The command is carried out.
    Done(Returned<S>),
    /// A socket is read no more.
    Left(S::Left),
}

/// The worker's end.
pub struct WorkerEnd<S: Live = AfXdp> {
    pub(super) commands: Consumer<Command<S>>,
    pub(super) answers: Producer<Answer<S>>,
}

/// The control plane's end.
pub struct ControlEnd<S: Live = AfXdp> {
    commands: Producer<Command<S>>,
    answers: Consumer<Answer<S>>,
    left: Vec<S::Left>,
}

/// Makes both ends.
#[must_use]
pub fn mailbox<S: Live>() -> (WorkerEnd<S>, ControlEnd<S>) {
    let (commands, to_obey) = RingBuffer::new(ROOM);
    let (answers, to_read) = RingBuffer::new(ROOM);
    (WorkerEnd { commands: to_obey, answers }, ControlEnd { commands, answers: to_read, left: Vec::new() })
}

impl<S: Live> ControlEnd<S> {
    /// Has the worker carry out `command`, and waits until it has. `over` says that it will not any more.
    ///
    /// # Errors
    /// When it is over.
    pub fn ask(&mut self, command: Command<S>, over: impl Fn() -> bool) -> Result<Returned<S>> {
        let Ok(()) = self.commands.push(command) else {
            // One command at a time: only a worker that is gone leaves them there.
            bail!("the receiver is stopping");
        };
        loop {
            match self.answers.pop() {
                Ok(Answer::Done(returned)) => return Ok(returned),
                Ok(Answer::Left(left)) => self.left.push(left),
                Err(_) if over() => bail!("the receiver is stopping"),
                Err(_) => thread::sleep(LOOK),
            }
        }
    }

    /// Sockets that were handed back since the last call.
    pub fn left(&mut self) -> Vec<S::Left> {
        while let Ok(answer) = self.answers.pop() {
            if let Answer::Left(left) = answer {
                self.left.push(left);
            }
        }
        std::mem::take(&mut self.left)
    }
}
