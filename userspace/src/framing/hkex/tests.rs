use super::*;
use crate::framing::{Framing, soundness};

const FRAMING: Framing = Framing::Hkex;

/// A packet written out by the specification: size with the header, count, filler, sequence, time, messages.
fn packet(sequence: u32, count: u8, messages: &[u8]) -> Vec<u8> {
    let len = u16::try_from(16 + messages.len()).unwrap();
    [&len.to_le_bytes()[..], &[count, 0], &sequence.to_le_bytes(), &[1, 2, 3, 4, 5, 6, 7, 8], messages]
        .concat()
}

#[test]
fn data_and_heartbeats() {
    let data = packet(0x0102_0304, 2, b"\x04\x00\x1e\x00\x06\x00\x20\x00ab");
    let segment = Segment::new(StreamKey::default(), Kind::Data, 0x0102_0304, 2, 0);
    assert_eq!(FRAMING.segment(&data), Ok(segment));
    assert_eq!(soundness::all(FRAMING, &data), [&b"\x04\x00\x1e\x00"[..], b"\x06\x00\x20\x00ab"]);
    let heartbeat = Segment { kind: Kind::Heartbeat, count: 0, ..segment };
    assert_eq!(FRAMING.segment(&packet(0x0102_0304, 0, b"")), Ok(heartbeat));
    // Nothing of a heartbeat is a message, whatever lies behind it.
    let loose = packet(0x0102_0304, 0, b"\x08\x00\x64\x00\x09\x00\x00\x00");
    assert_eq!(FRAMING.segment(&loose), Ok(Segment { trailing: 8, ..heartbeat }));
}

#[test]
fn a_reset_says_the_next_sequence_itself() {
    let alone = packet(77, 1, b"\x08\x00\x64\x00\x09\x00\x00\x00");
    let reset = Segment { reset: true, ..Segment::new(StreamKey::default(), Kind::Heartbeat, 9, 0, 0) };
    assert_eq!(FRAMING.segment(&alone), Ok(reset));
    assert!(soundness::all(FRAMING, &alone).is_empty());
    let with_more = packet(77, 3, b"\x08\x00\x64\x00\x09\x00\x00\x00\x04\x00\x1e\x00\x04\x00\x1f\x00");
    assert_eq!(FRAMING.segment(&with_more), Ok(Segment { kind: Kind::Data, count: 2, ..reset }));
    assert_eq!(soundness::all(FRAMING, &with_more), [b"\x04\x00\x1e\x00", b"\x04\x00\x1f\x00"]);
    assert_eq!(soundness::collect(FRAMING, &with_more, 1, 1), [b"\x04\x00\x1f\x00"]);
    // Without a sequence in it.
    let short = packet(77, 2, b"\x07\x00\x64\x00\x09\x00\x00\x04\x00\x1e\x00");
    assert_eq!(FRAMING.segment(&short), Err(Malformed::LengthUnderrun));
    assert!(soundness::all(FRAMING, &short).is_empty());
}

#[test]
fn what_is_refused() {
    let data = packet(1, 1, b"\x06\x00\x20\x00ab");
    assert_eq!(FRAMING.segment(&[]), Err(Malformed::ShortHeader));
    assert_eq!(FRAMING.segment(&data[..15]), Err(Malformed::ShortHeader));
    assert_eq!(FRAMING.segment(&data[..21]), Err(Malformed::LengthOverrun));
    assert_eq!(FRAMING.segment(&packet(1, 1, b"\x07\x00\x20\x00ab")), Err(Malformed::LengthOverrun));
    assert_eq!(FRAMING.segment(&packet(1, 1, b"\x03\x00\x20\x00")), Err(Malformed::LengthUnderrun));
    assert_eq!(FRAMING.segment(&packet(1, 2, b"\x04\x00\x20\x00\x04\x00")), Err(Malformed::CountOverrun));
    assert_eq!(FRAMING.segment(&packet(u32::MAX, 1, b"\x04\x00\x20\x00")), Err(Malformed::SequenceOverrun));
    let mut less = data.clone();
    less[0] = 15;
    assert_eq!(FRAMING.segment(&less), Err(Malformed::LengthUnderrun));
}

#[test]
fn any_bytes() {
    soundness::hold(
        FRAMING,
        &[
            packet(1, 2, b"\x04\x00\x1e\x00\x06\x00\x20\x00ab"),
            packet(77, 2, b"\x08\x00\x64\x00\x09\x00\x00\x00\x04\x00\x1e\x00"),
            packet(7, 0, b""),
        ],
    );
}
