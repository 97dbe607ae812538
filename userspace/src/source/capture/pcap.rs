//! The pcap format: a 24-byte file header, then records
//! (<https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-05.html>).

use super::{
    fields::Order,
    packet::{Interface, MAX_PACKET_LEN},
};
use crate::wire::Link;
use anyhow::{bail, ensure};

/// Bytes of the file header.
pub(super) const FILE_HEADER_LEN: usize = 24;
/// Bytes of a record's header.
pub(super) const RECORD_HEADER_LEN: usize = 16;

const MAGIC_MICROSECONDS: u32 = 0xa1b2_c3d4;
const MAGIC_NANOSECONDS: u32 = 0xa1b2_3c4d;
/// The link type's bits in the last field; those above say whether and how long frame check sequences are.
const LINKTYPE_MASK: u32 = 0x03ff_ffff;
const FCS_PRESENT: u32 = 0x0400_0000;

/// What the file header says about every record.
#[derive(Debug)]
pub(super) struct Pcap {
    order: Order,
    /// ns in one unit of a record's second stamp field.
    fraction_ns: u64,
    interface: Interface,
}

/// One record's header.
pub(super) struct RecordHeader {
    pub(super) stamp_ns: u64,
    /// Bytes of the packet that follow.
    pub(super) captured_len: usize,
    pub(super) original_len: u32,
}

impl Pcap {
    /// True if a file that starts so is of this format.
    pub(super) fn recognises(magic: [u8; 4]) -> bool {
        Self::units(magic).is_some()
    }

    fn units(magic: [u8; 4]) -> Option<(Order, u64)> {
        let units = |value| match value {
            MAGIC_MICROSECONDS => Some(1_000),
            MAGIC_NANOSECONDS => Some(1),
            _ => None,
        };
        units(u32::from_le_bytes(magic))
            .map(|ns| (Order::Little, ns))
            .or_else(|| units(u32::from_be_bytes(magic)).map(|ns| (Order::Big, ns)))
    }

    pub(super) fn new(header: &[u8; FILE_HEADER_LEN]) -> anyhow::Result<Self> {
        let Some((order, fraction_ns)) = Self::units([header[0], header[1], header[2], header[3]]) else {
            bail!("is no pcap file");
        };
        let network = order.u32(header, 20);
        let linktype = network & LINKTYPE_MASK;
        let Some(link) = Link::from_linktype(linktype) else {
            bail!("holds packets of link type {linktype}, which is not read; what is: {}", Link::SUPPORTED);
        };
        // The length is in units of 16 bits, in the uppermost four.
        let fcs_len = if network & FCS_PRESENT == 0 { 0 } else { (network >> 28) * 2 };
        Ok(Self { order, fraction_ns, interface: Interface { link, fcs_len } })
    }

    /// The one interface.
    pub(super) const fn interface(&self) -> Interface {
        self.interface
    }

    /// Reads a record's header.
    ///
    /// # Errors
    /// It announces a packet longer than any there is, so what follows cannot be told apart any more.
    #[inline]
    pub(super) fn record(&self, header: &[u8; RECORD_HEADER_LEN]) -> anyhow::Result<RecordHeader> {
        let field = |at| self.order.u32(header, at);
        let captured_len = field(8) as usize;
        ensure!(captured_len <= MAX_PACKET_LEN, "a record announces {captured_len} bytes");
        Ok(RecordHeader {
            // At most 2^32 s + 2^32 µs: no overflow.
            stamp_ns: u64::from(field(0)) * 1_000_000_000 + u64::from(field(4)) * self.fraction_ns,
            captured_len,
            original_len: field(12),
        })
    }
}
