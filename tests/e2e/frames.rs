//! Frames made byte by byte, for what no ordinary sender sends: written as a capture, sent by `xdpfeed replay`.

use std::fs;

use anyhow::{Result, ensure};
use e2e::Network;
use etherparse::{Ethernet2Header, PacketBuilder, PacketBuilderStep};

use crate::feed::{self, number};

/// Where the datagrams made here are sent to.
pub(crate) const GROUP: &str = "233.54.12.111:26477";
const SOURCE: [u8; 4] = [10, 77, 1, 1];
const ADDRESS: [u8; 4] = [233, 54, 12, 111];
const PORT: u16 = 26477;

/// Bytes of Ethernet, IPv4 and UDP headers in front of a payload.
pub(crate) const HEADERS: usize = 14 + 20 + 8;

/// Where the UDP checksum lies in a frame without tags and options.
pub(crate) const UDP_CHECKSUM: usize = 14 + 20 + 6;

/// An Ethernet header to the group's MAC address.
pub(crate) fn ethernet() -> PacketBuilderStep<Ethernet2Header> {
    PacketBuilder::ethernet2([2, 0, 0, 0, 1, 1], [1, 0, 0x5e, 0x36, 0x0c, 0x6f])
}

/// A MoldUDP64 datagram of one message of `len` bytes, the `sequence`th.
pub(crate) fn mold(sequence: u64, len: u16) -> Vec<u8> {
    let mut datagram = b"session001".to_vec();
    datagram.extend(sequence.to_be_bytes());
    datagram.extend(1_u16.to_be_bytes());
    datagram.extend(len.to_be_bytes());
    datagram.extend(vec![b'x'; usize::from(len)]);
    datagram
}

/// A frame to the group, its checksums right.
pub(crate) fn frame(datagram: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    let builder = ethernet().ipv4(SOURCE, ADDRESS, 16).udp(4000, PORT);
    builder.write(&mut frame, datagram).expect("a vector takes every byte");
    frame
}

/// The same with VLAN tags behind its addresses, outermost first.
pub(crate) fn tagged(frame: &[u8], vlans: &[u16]) -> Vec<u8> {
    let tags = vlans.iter().flat_map(|vlan| [0x81, 0x00, (vlan >> 8) as u8, *vlan as u8]);
    frame[..12].iter().copied().chain(tags).chain(frame[12..].iter().copied()).collect()
}

/// Sends frames on the network's first line, evenly and slowly enough that none is lost on the way.
pub(crate) fn send(network: &Network, frames: &[Vec<u8>]) -> Result<()> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("frames.pcap");
    fs::write(&path, capture(frames))?;
    let mut replay = network.publisher.command(e2e::xdpfeed_binary()?);
    replay.arg("replay").arg(&path).args(["--interface", &network.lines[0].sender, "--rate", "5000"]);
    let account = feed::truth(&mut replay)?;
    ensure!(number(&account, "/packets") == frames.len() as u64, "not every frame was sent: {account:#}");
    Ok(())
}

/// A pcap file: nanosecond stamps, little-endian, Ethernet (1).
fn capture(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_3c4d_u32, 0x0004_0002, 0, 0, 65_535, 1] {
        file.extend(word.to_le_bytes());
    }
    for frame in frames {
        let len = u32::try_from(frame.len()).expect("a frame is shorter than 64 KB");
        for word in [0, 0, len, len] {
            file.extend(word.to_le_bytes());
        }
        file.extend(frame);
    }
    file
}
