//! Deribit multicast packets: `length u16 · channel id u16 · sequence u32`, then SBE messages, little-endian.
//!
//! The length is that of the messages; what the datagram has beyond it is trailing. No message says how long it is as
//! a whole: its end is found by its block, groups and data, whatever its template. Sequences count packets, per
//! channel, and several channels may share a multicast group. There is no heartbeat: a packet without messages has its
//! sequence number like any other.

use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    little_endian::{U16, U32},
};

use super::{Facts, Kind, Malformed, Segment, StreamKey, Unit};
use crate::codec::{Codec, deribit, sbe::Cut};

#[cfg(test)]
mod tests;

pub(super) const FACTS: Facts = Facts {
    unit: Unit::Packet,
    sequence_bits: 32,
    origin: None,
    parallel: true,
    silence_ns: 0,
    codecs: &[Codec::Deribit],
};

/// The header of a packet ("Multicast packet encoding" of the Multicast Developer Guide).
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Bytes of all messages.
    pub length: U16,
    /// The sequence space: one kind of instruments of one currency, as changes or (100 higher) as snapshots.
    pub channel_id: U16,
    /// Of the packet.
    pub sequence: U32,
}

const _: () = assert!(size_of::<Header>() == 8);

impl From<Cut> for Malformed {
    fn from(cut: Cut) -> Self {
        match cut {
            Cut::Overrun => Self::LengthOverrun,
            Cut::Underrun => Self::LengthUnderrun,
            Cut::Nested => Self::WrongVersion,
        }
    }
}

#[inline(always)]
pub(super) fn segment(payload: &[u8]) -> Result<Segment, Malformed> {
    let (header, bytes) = Header::ref_from_prefix(payload).map_err(|_| Malformed::ShortHeader)?;
    let (mut announced, beyond) =
        bytes.split_at_checked(usize::from(header.length.get())).ok_or(Malformed::LengthOverrun)?;
    while !announced.is_empty() {
        (_, announced) = deribit::split(announced)?;
    }
    let key = StreamKey::new(header.channel_id.to_bytes());
    Ok(Segment::new(key, Kind::Data, u64::from(header.sequence.get()), 1, beyond.len()))
}

/// All messages of the packet, if it is to be handed out at all.
#[inline]
pub(super) fn messages<'a>(payload: &'a [u8], skip: u64, take: u64, mut message: impl FnMut(&'a [u8])) {
    if skip > 0 || take == 0 {
        return;
    }
    let Ok((header, bytes)) = Header::ref_from_prefix(payload) else { return };
    let mut announced = &bytes[..bytes.len().min(usize::from(header.length.get()))];
    while !announced.is_empty() {
        let Ok((first, behind)) = deribit::split(announced) else { return };
        message(first);
        announced = behind;
    }
}
