//! The pcapng format: sections of blocks
//! (<https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html>).

use super::{fields::Order, interface::Described};
use anyhow::{bail, ensure};

/// Type of a section header block, the same in both byte orders.
pub(super) const SECTION_HEADER: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
/// Bytes that say how long a block is: type, length, and a section header's byte-order magic.
pub(super) const BLOCK_START_LEN: usize = 12;
/// A block's smallest length: type, length, length again.
const MIN_BLOCK_LEN: u32 = 12;

const INTERFACE_DESCRIPTION: u32 = 1;
const OBSOLETE_PACKET: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;

/// Interfaces one section may describe. No host comes near; without a bound, a small packed file could name
/// enough of them to fill the memory.
const MAX_INTERFACES: usize = 65_536;

/// What a section has said so far.
#[derive(Debug)]
pub(super) struct Section {
    order: Order,
    interfaces: Vec<Described>,
}

/// What a block's first bytes say.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Needed: to be read whole.
    Read(BlockKind),
    /// Nothing to do with packets: to be skipped, whatever its length.
    Skip,
}

/// The blocks that are read.
#[derive(Clone, Copy)]
pub(super) enum BlockKind {
    Section,
    Interface,
    Simple,
    Enhanced,
    /// The enhanced packet block's forerunner.
    Obsolete,
}

/// A packet within its block's body.
pub(super) struct Found {
    pub(super) interface: Described,
    /// `None` where the block has no stamp.
    pub(super) stamp_ns: Option<u64>,
    /// Where the packet starts in the block's body.
    pub(super) start: usize,
    pub(super) captured_len: usize,
    pub(super) original_len: u32,
}

impl Section {
    /// A file's state before its first section.
    pub(super) const fn new() -> Self {
        Self { order: Order::Little, interfaces: Vec::new() }
    }

    /// Reads kind and total length off a block's first bytes. A section header sets the byte order.
    ///
    /// # Errors
    /// They can be no block's: what follows cannot be told apart any more.
    pub(super) fn start(&mut self, start: &[u8; BLOCK_START_LEN]) -> anyhow::Result<(Kind, u32)> {
        let kind = if start.starts_with(&SECTION_HEADER) {
            self.order = match start[8..] {
                [0x4d, 0x3c, 0x2b, 0x1a] => Order::Little,
                [0x1a, 0x2b, 0x3c, 0x4d] => Order::Big,
                _ => bail!("a section header has no byte-order magic"),
            };
            self.interfaces.clear();
            Kind::Read(BlockKind::Section)
        } else {
            match self.order.u32(start, 0) {
                INTERFACE_DESCRIPTION => Kind::Read(BlockKind::Interface),
                OBSOLETE_PACKET => Kind::Read(BlockKind::Obsolete),
                SIMPLE_PACKET => Kind::Read(BlockKind::Simple),
                ENHANCED_PACKET => Kind::Read(BlockKind::Enhanced),
                _ => Kind::Skip,
            }
        };
        let len = self.order.u32(start, 4);
        ensure!(len >= MIN_BLOCK_LEN && len.is_multiple_of(4), "a block cannot be {len} bytes long");
        Ok((kind, len))
    }

    /// Checks the length at a block's end against the one at its start.
    pub(super) fn check_end(&self, end: &[u8], len: u32) -> anyhow::Result<()> {
        let again = self.order.u32(end, 0);
        ensure!(again == len, "a block says at its start that it is {len} bytes long, at its end {again}");
        Ok(())
    }

    /// Reads a section header's body.
    pub(super) fn check_version(&self, body: &[u8]) -> anyhow::Result<()> {
        ensure!(body.len() >= 16, "a section header is too short");
        let (major, minor) = (self.order.u16(body, 4), self.order.u16(body, 6));
        ensure!(major == 1, "is pcapng {major}.{minor}; version 1 is read");
        Ok(())
    }

    /// Adds an interface description.
    pub(super) fn describe(&mut self, body: &[u8]) -> anyhow::Result<()> {
        ensure!(
            self.interfaces.len() < MAX_INTERFACES,
            "a section describes over {MAX_INTERFACES} interfaces"
        );
        self.interfaces.push(Described::read(self.order, body)?);
        Ok(())
    }

    /// Finds the packet in the body of a block; `None` if the block lies about it.
    #[inline]
    pub(super) fn packet(&self, kind: BlockKind, body: &[u8]) -> Option<Found> {
        let field = |at| self.order.u32(body, at);
        let (start, interface, captured_len, original_len) = match kind {
            BlockKind::Enhanced if body.len() >= 20 => (20, field(0), field(12), field(16)),
            BlockKind::Obsolete if body.len() >= 20 => {
                (20, u32::from(self.order.u16(body, 0)), field(12), field(16))
            }
            BlockKind::Simple if body.len() >= 4 => {
                let snap_len = self.interfaces.first()?.snap_len;
                (4, 0, field(0).min(snap_len), field(0))
            }
            _ => return None,
        };
        let interface = *self.interfaces.get(interface as usize)?;
        let stamp_ns =
            (start == 20).then(|| interface.stamp_ns(u64::from(field(4)) << 32 | u64::from(field(8))));
        let captured_len = captured_len as usize;
        body.get(start..)?.get(..captured_len)?;
        Some(Found { interface, stamp_ns, start, captured_len, original_len })
    }
}
