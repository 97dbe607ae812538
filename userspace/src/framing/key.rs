//! Which sequence space of a channel a datagram is in.

use std::hash::{Hash, Hasher};

/// Identifies one sequence space within a channel. The bytes are the protocol's own, as they are on the wire,
/// left-justified and zero-padded: MoldUDP64's session (10), IEX-TP's channel id and session id (4 + 4), Cboe's
/// unit (1). All zeros where a channel is one stream.
#[derive(Clone, Copy, Debug, Default, Eq, PartialOrd, Ord)]
pub struct StreamKey(pub [u8; 16]);

impl StreamKey {
    /// The key whose first bytes are `bytes`, at most 16.
    ///
    /// Made of two numbers: one written byte by byte could not be read back as [`StreamKey::halves`] at once.
    #[inline]
    #[must_use]
    pub const fn new<const N: usize>(bytes: [u8; N]) -> Self {
        const { assert!(N <= 16) };
        let mut halves = [0_u64; 2];
        let mut place = 0;
        while place < N {
            halves[place / 8] |= (bytes[place] as u64) << (8 * (place % 8));
            place += 1;
        }
        let mut key = [0; 16];
        let (low, high) = key.split_at_mut(8);
        low.copy_from_slice(&halves[0].to_le_bytes());
        high.copy_from_slice(&halves[1].to_le_bytes());
        Self(key)
    }

    /// The key as two numbers, which fit registers.
    #[inline]
    const fn halves(&self) -> (u64, u64) {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = self.0;
        (u64::from_ne_bytes([a, b, c, d, e, f, g, h]), u64::from_ne_bytes([i, j, k, l, m, n, o, p]))
    }
}

/// By halves. A key is fresh from a header's fields, in two registers; compared as one array it is written to memory
/// in two pieces and read back in one, which the processor cannot forward.
impl PartialEq for StreamKey {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.halves() == other.halves()
    }
}

impl Hash for StreamKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
