//! A stretch of a capture in memory, ready to be sent.

use crate::{
    source::capture::{CaptureReader, MAX_PACKET_LEN, Step},
    wire::Link,
};
use anyhow::{bail, ensure};

/// Bytes of packets in one chunk. Large enough that handing a chunk from thread to thread costs nothing a
/// packet; smaller than the read-ahead by far, so that that is used evenly.
pub(super) const CHUNK_LEN: usize = 1 << 20;

/// Packets of a capture that follow each other.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    bytes: Vec<u8>,
    packets: Vec<Place>,
    /// Opens a pass over the capture.
    pub(super) first: bool,
    /// Closes a pass over the capture.
    pub(super) last: bool,
    /// Packets the capture has not whole (snap length): they cannot be sent.
    pub(super) snapped: u64,
    /// Packets whose record contradicts itself.
    pub(super) malformed: u64,
    /// The capture ends inside a record.
    pub(super) truncated: bool,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    start: u32,
    len: u32,
    stamp_ns: u64,
}

impl Chunk {
    /// An empty chunk.
    pub(super) fn new() -> Self {
        Self { bytes: Vec::with_capacity(CHUNK_LEN + MAX_PACKET_LEN), ..Self::default() }
    }

    /// Takes the capture's next packets in place of those it has, up to the one that makes it [`CHUNK_LEN`] long.
    ///
    /// # Errors
    /// The capture cannot be read on, or holds no Ethernet frames. What the chunk has by then can be sent.
    pub(super) fn read(&mut self, capture: &mut CaptureReader) -> anyhow::Result<()> {
        let Self { bytes, packets, first, last, snapped, malformed, truncated } = self;
        bytes.clear();
        packets.clear();
        (*first, *last, *truncated, *snapped, *malformed) = (false, false, false, 0, 0);
        // Records that hold nothing to be sent count too, or a chunk of them would have no end.
        let mut records = 0;
        while bytes.len() < CHUNK_LEN && records < CHUNK_LEN {
            records += 1;
            match capture.step()? {
                Step::End => {
                    (*last, *truncated) = (true, capture.truncated());
                    break;
                }
                Step::Malformed => *malformed += 1,
                Step::UnreadLink(linktype) => {
                    bail!(
                        "the capture holds packets of link type {linktype}; only Ethernet frames can be sent"
                    )
                }
                Step::Packet => {
                    let packet = capture.packet();
                    ensure!(
                        packet.link == Link::Ethernet,
                        "the capture holds {} packets; only Ethernet frames can be sent",
                        packet.link
                    );
                    if packet.bytes.len() < packet.original_len {
                        *snapped += 1;
                        continue;
                    }
                    // The interface adds its own frame check sequence.
                    let frame = &packet.bytes[..packet.bytes.len().saturating_sub(packet.fcs_len)];
                    let (start, len) = (u32::try_from(bytes.len())?, u32::try_from(frame.len())?);
                    packets.push(Place { start, len, stamp_ns: packet.stamp_ns });
                    bytes.extend_from_slice(frame);
                }
            }
        }
        Ok(())
    }

    /// Number of packets.
    pub(super) const fn len(&self) -> usize {
        self.packets.len()
    }

    /// The packets from one on, each with its stamp.
    pub(super) fn from(&self, first: usize) -> impl Iterator<Item = (u64, &[u8])> + Clone {
        let packets = self.packets.get(first..).unwrap_or_default();
        packets.iter().map(|place| {
            let start = place.start as usize;
            (place.stamp_ns, &self.bytes[start..start + place.len as usize])
        })
    }
}
