//! Memory for the payloads of captured datagrams: what a UMEM is to a socket.

/// Bytes a slot has from its first use: any datagram of a network without jumbo frames. A longer datagram makes
/// its slot grow, once; larger here costs cache for nothing.
const SLOT_LEN: usize = 2048;

/// A captured datagram's slot, for whoever holds it.
///
/// Neither `Copy` nor `Clone`: exactly one owner, until it is released.
#[derive(Debug)]
#[must_use = "a slot that is not released is lost to the source"]
pub struct CaptureFrame {
    slot: u32,
    held: bool,
}

/// The slots of one source.
pub(super) struct Slots {
    payloads: Vec<Vec<u8>>,
    free: Vec<u32>,
    held: usize,
    most_held: usize,
}

impl Slots {
    /// Room for `batch` lent datagrams and `most_held` held ones.
    pub(super) fn new(batch: usize, most_held: usize) -> Self {
        let count = u32::try_from(batch.saturating_add(most_held)).unwrap_or(u32::MAX);
        Self {
            // Memory comes with the first use: a reorder window has far more slots than most captures fill.
            payloads: (0..count).map(|_| Vec::new()).collect(),
            // The last released is used next, while it is in the cache.
            free: (0..count).rev().collect(),
            held: 0,
            most_held,
        }
    }

    /// Copies a payload into a free slot. Without one it makes a new one.
    #[inline]
    pub(super) fn take(&mut self, payload: &[u8]) -> CaptureFrame {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.payloads.push(Vec::new());
            u32::try_from(self.payloads.len() - 1).unwrap_or(u32::MAX)
        });
        let memory = &mut self.payloads[slot as usize];
        memory.clear();
        memory.reserve(SLOT_LEN.max(payload.len()));
        memory.extend_from_slice(payload);
        CaptureFrame { slot, held: false }
    }

    /// Slots nobody has.
    pub(super) const fn free(&self) -> usize {
        self.free.len()
    }

    #[inline]
    pub(super) fn payload(&self, frame: &CaptureFrame) -> &[u8] {
        &self.payloads[frame.slot as usize]
    }

    pub(super) fn hold(&mut self, frame: CaptureFrame) -> Result<CaptureFrame, CaptureFrame> {
        if frame.held {
            return Ok(frame);
        }
        if self.held == self.most_held {
            return Err(frame);
        }
        self.held += 1;
        Ok(CaptureFrame { held: true, ..frame })
    }

    #[inline]
    #[expect(clippy::needless_pass_by_value, reason = "releasing ends the frame")]
    pub(super) fn release(&mut self, frame: CaptureFrame) {
        self.held -= usize::from(frame.held);
        self.free.push(frame.slot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holding_is_bounded_and_leaves_the_batch_its_slots() {
        let mut slots = Slots::new(2, 1);
        let first = slots.take(b"first");
        let first = slots.hold(first).unwrap();
        let first = slots.hold(first).unwrap();
        let (second, third) = (slots.take(b"second"), slots.take(b"third"));
        assert_eq!(slots.free(), 0);
        let second = slots.hold(second).unwrap_err();
        assert_eq!((slots.payload(&first), slots.payload(&second)), (&b"first"[..], &b"second"[..]));
        slots.release(first);
        let third = slots.hold(third).unwrap();
        slots.release(second);
        slots.release(third);
        assert_eq!((slots.free(), slots.held), (3, 0));
    }

    #[test]
    fn what_is_not_used_takes_next_to_no_memory() {
        let counted = allocation_counter::measure(|| drop(Slots::new(64, 1_000_000)));
        assert!(counted.bytes_max < 32_000_000, "{} bytes", counted.bytes_max);
    }

    #[test]
    fn a_long_datagram_grows_its_slot() {
        let mut slots = Slots::new(1, 0);
        let long = vec![7; 65_507];
        let frame = slots.take(&long);
        assert_eq!(slots.payload(&frame), long);
        slots.release(frame);
        let frame = slots.take(b"short");
        assert_eq!(slots.payload(&frame), b"short");
        slots.release(frame);
    }
}
