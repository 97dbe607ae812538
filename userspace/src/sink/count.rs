//! Counts messages by type: what every summary is made from.

use super::{Place, Sink};
use crate::{
    arbiter::{Event, StreamIndex},
    codec::{Codec, Unread},
};

/// What one channel delivered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Messages the codec read, by the index of their type. Empty without a codec.
    pub by_type: Vec<u64>,
    /// Messages it could not read, in the order of [`Unread::ALL`].
    pub unread: [u64; Unread::ALL.len()],
    /// Messages of a channel without a codec.
    pub raw: u64,
    /// Gaps told in the stream.
    pub gap_events: u64,
    /// Units of sequence in them.
    pub gap_units: u64,
    /// Units told to be brought by recovery.
    pub recovered_units: u64,
    /// Times a stream was told to be stale.
    pub stale_events: u64,
    /// Resets told in the stream.
    pub reset_events: u64,
    /// Sessions told to have ended.
    pub end_events: u64,
}

impl Counted {
    /// Messages read by the codec, or delivered where there is none.
    #[must_use]
    pub fn messages(&self) -> u64 {
        self.by_type.iter().sum::<u64>() + self.raw
    }
}

/// The counting sink.
#[derive(Clone, Debug, Default)]
pub struct Count {
    channels: Vec<Counted>,
}

impl Count {
    /// Adds a channel; its index is the number of channels added before.
    pub fn add_channel(&mut self, codec: Option<Codec>) {
        let types = codec.map_or(0, |codec| codec.types().len());
        self.channels.push(Counted { by_type: vec![0; types], ..Counted::default() });
    }

    /// What each channel delivered.
    #[must_use]
    pub fn channels(&self) -> &[Counted] {
        &self.channels
    }
}

impl Sink for Count {
    #[inline]
    fn message(&mut self, place: Place, read: Option<Result<usize, Unread>>, _message: &[u8]) {
        let counted = &mut self.channels[place.channel];
        match read {
            Some(Ok(index)) => counted.by_type[index] += 1,
            Some(Err(cause)) => counted.unread[cause.index()] += 1,
            None => counted.raw += 1,
        }
    }

    fn event(&mut self, channel: usize, _stream: StreamIndex, event: Event) {
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
    }
}
