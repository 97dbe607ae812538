//! The truth: what was sent, and what was left out, as the sender knows it.
//!
//! A receiver's account is checked against it, so nothing here is derived from anything else that is printed.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::recovery::moldudp64::ServerTally;

/// What became of a packet on one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The kernel took it.
    Sent,
    /// Left out on purpose.
    Lost,
    /// The kernel refused it for good.
    Unsent,
}

/// The object `publish` prints at its end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Truth {
    /// MoldUDP64 session, without its padding.
    pub session: String,
    /// What the feed was made from.
    pub seed: u64,
    /// The feed itself, whatever became of it on a line.
    pub sent: Feed,
    /// Each line, in the order given.
    pub lines: Vec<LineTruth>,
    /// Messages that left on no line, whether on purpose or by a send error.
    pub messages_lost_on_all_lines: u64,
    /// Packets that left on no line.
    pub packets_lost_on_all_lines: u64,
    /// Runs of consecutive messages that left on no line.
    pub gaps_on_all_lines: u64,
    /// Heartbeats offered to each line.
    pub heartbeats: u64,
    /// End-of-session packets offered to each line.
    pub end_of_session: u64,
    /// From the first packet to the last, without the heartbeats before and the end of session after.
    pub seconds: f64,
    /// `sent.packets` over `seconds`.
    pub packets_per_second: f64,
    /// What was asked for again, and answered; there if it could be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retransmit: Option<ServerTally>,
    #[serde(skip)]
    in_gap: bool,
}

/// The feed that was published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Feed {
    /// Messages, numbered from 1.
    pub messages: u64,
    /// Packets that carried them.
    pub packets: u64,
    /// Messages by ITCH message type.
    pub messages_by_type: BTreeMap<char, u64>,
}

/// What became of the feed on one line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LineTruth {
    /// As named by `--line`.
    pub name: String,
    /// Where it went.
    pub destination: String,
    /// Packets with messages that the kernel took.
    pub packets_sent: u64,
    /// Packets left out on purpose.
    pub packets_lost: u64,
    /// Messages in them.
    pub messages_lost: u64,
    /// Packets with messages that the kernel refused for good.
    pub send_errors: u64,
    /// Messages in them.
    pub messages_unsent: u64,
    /// Heartbeats that the kernel took.
    pub heartbeats_sent: u64,
    /// End-of-session packets that the kernel took.
    pub end_of_session_sent: u64,
    /// Heartbeats and end-of-session packets that the kernel refused for good.
    pub control_errors: u64,
}

/// A packet without messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Control {
    /// Carries the next sequence while nothing else does.
    Heartbeat,
    /// Ends the session.
    EndOfSession,
}

impl Truth {
    /// Nothing sent yet. `lines` are names and destinations.
    #[must_use]
    pub fn new(session: &str, seed: u64, lines: impl IntoIterator<Item = (String, String)>) -> Self {
        Self {
            session: session.trim_end().to_owned(),
            seed,
            sent: Feed::default(),
            lines: lines
                .into_iter()
                .map(|(name, destination)| LineTruth { name, destination, ..LineTruth::default() })
                .collect(),
            messages_lost_on_all_lines: 0,
            packets_lost_on_all_lines: 0,
            gaps_on_all_lines: 0,
            heartbeats: 0,
            end_of_session: 0,
            seconds: 0.0,
            packets_per_second: 0.0,
            retransmit: None,
            in_gap: false,
        }
    }

    /// Books one packet of `messages` messages; `fates` are those of the lines, in order.
    pub fn packet(&mut self, messages: u64, fates: impl IntoIterator<Item = Fate>) {
        self.sent.packets += 1;
        self.sent.messages += messages;
        let mut left = false;
        for (line, fate) in self.lines.iter_mut().zip(fates) {
            match fate {
                Fate::Sent => {
                    line.packets_sent += 1;
                    left = true;
                }
                Fate::Lost => {
                    line.packets_lost += 1;
                    line.messages_lost += messages;
                }
                Fate::Unsent => {
                    line.send_errors += 1;
                    line.messages_unsent += messages;
                }
            }
        }
        if !left {
            self.packets_lost_on_all_lines += 1;
            self.messages_lost_on_all_lines += messages;
            self.gaps_on_all_lines += u64::from(!self.in_gap);
        }
        self.in_gap = !left;
    }

    /// Books one packet without messages; `taken` says of each line whether the kernel took it.
    pub fn control(&mut self, control: Control, taken: impl IntoIterator<Item = bool>) {
        let offered = match control {
            Control::Heartbeat => &mut self.heartbeats,
            Control::EndOfSession => &mut self.end_of_session,
        };
        *offered += 1;
        for (line, taken) in self.lines.iter_mut().zip(taken) {
            let counter = match (control, taken) {
                (_, false) => &mut line.control_errors,
                (Control::Heartbeat, true) => &mut line.heartbeats_sent,
                (Control::EndOfSession, true) => &mut line.end_of_session_sent,
            };
            *counter += 1;
        }
    }

    /// Books how long it took.
    pub fn took(&mut self, seconds: f64) {
        self.seconds = seconds;
        self.packets_per_second = if seconds > 0.0 { self.sent.packets as f64 / seconds } else { 0.0 };
    }

    /// Packets of any kind that the kernel refused for good, over all lines.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.lines.iter().map(|line| line.send_errors + line.control_errors).sum()
    }
}
