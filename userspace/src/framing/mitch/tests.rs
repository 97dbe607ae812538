use crate::framing::{Framing, Kind, Malformed, Segment, StreamKey, soundness};

const FRAMING: Framing = Framing::Mitch;

/// A packet of market data group `A`: length with the header, count, group, sequence, messages.
fn packet(sequence: u32, count: u8, messages: &[u8]) -> Vec<u8> {
    let len = u16::try_from(8 + messages.len()).unwrap();
    [&len.to_le_bytes()[..], &[count, b'A'], &sequence.to_le_bytes(), messages].concat()
}

#[test]
fn units_like_cboe_s() {
    let data = packet(0x0102_0304, 2, b"\x06T\x10\x0e\0\0\x02w");
    let segment = Segment::new(StreamKey::new([b'A']), Kind::Data, 0x0102_0304, 2, 0);
    assert_eq!(FRAMING.segment(&data), Ok(segment));
    assert_eq!(soundness::all(FRAMING, &data), [&b"\x06T\x10\x0e\0\0"[..], b"\x02w"]);
    let heartbeat = Segment { kind: Kind::Heartbeat, count: 0, ..segment };
    assert_eq!(FRAMING.segment(&packet(0x0102_0304, 0, b"")), Ok(heartbeat));
    assert!(FRAMING.segment(&packet(0, 1, b"\x02w")).unwrap().unsequenced);
    assert_eq!(FRAMING.segment(&data[..7]), Err(Malformed::ShortHeader));
    assert_eq!(FRAMING.segment(&data[..15]), Err(Malformed::LengthOverrun));
    assert_eq!(FRAMING.segment(&packet(1, 1, b"\x01w")), Err(Malformed::LengthUnderrun));
    assert_eq!(FRAMING.segment(&packet(1, 2, b"\x02w")), Err(Malformed::CountOverrun));
    assert_eq!(FRAMING.segment(&packet(u32::MAX, 1, b"\x02w")), Err(Malformed::SequenceOverrun));
    soundness::hold(FRAMING, &[data, packet(7, 0, b"")]);
}
