//! A Spin server of one unit.

use std::sync::Arc;

use super::door::Door;
use crate::{
    framing::StreamKey,
    recovery::{
        cboe::{
            Credentials, SpinStatus,
            units::{self, Writer},
            wire::{Layout, SpinFinished, SpinImageAvailable, SpinRequest, SpinResponse},
        },
        fault::Fault,
        server::Session,
        snapshots::{Snapshot, Snapshots},
        stream::Hangup,
    },
};
use zerocopy::IntoBytes;

/// How often the image is announced, 1 s ("Spin Image Available").
const ANNOUNCE_NS: u64 = 1_000_000_000;

/// What is served, and how.
#[derive(Clone, Debug)]
pub struct Config {
    /// The login that is accepted.
    pub credentials: Credentials,
    /// The stream whose snapshots are images.
    pub key: StreamKey,
    /// What goes wrong.
    pub fault: Fault,
}

/// The server's side of one connection.
#[derive(Debug)]
pub struct Spin {
    config: Config,
    snapshots: Arc<Snapshots>,
    door: Door,
    announces_ns: u64,
    /// What was announced last, and before it: a client may ask for what has just been replaced.
    announced: [Option<Arc<Snapshot>>; 2],
    /// The spin that was asked for, and when it starts.
    spin: Option<(u64, Arc<Snapshot>)>,
}

impl Spin {
    /// A client has connected.
    #[must_use]
    pub fn new(config: Config, snapshots: Arc<Snapshots>, now_ns: u64) -> Self {
        let door = Door::new(config.credentials.clone(), config.fault, now_ns);
        Self { config, snapshots, door, announces_ns: 0, announced: [None, None], spin: None }
    }

    /// Announces the latest image, if there is one with a sequence that the protocol can say.
    fn announce(&mut self, out: &mut Vec<u8>) {
        let Some(latest) = self.snapshots.latest(self.config.key) else { return };
        let Ok(through) = u32::try_from(latest.through) else { return };
        let header = SpinImageAvailable::header();
        units::single(&SpinImageAvailable { header, sequence: through.into() }, out);
        if self.announced[0].as_ref().is_none_or(|last| last.through != latest.through) {
            self.announced = [Some(latest), self.announced[0].take()];
        }
    }

    fn answer(&mut self, request: SpinRequest, starts_ns: u64, out: &mut Vec<u8>) {
        let sequence = u64::from(request.sequence.get());
        let image = self.announced.iter().flatten().find(|image| image.through == sequence);
        let (status, sequence, orders) = match image {
            _ if self.spin.is_some() => (SpinStatus::InProgress, 0, 0),
            Some(image) if self.config.fault != Fault::Refuse => {
                self.spin = Some((starts_ns, Arc::clone(image)));
                (SpinStatus::Accepted, request.sequence.get(), image.orders)
            }
            _ => (SpinStatus::OutOfRange, request.sequence.get(), 0),
        };
        let response = SpinResponse {
            header: SpinResponse::header(),
            sequence: sequence.into(),
            order_count: orders.into(),
            status: status.letter(),
        };
        units::single(&response, out);
    }

    fn send(&self, image: &Snapshot, out: &mut Vec<u8>) {
        let whole = image.messages.len();
        let count = if self.config.fault == Fault::Partial { whole.div_ceil(2) } else { whole };
        // It was announced, so it fits.
        let sequence = u32::try_from(image.through).unwrap_or(u32::MAX).into();
        let finished = SpinFinished { header: SpinFinished::header(), sequence };
        let mut unit = Writer::new(out);
        for message in image.messages[..count].iter().map(|message| &**message).chain([finished.as_bytes()]) {
            if !unit.has_room(message.len(), out) {
                unit.end(out);
                unit = Writer::new(out);
            }
            unit.push(message, out);
        }
        unit.end(out);
    }
}

impl Session for Spin {
    fn feed(&mut self, bytes: &[u8], now_ns: u64, out: &mut Vec<u8>) -> Result<(), Hangup> {
        let delay = match self.config.fault {
            Fault::Slow(delay) => u64::try_from(delay.as_nanos()).unwrap_or(u64::MAX),
            _ => 0,
        };
        let mut requests = Vec::new();
        let before = out.len();
        let fed = self.door.feed(bytes, now_ns, out, |message, _| match message[1] {
            SpinRequest::KIND => {
                requests.push(*units::layout::<SpinRequest>(message)?);
                Ok(())
            }
            _ => Err(Hangup::Refused),
        });
        for request in requests {
            self.answer(request, now_ns.saturating_add(delay), out);
        }
        self.door.sent(before, now_ns, out);
        fed
    }

    fn poll(&mut self, now_ns: u64, out: &mut Vec<u8>) -> Result<u64, Hangup> {
        let before = out.len();
        if let Some((_, image)) = self.spin.take_if(|(starts_ns, _)| *starts_ns <= now_ns) {
            self.send(&image, out);
        }
        if self.door.is_open() && now_ns >= self.announces_ns {
            self.announce(out);
            self.announces_ns = now_ns.saturating_add(ANNOUNCE_NS);
        }
        self.door.sent(before, now_ns, out);
        let spins_ns = self.spin.as_ref().map_or(u64::MAX, |(starts_ns, _)| *starts_ns);
        let announces_ns = if self.door.is_open() { self.announces_ns } else { u64::MAX };
        Ok(self.door.beat(now_ns, out)?.min(spins_ns).min(announces_ns))
    }
}
