//! Room for datagrams that have to wait and cannot stay where they are: those of a source that holds no more
//! frames, and recovered ones, which lie in no frame. The only bytes the pipeline copies, and each is counted.

/// Bytes of a slot: the largest payload on Ethernet with jumbo frames. Lower: such datagrams cannot wait, and their
/// window gives way. Higher costs memory alone.
pub const SLOT_BYTES: usize = 9_216;

/// A slot in use. Move-only: [`Arena::free`] ends it.
#[derive(Debug)]
#[must_use = "a slot that is dropped instead of freed is lost"]
pub struct Slot {
    index: u32,
    len: u16,
}

const _: () = assert!(SLOT_BYTES <= u16::MAX as usize);

/// What an arena counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ArenaCounters {
    /// Datagrams copied in.
    pub copies: u64,
    /// Datagrams that found every slot in use.
    pub full: u64,
    /// Datagrams longer than [`SLOT_BYTES`].
    pub too_long: u64,
    /// The most slots ever in use at one time.
    pub high_water: u64,
}

/// A fixed number of slots of [`SLOT_BYTES`].
#[derive(Debug)]
pub(super) struct Arena {
    bytes: Box<[u8]>,
    unused: Vec<u32>,
    counters: ArenaCounters,
}

impl Arena {
    /// `slots` slots, at most 2²⁰. Their memory is written to, so that none of it is first touched on the data path.
    #[must_use]
    pub(super) fn new(slots: u32) -> Self {
        let slots = slots.min(1 << 20);
        let bytes = vec![u8::MAX; slots as usize * SLOT_BYTES].into_boxed_slice();
        Self { bytes, unused: (0..slots).rev().collect(), counters: ArenaCounters::default() }
    }

    /// Copies a datagram in; `None` when it finds no room.
    pub(super) fn keep(&mut self, datagram: &[u8]) -> Option<Slot> {
        let Some(len) = u16::try_from(datagram.len()).ok().filter(|len| usize::from(*len) <= SLOT_BYTES)
        else {
            self.counters.too_long += 1;
            return None;
        };
        let Some(index) = self.unused.pop() else {
            self.counters.full += 1;
            return None;
        };
        let start = index as usize * SLOT_BYTES;
        self.bytes[start..start + datagram.len()].copy_from_slice(datagram);
        self.counters.copies += 1;
        let in_use = self.bytes.len() / SLOT_BYTES - self.unused.len();
        self.counters.high_water = self.counters.high_water.max(in_use as u64);
        Some(Slot { index, len })
    }

    /// The datagram in a slot.
    #[must_use]
    pub(super) fn datagram(&self, slot: &Slot) -> &[u8] {
        let start = slot.index as usize * SLOT_BYTES;
        self.bytes.get(start..start + usize::from(slot.len)).unwrap_or_default()
    }

    /// Takes a slot back.
    #[expect(clippy::needless_pass_by_value, reason = "the token ends here: that is its point")]
    pub(super) fn free(&mut self, slot: Slot) {
        self.unused.push(slot.index);
    }

    /// What it counted.
    #[must_use]
    pub(super) const fn counters(&self) -> &ArenaCounters {
        &self.counters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_used_again_and_never_twice() {
        let mut arena = Arena::new(2);
        let one = arena.keep(b"one").unwrap();
        let two = arena.keep(&[7; SLOT_BYTES]).unwrap();
        assert!(arena.keep(b"three").is_none());
        assert_eq!((arena.datagram(&one), arena.datagram(&two)), (&b"one"[..], &[7; SLOT_BYTES][..]));
        arena.free(one);
        let four = arena.keep(b"four").unwrap();
        assert_eq!((arena.datagram(&four), arena.datagram(&two)), (&b"four"[..], &[7; SLOT_BYTES][..]));
        assert_eq!(*arena.counters(), ArenaCounters { copies: 3, full: 1, too_long: 0, high_water: 2 });
    }

    #[test]
    fn what_is_too_long_takes_no_slot() {
        let mut arena = Arena::new(1);
        assert!(arena.keep(&[0; SLOT_BYTES + 1]).is_none());
        assert!(arena.keep(&[0; 70_000]).is_none());
        assert!(arena.keep(&[]).is_some_and(|slot| arena.datagram(&slot).is_empty()));
        assert_eq!(*arena.counters(), ArenaCounters { copies: 1, full: 0, too_long: 2, high_water: 1 });
    }

    #[test]
    fn there_may_be_no_room_at_all() {
        assert!(Arena::new(0).keep(b"one").is_none());
    }
}
