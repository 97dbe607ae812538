//! RTP (RFC 3550, section 5.1): a datagram is one packet with a 16-bit number that wraps. Big-endian.
//!
//! ST 2110 and AES67 carry their media in it; ST 2022-7 sends the same packets over two lines. A stream is one
//! synchronisation source. What the payload is, the payload type says together with the session description: the
//! packet is handed out as one message, header included.

use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    big_endian::{U16, U32},
};

use super::{Facts, Kind, Malformed, Segment, StreamKey, Unit};
use crate::codec::Codec;

#[cfg(test)]
mod tests;

pub(super) const FACTS: Facts = Facts {
    unit: Unit::Packet,
    sequence_bits: 16,
    origin: None,
    parallel: true,
    silence_ns: 0,
    codecs: &[Codec::Rtp],
};

/// The fixed header (RFC 3550, section 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Header {
    /// Version (2 bits), padding (1), extension (1), number of contributing sources (4).
    pub flags: u8,
    /// Marker (1 bit), payload type (7).
    pub marker_and_type: u8,
    /// The packet's number; behind 65,535 comes 0.
    pub sequence: U16,
    /// When the payload's first sample was taken, in ticks of the media's clock.
    pub timestamp: U32,
    /// The synchronisation source.
    pub ssrc: U32,
}

const _: () = assert!(size_of::<Header>() == 12);

/// The version of the protocol there is.
pub const VERSION: u8 = 2;

/// Second bytes of RTCP packets, which share the version. As RTP they would be payload types 72 to 76, and those are
/// kept free so that the two can be told apart (RFC 3551, section 6).
const RTCP: std::ops::RangeInclusive<u8> = 200..=204;

impl Header {
    /// The version of the protocol: [`VERSION`].
    #[inline]
    #[must_use]
    pub const fn version(&self) -> u8 {
        self.flags >> 6
    }

    /// Whether the payload is followed by padding, whose last byte says how long it is.
    #[inline]
    #[must_use]
    pub const fn padding(&self) -> bool {
        self.flags & 0x20 != 0
    }

    /// Whether a header extension follows the contributing sources.
    #[inline]
    #[must_use]
    pub const fn extension(&self) -> bool {
        self.flags & 0x10 != 0
    }

    /// Contributing sources that follow the header, four bytes each.
    #[inline]
    #[must_use]
    pub const fn csrc_count(&self) -> u8 {
        self.flags & 0x0f
    }
}

/// The header of a packet and its payload: what lies between contributing sources, extension and padding.
///
/// # Errors
/// What makes it no packet: another version or RTCP, or a length that its bytes do not bear out.
#[inline]
pub fn parse(packet: &[u8]) -> Result<(&Header, &[u8]), Malformed> {
    let (header, behind) = Header::ref_from_prefix(packet).map_err(|_| Malformed::ShortHeader)?;
    if header.version() != VERSION || RTCP.contains(&header.marker_and_type) {
        return Err(Malformed::WrongVersion);
    }
    let sources = 4 * usize::from(header.csrc_count());
    let mut payload = behind.get(sources..).ok_or(Malformed::LengthOverrun)?;
    if header.extension() {
        // Two bytes of the profile's own, then the length of what follows in words of four bytes (section 5.3.1).
        let (&[_, _, a, b], behind) = payload.split_first_chunk().ok_or(Malformed::LengthOverrun)?;
        let words = usize::from(u16::from_be_bytes([a, b]));
        payload = behind.get(4 * words..).ok_or(Malformed::LengthOverrun)?;
    }
    if header.padding() {
        // The count includes the byte it stands in.
        let padding = match payload.last() {
            None => return Err(Malformed::LengthOverrun),
            Some(0) => return Err(Malformed::LengthUnderrun),
            Some(padding) => usize::from(*padding),
        };
        let len = payload.len().checked_sub(padding).ok_or(Malformed::LengthOverrun)?;
        payload = &payload[..len];
    }
    Ok((header, payload))
}

#[inline(always)]
pub(super) fn segment(payload: &[u8]) -> Result<Segment, Malformed> {
    let (header, _) = parse(payload)?;
    let key = StreamKey::new(header.ssrc.to_bytes());
    Ok(Segment::new(key, Kind::Data, u64::from(header.sequence.get()), 1, 0))
}

#[inline]
pub(super) fn messages<'a>(payload: &'a [u8], skip: u64, take: u64, mut message: impl FnMut(&'a [u8])) {
    if skip == 0 && take > 0 && parse(payload).is_ok() {
        message(payload);
    }
}
