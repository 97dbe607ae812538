//! Counts messages by type: what every summary is made from.

use std::mem::offset_of;

use super::{Place, Sink, Snapshot};
use crate::{
    arbiter::{Event, StreamIndex},
    codec::{Codec, MOST_TYPES, Unread},
    config::Protocol,
    sys::prefetch::{CACHE_LINE, prefetch_lines},
};

/// Message types whose counts are brought near before a message comes: ITCH has 23, most codecs no more, MDP 3.0 and CTA twice
/// as many. Lower: the count of a type behind them is waited for. Higher: more is brought in vain.
const NEAR_TYPES: usize = 23;

/// The last cache line they lie on.
const NEAR_LAST: usize = (offset_of!(Counted, by_type) + NEAR_TYPES * size_of::<u64>() - 1) / CACHE_LINE;

/// What one channel delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))] // what most messages change comes first
pub struct Counted {
    /// Messages of a channel without a codec.
    pub raw: u64,
    /// Messages the codec read, by the index of their type: zeros without one, and behind its last type.
    pub by_type: [u64; MOST_TYPES],
    /// Messages it could not read, in the order of [`Unread::ALL`].
    pub unread: [u64; Unread::ALL.len()],
    /// Messages outside every sequence: counted above, too.
    pub unsequenced: u64,
    /// Gaps told in the stream.
    pub gap_events: u64,
    /// Units of sequence in them.
    pub gap_units: u64,
    /// Units told to be brought by recovery.
    pub recovered_units: u64,
    /// Times a stream was told to be stale.
    pub stale_events: u64,
    /// Messages of snapshots: in none of the above.
    pub snapshot_messages: u64,
    /// Resets told in the stream.
    pub reset_events: u64,
    /// Sessions told to have ended.
    pub end_events: u64,
}

impl Default for Counted {
    fn default() -> Self {
        Self {
            raw: 0,
            by_type: [0; MOST_TYPES],
            unread: Default::default(),
            unsequenced: 0,
            gap_events: 0,
            gap_units: 0,
            recovered_units: 0,
            stale_events: 0,
            snapshot_messages: 0,
            reset_events: 0,
            end_events: 0,
        }
    }
}

impl Counted {
    /// Messages read by the codec, or delivered where there is none.
    #[must_use]
    pub fn messages(&self) -> u64 {
        self.by_type.iter().sum::<u64>() + self.raw
    }
}

/// The counting sink, in front of another that gets the same.
#[derive(Clone, Debug, Default)]
pub struct Count<K = ()> {
    channels: Vec<Counted>,
    next: K,
}

impl<K> Count<K> {
    /// Counts nothing yet, and hands everything on to `next`.
    pub const fn before(next: K) -> Self {
        Self { channels: Vec::new(), next }
    }

    /// The sink behind it.
    pub const fn next(&self) -> &K {
        &self.next
    }

    /// The same, for good.
    pub fn into_next(self) -> K {
        self.next
    }
}

impl Counted {
    #[inline]
    fn count(&mut self, codec: Option<Codec>, message: &[u8]) {
        match codec.map(|codec| codec.read(message)) {
            Some(Ok(index)) => self.by_type[index] += 1,
            Some(Err(cause)) => self.unread[cause.index()] += 1,
            None => self.raw += 1,
        }
    }
}

impl<K: Sink> Sink for Count<K> {
    fn add_channel(&mut self, name: &str, protocol: Protocol) {
        self.channels.push(Counted::default());
        self.next.add_channel(name, protocol);
    }

    #[inline]
    fn message(&mut self, place: Place, codec: Option<Codec>, message: &[u8]) {
        self.channels[place.channel].count(codec, message);
        self.next.message(place, codec, message);
    }

    fn unsequenced(&mut self, channel: usize, line: usize, codec: Option<Codec>, message: &[u8]) {
        self.channels[channel].count(codec, message);
        self.channels[channel].unsequenced += 1;
        self.next.unsequenced(channel, line, codec, message);
    }

    fn event(&mut self, channel: usize, stream: StreamIndex, event: Event) {
        let counted = &mut self.channels[channel];
        match event {
            Event::Gap { count, .. } => {
                counted.gap_events += 1;
                // A mad sequence that was believed can lose any number.
                counted.gap_units = counted.gap_units.saturating_add(count);
            }
            Event::Recovered { count, .. } => counted.recovered_units += count,
            Event::Stale { .. } => counted.stale_events += 1,
            Event::Reset { .. } => counted.reset_events += 1,
            Event::End { .. } => counted.end_events += 1,
        }
        self.next.event(channel, stream, event);
    }

    #[inline(always)]
    fn foresee(&self, channel: usize) {
        if let Some(counted) = self.channels.get(channel) {
            prefetch_lines(counted, 0..=NEAR_LAST);
        }
        self.next.foresee(channel);
    }

    fn counted(&self, channel: usize) -> Option<&Counted> {
        self.channels.get(channel)
    }

    fn snapshot(&mut self, channel: usize, stream: StreamIndex, snapshot: Snapshot<'_>) {
        self.channels[channel].snapshot_messages += u64::from(matches!(snapshot, Snapshot::Message { .. }));
        self.next.snapshot(channel, stream, snapshot);
    }
}
