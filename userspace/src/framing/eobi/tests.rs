use super::*;
use crate::framing::{Framing, soundness};

const FRAMING: Framing = Framing::Eobi;

/// A packet written out by the manual: partition 3, product 675.
fn packet(number: u64, reset: u8, messages: &[u8]) -> Vec<u8> {
    let head = [32, 0, 0xca, 0x32, 0xff, 0xff, 0xff, 0xff];
    let behind = [0xa3, 2, 0, 0, 3, 1, reset, 0, 0xcf, 0x0e, 0xaf, 0x8b, 0x2f, 0xe0, 0x73, 0x13];
    [&head[..], &number.to_le_bytes(), &behind, messages].concat()
}

/// A message: length, template 13001, number 7, body.
fn message(body: &[u8]) -> Vec<u8> {
    let len = u16::try_from(8 + body.len()).unwrap();
    [&len.to_le_bytes()[..], &[0xc9, 0x32, 7, 0, 0, 0], body].concat()
}

#[test]
fn a_packet_has_one_number_whatever_it_carries() {
    let key = StreamKey::new([3]);
    let two = [message(b"heartbeat"), message(b"")];
    let payload = packet(0x0102_0304_0506, 0, &two.concat());
    let segment = Segment::new(key, Kind::Data, 0x0102_0304_0506, 1, 0);
    assert_eq!(FRAMING.segment(&payload), Ok(segment));
    assert_eq!(soundness::all(FRAMING, &payload), two);
    assert_eq!(FRAMING.segment(&packet(9, 0, b"")), Ok(Segment { first: 9, ..segment }));
    // Too few bytes for a message.
    let loose = packet(9, 0, &[&two[1][..], b"7 bytes"].concat());
    assert_eq!(FRAMING.segment(&loose), Ok(Segment { first: 9, trailing: 7, ..segment }));
    assert_eq!(soundness::all(FRAMING, &loose), two[1..]);
}

#[test]
fn the_first_packet_after_a_start_resets() {
    let reset = |number, indicator| FRAMING.segment(&packet(number, indicator, b"")).unwrap().reset;
    assert!(reset(1, 1));
    // The next packets say so too, and a stream that begins with 1 need not have begun again.
    assert!(!reset(2, 1) && !reset(1, 0) && !reset(1, 0xff));
}

#[test]
fn what_is_refused() {
    let whole = packet(1, 0, &message(b"body"));
    assert_eq!(FRAMING.segment(&[]), Err(Malformed::ShortHeader));
    assert_eq!(FRAMING.segment(&whole[..31]), Err(Malformed::ShortHeader));
    assert_eq!(FRAMING.segment(&whole[..43]), Err(Malformed::LengthOverrun));
    let with = |at: usize, value: u8| {
        let mut payload = whole.clone();
        payload[at] = value;
        FRAMING.segment(&payload)
    };
    assert_eq!(with(2, 0xcb), Err(Malformed::WrongVersion));
    assert_eq!(with(0, 31), Err(Malformed::LengthUnderrun));
    assert_eq!(with(1, 1), Err(Malformed::LengthOverrun));
    assert_eq!(with(32, 7), Err(Malformed::LengthUnderrun));
    assert_eq!(with(32, 0), Err(Malformed::LengthUnderrun));
    assert_eq!(with(32, 13), Err(Malformed::LengthOverrun));
    assert_eq!(FRAMING.segment(&packet(u64::MAX, 0, b"")), Err(Malformed::SequenceOverrun));
}

#[test]
fn any_bytes() {
    soundness::hold(FRAMING, &[packet(1, 1, b""), packet(7, 0, &[message(b"ab"), message(b"")].concat())]);
}

/// The same, with the older header: a number of four bytes, then the product.
#[test]
fn older_packets() {
    let older = |number: u32, reset: u8, messages: &[u8]| {
        let head = [32, 0, 0xca, 0x32, 0xff, 0xff, 0xff, 0xff];
        let behind =
            [0xa3, 2, 0, 0, 3, 1, reset, 9, 0, 0, 0, 0, 0xcf, 0x0e, 0xaf, 0x8b, 0x2f, 0xe0, 0x73, 0x13];
        [&head[..], &number.to_le_bytes(), &behind, messages].concat()
    };
    let framing = Framing::Eobi6;
    let payload = older(0xffff_fffe, 1, &message(b"body"));
    let segment = Segment::new(StreamKey::new([3]), Kind::Data, 0xffff_fffe, 1, 0);
    assert_eq!(framing.segment(&payload), Ok(segment));
    assert_eq!(soundness::all(framing, &payload), [message(b"body")]);
    assert!(framing.segment(&older(1, 1, b"")).unwrap().reset);
    assert_eq!(framing.segment(&payload[..31]), Err(Malformed::ShortHeader));
    assert_eq!(framing.segment(&payload[..43]), Err(Malformed::LengthOverrun));
    soundness::hold(framing, &[payload, older(1, 1, b"")]);
}
