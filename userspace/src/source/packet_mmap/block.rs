//! What a block of a packet ring says (`struct tpacket_block_desc`, `struct tpacket3_hdr` of `linux/if_packet.h`).

use std::ops::Range;

/// In a block's descriptor: how many packets it has, and where the first is.
const COUNT: usize = 12;
const FIRST: usize = 16;

/// In a packet's header: how far the next is, the bytes there are, the status, where Ethernet begins, the tag taken off.
const NEXT: usize = 0;
const CAPTURED: usize = 12;
const STATUS: usize = 20;
const ETHERNET: usize = 24;
const TAG: usize = 32;

/// The id of a VLAN among a tag's bits.
const VLAN_ID: u32 = 0xfff;

/// A packet in a block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Packet {
    /// Where its bytes are.
    pub(super) bytes: Range<usize>,
    /// The VLAN of the tag that was taken off it; 0 if there was none.
    pub(super) vlan: u16,
    /// Where the next one's header is.
    pub(super) next: usize,
}

/// How many packets a block has, and where the first one's header is.
pub(super) fn begin(block: &[u8]) -> Option<(u32, usize)> {
    Some((word(block, COUNT)?, word(block, FIRST)? as usize))
}

/// The packet whose header is at `at`. `None` where the block ends before that: a mistake of the kernel's.
#[inline]
pub(super) fn packet(block: &[u8], at: usize) -> Option<Packet> {
    let header = block.get(at..)?;
    let ethernet = header.get(ETHERNET..ETHERNET + 2)?;
    let start = at + usize::from(u16::from_ne_bytes([ethernet[0], ethernet[1]]));
    let end = start.checked_add(word(header, CAPTURED)? as usize)?;
    if end > block.len() {
        return None;
    }
    let tagged = word(header, STATUS)? & libc::TP_STATUS_VLAN_VALID != 0;
    let vlan = if tagged { (word(header, TAG)? & VLAN_ID) as u16 } else { 0 };
    Some(Packet { bytes: start..end, vlan, next: at + word(header, NEXT)? as usize })
}

#[inline]
fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_ne_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_found_with_their_tags() {
        let mut block = vec![0u8; 256];
        let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
        put(COUNT, &2u32.to_ne_bytes());
        put(FIRST, &48u32.to_ne_bytes());
        for (at, next, status, len) in [(48, 96u32, libc::TP_STATUS_VLAN_VALID, 10u32), (144, 0, 0, 200)] {
            put(at + NEXT, &next.to_ne_bytes());
            put(at + CAPTURED, &len.to_ne_bytes());
            put(at + STATUS, &status.to_ne_bytes());
            put(at + ETHERNET, &64u16.to_ne_bytes());
            put(at + TAG, &0x3064u32.to_ne_bytes());
        }
        assert_eq!(begin(&block), Some((2, 48)));
        assert_eq!(packet(&block, 48), Some(Packet { bytes: 112..122, vlan: 100, next: 144 }));
        assert_eq!(packet(&block, 144), None, "beyond the block");
        assert_eq!(packet(&block, 250), None);
        assert_eq!(begin(&[]), None);
    }
}
