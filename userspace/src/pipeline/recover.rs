//! What recovery brings goes the way of everything else: framing, arbiter, codec, sink.

use super::{
    Channel, Offered, Pipeline,
    wants::{Brought, Wants},
};
use crate::{
    arbiter::Arrival,
    framing::StreamKey,
    recovery::{Buffer, MailCounters, MessageRange, Reply, WorkerEnd},
    sink::{Sink, Snapshot},
    source::Frames,
};

/// Replies taken between two batches of packets. Fewer leave answers lying; more keep packets waiting.
const REPLIES: usize = 32;

/// What the pipeline counts of its dealings with recovery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecoveryCounters {
    /// What went through the mailbox.
    pub mail: MailCounters,
    /// Ranges missing that were not asked for, for want of room.
    pub unheard: u64,
    /// Snapshot messages of streams that wait for none.
    pub unasked: u64,
}

impl RecoveryCounters {
    /// Adds what another pipeline counted.
    pub fn add(&mut self, other: &Self) {
        self.mail.add(&other.mail);
        self.unheard += other.unheard;
        self.unasked += other.unasked;
    }
}

impl<F, K: Sink> Pipeline<F, K> {
    /// What is missing is asked for by way of `mail` from now on.
    pub fn set_recovery(&mut self, mail: WorkerEnd) {
        self.wants = Some(Wants::new(mail));
    }

    /// Takes what recovery has brought, as if it had come at `now_ns`. Returns how many replies that were.
    #[inline]
    pub fn recover(&mut self, frames: &mut impl Frames<Frame = F>, now_ns: impl Fn() -> u64) -> usize {
        let Some(wants) = &mut self.wants else { return 0 };
        wants.mail_mut().retry();
        if wants.mail().is_idle() { 0 } else { self.take_replies(frames, now_ns()) }
    }

    #[cold]
    fn take_replies(&mut self, frames: &mut impl Frames<Frame = F>, now_ns: u64) -> usize {
        let mut taken = 0;
        while taken < REPLIES
            && let Some(reply) = self.wants.as_mut().and_then(Wants::reply)
        {
            taken += 1;
            match reply {
                Reply::Datagram { channel, buffer } => {
                    self.recovered(frames, channel, now_ns, Offered::Lent(buffer.bytes()));
                    self.give_back(buffer);
                }
                Reply::GaveUp { channel, range } => self.gave_up(frames, channel, &range),
                Reply::Begin { channel, key } => self.snapshot(channel, &key, None),
                Reply::Snapshot { channel, key, buffer } => {
                    self.snapshot(channel, &key, Some(buffer.bytes()));
                    self.give_back(buffer);
                }
                Reply::Join { channel, key, next } => self.join(frames, channel, &key, (next, true)),
            }
        }
        taken
    }

    /// Hands on the start of a snapshot, or a message of it.
    fn snapshot(&mut self, channel: usize, key: &StreamKey, message: Option<&[u8]>) {
        let Some(wants) = &mut self.wants else { return };
        let Some((stream, of)) = wants.joining(channel, key).zip(self.channels.get(channel)) else {
            wants.unasked += u64::from(message.is_some());
            return;
        };
        let (codec, place) = (of.codec, of.in_sink());
        let snapshot = message.map_or(Snapshot::Begin, |message| Snapshot::Message { codec, message });
        self.sink.snapshot(place, stream, snapshot);
    }

    /// A stream begins with `next`: its snapshot is complete, or will not be had.
    fn join(
        &mut self,
        frames: &mut impl Frames<Frame = F>,
        channel: usize,
        key: &StreamKey,
        (next, complete): (u64, bool),
    ) {
        let Some(wants) = &mut self.wants else { return };
        let Some(stream) = wants.joining(channel, key) else { return };
        wants.joined(channel, key);
        if complete {
            self.sink.snapshot(self.channels[channel].in_sink(), stream, Snapshot::Join { next });
        }
        self.with_delivery(frames, channel, (None, None), |arbiter, delivery| {
            arbiter.join(key, next, delivery);
        });
    }

    fn give_back(&mut self, buffer: Buffer) {
        if let Some(wants) = &mut self.wants {
            wants.mail_mut().give_back(buffer);
        }
    }

    /// Takes one datagram of a recovery group. Its client sees none of these: it is told what they filled.
    #[cold]
    pub(super) fn accept_again(
        &mut self,
        frames: &mut impl Frames<Frame = F>,
        channel: usize,
        stamp_ns: u64,
        frame: F,
    ) {
        self.channels[channel].sent_again += 1;
        let Some(brought) = self.recovered(frames, channel, stamp_ns, Offered::Frame(frame)) else { return };
        if let Some(wants) = &mut self.wants
            && wants.busy()
        {
            let Channel { framing, arbiter, .. } = &self.channels[channel];
            wants.follow(channel, arbiter, framing.facts().sequence_mask(), Some(brought));
        }
    }

    /// Takes one recovered datagram. Returns which units it brought, if any.
    fn recovered(
        &mut self,
        frames: &mut impl Frames<Frame = F>,
        channel: usize,
        stamp_ns: u64,
        offered: Offered<'_, F>,
    ) -> Option<Brought> {
        let Some(Channel { framing, recovered, arbiter, .. }) = self.channels.get_mut(channel) else {
            offered.release(frames);
            return None;
        };
        recovered.datagrams += 1;
        let segment = match framing.segment(offered.datagram(frames)) {
            Ok(segment) => segment,
            Err(cause) => {
                recovered.malformed[cause.index()] += 1;
                offered.release(frames);
                return None;
            }
        };
        recovered.accepted += 1;
        if segment.unsequenced {
            // Nothing outside the sequence can be missing from it.
            recovered.unsequenced += 1;
            recovered.unsequenced_messages += segment.count;
            offered.release(frames);
            return None;
        }
        recovered.units += segment.count;
        let arrival = Arrival {
            line: arbiter.lines().len(),
            key: segment.key,
            kind: segment.kind,
            first: segment.first,
            count: segment.count,
            stamp_ns,
            reset: false,
        };
        self.with_delivery(frames, channel, (Some(offered), None), |arbiter, delivery| {
            arbiter.offer(&arrival, delivery);
            if let Some(offered) = delivery.current.take() {
                offered.release(delivery.frames);
            }
        });
        let Arrival { key, first, count, .. } = arrival;
        (count > 0).then(|| Brought { key, first, end: first.saturating_add(count) })
    }

    /// Recovery will not have a range: it is lost, unless a line still brings it in time.
    fn gave_up(&mut self, frames: &mut impl Frames<Frame = F>, channel: usize, range: &MessageRange) {
        let MessageRange { key, first, count } = range;
        if *count == 0 {
            // No snapshot: the stream begins with what is at hand.
            return self.join(frames, channel, key, (*first, false));
        }
        let Some((stream, first)) = self.wants.as_ref().and_then(|wants| wants.find(channel, key, *first))
        else {
            return;
        };
        self.with_delivery(frames, channel, (None, None), |arbiter, delivery| {
            arbiter.give_up(stream, first, *count, delivery);
        });
    }

    /// Both threads have ended: counts what was recovered too late to be taken.
    pub fn close_recovery(&mut self) {
        if let Some(wants) = &mut self.wants {
            wants.mail_mut().close();
        }
    }

    /// What went through the mailbox, and what did not; `None` without recovery.
    #[must_use]
    pub fn recovery(&self) -> Option<RecoveryCounters> {
        self.wants.as_ref().map(|wants| RecoveryCounters {
            mail: *wants.mail().counters(),
            unheard: wants.unheard,
            unasked: wants.unasked,
        })
    }
}
