//! Units of messages: read from a byte stream, written into one.

use zerocopy::{FromBytes, IntoBytes};

use super::wire::{Layout, MessageHeader, UnitHeader};
use crate::recovery::stream::{Cutter, Malformed, Prefix};

/// Frames of a Cboe connection: units.
#[derive(Debug)]
pub struct Unit;

impl Prefix for Unit {
    const LEN: usize = 2;
    const SHORTEST: usize = size_of::<UnitHeader>();

    fn frame_len(prefix: &[u8]) -> usize {
        usize::from(u16::from_le_bytes([prefix[0], prefix[1]]))
    }
}

/// Reads units from a byte stream.
pub type Units = Cutter<Unit>;

/// Calls `message` with every message of a whole unit, header included.
///
/// # Errors
/// The first error of `message`, or lengths and counts that contradict each other.
pub fn messages<E: From<Malformed>>(
    unit: &[u8],
    mut message: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let (header, mut rest) = UnitHeader::ref_from_prefix(unit).map_err(|_| Malformed::ShortFrame)?;
    for _ in 0..header.count {
        let (head, _) = MessageHeader::ref_from_prefix(rest).map_err(|_| Malformed::Count)?;
        let length = usize::from(head.length);
        if length < size_of::<MessageHeader>() {
            return Err(Malformed::MessageLength.into());
        }
        let (this, behind) = rest.split_at_checked(length).ok_or(Malformed::MessageLength)?;
        message(this)?;
        rest = behind;
    }
    if rest.is_empty() { Ok(()) } else { Err(Malformed::Count.into()) }
}

/// Reads a message by its layout; what is behind its known fields is passed over.
///
/// # Errors
/// When it is shorter.
pub fn layout<M: Layout>(message: &[u8]) -> Result<&M, Malformed> {
    M::ref_from_prefix(message).map(|(layout, _)| layout).map_err(|_| Malformed::ShortMessage)
}

/// Writes units of messages without sequence, as everything on a GRP or Spin connection is.
#[derive(Debug, Default)]
pub struct Writer {
    /// Where the unit that is being written starts.
    start: usize,
    count: u8,
}

impl Writer {
    /// Most bytes of a unit: what a datagram on Ethernet can hold (1500 - 20 - 8), so that a unit can be multicast
    /// as it is. Lower costs headers; higher, fragments.
    pub const LONGEST: usize = 1472;

    /// Starts a unit at the end of `out`.
    #[must_use]
    pub fn new(out: &mut Vec<u8>) -> Self {
        Self::of(0, 0, out)
    }

    /// Starts a unit of the messages of `unit` from `sequence` on.
    #[must_use]
    pub fn of(unit: u8, sequence: u32, out: &mut Vec<u8>) -> Self {
        let start = out.len();
        let header = UnitHeader { length: 0.into(), count: 0, unit, sequence: sequence.into() };
        out.extend_from_slice(header.as_bytes());
        Self { start, count: 0 }
    }

    /// Whether a message of this length goes into the unit.
    #[must_use]
    pub fn has_room(&self, length: usize, out: &[u8]) -> bool {
        self.count < u8::MAX && out.len() - self.start + length <= Self::LONGEST
    }

    /// Adds a message.
    pub fn push(&mut self, message: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(message);
        self.count = self.count.saturating_add(1);
    }

    /// Ends the unit: writes what its header had to leave open.
    pub fn end(self, out: &mut [u8]) {
        let length = u16::try_from(out.len() - self.start).unwrap_or(u16::MAX);
        if let Ok((header, _)) = UnitHeader::mut_from_prefix(&mut out[self.start..]) {
            header.length = length.into();
            header.count = self.count;
        }
    }
}

/// Appends a heartbeat.
pub fn heartbeat(out: &mut Vec<u8>) {
    Writer::new(out).end(out);
}

/// Appends a unit with one message.
pub fn single(message: &impl Layout, out: &mut Vec<u8>) {
    let mut unit = Writer::new(out);
    unit.push(message.as_bytes(), out);
    unit.end(out);
}
