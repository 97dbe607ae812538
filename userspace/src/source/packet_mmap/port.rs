//! An interface's rings: their blocks, walked packet by packet.

use anyhow::{Context as _, Result, anyhow};

use super::{RingCounters, RingFrame, block, filter};
use crate::{
    nic::{Interface, Memberships},
    source::{LiveLine, Received, Receiving, destinations::Destinations},
    sys::packet_ring::PacketRing,
    wire,
};

/// Bytes of a block, a power of two and at least a page. Lower: the kernel changes blocks more often, and a packet larger
/// than one is cut. Higher: more is locked up by the last datagram of a block that is lent.
pub(super) const BLOCK_BYTES: usize = 1 << 18;

/// Blocks of a ring at least: one is written to while the other is read.
pub(super) const LEAST_BLOCKS: usize = 2;

/// Milliseconds after which a block with packets is handed over though it is not full: the least there is. Higher: a
/// slow feed comes so much later.
const RETIRE_MS: u32 = 1;

/// Rings of an interface: as many as the kernel deals packets out to (`PACKET_FANOUT_MAX` of Linux before 5.16). An interface with
/// more queues has some of them share one.
const MOST_RINGS: u32 = 256;

/// One ring of an interface.
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
}

impl Port {
    /// Opens the rings of an interface: one for each of its receive queues, so that the CPUs that bring packets do not wait for
    /// each other at one. They receive for as long as its memberships are kept.
    ///
    /// # Errors
    /// There is no such interface, a group cannot be joined, or the kernel refuses; with what to do.
    pub(super) fn open_all(
        interface: &str,
        lines: &[LiveLine],
        receiving: &Receiving,
    ) -> Result<(Vec<Self>, Memberships)> {
        let Interface { index, queues, .. } =
            Interface::open(interface).map_err(|failure| anyhow!("{failure}"))?;
        let here = || (0..).zip(lines).filter(|(_, line)| line.interface == interface);
        let mut destinations = Destinations::default();
        for (number, line) in here() {
            destinations.add(line.destination, line.source, line.vlan, number);
        }
        let blocks =
            receiving.receive_buffer.div_ceil(BLOCK_BYTES).clamp(LEAST_BLOCKS, usize::from(u16::MAX));
        let ring = || {
            PacketRing::open(index, (blocks as u32, BLOCK_BYTES as u32), RETIRE_MS).with_context(|| {
                format!(
                    "{interface}: cannot open a packet ring for each of {queues} queues: that needs CAP_NET_RAW, and for \
                     each {blocks} times {BLOCK_BYTES} bytes (--receive-buffer)"
                )
            })
        };
        let rings = (0..queues.min(MOST_RINGS)).map(|_| ring()).collect::<Result<Vec<_>>>()?;
        if rings.len() > 1 {
            rings
                .iter()
                .try_fold(None, |group, ring| ring.share(group).map(Some))
                .with_context(|| format!("{interface}: cannot deal packets out among rings"))?;
        }
        let filter = filter::to(here().map(|(_, line)| line.destination.ip()));
        let mut memberships = Memberships::new(interface.to_owned(), index);
        for (_, line) in here() {
            memberships.join(line.destination.ip(), line.source)?;
        }
        let port = |ring: PacketRing| {
            ring.take_in(&filter).with_context(|| format!("{interface}: cannot filter packets"))?;
            Ok(Self {
                interface: interface.to_owned(),
                ring,
                lines: destinations.clone(),
                walked: None,
                lent: vec![0; blocks].into_boxed_slice(),
                watermark_ns: 0,
                counted: RingCounters::default(),
            })
        };
        Ok((rings.into_iter().map(port).collect::<Result<_>>()?, memberships))
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
