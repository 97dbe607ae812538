//! RTP packets (RFC 3550, section 5.1): the header's fields and how long the payload is, not the media itself.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use super::{Fields, MessageType, Unread, layout::views, value::OwnField};
use crate::framing::{Malformed, rtp};

#[cfg(test)]
mod tests;

/// A packet: there is one kind.
pub const PACKET: MessageType = MessageType { label: "rtp", name: "packet", len: 12 };
/// The message types.
pub const TYPES: &[MessageType] = &[PACKET];

views! {
    /// The fixed header.
    12 Packet {
        0 flags Flags "Version, padding, extension and number of contributing sources."
        1 kind MarkerAndType "Marker and payload type."
        2 sequence u16be "The packet's number; behind 65,535 comes 0."
        4 timestamp u32be "When the payload's first sample was taken, in ticks of the media's clock."
        8 ssrc u32be "The synchronisation source: whose clock and numbers these are."
    }
}

/// The header's first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(transparent)]
pub struct Flags(
    /// All eight bits.
    pub u8,
);

impl Flags {
    /// Version of the protocol: 2.
    #[inline]
    #[must_use]
    pub const fn version(self) -> u8 {
        self.0 >> 6
    }

    /// 1 where padding follows the payload.
    #[inline]
    #[must_use]
    pub const fn padding(self) -> u8 {
        self.0 >> 5 & 1
    }

    /// 1 where a header extension precedes the payload.
    #[inline]
    #[must_use]
    pub const fn extension(self) -> u8 {
        self.0 >> 4 & 1
    }

    /// Contributing sources listed: 0 to 15.
    #[inline]
    #[must_use]
    pub const fn csrc_count(self) -> u8 {
        self.0 & 0x0f
    }
}

/// Its parts stand among the packet's fields.
impl OwnField for Flags {
    fn show_as(self, _name: &'static str, to: &mut dyn Fields) {
        to.field("version", self.version().into());
        to.field("padding", self.padding().into());
        to.field("extension", self.extension().into());
        to.field("csrc_count", self.csrc_count().into());
    }
}

/// The header's second byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(transparent)]
pub struct MarkerAndType(
    /// All eight bits.
    pub u8,
);

impl MarkerAndType {
    /// 1 where the profile marks the packet: the last of a video frame in ST 2110-20.
    #[inline]
    #[must_use]
    pub const fn marker(self) -> u8 {
        self.0 >> 7
    }

    /// What the payload is, by the session description: 96 to 127 are assigned there.
    #[inline]
    #[must_use]
    pub const fn payload_type(self) -> u8 {
        self.0 & 0x7f
    }
}

/// Its parts stand among the packet's fields.
impl OwnField for MarkerAndType {
    fn show_as(self, _name: &'static str, to: &mut dyn Fields) {
        to.field("marker", self.marker().into());
        to.field("payload_type", self.payload_type().into());
    }
}

/// A packet's payload.
///
/// # Errors
/// Why the packet cannot be read: [`Unread::UnknownType`] where it is no RTP of version 2.
#[inline]
pub fn payload(packet: &[u8]) -> Result<&[u8], Unread> {
    match rtp::parse(packet) {
        Ok((_, payload)) => Ok(payload),
        Err(_) if packet.is_empty() => Err(Unread::Empty),
        Err(Malformed::WrongVersion) => Err(Unread::UnknownType),
        Err(_) => Err(Unread::Short),
    }
}

/// Checks a packet and says which of [`TYPES`] it is.
///
/// # Errors
/// Why it cannot be read.
#[inline]
pub fn read(packet: &[u8]) -> Result<usize, Unread> {
    payload(packet).map(|_| 0)
}

/// Shows every field of a packet, and how many bytes its payload has.
///
/// # Errors
/// Why it cannot be read: the same cause [`read`] gives.
pub fn show(packet: &[u8], to: &mut dyn Fields) -> Result<(), Unread> {
    let payload = payload(packet)?;
    let (header, _) = Packet::ref_from_prefix(packet).map_err(|_| Unread::Short)?;
    header.show(to);
    to.field("payload_bytes", (payload.len() as u64).into());
    Ok(())
}
