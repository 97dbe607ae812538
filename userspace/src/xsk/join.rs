//! A datagram that is spread over several frames (jumbo), joined: the only copy of a packet there is.
//!
//! The kernel marks every descriptor of a packet but the last (`XDP_PKT_CONTD`). What our program wrote in front lies
//! in the first frame.

use xdp_prog::FrameHeader;

use super::receive::header_of;

/// The most that lies in front of a payload, in bytes: Ethernet with two VLAN tags, IPv4 with all options, UDP. Lower:
/// datagrams with many options are unjoined. Higher costs memory.
const MOST_HEADERS: usize = 22 + 60 + 8;

/// The preallocated memory datagrams are joined in, and the one that is being joined.
#[derive(Debug)]
pub(super) struct Joiner {
    memory: Box<[u8]>,
    /// Bytes of a slot: what a packet can have with the largest payload there can be.
    slot: usize,
    /// The largest payload there can be.
    payload: usize,
    /// Slots no token stands for.
    free: Vec<u16>,
    begun: Option<Begun>,
    /// Datagrams joined.
    pub(super) joined: u64,
    /// Packets whose parts made no datagram: larger than what was prepared for.
    pub(super) unjoined: u64,
}

/// A packet of which the last frame is still to come, perhaps with the next batch.
#[derive(Clone, Copy, Debug)]
enum Begun {
    /// Of our program.
    Ours { slot: u16, header: FrameHeader, len: usize },
    /// Of our program, but larger than a slot.
    TooLarge,
    /// Without our program's header.
    Foreign,
}

/// What a frame made of the packet it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joined {
    /// More is to come.
    Not,
    /// It is whole: the packet, from its Ethernet header to the end of its payload, is at the start of the slot.
    Whole { slot: u16, header: FrameHeader },
    /// It is whole, and was counted as unjoined.
    Unjoined,
    /// It is whole, and not ours.
    Foreign,
}

impl Joiner {
    /// Memory for a batch's datagrams: no more can be whole before those of the batch are released.
    pub(super) fn new(batch: usize, payload: usize) -> Self {
        let slots = batch.min(usize::from(u16::MAX));
        let slot = MOST_HEADERS + payload;
        Self {
            // Written to, so that none of it is first touched on the data path.
            memory: vec![u8::MAX; slots * slot].into_boxed_slice(),
            slot,
            payload,
            free: (0..slots as u16).rev().collect(),
            begun: None,
            joined: 0,
            unjoined: 0,
        }
    }

    /// Whether a frame is, or begins, a part of a packet spread over several.
    #[inline]
    pub(super) const fn wants(&self, continued: bool) -> bool {
        continued || self.begun.is_some()
    }

    /// Takes in a frame's bytes. `continued`: more frames of the packet follow.
    pub(super) fn add(&mut self, bytes: &[u8], continued: bool) -> Joined {
        let begun = match self.begun.take() {
            None => self.begin(bytes),
            Some(begun) => self.go_on(begun, bytes),
        };
        if continued {
            self.begun = Some(begun);
            return Joined::Not;
        }
        match begun {
            Begun::Ours { slot, header, len } if len == end(header) => {
                self.joined += 1;
                Joined::Whole { slot, header }
            }
            Begun::Ours { slot, .. } => {
                self.free.push(slot);
                self.unjoined += 1;
                Joined::Unjoined
            }
            Begun::TooLarge => {
                self.unjoined += 1;
                Joined::Unjoined
            }
            Begun::Foreign => Joined::Foreign,
        }
    }

    fn begin(&mut self, bytes: &[u8]) -> Begun {
        let Some(header) = header_of(bytes) else { return Begun::Foreign };
        if usize::from(header.payload_len) > self.payload || end(header) > self.slot {
            return Begun::TooLarge;
        }
        let Some(slot) = self.free.pop() else { return Begun::TooLarge };
        let packet = bytes.get(FrameHeader::LEN..).unwrap_or_default();
        self.go_on(Begun::Ours { slot, header, len: 0 }, packet)
    }

    /// Appends what belongs to the packet; what follows its payload is padding.
    fn go_on(&mut self, begun: Begun, bytes: &[u8]) -> Begun {
        let Begun::Ours { slot, header, len } = begun else { return begun };
        let take = bytes.len().min(end(header) - len);
        let start = usize::from(slot) * self.slot + len;
        self.memory[start..start + take].copy_from_slice(&bytes[..take]);
        Begun::Ours { slot, header, len: len + take }
    }

    /// The joined packet, as far as its first `end` bytes.
    #[inline]
    pub(super) fn packet(&self, slot: u16, end: usize) -> &[u8] {
        let start = usize::from(slot) * self.slot;
        self.memory.get(start..start + end).unwrap_or_default()
    }

    /// Takes a slot back.
    pub(super) fn release(&mut self, slot: u16) {
        self.free.push(slot);
    }
}

/// Bytes from a packet's Ethernet header to the end of its payload.
#[inline]
fn end(header: FrameHeader) -> usize {
    let offset = usize::from(header.payload_offset).saturating_sub(FrameHeader::LEN);
    offset + usize::from(header.payload_len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(payload_len: u16, payload: &[u8]) -> Vec<u8> {
        let header = FrameHeader {
            stamp_ns: 1,
            group: 0,
            payload_offset: 16 + 42,
            payload_len,
            version: FrameHeader::VERSION,
            generation: 0,
        };
        let words = header.to_words().map(u64::to_ne_bytes).concat();
        [words.as_slice(), &[0xEE; 42], payload].concat()
    }

    #[test]
    fn parts_are_joined_in_order_and_padding_is_not_taken() {
        let mut joiner = Joiner::new(2, 16);
        assert!(!joiner.wants(false));
        assert_eq!(joiner.add(&first(10, b"0123"), true), Joined::Not);
        assert!(joiner.wants(false), "its end is wanted, whatever it says of itself");
        assert_eq!(joiner.add(b"4567", true), Joined::Not);
        let Joined::Whole { slot, header } = joiner.add(b"89padding", false) else { panic!("not whole") };
        assert_eq!(joiner.packet(slot, end(header)), [[0xEE; 42].as_slice(), b"0123456789"].concat());
        assert!(!joiner.wants(false));
        joiner.release(slot);
        assert_eq!((joiner.joined, joiner.unjoined), (1, 0));
    }

    #[test]
    fn what_cannot_be_joined_is_counted_and_costs_no_slot() {
        let mut joiner = Joiner::new(1, 8);
        for _ in 0..3 {
            // Larger than a slot.
            assert_eq!(joiner.add(&first(9, b"0123"), true), Joined::Not);
            assert_eq!(joiner.add(b"45678", false), Joined::Unjoined);
            // Ends before its payload does.
            assert_eq!(joiner.add(&first(8, b"0123"), true), Joined::Not);
            assert_eq!(joiner.add(b"456", false), Joined::Unjoined);
        }
        assert_eq!(joiner.add(b"no header of ours, but long enough for one", true), Joined::Not);
        assert_eq!(joiner.add(b"rest", false), Joined::Foreign);
        assert_eq!((joiner.joined, joiner.unjoined), (0, 6));
        assert_eq!(joiner.add(&first(8, b"0123"), true), Joined::Not);
        assert!(matches!(joiner.add(b"4567", false), Joined::Whole { .. }));
        // The only slot is taken until it is released.
        assert_eq!(joiner.add(&first(2, b"0"), true), Joined::Not);
        assert_eq!(joiner.add(b"1", false), Joined::Unjoined);
    }
}
