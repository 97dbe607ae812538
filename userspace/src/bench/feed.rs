//! What is sent: MoldUDP64 packets of ITCH 5.0 messages, all of one length, so that one frame serves for all.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr, SocketAddrV4},
};

use anyhow::{Context, Result, ensure};
use etherparse::PacketBuilder;
use xdp_prog::sender::{MESSAGES_LEN, MESSAGES_OFFSET, VARIANTS};

use crate::publish::{Datagrams, MessagesPerPacket};

/// Where the feed is sent to.
pub(super) const DESTINATION: SocketAddr =
    SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::new(239, 5, 5, 5), 26_400));
/// Where it comes from: in the receiving end's subnet, or the IP stack would not take it.
const SOURCE: [u8; 4] = [10, 77, 0, 2];

/// Session, sequence number and count in front of the messages.
const HEADER: usize = 20;

/// Messages to choose from, at least for each of [`VARIANTS`] packets: sums of lengths repeat, and the commonest of
/// packets of twenty messages is one in a hundred. Fewer: packets repeat sooner. More: the bench starts later.
const MESSAGES: u64 = 200_000;

/// One feed's packets.
#[derive(Debug)]
pub(super) struct Feed {
    /// A packet from its Ethernet header on, with the first variant's messages, and padding behind them: the sender
    /// writes whole words.
    pub(super) frame: Vec<u8>,
    /// Messages of a packet, each with its length in front: [`VARIANTS`] of them at most, of one length.
    pub(super) variants: Vec<Vec<u8>>,
    /// Messages in each packet.
    pub(super) messages: u64,
}

impl Feed {
    /// A feed of the order flow of `publish`, `messages` in a packet.
    ///
    /// # Errors
    /// So many messages do not fit a packet.
    pub(super) fn new(messages: usize) -> Result<Self> {
        ensure!(messages > 0, "a packet has one message at least");
        let variants = commonest(messages);
        let len = variants.first().map_or(0, Vec::len);
        ensure!(
            (1..=MESSAGES_LEN).contains(&len.next_multiple_of(8)),
            "{messages} messages do not fit a packet of {MESSAGES_LEN} bytes"
        );
        let mut payload = Vec::with_capacity(HEADER + len);
        payload.extend_from_slice(b"BENCH     ");
        payload.extend_from_slice(&1u64.to_be_bytes());
        payload.extend_from_slice(&(messages as u16).to_be_bytes());
        payload.extend_from_slice(&variants[0]);
        Ok(Self { frame: packet(&payload)?, variants, messages: messages as u64 })
    }

    /// Bytes of a packet's messages and padding.
    #[must_use]
    pub(super) fn messages_len(&self) -> u64 {
        (self.frame.len() - MESSAGES_OFFSET) as u64
    }
}

/// Runs of `count` messages of the flow whose lengths add up to what most of them do.
fn commonest(count: usize) -> Vec<Vec<u8>> {
    let per_packet = MessagesPerPacket::from_mean(1.0).expect("1 is from 1 to 1,000");
    let mut datagrams = Datagrams::new(1, 64, *b"BENCH     ", 1472, per_packet);
    let mut messages = Vec::new();
    while datagrams.messages() < MESSAGES {
        messages.push(datagrams.next_payload()[HEADER..].to_vec());
    }
    let mut by_len: HashMap<usize, Vec<&[Vec<u8>]>> = HashMap::new();
    for run in messages.windows(count) {
        by_len.entry(run.iter().map(Vec::len).sum()).or_default().push(run);
    }
    let most = by_len.into_iter().max_by_key(|(len, runs)| (runs.len(), *len));
    let runs = most.map(|(_, runs)| runs).unwrap_or_default();
    // From all over the day: neighbours share their messages.
    let step = (runs.len() / VARIANTS as usize).max(1);
    runs.iter().step_by(step).take(VARIANTS as usize).map(|run| run.concat()).collect()
}

/// A packet, without a UDP checksum: what is written into it on the way would make one wrong.
fn packet(payload: &[u8]) -> Result<Vec<u8>> {
    let SocketAddr::V4(to) = DESTINATION else { unreachable!("it is a constant of IPv4") };
    let [_, b, c, d] = to.ip().octets();
    let builder = PacketBuilder::ethernet2([2, 0, 0, 0, 0, 2], [1, 0, 0x5e, b & 0x7f, c, d])
        .ipv4(SOURCE, to.ip().octets(), 16)
        .udp(26_400, to.port());
    let mut packet = Vec::with_capacity(builder.size(payload.len()));
    builder.write(&mut packet, payload).context("cannot write a packet")?;
    packet[40..42].fill(0);
    ensure!(
        packet.len() == MESSAGES_OFFSET - HEADER + payload.len(),
        "a packet's headers are as long as agreed"
    );
    packet.resize(MESSAGES_OFFSET + (payload.len() - HEADER).next_multiple_of(8), 0);
    Ok(packet)
}

#[cfg(test)]
mod tests {
    use xdp_prog::sender::{SEQUENCE_OFFSET, STAMP_OFFSET};

    use super::*;
    use crate::{codec::itch50::Message, framing::Framing};

    #[test]
    fn every_variant_is_a_whole_packet() {
        for messages in [1, 4, 20, 35] {
            let feed = Feed::new(messages).unwrap();
            assert!(feed.variants.len() > 100, "{messages} a packet: {} variants", feed.variants.len());
            let len = HEADER + feed.variants[0].len();
            let mut payload = feed.frame[SEQUENCE_OFFSET - 10..][..len].to_vec();
            for variant in &feed.variants {
                payload[HEADER..].copy_from_slice(variant);
                let segment = Framing::MoldUdp64.segment(&payload).unwrap();
                assert_eq!((segment.first, segment.count, segment.trailing), (1, feed.messages, 0));
                let mut read = 0;
                Framing::MoldUdp64.messages(&payload, 0, u64::MAX, |message| {
                    assert!(Message::parse(message).is_ok());
                    read += 1;
                });
                assert_eq!(read, feed.messages);
            }
        }
    }

    #[test]
    fn the_stamp_is_the_first_message_s_time() {
        let mut frame = Feed::new(2).unwrap().frame;
        assert!((frame.len() - MESSAGES_OFFSET).is_multiple_of(8));
        frame[STAMP_OFFSET..][..6].copy_from_slice(&[0, 0, 0, 0, 0x12, 0x34]);
        let first = &frame[MESSAGES_OFFSET + 2..];
        let len = usize::from(u16::from_be_bytes([frame[MESSAGES_OFFSET], frame[MESSAGES_OFFSET + 1]]));
        let message = Message::parse(&first[..len]).unwrap();
        assert_eq!(message.header().timestamp(), 0x1234);
    }

    #[test]
    fn too_many_messages_are_refused() {
        assert!(Feed::new(0).is_err());
        assert!(Feed::new(500).unwrap_err().to_string().contains("do not fit"));
    }
}
