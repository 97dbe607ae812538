//! From an announced image to the sequence to join at.

use crate::{
    framing::StreamKey,
    recovery::{
        Answers, Lost, MessageRange, Tally,
        cboe::{
            SpinStatus, units,
            wire::{Layout, SpinFinished, SpinImageAvailable, SpinRequest, SpinResponse},
        },
        joining::Joining,
        stream::Hangup,
    },
};

/// How long the answer to a spin request is waited for, 5 s: the server answers at once or not at all. Shorter, and a
/// stall costs a login; longer, and a lost answer costs that much.
const ANSWER_NS: u64 = 5_000_000_000;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// No spin is asked for.
    #[default]
    Waiting,
    /// One is asked for.
    Asked { image: u32, until_ns: u64 },
    /// It comes. `void`: it is not what is wanted any more.
    Spinning { image: u32, orders: u32, messages: u64, void: bool },
}

/// The spins of one connection after the other.
#[derive(Debug, Default)]
pub(super) struct Spins {
    wanted: Option<Joining>,
    phase: Phase,
    /// Streams asked for that are not the server's.
    strange: Vec<(StreamKey, u64)>,
    pub(super) tally: Tally,
}

impl Spins {
    pub(super) fn is_wanted(&self) -> bool {
        self.wanted.is_some()
    }

    /// A snapshot is wanted. One that is coming was begun for what was wanted before.
    pub(super) fn start(&mut self, joining: Joining) {
        if let Phase::Spinning { void, .. } = &mut self.phase {
            if !*void {
                self.tally.snapshots_void += 1;
            }
            *void = true;
        }
        self.wanted = Some(joining);
    }

    pub(super) fn refuse(&mut self, key: StreamKey, oldest: u64) {
        self.strange.push((key, oldest));
    }

    /// Counts a message that has no place here.
    pub(super) fn unexpected(&mut self) -> Result<(), Hangup> {
        self.tally.unexpected += 1;
        Ok(())
    }

    /// Takes a message of the server.
    pub(super) fn take(
        &mut self,
        message: &[u8],
        now_ns: u64,
        answers: &mut dyn Answers,
        out: &mut Vec<u8>,
    ) -> Result<(), Hangup> {
        match message[1] {
            SpinImageAvailable::KIND => {
                let image = units::layout::<SpinImageAvailable>(message)?.sequence.get();
                self.announced(image, now_ns, out);
                Ok(())
            }
            SpinResponse::KIND => self.answered(*units::layout(message)?, answers),
            SpinFinished::KIND => {
                let image = units::layout::<SpinFinished>(message)?.sequence.get();
                self.finished(image, now_ns, answers)
            }
            _ => self.snapshot(message, answers),
        }
    }

    fn announced(&mut self, image: u32, now_ns: u64, out: &mut Vec<u8>) {
        let good = self.wanted.is_some_and(|joining| joining.goes_on_from(u64::from(image) + 1));
        if self.phase == Phase::Waiting && good {
            units::single(&SpinRequest { header: SpinRequest::header(), sequence: image.into() }, out);
            self.tally.requests += 1;
            self.phase = Phase::Asked { image, until_ns: now_ns.saturating_add(ANSWER_NS) };
        }
    }

    fn answered(&mut self, response: SpinResponse, answers: &mut dyn Answers) -> Result<(), Hangup> {
        let Some(status) = SpinStatus::from_letter(response.status) else { return self.unexpected() };
        let asked = match self.phase {
            Phase::Asked { image, .. } => Some(image),
            _ => None,
        };
        match status {
            SpinStatus::Accepted if asked == Some(response.sequence.get()) => {
                let (image, orders) = (response.sequence.get(), response.order_count.get());
                self.phase = Phase::Spinning { image, orders, messages: 0, void: self.wanted.is_none() };
                if let Some(joining) = &mut self.wanted {
                    joining.begun();
                    answers.begin(joining.key);
                }
                Ok(())
            }
            SpinStatus::Accepted => self.unexpected(),
            // The next image is announced within a second.
            SpinStatus::OutOfRange | SpinStatus::InProgress => {
                self.tally.refused += 1;
                if asked.is_some() {
                    self.phase = Phase::Waiting;
                }
                Ok(())
            }
        }
    }

    fn snapshot(&mut self, message: &[u8], answers: &mut dyn Answers) -> Result<(), Hangup> {
        let Phase::Spinning { messages, void, .. } = &mut self.phase else { return self.unexpected() };
        *messages += 1;
        if let Some(joining) = self.wanted.filter(|_| !*void) {
            self.tally.snapshot_messages += 1;
            answers.snapshot(joining.key, message);
        }
        Ok(())
    }

    fn finished(&mut self, image: u32, now_ns: u64, answers: &mut dyn Answers) -> Result<(), Hangup> {
        let Phase::Spinning { image: asked, orders, messages, void } = self.phase else {
            return self.unexpected();
        };
        self.phase = Phase::Waiting;
        let Some(joining) = self.wanted.as_mut().filter(|_| !void) else { return Ok(()) };
        let next = u64::from(image) + 1;
        // The orders are among the messages: with fewer messages than orders, some are missing.
        let whole = image == asked && messages >= u64::from(orders);
        if !whole || !joining.goes_on_from(next) {
            joining.failed(now_ns, &mut self.tally);
        } else {
            self.tally.snapshots += 1;
            answers.join(joining.key, next);
            self.wanted = None;
        }
        Ok(())
    }

    /// Gives up what has come to its end. Returns when to look again.
    pub(super) fn poll(
        &mut self,
        now_ns: u64,
        obstacle: Option<Lost>,
        answers: &mut dyn Answers,
    ) -> Result<u64, Hangup> {
        for (key, first) in self.strange.drain(..) {
            self.tally.give_up(Lost::NoSuchStream, 1);
            answers.gave_up(MessageRange { key, first, count: 0 }, Lost::NoSuchStream);
        }
        let until_ns = match self.phase {
            Phase::Spinning { void: false, .. } => return Ok(u64::MAX),
            Phase::Asked { until_ns, .. } if now_ns >= until_ns => return Err(Hangup::TimedOut),
            Phase::Asked { until_ns, .. } => until_ns,
            Phase::Waiting | Phase::Spinning { .. } => u64::MAX,
        };
        let Some(joining) = &self.wanted else { return Ok(until_ns) };
        if joining.gave_up(now_ns, obstacle, &mut self.tally, answers) {
            self.wanted = None;
            return Ok(until_ns);
        }
        Ok(until_ns.min(joining.gives_up_ns()))
    }

    /// The connection is gone.
    pub(super) fn cut_off(&mut self, now_ns: u64) {
        let spinning = matches!(self.phase, Phase::Spinning { void: false, .. });
        if let Some(joining) = self.wanted.as_mut().filter(|_| spinning) {
            joining.failed(now_ns, &mut self.tally);
        }
        self.phase = Phase::Waiting;
    }
}
