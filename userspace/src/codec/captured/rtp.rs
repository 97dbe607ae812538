//! Media in RTP: no exchange, but real lines A and B.

use super::*;
use crate::codec::rtp;

/// SSRC, payload type, sequence, timestamp, payload bytes.
type Packet = (u32, u8, u16, u32, usize);

/// The packets of a capture.
fn packets(file: &str) -> Option<Vec<Packet>> {
    let mut packets = Vec::new();
    captures::payloads(&captures::path(file)?, |payload| {
        let segment = Framing::Rtp.segment(payload).unwrap();
        assert_eq!((segment.count, segment.trailing), (1, 0));
        Framing::Rtp.messages(payload, 0, 1, |message| {
            assert_eq!(rtp::read(message), Ok(0));
            let header = <rtp::Packet as zerocopy::FromBytes>::ref_from_prefix(message).unwrap().0;
            assert_eq!(u64::from(header.sequence()), segment.first);
            let media = rtp::payload(message).unwrap().len();
            packets.push((
                header.ssrc(),
                header.kind().payload_type(),
                header.sequence(),
                header.timestamp(),
                media,
            ));
        });
    });
    Some(packets)
}

#[test]
fn two_lines_of_st_2022_7() {
    let Some(packets) = packets("st2022-7/ST2022-7-Audio.pcap") else { return };
    assert_eq!(packets.len(), 32_000);
    let mut seen = BTreeMap::<u16, u64>::new();
    let (ssrc, kind, first, stamp, media) = packets[0];
    for packet in packets {
        // One source, every packet as long, and the clock as many ticks on as there are samples in a packet.
        assert_eq!((packet.0, packet.1, packet.4), (ssrc, kind, media));
        let ticks = packet.3.wrapping_sub(stamp).cast_signed();
        let number = i32::from(packet.2) - i32::from(first);
        assert_eq!(ticks, 6 * number, "48 kHz, 8,000 packets a second");
        *seen.entry(packet.2).or_default() += 1;
    }
    assert_eq!((seen.len(), seen.values().filter(|count| **count == 2).count()), (16_001, 15_999));
    assert_eq!((seen.first_key_value(), seen.last_key_value()), (Some((&24_882, &1)), Some((&40_882, &1))));
}

#[test]
fn one_line_of_aes67() {
    let Some(packets) = packets("st2022-7/l24_48000_8ch_0125.pcap") else { return };
    for pair in packets.windows(2) {
        assert_eq!(pair[1].2, pair[0].2.wrapping_add(1));
        assert_eq!((pair[1].0, pair[1].3), (pair[0].0, pair[0].3.wrapping_add(6)));
        // Eight channels of 24 bits, six samples each.
        assert_eq!(pair[1].4, 8 * 3 * 6);
    }
    assert_eq!(packets.len(), 10_000);
}
