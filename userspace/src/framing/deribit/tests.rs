use super::*;
use crate::framing::{Framing, soundness};

const DERIBIT: Framing = Framing::Deribit;

/// A packet written out by the guide: channel 0x0165, and as many bytes of messages as there are.
fn packet(sequence: u32, messages: &[&[u8]]) -> Vec<u8> {
    let messages = messages.concat();
    let length = u16::try_from(messages.len()).unwrap();
    [&length.to_le_bytes()[..], &[0x65, 0x01], &sequence.to_le_bytes(), &messages].concat()
}

/// A snapshot start: block of 4, template 1005, schema 1, version 2, neither groups nor data.
const START: &[u8] = &[4, 0, 0xed, 3, 1, 0, 2, 0, 0, 0, 0, 0, 200, 0, 0, 0];

/// A message of a template nobody knows: block of 1, two groups (2 × 3 bytes, none), two data fields (2 bytes, none).
const UNKNOWN: &[u8] = &[
    1, 0, 0x11, 0x22, 1, 0, 9, 0, 2, 0, 2, 0, 0xbb, 3, 0, 2, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 5, 0, 0, 0, 0,
    0, 0, 0, 2, b'A', b'B', 0,
];

#[test]
fn packets() {
    let payload = packet(0x0102_0304, &[START, UNKNOWN, START]);
    let key = StreamKey::new([0x65, 0x01]);
    let data = Segment::new(key, Kind::Data, 0x0102_0304, 1, 0);
    assert_eq!(DERIBIT.segment(&payload), Ok(data));
    assert_eq!(soundness::collect(DERIBIT, &payload, 0, 1), [START, UNKNOWN, START]);
    assert_eq!(soundness::collect(DERIBIT, &payload, 0, u64::MAX), [START, UNKNOWN, START]);
    assert!(soundness::collect(DERIBIT, &payload, 1, 1).is_empty());
    assert!(soundness::collect(DERIBIT, &payload, 0, 0).is_empty());

    let longer = [&payload[..], START].concat();
    assert_eq!(DERIBIT.segment(&longer), Ok(Segment { trailing: 16, ..data }));
    assert_eq!(soundness::collect(DERIBIT, &longer, 0, 1).len(), 3);

    let last = packet(u32::MAX, &[]);
    assert_eq!(DERIBIT.segment(&last), Ok(Segment { first: u64::from(u32::MAX), ..data }));
    assert!(soundness::collect(DERIBIT, &last, 0, 1).is_empty());
}

#[test]
fn malformed_packets() {
    let cause = |payload: &[u8]| DERIBIT.segment(payload).unwrap_err();
    assert_eq!(cause(&[]), Malformed::ShortHeader);
    assert_eq!(cause(&packet(1, &[])[..7]), Malformed::ShortHeader);
    // Cut off, as a datagram and, at every place, within the length it announces.
    assert_eq!(cause(&packet(1, &[START])[..23]), Malformed::LengthOverrun);
    for message in [START, UNKNOWN] {
        for len in 1..message.len() {
            assert_eq!(cause(&packet(1, &[START, &message[..len]])), Malformed::LengthOverrun, "{len}");
        }
    }
    let mut no_bytes = UNKNOWN.to_vec();
    no_bytes[13..15].fill(0);
    assert_eq!(cause(&packet(1, &[&no_bytes])), Malformed::LengthUnderrun);
    for nested in 17..21 {
        let mut message = UNKNOWN.to_vec();
        message[nested] = 1;
        assert_eq!(cause(&packet(1, &[&message])), Malformed::WrongVersion);
    }
}

/// What holds for every framing.
#[test]
fn any_bytes() {
    soundness::hold(
        DERIBIT,
        &[packet(7, &[START, UNKNOWN, START]), packet(u32::MAX, &[]), packet(1, &[UNKNOWN])],
    );
}
