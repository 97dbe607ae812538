//! Which gap requests to send, and what to make of the answers.

use super::SECOND_NS;
use crate::recovery::{
    Answers, Lost, MessageRange, Tally,
    cboe::{
        GapStatus, key,
        quota::{Exhausted, Quota, Quotas},
        unit, units,
        wire::{GapRequest, GapResponse, Layout},
    },
    plan::{Limits, Plan},
    stream::Hangup,
};

/// How long nothing is asked for once the server said that the day's quota is used up: 1 h. Nobody here knows when the
/// server's day ends. Shorter asks in vain more often; longer loses that much of the next day.
const DAY_OVER_NS: u64 = 3_600 * SECOND_NS;

/// Everything about a GRP connection but the connection.
#[derive(Debug)]
pub(super) struct Asker {
    plan: Plan,
    quota: Quota,
    /// What one request may be for.
    count: u64,
    /// No request before this time.
    paused_ns: u64,
    /// The day's quota is used up until this time: what would be asked for is given up instead.
    day_over_ns: u64,
    /// What is given up without being asked for again.
    lost: Vec<(MessageRange, Lost)>,
    pub(super) tally: Tally,
}

impl Asker {
    pub(super) fn new(limits: Limits, quotas: Quotas) -> Self {
        let count = limits.count.clamp(1, u16::MAX.into());
        Self {
            plan: Plan::new(Limits { count, ..limits }),
            quota: Quota::new(quotas),
            count,
            paused_ns: 0,
            day_over_ns: 0,
            lost: Vec::new(),
            tally: Tally::default(),
        }
    }

    pub(super) fn wanted(&mut self, range: MessageRange, now_ns: u64) {
        if unit(range.key).is_none() {
            self.lost.push((range, Lost::NoSuchStream));
        } else if range.end() > u64::from(u32::MAX) + 1 {
            self.lost.push((range, Lost::OutOfRange));
        } else {
            self.plan.wanted(range, now_ns);
        }
    }

    pub(super) fn filled(&mut self, range: MessageRange) {
        self.plan.filled(range);
    }

    /// Counts a message that has no place here.
    pub(super) fn unexpected(&mut self) -> Result<(), Hangup> {
        self.tally.unexpected += 1;
        Ok(())
    }

    /// Takes a message of the server.
    pub(super) fn answered(&mut self, message: &[u8], now_ns: u64) -> Result<(), Hangup> {
        if message[1] != GapResponse::KIND {
            return self.unexpected();
        }
        let response = units::layout::<GapResponse>(message)?;
        let Some(status) = GapStatus::from_letter(response.status) else { return self.unexpected() };
        let range = MessageRange {
            key: key(response.unit),
            first: response.sequence.get().into(),
            count: response.count.get().into(),
        };
        self.tally.refused += u64::from(status != GapStatus::Accepted);
        match status {
            GapStatus::Accepted => {}
            // The proxy may be behind the feed: what it does not have yet it may have later.
            GapStatus::OutOfRange => self.plan.refused(range, Lost::OutOfRange, now_ns),
            GapStatus::UnitUnavailable => self.plan.refused(range, Lost::NoSuchStream, now_ns),
            GapStatus::InvalidUnit => self.drop(range, Lost::NoSuchStream),
            GapStatus::CountLimit => self.ask_for_less(range, now_ns),
            GapStatus::SecondQuota => self.pause(range, now_ns.saturating_add(SECOND_NS)),
            GapStatus::MinuteQuota => self.pause(range, now_ns.saturating_add(60 * SECOND_NS)),
            GapStatus::DailyQuota => {
                self.drop(range, Lost::Quota);
                self.day_over_ns = now_ns.saturating_add(DAY_OVER_NS);
            }
        }
        Ok(())
    }

    /// Gives up what of `range` is still missing.
    fn drop(&mut self, range: MessageRange, cause: Lost) {
        let lost = &mut self.lost;
        self.plan.take(range, |part| lost.push((part, cause)));
    }

    /// Halves what a request may be for: the server allows less than it is said to.
    fn ask_for_less(&mut self, range: MessageRange, now_ns: u64) {
        if range.count <= 1 {
            self.plan.refused(range, Lost::OutOfRange, now_ns);
            return;
        }
        // Of several requests that were under way together, the first refused is lesson enough.
        self.count = self.count.min(range.count / 2);
        self.plan.limit_count(self.count);
        self.plan.postpone(range, now_ns);
    }

    fn pause(&mut self, range: MessageRange, until_ns: u64) {
        self.paused_ns = self.paused_ns.max(until_ns);
        self.plan.postpone(range, until_ns);
    }

    /// Sends what is due, as far as the quotas go. Returns when there is more to send.
    pub(super) fn ask(&mut self, now_ns: u64, out: &mut Vec<u8>) -> u64 {
        while now_ns >= self.paused_ns && self.plan.ask_ns() <= now_ns {
            if now_ns < self.day_over_ns {
                let Some(ask) = self.plan.ask(now_ns) else { break };
                self.drop(ask.range, Lost::Quota);
            } else if let Err(exhausted) = self.quota.take(now_ns) {
                match exhausted {
                    Exhausted::Day => self.day_over_ns = self.quota.next_ns(),
                    Exhausted::Second | Exhausted::Minute => self.paused_ns = self.quota.next_ns(),
                }
            } else if let Some(ask) = self.plan.ask(now_ns) {
                self.tally.requests += 1;
                self.tally.repeated += u64::from(ask.again);
                request(ask.range, out);
            }
        }
        self.plan.ask_ns().max(self.paused_ns)
    }

    /// Gives up what has come to its end; `obstacle` is what keeps requests from being sent. Returns when there is
    /// more to give up.
    pub(super) fn give_up(&mut self, now_ns: u64, obstacle: Option<Lost>, answers: &mut dyn Answers) -> u64 {
        let quota = now_ns < self.paused_ns.max(self.day_over_ns);
        let cause = obstacle.unwrap_or(if quota { Lost::Quota } else { Lost::Unanswered });
        while let Some((range, cause)) = self.lost.pop().or_else(|| self.plan.give_up(now_ns, cause)) {
            self.tally.give_up(cause, range.count);
            answers.gave_up(range, cause);
        }
        self.plan.give_up_ns()
    }
}

fn request(range: MessageRange, out: &mut Vec<u8>) {
    let request = GapRequest {
        header: GapRequest::header(),
        unit: unit(range.key).unwrap_or_default(),
        // Both fit: `wanted` and the limit of counts see to it.
        sequence: u32::try_from(range.first).unwrap_or(u32::MAX).into(),
        count: u16::try_from(range.count).unwrap_or(u16::MAX).into(),
    };
    units::single(&request, out);
}
