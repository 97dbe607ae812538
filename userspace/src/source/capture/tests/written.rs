//! Captures written in memory, and what is read back from them.

use super::super::{CaptureCounters, CaptureFrame, CaptureReader, CaptureSource, input::Input, merge::Merge};
use crate::source::{Received, Source};
use crate::wire::UdpDatagram;
use etherparse::PacketBuilder;
use flate2::{Compression, write::GzEncoder};
use std::io::{Cursor, Write};

/// A byte order to write in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Written {
    Little,
    Big,
}

impl Written {
    pub(crate) fn u16(self, value: u16) -> [u8; 2] {
        if self == Self::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    pub(crate) fn u32(self, value: u32) -> [u8; 4] {
        if self == Self::Big { value.to_be_bytes() } else { value.to_le_bytes() }
    }
}

/// A frame to 224.2.3.10:16648 whose payload starts with `number`.
pub(crate) fn frame(number: u32) -> Vec<u8> {
    let payload = [&number.to_be_bytes()[..], &vec![0xab; number as usize % 61]].concat();
    let mut frame = Vec::new();
    PacketBuilder::ethernet2([2, 0, 0, 0, 0, 1], [1, 0, 0x5e, 2, 3, 10])
        .ipv4([10, 0, 0, 1], [224, 2, 3, 10], 16)
        .udp(4000, 16648)
        .write(&mut frame, &payload)
        .unwrap();
    frame
}

/// A block of a pcapng file.
pub(super) fn block(order: Written, kind: u32, body: &[u8]) -> Vec<u8> {
    let padding = vec![0; body.len().next_multiple_of(4) - body.len()];
    let len = order.u32(u32::try_from(12 + body.len() + padding.len()).unwrap());
    [&order.u32(kind)[..], &len, body, &padding, &len].concat()
}

pub(crate) fn section(order: Written) -> Vec<u8> {
    let body = [&order.u32(0x1a2b_3c4d)[..], &order.u16(1), &order.u16(0), &[0xff; 8]].concat();
    block(order, 0x0a0d_0d0a, &body)
}

/// An interface with `if_tsresol`, if any.
pub(crate) fn interface(order: Written, linktype: u16, snap_len: u32, resolution: Option<u8>) -> Vec<u8> {
    let mut body = [&order.u16(linktype)[..], &[0, 0], &order.u32(snap_len)].concat();
    if let Some(resolution) = resolution {
        body.extend([&order.u16(9)[..], &order.u16(1), &[resolution, 0, 0, 0], &[0; 4]].concat());
    }
    block(order, 1, &body)
}

pub(crate) fn enhanced(order: Written, interface: u32, units: u64, packet: &[u8]) -> Vec<u8> {
    let len = order.u32(u32::try_from(packet.len()).unwrap());
    let (high, low) = (u32::try_from(units >> 32).unwrap(), (units & 0xffff_ffff) as u32);
    let head = [order.u32(interface), order.u32(high), order.u32(low), len, len].concat();
    block(order, 6, &[&head[..], packet].concat())
}

/// A pcap file's header.
pub(crate) fn pcap_header(order: Written, magic: u32, linktype: u32) -> Vec<u8> {
    [&order.u32(magic)[..], &order.u16(2), &order.u16(4), &[0; 8], &order.u32(65_535), &order.u32(linktype)]
        .concat()
}

pub(crate) fn pcap_record(order: Written, seconds: u32, fraction: u32, packet: &[u8]) -> Vec<u8> {
    let len = order.u32(u32::try_from(packet.len()).unwrap());
    [&order.u32(seconds)[..], &order.u32(fraction), &len, &len, packet].concat()
}

/// A pcap file of frames 0.. stamped by second.
pub(crate) fn pcap(count: u32) -> Vec<u8> {
    let order = Written::Little;
    let records = (0..count).flat_map(|number| pcap_record(order, number, 0, &frame(number)));
    pcap_header(order, 0xa1b2_c3d4, 1).into_iter().chain(records).collect()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// What came of reading captures to their end.
#[derive(Debug)]
pub(super) struct Outcome {
    /// Stamp and number of each datagram.
    pub(super) datagrams: Vec<(u64, u32)>,
    pub(super) counters: CaptureCounters,
    pub(super) error: Option<String>,
    pub(super) watermark_ns: u64,
}

pub(super) fn reader(bytes: Vec<u8>) -> anyhow::Result<CaptureReader> {
    CaptureReader::new("test".into(), Input::new(Box::new(Cursor::new(bytes)))?)
}

/// Takes what goes to port 16648.
pub(super) fn by_port(datagram: &UdpDatagram<'_>) -> Option<u16> {
    (datagram.destination.port() == 16648).then_some(3)
}

/// Reads captures to their end in batches of 7.
pub(super) fn read(captures: Vec<Vec<u8>>) -> anyhow::Result<Outcome> {
    let readers = captures.into_iter().map(reader).collect::<anyhow::Result<_>>()?;
    Ok(drain(CaptureSource::new(Merge::new(readers)?, by_port, 7, 0)))
}

pub(super) fn drain(mut source: impl Source<Frame = CaptureFrame> + Counted) -> Outcome {
    let (mut datagrams, mut error) = (Vec::new(), None);
    let mut batch: Vec<Received<CaptureFrame>> = Vec::with_capacity(7);
    while !source.finished() {
        if let Err(failure) = source.receive(&mut batch) {
            error = Some(format!("{failure:#}"));
        }
        assert!(batch.len() <= 7);
        for received in batch.drain(..) {
            assert_eq!(received.line, 3);
            let number =
                source.payload(&received.frame).first_chunk().map_or(u32::MAX, |b| u32::from_be_bytes(*b));
            datagrams.push((received.stamp_ns, number));
            source.release(received.frame);
        }
    }
    let counters = source.counted();
    let sum =
        counters.matched + counters.malformed + counters.unread_link + counters.reasons.iter().sum::<u64>();
    assert_eq!(counters.packets, sum);
    assert_eq!(counters.matched, datagrams.len() as u64);
    Outcome { datagrams, counters, error, watermark_ns: source.watermark_ns() }
}

/// A source whose counters can be asked for whatever its lines are.
pub(super) trait Counted {
    fn counted(&self) -> CaptureCounters;
}

impl<L: super::super::Lines> Counted for CaptureSource<L> {
    fn counted(&self) -> CaptureCounters {
        self.counters().clone()
    }
}
