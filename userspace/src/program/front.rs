//! What stands in front of the IPv4 maps, so that most packets cost no call into the kernel.
//!
//! It holds entries of the map that is asked first, each in the one place its hash gives it. An entry whose place is taken
//! is left to the map: its packets cost more and go the same way.

use std::sync::atomic::{Ordering, fence};

use anyhow::{Context, Result};
use aya::maps::{Array, MapData};
use xdp_prog::{FrontV4, Group, GroupV4, map};

use super::Program;

/// How entries find their places. Set at load.
#[derive(Clone, Copy, Debug)]
pub(super) struct Front {
    /// They are of the map of sources.
    pub(super) of_sources: bool,
    pub(super) shift: u8,
}

impl Front {
    /// The entry of a key, filled, and its place; none where it is of the map that is not asked first.
    fn entry(self, group: GroupV4, source: Option<[u8; 4]>, value: Group) -> Option<(u32, FrontV4)> {
        if source.is_some() != self.of_sources {
            return None;
        }
        let entry = FrontV4 {
            address: group.address,
            port: group.port,
            filled: FrontV4::FILLED,
            zero: 0,
            source: source.unwrap_or_default(),
            zeros: [0; 4],
            group: value,
        };
        let hash = FrontV4::hash(entry.destination(), u32::from_ne_bytes(entry.source));
        Some(((hash >> self.shift) as u32, entry))
    }
}

impl Program {
    /// Puts an entry of the maps in front, if its place is free or its own.
    pub(super) fn put_in_front(&mut self, of: GroupV4, source: Option<[u8; 4]>, group: Group) -> Result<()> {
        let Some((place, entry)) = self.front.entry(of, source, group) else { return Ok(()) };
        let there = self.in_front(place)?;
        if is_filled(&there) && !is_of(&there, &entry) {
            return Ok(());
        }
        self.clear_front(place, there)?;
        self.write_front(place, FrontV4 { filled: 0, ..entry }.to_bytes())?;
        self.write_front(place, entry.to_bytes())
    }

    /// Takes it away again. To be called before it goes out of the map.
    pub(super) fn take_from_front(&mut self, of: GroupV4, source: Option<[u8; 4]>) -> Result<()> {
        let nothing = Group { index: 0, generation: 0, sourced: 0, vlan: 0, zero: 0 };
        let Some((place, entry)) = self.front.entry(of, source, nothing) else { return Ok(()) };
        let there = self.in_front(place)?;
        if is_of(&there, &entry) { self.clear_front(place, there) } else { Ok(()) }
    }

    /// Says that an entry holds no more. Nothing else of it changes: packets may be compared with it right now.
    fn clear_front(&mut self, place: u32, mut there: [u8; FrontV4::LEN]) -> Result<()> {
        if is_filled(&there) {
            there[FILLED_AT] = 0;
            self.write_front(place, there)?;
        }
        Ok(())
    }

    fn in_front(&self, place: u32) -> Result<[u8; FrontV4::LEN]> {
        let front: Array<&MapData, [u8; FrontV4::LEN]> = Array::try_from(self.map(map::FRONT_V4)?)?;
        front.get(&place, 0).with_context(|| format!("cannot read {}", map::FRONT_V4))
    }

    fn write_front(&mut self, place: u32, entry: [u8; FrontV4::LEN]) -> Result<()> {
        let mut front: Array<&mut MapData, [u8; FrontV4::LEN]> =
            Array::try_from(self.map_mut(map::FRONT_V4)?)?;
        front.set(place, entry, 0).with_context(|| format!("cannot write {}", map::FRONT_V4))?;
        // Other CPUs see what the kernel wrote for one call before what it writes for the next.
        fence(Ordering::SeqCst);
        Ok(())
    }
}

/// Where an entry says that it holds.
const FILLED_AT: usize = std::mem::offset_of!(FrontV4, filled);
/// Address, port, `filled` and source.
const KEY_LEN: usize = std::mem::offset_of!(FrontV4, zeros);

fn is_filled(there: &[u8; FrontV4::LEN]) -> bool {
    there[FILLED_AT] == FrontV4::FILLED
}

/// Whether it is filled, and with an entry of the same key.
fn is_of(there: &[u8; FrontV4::LEN], entry: &FrontV4) -> bool {
    there[..KEY_LEN] == entry.to_bytes()[..KEY_LEN]
}
