use super::*;
use crate::framing::{Framing, soundness};

const FRAMING: Framing = Framing::OrderUpdate;

/// A message written out by the layout: type, length, sequence, time, body.
fn message(kind: u8, sequence: u64, body: &[u8]) -> Vec<u8> {
    let len = u16::try_from(19 + body.len()).unwrap();
    [&[kind][..], &len.to_le_bytes(), &sequence.to_le_bytes(), &[9, 0, 0, 0, 0, 0, 0, 0], body].concat()
}

#[test]
fn a_datagram_stands_where_its_first_message_does() {
    let parts =
        [message(1, 0x0102_0304, &[7; 24]), message(9, 0x0102_0305, b""), message(1, 0x0102_0306, b"x")];
    let payload = parts.concat();
    let segment = Segment::new(StreamKey::default(), Kind::Data, 0x0102_0304, 3, 0);
    assert_eq!(FRAMING.segment(&payload), Ok(segment));
    assert_eq!(soundness::collect(FRAMING, &payload, 0, u64::MAX), parts);
    assert_eq!(soundness::collect(FRAMING, &payload, 1, 1), parts[1..2]);
    assert!(soundness::collect(FRAMING, &payload, u64::MAX, u64::MAX).is_empty());
}

#[test]
fn what_is_refused() {
    let one = message(1, 5, b"body");
    assert_eq!(FRAMING.segment(&[]), Err(Malformed::ShortHeader));
    assert_eq!(FRAMING.segment(&one[..18]), Err(Malformed::ShortHeader));
    assert_eq!(FRAMING.segment(&one[..22]), Err(Malformed::LengthOverrun));
    // Bytes behind the last message are no message.
    assert_eq!(FRAMING.segment(&[&one[..], b"!"].concat()), Err(Malformed::ShortHeader));
    for len in [0, 1, 18] {
        let mut short = one.clone();
        short[1] = len;
        assert_eq!(FRAMING.segment(&short), Err(Malformed::LengthUnderrun));
    }
    for other in [4, 5, 7, u64::MAX] {
        let payload = [message(1, 5, b""), message(1, other, b"")].concat();
        assert_eq!(FRAMING.segment(&payload), Err(Malformed::SequenceBroken), "{other} behind 5");
    }
    assert_eq!(FRAMING.segment(&message(1, u64::MAX, b"")), Err(Malformed::SequenceOverrun));
    assert!(FRAMING.segment(&message(1, u64::MAX - 1, b"")).is_ok());
}

#[test]
fn any_bytes() {
    soundness::hold(
        FRAMING,
        &[message(1, 5, &[0; 24]), [message(1, 5, b"a"), message(2, 6, b""), message(1, 7, b"abc")].concat()],
    );
}
