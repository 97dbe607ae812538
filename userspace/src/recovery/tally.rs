//! What a client counts.

use super::{Lost, moldudp64::Unused, stream::Malformed};

/// Counters of one recovery client. Each counts an event by its cause; none is computed from others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Connections made (TCP).
    pub connected: u64,
    /// Connections that could not be made (TCP).
    pub not_connected: u64,
    /// Connections that ended without our doing: closed, broken, or silent for too long (TCP).
    pub disconnected: u64,
    /// Logins the server refused.
    pub login_refused: u64,
    /// Requests sent, repetitions included.
    pub requests: u64,
    /// Requests sent again.
    pub repeated: u64,
    /// Requests the server refused, for whatever reason.
    pub refused: u64,
    /// Requests the kernel did not take (UDP): as if lost on the way.
    pub unsent: u64,
    /// Datagrams received (UDP): each was handed on or is [`Tally::unused`].
    pub received: u64,
    /// Datagrams received that were not handed on, by [`Unused::index`] (UDP).
    pub unused: [u64; Unused::ALL.len()],
    /// Datagrams handed on.
    pub datagrams: u64,
    /// Snapshot messages handed on, those of void snapshots included.
    pub snapshot_messages: u64,
    /// Snapshots that came to their end.
    pub snapshots: u64,
    /// Snapshots begun and not brought to an end.
    pub snapshots_void: u64,
    /// What was received in other than the protocol's layout, by [`Malformed::index`].
    pub malformed: [u64; Malformed::ALL.len()],
    /// Messages of the protocol that have no place where they came, or of no type known: passed over.
    pub unexpected: u64,
    /// Sequences given up, by [`Lost::index`]; for a snapshot, 1.
    pub gave_up: [u64; Lost::ALL.len()],
}

impl Tally {
    /// Counts `count` sequences as given up.
    pub fn give_up(&mut self, cause: Lost, count: u64) {
        let given = &mut self.gave_up[cause.index()];
        *given = given.saturating_add(count);
    }
}
