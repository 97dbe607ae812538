//! What to ask of which server, and what an answer means: without clock or socket.

use std::collections::{BTreeMap, BTreeSet};

use zerocopy::IntoBytes as _;

use super::{RequestPacket, Unused};
use crate::{
    framing::{Framing, Kind, Segment, StreamKey},
    recovery::{
        Lost, MessageRange, Tally,
        plan::{Ask, Limits, Plan},
    },
};

/// Messages asked for at a time, until answers show how many fit a datagram: of ITCH's longest, 50 bytes, 27 fit an
/// Ethernet frame. Lower: more round trips until that is learned. Higher: the first answer comes up short, that is all.
const FIRST_COUNT: u64 = 20;

/// The most asked for at a time. Beyond what a datagram holds of the shortest messages it gains nothing.
const MOST_COUNT: u64 = 1_000;

/// Requests waited for at a time. Lower: a large gap takes more round trips. Higher: the server, or this socket's
/// buffer, is overrun by the answers.
const OUTSTANDING: usize = 32;

/// Missing pieces kept in mind, 10 MB at most. Lower: a great loss is given up that could be had. Higher costs memory.
const PIECES: usize = 65_536;

/// Times one range is asked for of each server, each wait twice the one before. Lower: less loss on the way is borne.
/// Higher: a server that does not answer is asked for longer.
const TRIES: u32 = 5;

/// First wait for an answer. Lower than a server's time to answer: everything is asked for twice. Higher: a lost
/// request costs more.
const RETRY_NS: u64 = 50_000_000;

/// Longest wait for one.
const LONGEST_RETRY_NS: u64 = 1_000_000_000;

/// Sessions whose answers are told from strangers'. A channel has as many streams at most.
const SESSIONS: usize = 64;

/// A request to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// Index of the server.
    pub server: usize,
    /// What to send it.
    pub packet: RequestPacket,
}

/// A request that was sent.
#[derive(Clone, Copy, Debug)]
struct Sent {
    count: u64,
    server: usize,
    /// Servers that said they do not have it, one after the other.
    refusals: usize,
    /// After this it is of no more interest.
    until_ns: u64,
}

/// Asks the re-request servers of one channel, in turn.
#[derive(Debug)]
pub struct Requester {
    plan: Plan,
    servers: usize,
    /// The server that answered last, or that is to be tried next.
    preferred: usize,
    /// By session and first sequence.
    sent: BTreeMap<(StreamKey, u64), Sent>,
    sessions: BTreeSet<StreamKey>,
    /// Messages asked for at a time.
    count: u64,
    tally: Tally,
}

impl Requester {
    /// Of `servers` servers, at least one; a range is asked for for `patience_ns` at most.
    #[must_use]
    pub fn new(servers: usize, patience_ns: u64) -> Self {
        let servers = servers.max(1);
        let plan = Plan::new(Limits {
            count: FIRST_COUNT,
            outstanding: OUTSTANDING,
            pieces: PIECES,
            tries: TRIES.saturating_mul(u32::try_from(servers).unwrap_or(u32::MAX)),
            retry_ns: RETRY_NS,
            longest_retry_ns: LONGEST_RETRY_NS,
            patience_ns,
        });
        Self {
            plan,
            servers,
            preferred: 0,
            sent: BTreeMap::new(),
            sessions: BTreeSet::new(),
            count: FIRST_COUNT,
            tally: Tally::default(),
        }
    }

    /// `range` is missing.
    pub fn wanted(&mut self, range: MessageRange, now_ns: u64) {
        if self.sessions.len() >= SESSIONS && !self.sessions.contains(&range.key) {
            self.sessions.pop_first();
        }
        self.sessions.insert(range.key);
        self.plan.wanted(range, now_ns);
    }

    /// `range` is not missing any more.
    pub fn filled(&mut self, range: MessageRange) {
        self.plan.filled(range);
        self.forget(range);
    }

    /// Forgets requests that lie in `range` altogether.
    fn forget(&mut self, range: MessageRange) {
        let requests = self.sent.range((range.key, range.first)..(range.key, range.end().max(range.first)));
        let within = requests.filter(|((_, first), sent)| first.saturating_add(sent.count) <= range.end());
        let within: Vec<_> = within.map(|(place, _)| *place).collect();
        for place in within {
            self.sent.remove(&place);
        }
    }

    /// The next request that is due; it counts as sent.
    pub fn request(&mut self, now_ns: u64) -> Option<Request> {
        let Ask { range, again } = self.plan.ask(now_ns)?;
        let place = (range.key, range.first);
        let earlier = self.sent.get(&place).copied();
        if let Some(Sent { server, .. }) = earlier
            && server == self.preferred
        {
            self.preferred = (server + 1) % self.servers;
        }
        let server = self.preferred;
        self.forget_old(now_ns);
        let refusals = earlier.map_or(0, |sent| sent.refusals);
        let until_ns = now_ns.saturating_add(2 * LONGEST_RETRY_NS);
        self.sent.insert(place, Sent { count: range.count, server, refusals, until_ns });
        self.tally.requests += 1;
        self.tally.repeated += u64::from(again);
        let mut session = [0; 10];
        session.copy_from_slice(&range.key.0[..10]);
        let count = u16::try_from(range.count).unwrap_or(u16::MAX - 1);
        let packet = RequestPacket { session, sequence: range.first.into(), count: count.into() };
        Some(Request { server, packet })
    }

