//! What stands in front of the maps, so that most packets cost no call into the kernel.
//!
//! It holds entries of the maps that are asked first, each in the one place its hash gives it. An entry whose place is
//! taken is left to its map: its packets cost more and go the same way.

use std::{
    net::{IpAddr, SocketAddr},
    sync::atomic::{Ordering, fence},
};

use anyhow::{Context, Result};
use aya::maps::{Array, MapData};
use xdp_prog::{Front, FrontKey, Group, map};

use super::Program;

/// How entries find their places. Set at load.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    /// The maps of sources are asked first.
    pub(super) of_sources: bool,
    /// Bits by which a hash is shifted down.
    pub(super) shift: u8,
}

/// An entry in words, its key in the first and from the third on.
type Entry = [u64; Front::WORDS];

impl Places {
    /// The key of an entry of the maps, and its place; none where it is of a map that is not asked first.
    fn of(self, to: SocketAddr, source: Option<IpAddr>) -> Option<(u32, FrontKey)> {
        if source.is_some() != self.of_sources {
            return None;
        }
        let port = u16::from_ne_bytes(to.port().to_be_bytes());
        let key = match (to.ip(), source) {
            (IpAddr::V4(to), None) => FrontKey::v4(word(to.octets()), port, 0),
            (IpAddr::V4(to), Some(IpAddr::V4(from))) => {
                FrontKey::v4(word(to.octets()), port, word(from.octets()))
            }
            (IpAddr::V6(to), None) => FrontKey::v6(words(to.octets()), port, [0; 2]),
            (IpAddr::V6(to), Some(IpAddr::V6(from))) => {
                FrontKey::v6(words(to.octets()), port, words(from.octets()))
            }
            _ => return None,
        };
        Some(((key.hash() >> self.shift) as u32, key))
    }
}

/// As it lies in a packet.
const fn word(address: [u8; 4]) -> u32 {
    u32::from_ne_bytes(address)
}

fn words(address: [u8; 16]) -> [u64; 2] {
    let half = |at: usize| u64::from_ne_bytes(std::array::from_fn(|byte| address[at + byte]));
    [half(0), half(8)]
}

impl Program {
    /// Puts an entry of the maps in front, if its place is free or its own.
    pub(super) fn put_in_front(
        &mut self,
        to: SocketAddr,
        source: Option<IpAddr>,
        group: Group,
    ) -> Result<()> {
        let Some((place, key)) = self.places.of(to, source) else { return Ok(()) };
        let there = self.in_front(place)?;
        if holds(&there) && !is_of(&there, key) {
            return Ok(());
        }
        self.clear_front(place, there)?;
        let [_, rest @ ..] = Front::to_words(key, group);
        let entry = |first| -> Entry {
            let mut entry = [first; Front::WORDS];
            entry[1..].copy_from_slice(&rest);
            entry
        };
        self.write_front(place, entry(key.first & !FrontKey::VERSION))?;
        self.write_front(place, entry(key.first))
    }

    /// Takes it away again. To be called before it goes out of its map.
    pub(super) fn take_from_front(&mut self, to: SocketAddr, source: Option<IpAddr>) -> Result<()> {
        let Some((place, key)) = self.places.of(to, source) else { return Ok(()) };
        let there = self.in_front(place)?;
        if is_of(&there, key) { self.clear_front(place, there) } else { Ok(()) }
    }

    /// Says that an entry holds no more. Nothing else of it changes: packets may be compared with it right now.
    fn clear_front(&mut self, place: u32, mut there: Entry) -> Result<()> {
        if holds(&there) {
            there[0] &= !FrontKey::VERSION;
            self.write_front(place, there)?;
        }
        Ok(())
    }

    fn in_front(&self, place: u32) -> Result<Entry> {
        let front: Array<&MapData, Entry> = Array::try_from(self.map(map::FRONT)?)?;
        front.get(&place, 0).with_context(|| format!("cannot read {}", map::FRONT))
    }

    fn write_front(&mut self, place: u32, entry: Entry) -> Result<()> {
        let mut front: Array<&mut MapData, Entry> = Array::try_from(self.map_mut(map::FRONT)?)?;
        front.set(place, entry, 0).with_context(|| format!("cannot write {}", map::FRONT))?;
        // Other CPUs see what the kernel wrote for one call before what it writes for the next.
        fence(Ordering::SeqCst);
        Ok(())
    }
}

/// Whether an entry holds.
const fn holds(there: &Entry) -> bool {
    there[0] & FrontKey::VERSION != 0
}

/// Whether it holds, and is of that key.
fn is_of(there: &Entry, key: FrontKey) -> bool {
    let [first, _, a, b, c, d, ..] = *there;
    FrontKey { first, address: [a, b], source: [c, d] } == key
}
