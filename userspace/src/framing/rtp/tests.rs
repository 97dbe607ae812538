use super::*;
use crate::framing::{Framing, soundness};

/// A packet of payload type 97 from source 0x0a0b_0c0d, numbered `sequence`.
fn packet(flags: u8, sequence: u16, behind: &[u8]) -> Vec<u8> {
    let [high, low] = sequence.to_be_bytes();
    let head = [0x80 | flags, 0x61, high, low, 0, 0, 0x12, 0x34, 0x0a, 0x0b, 0x0c, 0x0d];
    [&head[..], behind].concat()
}

fn segment_of(packet: &[u8]) -> Result<Segment, Malformed> {
    Framing::Rtp.segment(packet)
}

#[test]
fn a_packet_is_one_unit_and_one_message() {
    let bytes = packet(0, 0xfffe, b"media");
    let key = StreamKey::new([0x0a, 0x0b, 0x0c, 0x0d]);
    assert_eq!(segment_of(&bytes), Ok(Segment::new(key, Kind::Data, 0xfffe, 1, 0)));
    assert_eq!(soundness::collect(Framing::Rtp, &bytes, 0, 1), [&bytes[..]]);
    assert!(soundness::collect(Framing::Rtp, &bytes, 0, 0).is_empty());
    assert!(soundness::collect(Framing::Rtp, &bytes, 1, 1).is_empty());
    assert_eq!(Framing::Rtp.facts().sequence_mask(), 0xffff);
}

#[test]
fn the_payload_lies_between_sources_extension_and_padding() {
    let whole = packet(0x20 | 0x10 | 2, 7, b"csrccsrc\xbe\xde\x00\x01word-media\x00\x00\x03");
    let (header, payload) = parse(&whole).unwrap();
    assert_eq!((header.padding(), header.extension(), header.csrc_count()), (true, true, 2));
    assert_eq!(payload, b"-media");
    assert_eq!(parse(&packet(0, 7, b"")).unwrap().1, b"");
    // All of it padding.
    assert_eq!(parse(&packet(0x20, 7, b"\x00\x02")).unwrap().1, b"");
    assert_eq!(parse(&packet(0x10, 7, b"\x00\x00\x00\x00m")).unwrap().1, b"m");
}

#[test]
fn lengths_that_lie() {
    assert_eq!(segment_of(&[]), Err(Malformed::ShortHeader));
    assert_eq!(segment_of(&packet(0, 1, b"")[..11]), Err(Malformed::ShortHeader));
    assert_eq!(segment_of(&packet(2, 1, b"csrccsr")), Err(Malformed::LengthOverrun));
    assert_eq!(segment_of(&packet(0x10, 1, b"\x00\x00\x00")), Err(Malformed::LengthOverrun));
    assert_eq!(segment_of(&packet(0x10, 1, b"\x00\x00\x00\x02word")), Err(Malformed::LengthOverrun));
    assert_eq!(segment_of(&packet(0x20, 1, b"")), Err(Malformed::LengthOverrun));
    assert_eq!(segment_of(&packet(0x20, 1, b"ab\x04")), Err(Malformed::LengthOverrun));
    assert_eq!(segment_of(&packet(0x20, 1, b"ab\x00")), Err(Malformed::LengthUnderrun));
}

#[test]
fn other_versions_and_rtcp_are_not_rtp() {
    for version in [0, 1, 3] {
        let mut bytes = packet(0, 1, b"");
        bytes[0] = version << 6;
        assert_eq!(segment_of(&bytes), Err(Malformed::WrongVersion));
    }
    // A sender report, which comes first in what a sender sends by RTCP.
    let mut report = packet(0, 6, &[0; 16]);
    report[1] = 200;
    assert_eq!(segment_of(&report), Err(Malformed::WrongVersion));
    // The same payload type without the marker is kept free too, but is not what RTCP looks like.
    report[1] = 72;
    assert!(segment_of(&report).is_ok());
}

#[test]
fn any_bytes() {
    let valid = packet(0x20 | 0x10 | 2, 7, b"csrccsrc\xbe\xde\x00\x01word-media\x00\x00\x03");
    soundness::hold(Framing::Rtp, &[valid]);
}
