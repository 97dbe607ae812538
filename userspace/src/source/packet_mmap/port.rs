//! One interface's ring: its blocks, walked packet by packet.

use anyhow::{Context as _, Result};
use nix::net::if_::if_nametoindex;

use super::{RingCounters, RingFrame, block, filter};
use crate::{
    nic::Memberships,
    source::{LiveLine, Received, Receiving, destinations::Destinations},
    sys::packet_ring::PacketRing,
    wire,
};

/// Bytes of a block, a power of two and at least a page. Lower: the kernel changes blocks more often, and a packet larger
/// than one is cut. Higher: more is locked up by the last datagram of a block that is lent.
const BLOCK_BYTES: usize = 1 << 18;

/// Milliseconds after which a block with packets is handed over though it is not full: the least there is. Higher: a
/// slow feed comes so much later.
const RETIRE_MS: u32 = 1;

/// One interface.
#[derive(Debug)]
pub(super) struct Port {
    pub(super) interface: String,
    pub(super) ring: PacketRing,
    lines: Destinations,
    /// The block that is being walked: its number, packets left in it, where the next one's header is.
    walked: Option<(usize, u32, usize)>,
    /// Datagrams of each block that are lent.
    lent: Box<[u32]>,
    pub(super) watermark_ns: u64,
    pub(super) counted: RingCounters,
    /// For as long as it is received from.
    _memberships: Memberships,
}

impl Port {
    pub(super) fn open(interface: &str, lines: &[LiveLine], receiving: &Receiving) -> Result<Self> {
        let index = if_nametoindex(interface).with_context(|| {
            format!("there is no interface '{interface}'; `ip link` lists those there are")
        })?;
        let here = || (0..).zip(lines).filter(|(_, line)| line.interface == interface);
        let (mut destinations, mut memberships) =
            (Destinations::default(), Memberships::new(interface.to_owned(), index));
        for (number, line) in here() {
            destinations.add(line.destination, line.source, line.vlan, number);
        }
        let blocks = receiving.receive_buffer.div_ceil(BLOCK_BYTES).clamp(2, usize::from(u16::MAX));
        let filter = filter::to(here().map(|(_, line)| line.destination.ip()));
        let ring = PacketRing::open(index, &filter, (blocks as u32, BLOCK_BYTES as u32), RETIRE_MS).with_context(
            || format!("{interface}: cannot open a packet ring: that needs CAP_NET_RAW, and {blocks} times {BLOCK_BYTES} bytes"),
        )?;
        for (_, line) in here() {
            memberships.join(line.destination.ip(), line.source)?;
        }
        Ok(Self {
            interface: interface.to_owned(),
            ring,
            lines: destinations,
            walked: None,
            lent: vec![0; blocks].into_boxed_slice(),
            watermark_ns: 0,
            counted: RingCounters::default(),
            _memberships: memberships,
        })
    }

    /// Reads at most `most` packets. Returns whether none was left.
    pub(super) fn receive(
        &mut self,
        number: u16,
        most: usize,
        now_ns: u64,
        batch: &mut Vec<Received<RingFrame>>,
    ) -> bool {
        for _ in 0..most {
            let Some((block, left, at)) = self.walked.or_else(|| self.next_block()) else { return true };
            self.walked = self.read((block, left, at), (number, now_ns), batch);
            if self.walked.is_none() && self.lent[block] == 0 {
                self.ring.give_back(block);
            }
        }
        false
    }

    fn next_block(&mut self) -> Option<(usize, u32, usize)> {
        let block = self.ring.take()?;
        let (count, first) = block::begin(self.ring.block(block))?;
        Some((block, count, first))
    }

    /// Reads one packet. Returns where the next one is, if there is one.
    #[inline]
    fn read(
        &mut self,
        (block, left, at): (usize, u32, usize),
        (port, stamp_ns): (u16, u64),
        batch: &mut Vec<Received<RingFrame>>,
    ) -> Option<(usize, u32, usize)> {
        // A block can be handed over with none.
        let left = left.checked_sub(1)?;
        let Self { ring, lines, lent, counted, .. } = self;
        let bytes = ring.block(block);
        counted.packets += 1;
        let Some(packet) = block::packet(bytes, at) else {
            counted.packets += u64::from(left);
            counted.unreadable += 1 + u64::from(left);
            return None;
        };
        let found = wire::ethernet(&bytes[packet.bytes]).and_then(|mut datagram| {
            // The tag that was taken off is the outer one of two.
            if datagram.vlan == 0 {
                datagram.vlan = packet.vlan;
            }
            Ok((lines.find(&datagram)?, datagram.payload))
        });
        match found {
            Ok((line, payload)) => {
                counted.matched += 1;
                lent[block] += 1;
                let offset = (payload.as_ptr().addr() - bytes.as_ptr().addr()) as u32;
                let frame = RingFrame { port, block: block as u16, offset, len: payload.len() as u32 };
                batch.push(Received { line, stamp_ns, frame });
            }
            Err(reason) => counted.reasons[reason as usize] += 1,
        }
        (left > 0).then_some((block, left, packet.next))
    }

    /// A datagram of a block is lent no more.
    #[inline]
    pub(super) fn release(&mut self, block: usize) {
        self.lent[block] -= 1;
        if self.lent[block] == 0 && self.walked.is_none_or(|(walked, _, _)| walked != block) {
            self.ring.give_back(block);
        }
    }
}
