//! One capture file, packet by packet: pcap and pcapng, plain or gzip.
//!
//! Why not the `pcap-file` crate, which tests use to write captures: it takes the end of a cut-off file and a
//! record larger than its buffer for one and the same error, it ignores the stamps' resolution, and one bad
//! option makes a whole block unreadable.

use super::{
    input::{Input, MAX_CONTIGUOUS},
    packet::{Interface, Packet, Step},
    pcap::{FILE_HEADER_LEN, Pcap, RECORD_HEADER_LEN},
    pcapng::{BLOCK_START_LEN, BlockKind, Kind, SECTION_HEADER, Section},
};
use crate::wire::Link;
use anyhow::{Context, bail, ensure};
use std::{ops::Range, path::Path};

#[derive(Debug)]
enum Format {
    Pcap(Pcap),
    PcapNg(Section),
}

/// The current packet: where it is in the input.
struct Current {
    interface: Interface,
    stamp_ns: u64,
    original_len: u32,
    /// Within the bytes available.
    range: Range<usize>,
    /// Bytes to consume before the next step: the whole record or block.
    record_len: usize,
}

/// A capture being read.
pub struct CaptureReader {
    name: String,
    input: Input,
    format: Format,
    current: Current,
    truncated: bool,
}

impl CaptureReader {
    /// Opens a capture; `-` is standard input.
    ///
    /// # Errors
    /// It cannot be read, is empty, is no capture, or is a pcap file of a link layer that is not read. The error
    /// names the file.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let name = if path.as_os_str() == "-" { "standard input".into() } else { path.display().to_string() };
        let reader = Input::open(path).and_then(|input| Self::new(name.clone(), input));
        reader.with_context(|| name)
    }

    pub(super) fn new(name: String, mut input: Input) -> anyhow::Result<Self> {
        if !input.fill(4).context("cannot be read")? {
            ensure!(
                !input.cut_off(),
                "is cut off inside its gzip data, before a capture begins: get the whole file"
            );
            ensure!(!input.bytes().is_empty(), "is empty: there is no capture in it");
            bail!("is no capture: it has {} bytes", input.bytes().len());
        }
        let magic = [0, 1, 2, 3].map(|at| input.bytes()[at]);
        let mut interface = Interface { link: Link::Ethernet, fcs_len: 0 };
        let format = if Pcap::recognises(magic) {
            let there = input.fill(FILE_HEADER_LEN).context("cannot be read")?;
            let header = input.bytes().first_chunk().filter(|_| there);
            let pcap = Pcap::new(header.context("is cut off inside the pcap file header")?)?;
            input.consume(FILE_HEADER_LEN);
            interface = pcap.interface();
            Format::Pcap(pcap)
        } else if magic == SECTION_HEADER {
            let there = input.fill(BLOCK_START_LEN).context("cannot be read")?;
            let start = input.bytes().first_chunk().filter(|_| there);
            let mut section = Section::new();
            let (_, len) = section.start(start.context("is cut off inside the pcapng section header")?)?;
            let len = checked_len(len)?;
            ensure!(
                input.fill(len).context("cannot be read")?,
                "is cut off inside the pcapng section header"
            );
            Format::PcapNg(section)
        } else {
            bail!("is no capture: it starts with {magic:02x?}, as neither pcap nor pcapng files do");
        };
        let current = Current { interface, stamp_ns: 0, original_len: 0, range: 0..0, record_len: 0 };
        Ok(Self { name, input, format, current, truncated: false })
    }

    /// Goes on to the next packet.
    ///
    /// # Errors
    /// The capture is damaged such that nothing behind can be told apart, or reading as such fails; the error
    /// says at which (unpacked) byte. Packets already stepped over stand, and there is no step after it.
    #[inline]
    pub fn step(&mut self) -> anyhow::Result<Step> {
        self.input.consume(self.current.record_len);
        (self.current.range, self.current.record_len) = (0..0, 0);
        let step = match self.format {
            Format::Pcap(_) => self.step_pcap(),
            Format::PcapNg(_) => self.step_pcapng(),
        };
        match step {
            Ok(Some(step)) => Ok(step),
            Ok(None) => {
                // Some bytes of a record, or a packed stream without its end.
                self.truncated |= self.input.cut_off() || !self.input.bytes().is_empty();
                Ok(Step::End)
            }
            Err(error) => {
                let (name, at) = (&self.name, self.input.position());
                Err(error.context(format!("{name}: cannot be read from byte {at} on")))
            }
        }
    }

    /// The packet of the last [`Step::Packet`].
    #[must_use]
    #[inline]
    pub fn packet(&self) -> Packet<'_> {
        let Current { interface, stamp_ns, original_len, range, record_len: _ } = &self.current;
        Packet {
            stamp_ns: *stamp_ns,
            link: interface.link,
            original_len: *original_len as usize,
            fcs_len: interface.fcs_len as usize,
            bytes: self.input.bytes().get(range.clone()).unwrap_or_default(),
        }
    }

    /// What errors call the capture.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// True once the capture turned out to end inside a record, a block or its packed stream.
    #[must_use]
    pub const fn truncated(&self) -> bool {
        self.truncated
    }

    #[inline]
    fn step_pcap(&mut self) -> anyhow::Result<Option<Step>> {
        let Format::Pcap(pcap) = &self.format else { return Ok(None) };
        if !self.input.fill(RECORD_HEADER_LEN)? {
            return Ok(None);
        }
        let Some(header) = self.input.bytes().first_chunk() else { return Ok(None) };
        let record = pcap.record(header)?;
        let record_len = RECORD_HEADER_LEN + record.captured_len;
        if !self.input.fill(record_len)? {
            return Ok(None);
        }
        let interface = pcap.interface();
        self.current = Current {
            interface,
            stamp_ns: record.stamp_ns,
            original_len: record.original_len,
            range: RECORD_HEADER_LEN..record_len,
            record_len,
        };
        Ok(Some(Step::Packet))
    }

    fn step_pcapng(&mut self) -> anyhow::Result<Option<Step>> {
        loop {
            let Format::PcapNg(section) = &mut self.format else { return Ok(None) };
            if !self.input.fill(BLOCK_START_LEN)? {
                return Ok(None);
            }
            let Some(start) = self.input.bytes().first_chunk() else { return Ok(None) };
            let (kind, len) = section.start(start)?;
            let Kind::Read(kind) = kind else {
                if !self.skip_block(len)? {
                    return Ok(None);
                }
                continue;
            };
            let record_len = checked_len(len)?;
            if !self.input.fill(record_len)? {
                return Ok(None);
            }
            let block = &self.input.bytes()[..record_len];
            section.check_end(&block[record_len - 4..], len)?;
            let body = &block[8..record_len - 4];
            match kind {
                BlockKind::Section => section.check_version(body)?,
                BlockKind::Interface => section.describe(body)?,
                packet => return Ok(Some(self.take_packet(packet, record_len))),
            }
            self.input.consume(record_len);
        }
    }

    /// Skips a block of any length without keeping it; false when the capture ends before.
    fn skip_block(&mut self, len: u32) -> anyhow::Result<bool> {
        if !self.input.skip(u64::from(len) - 4)? || !self.input.fill(4)? {
            self.truncated = true;
            return Ok(false);
        }
        if let Format::PcapNg(section) = &self.format {
            section.check_end(self.input.bytes(), len)?;
        }
        self.input.consume(4);
        Ok(true)
    }

    #[inline]
    fn take_packet(&mut self, kind: BlockKind, record_len: usize) -> Step {
        self.current.record_len = record_len;
        let Format::PcapNg(section) = &self.format else { return Step::Malformed };
        let body = &self.input.bytes()[8..record_len - 4];
        let Some(found) = section.packet(kind, body) else { return Step::Malformed };
        let stamp_ns = found.stamp_ns.unwrap_or(self.current.stamp_ns);
        self.current.stamp_ns = stamp_ns;
        let linktype = u32::from(found.interface.linktype);
        let Some(link) = Link::from_linktype(linktype) else { return Step::UnreadLink(linktype) };
        let start = 8 + found.start;
        self.current = Current {
            interface: Interface { link, fcs_len: found.interface.fcs_len },
            stamp_ns,
            original_len: found.original_len,
            range: start..start + found.captured_len,
            record_len,
        };
        Step::Packet
    }
}

/// A block's length, if the block can be read whole.
fn checked_len(len: u32) -> anyhow::Result<usize> {
    let len = len as usize;
    ensure!(len <= MAX_CONTIGUOUS, "a block announces {len} bytes");
    Ok(len)
}
