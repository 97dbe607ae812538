//! What a pipeline has counted, as one copy: the summary is made from it, at the end or while the worker goes on.

use std::sync::Arc;

use super::{ArenaCounters, Framed, OneWaySummary, Pipeline, Recognition, RecoveryCounters};
use crate::{
    arbiter::{Counters, LineCounters, LineStatistics},
    config::Protocol,
    latency::{Latency, Percentiles},
    recognise::Refusal,
    sink::{Counted, Sink},
};

/// What a pipeline has counted.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Its channels, in the order they were added.
    pub channels: Vec<ChannelAccount>,
    /// What was copied to wait.
    pub arena: ArenaCounters,
    /// What went through recovery's mailbox, and what did not; `None` without recovery.
    pub recovery: Option<RecoveryCounters>,
}

/// What one channel has counted, at one moment between two datagrams.
#[derive(Clone, Debug, Default)]
pub struct ChannelAccount {
    /// Its protocol, once that is known.
    pub protocol: Option<Protocol>,
    /// How that came to be known.
    pub recognised: Recognised,
    /// Datagrams that wait until it is.
    pub early: u64,
    /// What framing made of its lines' datagrams.
    pub framed: Framed,
    /// What framing made of the datagrams that recovery brought.
    pub recovered: Framed,
    /// Of these, datagrams that came on its recovery groups.
    pub sent_again: u64,
    /// What arbitration counted.
    pub counters: Counters,
    /// The same by line, by its place in the channel.
    pub lines: Vec<LineAccount>,
    /// The same of lines that were removed.
    pub retired: LineCounters,
    /// The same of recovery.
    pub recovery: LineCounters,
    /// Sequences its streams have moved on by.
    pub passed: u64,
    /// What the sink counted.
    pub counted: Counted,
    /// From receive stamp to sink; `None` where that is not measured, or nothing came.
    pub latency: Option<Percentiles>,
}

/// One line of a channel.
#[derive(Clone, Copy, Debug)]
pub struct LineAccount {
    /// What it counted.
    pub counters: LineCounters,
    /// How it does beside the others.
    pub statistics: LineStatistics,
    /// From its sender to the receive stamp.
    pub one_way: Option<OneWaySummary>,
}

/// How a channel's protocol came to be known.
#[derive(Clone, Debug, Default)]
pub enum Recognised {
    /// The user named it.
    #[default]
    Named,
    /// It is not known yet.
    Waiting,
    /// It was recognised; why, in words.
    Took(Arc<str>),
    /// It was not.
    Refused(Arc<Refusal>),
}

impl ChannelAccount {
    /// An empty one with room for what a channel of `lines` places counts: filling it in allocates nothing.
    #[must_use]
    pub fn with_room(lines: usize) -> Self {
        Self { lines: Vec::with_capacity(lines), ..Self::default() }
    }
}

impl<F, K: Sink> Pipeline<F, K> {
    /// What it has counted. Allocates.
    #[must_use]
    pub fn account(&self) -> Account {
        let mut account = Account::default();
        for index in 0..self.channels.len() {
            let mut channel = ChannelAccount::with_room(self.channels[index].arbiter.lines().len());
            self.account_channel(index, &mut channel);
            account.channels.push(channel);
        }
        self.account_rest(&mut account);
        account
    }

    /// Writes down what channel `index` has counted. Allocates nothing where `into` has the room.
    pub fn account_channel(&self, index: usize, into: &mut ChannelAccount) {
        let Some(channel) = self.channels.get(index) else { return };
        into.protocol = channel.protocol();
        (into.recognised, into.early) = match &channel.recognition {
            Recognition::Named => (Recognised::Named, 0),
            Recognition::Waiting(waiting) => (Recognised::Waiting, waiting.early()),
            Recognition::Took(why) => (Recognised::Took(Arc::clone(why)), 0),
            Recognition::Refused(refusal) => (Recognised::Refused(Arc::clone(refusal)), 0),
        };
        (into.framed, into.recovered, into.sent_again) =
            (channel.framed, channel.recovered, channel.sent_again);
        let arbiter = &channel.arbiter;
        (into.counters, into.retired, into.recovery) =
            (*arbiter.counters(), *arbiter.retired(), *arbiter.recovery());
        into.passed = arbiter.passed();
        into.latency = channel.latency().and_then(Latency::percentiles);
        into.lines.clear();
        into.lines.extend(arbiter.lines().iter().enumerate().map(|(line, counters)| LineAccount {
            counters: *counters,
            statistics: arbiter.statistics(line),
            one_way: channel.one_way(line),
        }));
        if let Some(counted) = channel.place().and_then(|place| self.sink.counted(place)) {
            into.counted = *counted;
        }
    }

    /// Writes down what it has counted over all channels.
    pub fn account_rest(&self, into: &mut Account) {
        into.arena = *self.arena.counters();
        into.recovery = self.recovery();
    }
}
