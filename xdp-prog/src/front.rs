//! What is asked in front of the maps.

use crate::{DEFAULT_GROUPS, Group};

/// Bits by which a hash is shifted down to a place among [`front_places`] of [`DEFAULT_GROUPS`].
pub const DEFAULT_FRONT_SHIFT: u8 = 64 - front_places(DEFAULT_GROUPS).ilog2() as u8;

/// Places in front of maps of so many groups: a power of two.
///
/// 8 for each group, so that of a full map some 6 % find theirs taken and are left to the map. With fewer it would be
/// more (with 4, an eighth), each at the price of a call; more only costs memory (64 B a place, 2 MiB for 4,096 groups).
#[must_use]
pub const fn front_places(groups: u32) -> u32 {
    let groups = if groups == 0 { 1 } else { groups };
    groups.next_power_of_two().saturating_mul(8)
}

/// What a place in front of the maps is compared with. Addresses and port as they lie in a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrontKey {
    /// IPv4 destination address (4 bytes; zero for IPv6), UDP destination port (2), IP version where the entry holds (1), zero.
    pub first: u64,
    /// IPv6 destination address.
    pub address: [u64; 2],
    /// The only source it is for, an IPv4 address in its first 4 bytes; zero where the map that is asked first asks for
    /// none.
    pub source: [u64; 2],
}

impl FrontKey {
    /// The bits of [`FrontKey::first`] that say that the entry holds, in memory its seventh byte.
    pub const VERSION: u64 = u64::from_ne_bytes([0, 0, 0, 0, 0, 0, 0xFF, 0]);

    /// Of an IPv4 destination.
    #[must_use]
    #[inline(always)]
    pub const fn v4(destination: u32, port: u16, source: u32) -> Self {
        let first = destination as u64 | (port as u64) << 32 | 4 << 48;
        Self { first, address: [0; 2], source: [source as u64, 0] }
    }

    /// Of an IPv6 destination.
    #[must_use]
    #[inline(always)]
    pub const fn v6(address: [u64; 2], port: u16, source: [u64; 2]) -> Self {
        Self { first: (port as u64) << 32 | 6 << 48, address, source }
    }

    /// Its upper bits are the place.
    ///
    /// One multiplication spreads keys that differ in few bits, as the groups of a feed do, over the upper bits. The
    /// parts are turned against each other, so that what they have in common does not cancel out.
    #[must_use]
    #[inline(always)]
    pub const fn hash(self) -> u64 {
        // 2^64 over the golden ratio (Knuth, The Art of Computer Programming 3, 6.4), odd.
        const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
        let [a, b] = self.address;
        let [c, d] = self.source;
        (self.first ^ a ^ b.rotate_left(32) ^ c.rotate_left(20) ^ d.rotate_left(52)).wrapping_mul(SPREAD)
    }
}

/// A place in front of the maps: the program compares it before it asks them, which costs a call into the kernel.
///
/// An entry may be read while it is written. So userspace writes it without the IP version, and then that alone: a packet
/// that finds its key there finds the whole entry.
#[repr(C, align(64))] // one cache line
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Front {
    /// Of the key.
    pub first: u64,
    /// What the map says.
    pub group: Group,
    /// Of the key.
    pub address: [u64; 2],
    /// Of the key.
    pub source: [u64; 2],
    /// Zero.
    pub zeros: [u64; 2],
}

impl Front {
    /// Words of an entry: what userspace writes.
    pub const WORDS: usize = size_of::<Self>() / 8;

    /// The entry as the map holds it.
    #[must_use]
    pub const fn to_words(key: FrontKey, group: Group) -> [u64; Self::WORDS] {
        let ([a, b], [c, d]) = (key.address, key.source);
        [key.first, u64::from_ne_bytes(group.to_bytes()), a, b, c, d, 0, 0]
    }
}

const _: () = assert!(size_of::<Front>() == 64);
const _: () = assert!(cfg!(target_endian = "little")); // parts of words, as `FrontKey` has them