    /// Keeps what is remembered of requests bounded: by time, and failing that by number.
    fn forget_old(&mut self, now_ns: u64) {
        if self.sent.len() >= 8 * OUTSTANDING {
            self.sent.retain(|_, sent| sent.until_ns > now_ns);
        }
        if self.sent.len() >= 64 * OUTSTANDING {
            self.sent.clear();
        }
    }

    /// An answer of server `server`: whether it is to be handed on.
    ///
    /// # Errors
    /// Why not. It is counted.
    pub fn answer(&mut self, server: usize, datagram: &[u8], now_ns: u64) -> Result<(), Unused> {
        let outcome = self.weigh(server, datagram, now_ns);
        match outcome {
            Ok(()) => self.tally.datagrams += 1,
            Err(cause) => self.unused(cause),
        }
        outcome
    }

    /// Counts something received that was not even looked at.
    pub fn unused(&mut self, cause: Unused) {
        self.tally.unused[cause.index()] += 1;
    }

    fn weigh(&mut self, server: usize, datagram: &[u8], now_ns: u64) -> Result<(), Unused> {
        let segment = Framing::MoldUdp64.segment(datagram).map_err(|_| Unused::Malformed)?;
        if !self.sessions.contains(&segment.key) {
            return Err(Unused::WrongSession);
        }
        if segment.kind != Kind::Data {
            self.refuse(server, &segment, now_ns);
            return Err(Unused::Empty);
        }
        let Segment { key, first, count, .. } = segment;
        let mut missing = 0;
        self.plan.take(MessageRange { key, first, count }, |part| missing += part.count);
        let asked = self.sent.get(&(key, first)).copied().filter(|sent| sent.server == server);
        if let Some(asked) = asked {
            self.sent.remove(&(key, first));
            self.preferred = server;
            self.learn(asked.count, count);
            if let Some(rest) = asked.count.checked_sub(count).filter(|rest| *rest > 0) {
                // Only so much fits a datagram: go on where it ends, at once.
                self.plan.postpone(MessageRange { key, first: first + count, count: rest }, now_ns);
            }
        }
        self.forget(MessageRange { key, first, count });
        if missing > 0 { Ok(()) } else { Err(Unused::Late) }
    }

    /// How many messages fit a datagram: as many as came when more were asked for, at least as many as came else.
    fn learn(&mut self, asked: u64, came: u64) {
        if came < asked {
            self.count = came.max(1);
        } else if asked == self.count {
            self.count = (2 * self.count).min(MOST_COUNT);
        }
        self.plan.limit_count(self.count);
    }

    /// The server has no messages for us: not for the request that it repeats the sequence of, or else for none from
    /// its next sequence on.
    fn refuse(&mut self, server: usize, segment: &Segment, now_ns: u64) {
        let Segment { key, first, .. } = *segment;
        let of_server = |sent: &Sent| sent.server == server;
        let repeats = self.sent.get(&(key, first)).is_some_and(of_server);
        let end = if repeats { first } else { u64::MAX };
        let refused: Vec<(u64, u64, usize)> = self
            .sent
            .range_mut((key, first)..=(key, end))
            .filter(|(_, sent)| of_server(sent))
            .map(|((_, first), sent)| {
                sent.refusals += 1;
                (*first, sent.count, sent.refusals)
            })
            .collect();
        for (first, count, refusals) in refused {
            self.tally.refused += 1;
            let range = MessageRange { key, first, count };
            if refusals % self.servers == 0 {
                self.plan.refused(range, Lost::OutOfRange, now_ns);
            } else {
                self.plan.postpone(range, now_ns); // the next server may have it
            }
        }
    }

    /// Takes out something that is given up, counted.
    pub fn give_up(&mut self, now_ns: u64) -> Option<(MessageRange, Lost)> {
        let (range, cause) = self.plan.give_up(now_ns, Lost::Unanswered)?;
        self.tally.give_up(cause, range.count);
        Some((range, cause))
    }

    /// When there is something to do next; `u64::MAX` when nothing is missing.
    #[must_use]
    pub fn due_ns(&self) -> u64 {
        self.plan.ask_ns().min(self.plan.give_up_ns())
    }

    /// What happened so far.
    #[must_use]
    pub const fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The counters, for what happens outside.
    pub(super) const fn tally_mut(&mut self) -> &mut Tally {
        &mut self.tally
    }
}

impl Request {
    /// The bytes to send.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.packet.as_bytes()
    }
}
