//! Stream key → index. Open addressing over a table that never grows.

use super::StreamIndex;
use crate::framing::StreamKey;

/// In the table: no stream. The others are one more than their index, so that an empty table is all zeros.
const FREE: u32 = 0;

/// Of no stream.
const NONE: StreamIndex = StreamIndex::MAX;

/// The streams of a channel by key, in the order of appearance.
#[repr(C)] // what every datagram needs comes first
pub(super) struct Keys {
    /// The stream found last, and its key once more: most datagrams need no other.
    last: StreamIndex,
    last_key: StreamKey,
    /// All of them. A box: what lies beside the last one is what a datagram needs beside it.
    all: Box<Table>,
}

struct Table {
    keys: Vec<StreamKey>,
    /// Indices into `keys`; at most half full, so that a search ends.
    places: Vec<u32>,
    limit: usize,
}

impl Keys {
    pub(super) fn new(limit: usize) -> Self {
        let all = Table {
            keys: Vec::with_capacity(limit),
            places: vec![FREE; limit.saturating_mul(2).next_power_of_two()],
            limit,
        };
        Self { last: NONE, last_key: StreamKey([0; 16]), all: Box::new(all) }
    }

    /// The stream of `key`. The same one as last time costs a comparison.
    #[inline]
    pub(super) fn find(&mut self, key: &StreamKey) -> Option<StreamIndex> {
        if self.last_key == *key && self.last != NONE {
            return Some(self.last);
        }
        self.search(*key)
    }

    /// By value: what is lent to a call has to be in memory in front of it, call or not, and there the comparison
    /// above would read it from.
    #[inline(never)]
    fn search(&mut self, key: StreamKey) -> Option<StreamIndex> {
        let index = self.get(&key)?;
        (self.last, self.last_key) = (index, key);
        Some(index)
    }

    /// The stream of `key`, without remembering it for the next time.
    pub(super) fn get(&self, key: &StreamKey) -> Option<StreamIndex> {
        (self.all.places[self.all.place(key)] as usize).checked_sub(1)
    }

    /// The key of a stream.
    pub(super) fn key(&self, stream: StreamIndex) -> Option<&StreamKey> {
        self.all.keys.get(stream)
    }

    /// Adds `key`, which is not there yet; `None` when there are as many as there may be.
    pub(super) fn add(&mut self, key: StreamKey) -> Option<StreamIndex> {
        let index = self.all.add(key)?;
        (self.last, self.last_key) = (index, key);
        Some(index)
    }

    /// Gives the index of a stream to `key`, which is not there yet.
    pub(super) fn replace(&mut self, index: StreamIndex, key: StreamKey) {
        self.all.replace(index, key);
        (self.last, self.last_key) = (index, key);
    }
}

impl Table {
    fn add(&mut self, key: StreamKey) -> Option<StreamIndex> {
        let index = self.keys.len();
        if index == self.limit {
            return None;
        }
        let place = self.place(&key);
        self.places[place] = u32::try_from(index + 1).ok()?;
        self.keys.push(key);
        Some(index)
    }

    fn replace(&mut self, index: StreamIndex, key: StreamKey) {
        self.keys[index] = key;
        self.places.fill(FREE);
        for index in 0..self.keys.len() {
            let place = self.place(&self.keys[index]);
            self.places[place] = u32::try_from(index + 1).unwrap_or(FREE);
        }
    }

    /// Where `key` is in the table, or the free place where it belongs. Keys made to collide cost at most a look
    /// at every stream.
    fn place(&self, key: &StreamKey) -> usize {
        let mask = self.places.len() - 1;
        let mut place = hash(key) & mask;
        loop {
            let index = self.places[place];
            if index == FREE || self.keys[index as usize - 1] == *key {
                return place;
            }
            place = (place + 1) & mask;
        }
    }
}

/// Mixes all 16 bytes into the low bits: session names differ in their last letters.
#[expect(clippy::cast_possible_truncation, reason = "the low bits are what is wanted")]
fn hash(key: &StreamKey) -> usize {
    const ODD: u128 = 0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835; // 2^128 / golden ratio, odd
    let mixed = u128::from_le_bytes(key.0).wrapping_mul(ODD);
    let folded = (mixed >> 64) as u64 ^ mixed as u64;
    (folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: u128) -> StreamKey {
        StreamKey(n.to_be_bytes())
    }

    #[test]
    fn finds_what_was_added_and_nothing_else() {
        let mut keys = Keys::new(100);
        for n in 0..100_u128 {
            assert_eq!(keys.find(&key(n << 40)), None);
            assert_eq!(keys.add(key(n << 40)), usize::try_from(n).ok());
        }
        for n in 0..100_u128 {
            assert_eq!(keys.find(&key(n << 40)), usize::try_from(n).ok());
        }
        assert_eq!(keys.add(key(7)), None);
        assert_eq!(keys.find(&key(7)), None);
    }

    #[test]
    fn an_index_goes_to_another_key() {
        let mut keys = Keys::new(9);
        for n in 0..9 {
            keys.add(key(n));
        }
        for n in 9..200 {
            let index = usize::try_from(n % 9).unwrap();
            keys.replace(index, key(n));
            assert_eq!(keys.find(&key(n - 9)), None);
            for m in n - 8..=n {
                assert_eq!(keys.find(&key(m)), usize::try_from(m % 9).ok());
            }
            assert_eq!(keys.key(index), Some(&key(n)));
        }
    }

    #[test]
    fn no_streams_allowed() {
        let mut keys = Keys::new(0);
        assert_eq!(keys.find(&key(1)), None);
        assert_eq!(keys.add(key(1)), None);
    }
}
