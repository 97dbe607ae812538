//! The recovery thread: it owns the clients and their sockets, so that the worker makes no system call for them.

use std::{
    os::fd::BorrowedFd,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    time::{Duration, Instant},
};

use nix::{
    poll::{PollFd, PollFlags, ppoll},
    sys::time::TimeSpec,
};

use super::{Answers, Client, Form, Joiner, MessageRange, Notice, Reply, Tally, ThreadEnd};
use crate::{framing::StreamKey, recovery::Lost};

/// Longest sleep: the worker cannot wake this thread without a system call, so it looks. Shorter costs wake-ups;
/// longer adds to the time each recovery takes.
const LOOK: Duration = Duration::from_micros(500);

/// Answers there must be room for before a client is let near its socket. With less, the answers stay with the kernel
/// until the worker has caught up. What one client reads at once and has no room waits with the thread.
const ROOM: usize = 64;

/// Longest wait for what a desk has counted. It looks every [`LOOK`]; lower: one that was kept off its CPU is taken to be
/// stuck. Higher: so long nothing else is asked.
const ANSWERED: Duration = Duration::from_secs(2);

/// Who asks for a channel.
pub enum Source {
    /// For ranges that are missing.
    Client(Box<dyn Client + Send>),
    /// For the state of a stream joined late.
    Joiner(Box<dyn Joiner + Send>),
}

impl Source {
    fn service(&mut self, now_ns: u64, answers: &mut dyn Answers) -> u64 {
        match self {
            Self::Client(client) => client.service(now_ns, answers),
            Self::Joiner(joiner) => joiner.service(now_ns, answers),
        }
    }

    fn socket(&self) -> Option<BorrowedFd<'_>> {
        match self {
            Self::Client(client) => client.socket(),
            Self::Joiner(joiner) => joiner.socket(),
        }
    }

    /// What happened so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        match self {
            Self::Client(client) => client.tally(),
            Self::Joiner(joiner) => joiner.tally(),
        }
    }
}

/// What the thread counts of what it handed to the worker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Handed {
    /// Datagrams handed over.
    pub datagrams: u64,
    /// Snapshot messages handed over.
    pub snapshot_messages: u64,
    /// Datagrams and snapshot messages that are too long: not handed over.
    pub undelivered: u64,
}

impl Handed {
    /// Adds what another thread counted.
    pub fn add(&mut self, other: &Self) {
        self.datagrams += other.datagrams;
        self.snapshot_messages += other.snapshot_messages;
        self.undelivered += other.undelivered;
    }
}

/// What the clients of one worker or of all did.
#[derive(Clone, Debug, Default)]
pub struct Services {
    /// What each client counted, with the index of its channel.
    pub tallies: Vec<(usize, Tally)>,
    /// What was handed to the workers.
    pub handed: Handed,
}

/// The clients of all channels of one worker, and the thread's end of the mailbox.
pub struct Desk {
    mail: ThreadEnd,
    sources: Vec<(usize, Source)>,
    handed: Handed,
    asked: Option<Receiver<Sender<Services>>>,
}

/// Asks a desk what it has counted, while it works.
#[derive(Debug)]
pub struct Enquiry(Sender<Sender<Services>>);

impl Enquiry {
    /// What was counted until now; `None` when the desk has ended.
    ///
    /// # Errors
    /// It does not answer.
    pub fn services(&self) -> Result<Option<Services>, RecvTimeoutError> {
        let (answer, answered) = mpsc::channel();
        if self.0.send(answer).is_err() {
            return Ok(None);
        }
        match answered.recv_timeout(ANSWERED) {
            Ok(services) => Ok(Some(services)),
            Err(RecvTimeoutError::Disconnected) => Ok(None),
            Err(error @ RecvTimeoutError::Timeout) => Err(error),
        }
    }
}

impl Desk {
    /// `sources` with the index of their channels.
    #[must_use]
    pub fn new(mail: ThreadEnd, sources: Vec<(usize, Source)>) -> Self {
        Self { mail, sources, handed: Handed::default(), asked: None }
    }

    /// The way to ask it, from when it is moved to its thread.
    pub fn enquiry(&mut self) -> Enquiry {
        let (asks, asked) = mpsc::channel();
        self.asked = Some(asked);
        Enquiry(asks)
    }

