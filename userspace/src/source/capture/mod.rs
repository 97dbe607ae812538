//! Capture files as a source: pcap and pcapng, plain or gzip, one or several merged by their stamps.

mod fields;
mod input;
mod interface;
mod members;
mod merge;
mod packet;
mod pcap;
mod pcapng;
mod reader;
mod slots;

#[cfg(test)]
pub(crate) mod tests;

pub use packet::{MAX_PACKET_LEN, Packet, Step};
pub use reader::CaptureReader;
pub use slots::CaptureFrame;

use super::{Frames, Received, Source};
use crate::wire::UdpDatagram;
use merge::{Merge, Next};
use slots::Slots;
use std::path::PathBuf;
use xdp_prog::Reason;

/// Which line a datagram belongs to.
pub trait Lines {
    /// The line's index. May make a line of a destination it meets for the first time.
    ///
    /// # Errors
    /// Why it is no line's: [`Reason::NoMatch`], or [`Reason::WrongVlan`].
    fn find(&mut self, datagram: &UdpDatagram<'_>) -> Result<u16, Reason>;
}

impl<F: FnMut(&UdpDatagram<'_>) -> Option<u16>> Lines for F {
    fn find(&mut self, datagram: &UdpDatagram<'_>) -> Result<u16, Reason> {
        self(datagram).ok_or(Reason::NoMatch)
    }
}

/// What became of every packet in the captures: `packets = matched + Σ reasons + malformed + unread_link`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaptureCounters {
    /// Packets read, whole records all.
    pub packets: u64,
    /// Datagrams handed on.
    pub matched: u64,
    /// Packets not handed on, by [`Reason`] as index: the XDP program's names. No line wanted a
    /// [`Reason::NoMatch`]; a packet cut by the snap length is [`Reason::Truncated`].
    pub reasons: [u64; Reason::ALL.len()],
    /// Packets of [`Reason::Truncated`] that the capture's snap length cut.
    pub snapped: u64,
    /// Packets whose pcapng block contradicts itself, so that they could not be read.
    pub malformed: u64,
    /// Packets of link types that are not read, beside others that are.
    pub unread_link: u64,
    /// The first of these types.
    pub unread_linktype: Option<u32>,
    /// Captures that end inside a record, a block or their gzip stream. That last record is no packet.
    pub capture_truncated: u64,
}

impl CaptureCounters {
    /// Packets not handed on for this reason.
    #[must_use]
    pub fn reason(&self, reason: Reason) -> u64 {
        self.reasons[reason as usize]
    }
}

/// Datagrams out of capture files.
///
/// Stamps are the captures' own, in ns since the epoch, and may go back; the watermark is the highest so far.
pub struct CaptureSource<L> {
    captures: Merge,
    lines: L,
    slots: Slots,
    batch: usize,
    counters: CaptureCounters,
    watermark_ns: u64,
    finished: bool,
    /// What ends the source, while the datagrams in front of it are being handed on.
    failure: Option<anyhow::Error>,
}

impl<L: Lines> CaptureSource<L> {
    /// Opens captures; `-` is standard input. Hands on up to `batch` datagrams at once (at least 1), and lets
    /// `most_held` be held.
    ///
    /// # Errors
    /// A file cannot be read, is empty, is no capture, or is all of link layers that are not read. The error names
    /// the file.
    pub fn open(paths: &[PathBuf], lines: L, batch: usize, most_held: usize) -> anyhow::Result<Self> {
        Ok(Self::new(Merge::open(paths)?, lines, batch, most_held))
    }

    fn new(captures: Merge, lines: L, batch: usize, most_held: usize) -> Self {
        let batch = batch.max(1);
        let (unread_link, unread_linktype) = captures.unread_first();
        let counters = CaptureCounters {
            packets: unread_link,
            unread_link,
            unread_linktype,
            ..CaptureCounters::default()
        };
        Self {
            captures,
            lines,
            slots: Slots::new(batch, most_held),
            batch,
            counters,
            watermark_ns: 0,
            finished: false,
            failure: None,
        }
    }

    /// What became of the packets so far.
    #[must_use]
    pub const fn counters(&self) -> &CaptureCounters {
        &self.counters
    }

    /// The lines, as they are by now.
    #[must_use]
    pub const fn lines(&self) -> &L {
        &self.lines
    }

    /// Reads one packet.
    #[inline]
    fn read(&mut self, batch: &mut Vec<Received<CaptureFrame>>) -> anyhow::Result<()> {
        let packet = match self.captures.next()? {
            Next::Packet(packet) => packet,
            Next::Malformed => {
                self.counters.packets += 1;
                self.counters.malformed += 1;
                return Ok(());
            }
            Next::UnreadLink(linktype) => {
                self.counters.packets += 1;
                self.counters.unread_link += 1;
                self.counters.unread_linktype.get_or_insert(linktype);
                return Ok(());
            }
            Next::End => {
                self.finished = true;
                return Ok(());
            }
        };
        self.counters.packets += 1;
        self.watermark_ns = self.watermark_ns.max(packet.stamp_ns);
        let found = packet.link.datagram(packet.bytes).and_then(|datagram| {
            let line = self.lines.find(&datagram)?;
            Ok((line, datagram.payload))
        });
        match found {
            Ok((line, payload)) => {
                self.counters.matched += 1;
                let frame = self.slots.take(payload);
                batch.push(Received { line, stamp_ns: packet.stamp_ns, frame });
            }
            Err(reason) => {
                let snapped = reason == Reason::Truncated && packet.bytes.len() < packet.original_len;
                self.counters.snapped += u64::from(snapped);
                self.counters.reasons[reason as usize] += 1;
            }
        }
        Ok(())
    }
}

impl<L> Frames for CaptureSource<L> {
    type Frame = CaptureFrame;

    #[inline]
    fn payload<'a>(&'a self, frame: &'a CaptureFrame) -> &'a [u8] {
        self.slots.payload(frame)
    }

    fn hold(&mut self, frame: CaptureFrame) -> Result<CaptureFrame, CaptureFrame> {
        self.slots.hold(frame)
    }

    #[inline]
    fn release(&mut self, frame: CaptureFrame) {
        self.slots.release(frame);
    }
}

impl<L: Lines> Source for CaptureSource<L> {
    /// Reads at most as many packets as a batch has datagrams, so that a stretch of packets nobody asked for
    /// does not keep the caller waiting: a batch can be empty before the end.
    fn receive(&mut self, batch: &mut Vec<Received<CaptureFrame>>) -> anyhow::Result<()> {
        if let Some(failure) = self.failure.take() {
            self.finished = true;
            return Err(failure);
        }
        let before = batch.len();
        for _ in 0..self.batch.min(self.slots.free()) {
            if self.finished {
                break;
            }
            if let Err(failure) = self.read(batch) {
                if batch.len() == before {
                    self.finished = true;
                    return Err(failure);
                }
                self.failure = Some(failure);
                break;
            }
        }
        self.counters.capture_truncated = self.captures.truncated();
        Ok(())
    }

    fn watermark_ns(&self) -> u64 {
        self.watermark_ns
    }

    fn finished(&self) -> bool {
        self.finished
    }
}
