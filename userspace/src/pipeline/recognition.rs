//! Channels whose protocol is told from their first datagrams: those wait as copies until it is, then go the way of
//! all others.

use std::{collections::VecDeque, mem, sync::Arc};

use super::{Channel, Offered, Pipeline, Route};
use crate::{
    arbiter::{Arbiter, Limits},
    config::Protocol,
    framing::{Facts, Framing},
    recognise::{Recogniser, Refusal, Verdict},
    sink::Sink,
    source::Frames,
};

/// Datagrams that may wait for a channel's protocol: four times what decides at the latest, for heartbeats before them
/// (at most half) and between them. Fewer: heartbeats decide too early. More costs memory: at most 64 KB each.
pub const ROOM: usize = 64;

/// How a channel's protocol came to be known.
#[derive(Debug)]
pub enum Recognition {
    /// The user named it.
    Named,
    /// It is not known yet.
    Waiting(Box<Waiting>),
    /// It was recognised; why, in words.
    Took(Arc<str>),
    /// It was not: the channel's datagrams are counted, and go nowhere.
    Refused(Arc<Refusal>),
}

/// What was made of a channel, to be told at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// It was refused: what is told is what to do about it.
    pub refused: bool,
    /// In words.
    pub text: String,
}

/// What is kept until a channel's protocol is known.
#[derive(Debug)]
pub struct Waiting {
    name: String,
    /// The channel's bounds, whichever framing it is, in the order of [`Framing::ALL`].
    limits: Vec<Limits>,
    recogniser: Recogniser,
    early: VecDeque<Early>,
}

/// A datagram that came before its channel's protocol was known.
#[derive(Debug)]
struct Early {
    route: Route,
    stamp_ns: u64,
    /// What time it was when it came: what was missing then may have been given up meanwhile.
    watermark_ns: u64,
    bytes: Vec<u8>,
}

impl Waiting {
    /// Datagrams that wait.
    pub(super) fn early(&self) -> u64 {
        self.early.len() as u64
    }

    /// The channel has places for so many lines.
    pub(super) fn widen(&mut self, lines: usize) {
        for limits in &mut self.limits {
            limits.lines = limits.lines.max(lines);
        }
    }
}

impl<F> Channel<F> {
    /// A channel whose protocol is to be recognised. `limits` gives its bounds for a framing.
    pub fn unrecognised(name: &str, limits: impl Fn(&'static Facts) -> Limits) -> Self {
        let limits: Vec<Limits> = Framing::ALL.iter().map(|(_, framing)| limits(framing.facts())).collect();
        // Neither is used before the channel is recognised.
        let (_, framing) = Framing::ALL[0];
        let (protocol, arbiter) = (Protocol { framing, codec: None }, Arbiter::new(limits[0]));
        let waiting =
            Waiting { name: name.to_owned(), limits, recogniser: Recogniser::new(), early: VecDeque::new() };
        Self::new(protocol, arbiter, Recognition::Waiting(Box::new(waiting)))
    }
}

impl<F, K: Sink> Pipeline<F, K> {
    /// Adds a channel whose protocol is to be recognised. The sink has it from then on. `limits` gives its bounds for
    /// a framing.
    pub fn add_unrecognised(&mut self, name: &str, limits: impl Fn(&'static Facts) -> Limits) {
        self.open_channel(name, Channel::unrecognised(name, limits).measuring(self.measured));
    }

    /// Keeps a datagram of a channel that is not recognised, and recognises it if that is enough.
    #[cold]
    pub(super) fn keep_early(
        &mut self,
        frames: &mut impl Frames<Frame = F>,
        route: Route,
        stamp_ns: u64,
        frame: F,
    ) {
        let Channel { framed, recognition, .. } = &mut self.channels[route.channel()];
        let bytes = frames.payload(&frame).to_vec();
        frames.release(frame);
        let Recognition::Waiting(waiting) = recognition else {
            framed.datagrams += 1;
            framed.unrecognised += 1;
            return;
        };
        let verdict = waiting.recogniser.feed(route.line.into(), &bytes);
        waiting.early.push_back(Early { route, stamp_ns, watermark_ns: self.watermark_ns, bytes });
        let verdict = match verdict {
            None if waiting.early.len() > ROOM / 2 && waiting.recogniser.only_heartbeats() => {
                // Nothing is lost with the oldest but its time.
                waiting.early.pop_front();
                framed.datagrams += 1;
                framed.unrecognised += 1;
                return;
            }
            None if waiting.early.len() < ROOM => return,
            None => waiting.recogniser.decide(),
            Some(verdict) => verdict,
        };
        self.conclude(frames, route.channel(), verdict);
    }

    /// Decides for every channel by what came so far: nothing more will, or the feed is to end.
    pub fn recognise_now(&mut self, frames: &mut impl Frames<Frame = F>) {
        if self.unrecognised == 0 {
            return;
        }
        for index in 0..self.channels.len() {
            if let Recognition::Waiting(waiting) = &self.channels[index].recognition
                && !waiting.early.is_empty()
            {
                let verdict = waiting.recogniser.decide();
                self.conclude(frames, index, verdict);
            }
        }
    }

    /// Whether something was made of a channel since that was asked last.
    #[inline]
    #[must_use]
    pub const fn has_news(&self) -> bool {
        !self.news.is_empty()
    }

    /// What was made of channels since this was asked last.
    pub fn take_news(&mut self) -> Vec<News> {
        mem::take(&mut self.news)
    }

    /// Whether no channel is left: every one was refused.
    #[must_use]
    pub fn all_refused(&self) -> bool {
        let refused = |channel: &Channel<F>| matches!(channel.recognition, Recognition::Refused(_));
        self.unrecognised == self.channels.len() && self.channels.iter().all(refused)
    }

    /// Takes or refuses a channel, and hands on or counts what waited for that.
    fn conclude(&mut self, frames: &mut impl Frames<Frame = F>, index: usize, verdict: Verdict) {
        let channel = &mut self.channels[index];
        match verdict {
            Verdict::Took { protocol: took, why } => {
                let known = mem::replace(&mut channel.recognition, Recognition::Took(why.as_str().into()));
                let Recognition::Waiting(waiting) = known else { return };
                let text = format!("channel {} is taken for {}: {why}", waiting.name, took.name());
                let Waiting { name, limits, early, .. } = *waiting;
                self.news.push(News { refused: false, text });
                let of = Framing::ALL.iter().position(|(_, framing)| *framing == took.framing);
                Protocol { framing: channel.framing, codec: channel.codec } = took;
                channel.arbiter = Arbiter::new(limits[of.unwrap_or_default()]);
                channel.at(self.placed);
                self.placed += 1;
                self.unrecognised -= 1;
                self.sink.add_channel(&name, took);
                for Early { route, stamp_ns, watermark_ns, bytes } in early {
                    self.with_delivery(frames, index, (None, None), |arbiter, delivery| {
                        arbiter.advance(watermark_ns, delivery);
                    });
                    self.offer_framed(frames, route, stamp_ns, Offered::Lent(&bytes), took.framing);
                }
            }
            Verdict::Refused(refusal) => {
                if let Recognition::Waiting(waiting) = &channel.recognition {
                    channel.framed.datagrams += waiting.early.len() as u64;
                    channel.framed.unrecognised += waiting.early.len() as u64;
                    self.news.push(News { refused: true, text: refusal.advice(&waiting.name) });
                }
                channel.recognition = Recognition::Refused(Arc::new(refusal));
            }
        }
    }
}
