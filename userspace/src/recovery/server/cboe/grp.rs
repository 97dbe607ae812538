//! A Gap Request Proxy.

use std::{collections::VecDeque, sync::Arc};

use super::door::Door;
use crate::recovery::{
    cboe::{
        Credentials, GapStatus, key,
        quota::{Exhausted, Quota, Quotas},
        units::{self, Writer},
        wire::{GapRequest, GapResponse, Layout},
    },
    fault::Fault,
    server::Session,
    store::Store,
    stream::Hangup,
};

/// Requests of one connection that may wait for their answer, 1,024: three seconds of what the specification allows.
/// Lower refuses bursts that are allowed; higher only lets a client that does not wait fill memory.
const WAITING: usize = 1024;

/// How requests are answered.
#[derive(Clone, Debug)]
pub struct Config {
    /// The login that is accepted.
    pub credentials: Credentials,
    /// Most messages of a request.
    pub count: u16,
    /// Most requests in a time, of one connection.
    pub quotas: Quotas,
    /// What goes wrong.
    pub fault: Fault,
}

/// The server's side of one connection. `G` takes the datagrams for the gap group.
#[derive(Debug)]
pub struct Grp<S, G> {
    config: Config,
    store: Arc<S>,
    group: G,
    door: Door,
    quota: Quota,
    waiting: VecDeque<(u64, GapRequest)>,
}

impl<S: Store, G: FnMut(&[u8])> Grp<S, G> {
    /// A client has connected.
    #[must_use]
    pub fn new(config: Config, store: Arc<S>, group: G, now_ns: u64) -> Self {
        let door = Door::new(config.credentials.clone(), config.fault, now_ns);
        let quota = Quota::new(config.quotas);
        Self { config, store, group, door, quota, waiting: VecDeque::new() }
    }

    fn answer(&mut self, request: GapRequest, now_ns: u64, out: &mut Vec<u8>) {
        let status = self.status(&request, now_ns);
        let GapRequest { unit, sequence, count, .. } = request;
        let header = GapResponse::header();
        units::single(&GapResponse { header, unit, sequence, count, status: status.letter() }, out);
        if status == GapStatus::Accepted {
            let count =
                if self.config.fault == Fault::Partial { count.get().div_ceil(2) } else { count.get() };
            self.send_again(unit, sequence.get(), count);
        }
    }

    fn status(&mut self, request: &GapRequest, now_ns: u64) -> GapStatus {
        let Some((first, next)) = self.store.extent(key(request.unit)) else { return GapStatus::InvalidUnit };
        if request.count.get() == 0 || request.count.get() > self.config.count {
            return GapStatus::CountLimit;
        }
        if let Err(exhausted) = self.quota.take(now_ns) {
            return match exhausted {
                Exhausted::Second => GapStatus::SecondQuota,
                Exhausted::Minute => GapStatus::MinuteQuota,
                Exhausted::Day => GapStatus::DailyQuota,
            };
        }
        let sequence = u64::from(request.sequence.get());
        let is_there = first <= sequence && sequence + u64::from(request.count.get()) <= next;
        match is_there && self.config.fault != Fault::Refuse {
            true => GapStatus::Accepted,
            false => GapStatus::OutOfRange,
        }
    }

    /// Multicasts the messages in units that each fit a datagram. What went out of the store since the request was
    /// accepted is left out.
    fn send_again(&mut self, unit: u8, first: u32, count: u16) {
        let (mut message, mut datagram) = (Vec::new(), Vec::new());
        let mut writer = None;
        for sequence in (first..).take(count.into()) {
            message.clear();
            let there = self.store.message(key(unit), sequence.into(), &mut message);
            if !there
                || writer.as_ref().is_some_and(|writer: &Writer| !writer.has_room(message.len(), &datagram))
            {
                self.multicast(writer.take(), &mut datagram);
            }
            if there {
                writer
                    .get_or_insert_with(|| Writer::of(unit, sequence, &mut datagram))
                    .push(&message, &mut datagram);
            }
        }
        self.multicast(writer, &mut datagram);
    }

    fn multicast(&mut self, writer: Option<Writer>, datagram: &mut Vec<u8>) {
        if let Some(writer) = writer {
            writer.end(datagram);
            (self.group)(datagram);
            datagram.clear();
        }
    }
}

impl<S: Store, G: FnMut(&[u8])> Session for Grp<S, G> {
    fn feed(&mut self, bytes: &[u8], now_ns: u64, out: &mut Vec<u8>) -> Result<(), Hangup> {
        let due_ns = match self.config.fault {
            Fault::Slow(delay) => now_ns.saturating_add(u64::try_from(delay.as_nanos()).unwrap_or(u64::MAX)),
            _ => now_ns,
        };
        let Self { door, waiting, .. } = self;
        door.feed(bytes, now_ns, out, |message, _| {
            if message[1] != GapRequest::KIND || waiting.len() >= WAITING {
                return Err(Hangup::Refused);
            }
            waiting.push_back((due_ns, *units::layout(message)?));
            Ok(())
        })
    }

    fn poll(&mut self, now_ns: u64, out: &mut Vec<u8>) -> Result<u64, Hangup> {
        let before = out.len();
        while let Some((_, request)) = self.waiting.pop_front_if(|(due_ns, _)| *due_ns <= now_ns) {
            self.answer(request, now_ns, out);
        }
        self.door.sent(before, now_ns, out);
        let due_ns = self.waiting.front().map_or(u64::MAX, |(due_ns, _)| *due_ns);
        Ok(self.door.beat(now_ns, out)?.min(due_ns))
    }
}
