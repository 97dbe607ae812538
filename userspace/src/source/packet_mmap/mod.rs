//! Packet sockets with a ring (`PACKET_MMAP`, `TPACKET_V3`) as a source: one for each receive queue of an interface. What no XDP program can
//! be had for and comes too fast for a system call a datagram; the IP stack sees every packet, too.
//!
//! The kernel hands packets over block by block: one that is not full after a millisecond. Datagrams are lent where
//! they lie, and a block is the kernel's again when none of it is lent any more. None is held there, for a block that
//! waited for one datagram would keep all of its room: what has to wait is copied, by the pipeline, into its arena.

mod block; // what a block says
mod filter; // what comes into a ring at all
mod port; // an interface's rings

use std::{
    convert::Infallible,
    os::fd::{AsFd as _, AsRawFd as _},
    sync::{Arc, Mutex},
};

use anyhow::{Context as _, Result, bail};
use xdp_prog::Reason;

use super::{
    Frames, Live, LiveLine, Obeyed, POLL_MS, Received, Receiving, Source,
    keeper::{Door, Keeper, SharedMemberships},
};
use crate::{
    clock::Clock,
    sys::{packet_ring::PacketStatistics, wait::Readable},
    worker::Wait,
};

use port::{BLOCK_BYTES, LEAST_BLOCKS, Port};

/// Bytes of a ring at least.
pub const LEAST_RING: usize = LEAST_BLOCKS * BLOCK_BYTES;

/// How long a packet may lie in a block that is not handed over, in ns: what a ring found empty proves nothing about. The
/// kernel's timer is late by up to a tick (4 ms). Lower: a gap is declared while its filler lies there; higher delays
/// each real gap.
const RETIRE_DELAY_NS: u64 = 10_000_000;

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

/// An interface, and what one of its rings has brought.
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
    /// Of each interface, for as long as it is received from.
    memberships: Vec<SharedMemberships>,
}

impl PacketMmap {
    /// Opens the rings of each interface the lines name, and joins their groups there.
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
        let (mut ports, mut memberships) = (Vec::new(), Vec::new());
        for name in names {
            let (rings, joined) = Port::open_all(name, lines, receiving)?;
            ports.extend(rings);
            memberships.push(Arc::new(Mutex::new(joined)));
        }
        ports.iter().for_each(|port| waits.add(port.ring.as_raw_fd()));
        Ok(Self { ports, batch: receiving.batch, clock: receiving.clock, waits, memberships })
    }

    /// What the control plane has of them.
    ///
    /// # Errors
    /// There are no more descriptors to be had.
    pub fn keeper(&self) -> Result<Keeper> {
        let doors = self.ports.iter().map(|port| Door::of_ring(port.ring.as_fd(), port.ring.statistics()));
        Ok(Keeper::new(doors.collect::<Result<_>>()?, self.memberships.clone()))
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
        self.ports[usize::from(frame.port)].release(usize::from(frame.block));
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
            let kernel = port.ring.statistics().read(port.ring.as_fd()).ok();
            (port.interface.clone(), RingCounters { kernel, ..port.counted.clone() })
        }));
    }
}