    /// Works until `stop`.
    pub fn run(&mut self, stop: &AtomicBool) {
        let begun = Instant::now();
        let now_ns = || u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
        while !stop.load(Ordering::Relaxed) {
            let next_ns = self.turn(now_ns());
            self.tell();
            let most = Duration::from_nanos(next_ns.saturating_sub(now_ns())).min(LOOK);
            self.sleep(most);
        }
    }

    /// Reads the mail, and lets every client do what is due. Returns when to call again at the latest.
    pub fn turn(&mut self, now_ns: u64) -> u64 {
        while let Some(notice) = self.mail.notice() {
            self.note(notice, now_ns);
        }
        self.mail.retry();
        let Self { mail, sources, handed, asked: _ } = self;
        let mut next_ns = u64::MAX;
        for (channel, source) in sources {
            if mail.room() < ROOM {
                return now_ns;
            }
            let mut answers = ToWorker { channel: *channel, mail, handed };
            next_ns = next_ns.min(source.service(now_ns, &mut answers));
        }
        next_ns
    }

    fn tell(&self) {
        for answer in self.asked.iter().flat_map(Receiver::try_iter) {
            // Who does not wait any more needs no answer.
            let _gone = answer.send(self.services());
        }
    }

    fn note(&mut self, notice: Notice, now_ns: u64) {
        let (Notice::Wanted { channel, .. }
        | Notice::Filled { channel, .. }
        | Notice::Joined { channel, .. }) = notice;
        let sources = self.sources.iter_mut().filter(|(of, _)| *of == channel).map(|(_, source)| source);
        match notice {
            Notice::Joined { key, oldest, .. } => join(sources, key, oldest, now_ns),
            Notice::Wanted { range, .. } => sources.for_each(|source| {
                if let Source::Client(client) = source {
                    client.wanted(range, now_ns);
                }
            }),
            Notice::Filled { range, .. } => sources.for_each(|source| {
                if let Source::Client(client) = source {
                    client.filled(range);
                }
            }),
        }
    }

    fn sleep(&self, most: Duration) {
        let sockets = self.sources.iter().filter_map(|(_, source)| source.socket());
        let mut sockets: Vec<PollFd<'_>> = sockets.map(|fd| PollFd::new(fd, PollFlags::POLLIN)).collect();
        // An interruption is as good as having slept.
        let _ready = ppoll(&mut sockets, Some(TimeSpec::from_duration(most)), None);
    }

    /// What was counted so far.
    #[must_use]
    pub fn services(&self) -> Services {
        let tallies = self.sources.iter().map(|(channel, source)| (*channel, source.tally()));
        Services { tallies: tallies.collect(), handed: self.handed }
    }
}

/// Asks whoever serves the stream, once. Where nobody does the last one says so: the stream has to begin without.
fn join<'a>(sources: impl Iterator<Item = &'a mut Source>, key: StreamKey, oldest: u64, now_ns: u64) {
    let mut asked = None;
    for source in sources {
        if let Source::Joiner(joiner) = source {
            let serves = joiner.serves(key);
            asked = Some(joiner);
            if serves {
                break;
            }
        }
    }
    if let Some(joiner) = asked {
        joiner.join(key, oldest, now_ns);
    }
}

/// Hands what a client obtains to the worker.
struct ToWorker<'a> {
    channel: usize,
    mail: &'a mut ThreadEnd,
    handed: &'a mut Handed,
}

impl Answers for ToWorker<'_> {
    fn datagram(&mut self, datagram: &[u8]) {
        if self.mail.send(datagram, Form::Datagram(self.channel)) {
            self.handed.datagrams += 1;
        } else {
            self.handed.undelivered += 1;
        }
    }

    fn begin(&mut self, key: StreamKey) {
        self.mail.say(Reply::Begin { channel: self.channel, key });
    }

    fn snapshot(&mut self, key: StreamKey, message: &[u8]) {
        if self.mail.send(message, Form::Snapshot(self.channel, key)) {
            self.handed.snapshot_messages += 1;
        } else {
            self.handed.undelivered += 1;
        }
    }

    fn join(&mut self, key: StreamKey, next: u64) {
        self.mail.say(Reply::Join { channel: self.channel, key, next });
    }

    fn gave_up(&mut self, range: MessageRange, _cause: Lost) {
        self.mail.say(Reply::GaveUp { channel: self.channel, range });
    }
}
