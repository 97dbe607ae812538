//! Packet sockets with a ring (`PACKET_MMAP`, `TPACKET_V3`) as a source: one for each interface. What no XDP program can
//! be had for and comes too fast for a system call a datagram; the IP stack sees every packet, too.
//!
//! The kernel hands packets over block by block: a block that is not full after [`RETIRE_MS`]. Datagrams are lent where
//! they lie, and a block is the kernel's again when none of it is lent any more. None is held there, for a block that
//! waited for one datagram would keep all of its room: what has to wait is copied, by the pipeline, into its arena.

mod block;
mod filter;

use std::convert::Infallible;

use anyhow::{Context as _, Result, bail};
use nix::net::if_::if_nametoindex;
use std::os::fd::{AsFd as _, AsRawFd as _};
use xdp_prog::Reason;

use super::{
    Frames, Live, LiveLine, Obeyed, POLL_MS, Received, Receiving, Source,
    destinations::Destinations,
    shutter::{Door, Shutter},
};
use crate::{
    clock::Clock,
    nic::Memberships,
    sys::{
        packet_ring::{PacketRing, PacketStatistics},
        wait::Readable,
    },
    wire,
    worker::Wait,
};

/// Bytes of a block, a power of two and at least a page. Lower: the kernel changes blocks more often, and a packet larger
/// than one is cut. Higher: more is locked up by the last datagram of a block that is lent.
const BLOCK_BYTES: usize = 1 << 18;

/// Milliseconds after which a block with packets is handed over though it is not full: the least there is. Higher: a
/// slow feed comes so much later.
const RETIRE_MS: u32 = 1;

/// How long a packet may lie in a block that is not handed over, in ns: what a ring found empty proves nothing about. The
/// kernel's timer is late by up to a tick (4 ms). Lower: a gap is declared while its filler lies there; higher delays
/// each real gap.
const RETIRE_DELAY_NS: u64 = 10_000_000;

/// One interface.
#[derive(Debug)]
struct Port {
    interface: String,
    ring: PacketRing,
    lines: Destinations,
    /// The block that is being walked: its number, packets left in it, where the next one's header is.
    walked: Option<(usize, u32, usize)>,
    /// Datagrams of each block that are lent.
    lent: Box<[u32]>,
    watermark_ns: u64,
    counted: RingCounters,
    /// For as long as it is received from.
    _memberships: Memberships,
}

/// What one ring has brought: `packets = matched + Σ reasons + unreadable`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RingCounters {
    /// Packets read from it.
    pub packets: u64,
    /// Datagrams handed on.
    pub matched: u64,
    /// Packets not handed on, by [`Reason`] as index: the XDP program's names.
    pub reasons: [u64; Reason::ALL.len()],
    /// Packets whose block contradicts itself: a mistake of the kernel's or ours.
    pub unreadable: u64,
    /// What the kernel counted; `None` if it does not say.
    pub kernel: Option<PacketStatistics>,
}

/// An interface, and what its ring has brought.
pub type RingCount = (String, RingCounters);

/// A datagram where the kernel put it.
#[derive(Debug)]
#[must_use = "a datagram that is not released keeps its block from the kernel"]
pub struct RingFrame {
    port: u16,
    block: u16,
    offset: u32,
    len: u32,
}

/// The rings of one worker, read in turn.
#[derive(Debug)]
pub struct PacketMmap {
    ports: Vec<Port>,
    batch: usize,
    clock: Clock,
    waits: Readable,
}

impl PacketMmap {
    /// Opens a ring on each interface the lines name, and joins their groups there.
    ///
    /// # Errors
    /// There is no such interface, a group cannot be joined, or the kernel refuses; with what to do.
    pub fn open(lines: &[LiveLine], receiving: &Receiving) -> Result<Self> {
        let mut names: Vec<&str> = lines.iter().map(|line| line.interface.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        receiving.check(names.len())?;
        if receiving.wait == Wait::BusyPoll {
            bail!("a packet ring cannot be busy-polled: use --wait spin or poll");
        }
        let mut waits = Readable::default();
        let ports = names.into_iter().map(|name| {
            let port = Port::open(name, lines, receiving)?;
            waits.add(port.ring.as_raw_fd());
            Ok(port)
        });
        let ports = ports.collect::<Result<Vec<_>>>()?;
        Ok(Self { ports, batch: receiving.batch, clock: receiving.clock, waits })
    }

    /// What ends their receiving.
    ///
    /// # Errors
    /// There are no more descriptors to be had.
    pub fn shutter(&self) -> Result<Shutter> {
        let doors = self.ports.iter().map(|port| Door::all_of(port.ring.as_fd()));
        doors.collect::<Result<Vec<_>>>().map(Shutter::new)
    }
}

impl Port {
    fn open(interface: &str, lines: &[LiveLine], receiving: &Receiving) -> Result<Self> {
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
    fn receive(
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
}

impl Frames for PacketMmap {
    type Frame = RingFrame;

    #[inline]
    fn payload<'a>(&'a self, frame: &'a RingFrame) -> &'a [u8] {
        let RingFrame { port, block, offset, len } = *frame;
        let (start, end) = (offset as usize, offset as usize + len as usize);
        &self.ports[usize::from(port)].ring.block(usize::from(block))[start..end]
    }

    fn hold(&mut self, frame: RingFrame) -> Result<RingFrame, RingFrame> {
        Err(frame)
    }

    #[inline]
    fn release(&mut self, frame: RingFrame) {
        let block = usize::from(frame.block);
        let Port { ring, walked, lent, .. } = &mut self.ports[usize::from(frame.port)];
        lent[block] -= 1;
        if lent[block] == 0 && walked.is_none_or(|(walked, _, _)| walked != block) {
            ring.give_back(block);
        }
    }
}

impl Source for PacketMmap {
    /// A batch is at most so many packets, wanted or not.
    #[inline]
    fn receive(&mut self, batch: &mut Vec<Received<RingFrame>>) -> Result<()> {
        let now_ns = self.clock.now_ns();
        for (number, port) in (0..).zip(&mut self.ports) {
            if port.receive(number, self.batch, now_ns, batch) {
                port.watermark_ns = now_ns.saturating_sub(RETIRE_DELAY_NS);
            }
        }
        Ok(())
    }

    fn watermark_ns(&self) -> u64 {
        self.ports.iter().map(|port| port.watermark_ns).min().unwrap_or_default()
    }

    fn finished(&self) -> bool {
        false
    }
}

impl Live for PacketMmap {
    type Order = Infallible;
    type Spent = Infallible;
    type Left = Infallible;
    type Port = RingCount;

    #[inline]
    fn clock(&self) -> Clock {
        self.clock
    }

    fn reserve(&mut self) -> usize {
        self.batch * self.ports.len()
    }

    #[inline]
    fn idle(&mut self, wait: Wait) -> Result<()> {
        match wait {
            Wait::Poll => self.waits.wait(POLL_MS).context("cannot wait for packets")?,
            Wait::Spin | Wait::BusyPoll => std::hint::spin_loop(),
        }
        Ok(())
    }

    fn obey(&mut self, order: Infallible) -> Obeyed<Infallible> {
        match order {}
    }

    fn count_ports(&self, into: &mut Vec<RingCount>) {
        into.clear();
        into.extend(self.ports.iter().map(|port| {
            let kernel = port.ring.statistics().ok();
            (port.interface.clone(), RingCounters { kernel, ..port.counted.clone() })
        }));
    }
}
