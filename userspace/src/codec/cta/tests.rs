use super::*;
use crate::codec::{Codec, Shown};

/// A message of a category and type by the specification, of a participant at 2026-04-07 08:00 UTC, and what comes
/// behind.
fn message(kind: &[u8; 2], body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap() + 26;
    let time = [0x69, 0xd4, 0xb9, 0x80, 0x00, 0x06, 0x2e, 0x08];
    let numbers = [1, 0x1d, 0, 0, 1, 0, 0, 0x30, 0x30, 0x30, 0x30, 0x30, 0x31];
    [&length.to_be_bytes()[..], kind, b"K", &time, &numbers, body].concat()
}

#[test]
fn every_type() {
    assert_eq!(TYPES.len(), 46);
    for (place, kind) in TYPES.iter().enumerate() {
        let label = kind.label.as_bytes().first_chunk().unwrap();
        let bytes = message(label, b"");
        assert_eq!((read(&bytes), bytes.len()), (Ok(place), kind.len));
        assert_eq!(read(&bytes[..25]), Err(Unread::Short));
    }
    let name = |kind| TYPES[read(&message(kind, b"")).unwrap()].name;
    assert_eq!((name(b"TR"), name(b"QL")), ("fractional_long_trade", "long_quote"));
    assert_eq!((name(b"CT"), name(b"AS")), ("line_integrity", "symbol_reference_data"));
}

#[test]
fn what_has_no_type() {
    assert_eq!(read(&[]), Err(Unread::Empty));
    assert_eq!(read(b"\x00\x1aT"), Err(Unread::Short));
    for unknown in [b"TB", b"XX", b"\0\0"] {
        assert_eq!(read(&message(unknown, b"")), Err(Unread::UnknownType));
    }
}

#[test]
fn the_header() {
    let bytes = message(b"TR", b"KBS        ");
    let Message { header, body } = Message::parse(&bytes).unwrap();
    assert_eq!((header.message_length(), body), (37, &b"KBS        "[..]));
    assert_eq!(
        (header.message_category(), header.message_type(), header.participant_id()),
        (b'T', b'R', b'K')
    );
    assert_eq!((header.timestamp_seconds(), header.timestamp_nanoseconds()), (1_775_548_800, 405_000));
    assert_eq!((header.message_id(), header.transaction_id()), (1, 486_539_265));
    assert_eq!(header.participant_reference_number(), 0x0000_3030_3030_3031);
    assert_eq!(
        Shown::new(Codec::Cta, &bytes).unwrap().to_string(),
        "fractional_long_trade message_length=37 message_category=T message_type=R participant_id=K \
         timestamp_seconds=1775548800 timestamp_nanoseconds=405000 message_id=1 transaction_id=486539265 \
         participant_reference_number=52983525027889"
    );
}
