use bolero::check;

use super::*;
use crate::framing::{
    Framing, Kind, StreamKey,
    soundness::{all, assert_sound, assert_sound_when_damaged, collect},
};

const CTA: Framing = Framing::Cta;

/// A block written out by the specification: size, sequence, count, 2026-04-07, checksum, messages.
fn cta(size: u16, sequence: u32, count: u8, messages: &[u8]) -> Vec<u8> {
    let time = [0x69, 0xd4, 0xb9, 0x80, 0x00, 0x35, 0xc2, 0xd6];
    let head = [&[2][..], &size.to_be_bytes(), b"TO", &sequence.to_be_bytes(), &[count], &time].concat();
    let covered = messages.len().min(usize::from(size).saturating_sub(20));
    let sum: u32 = head.iter().chain(&messages[..covered]).map(|&byte| u32::from(byte)).sum();
    [&head[..], &u16::try_from(sum & 0xffff).unwrap().to_be_bytes(), messages].concat()
}

/// A valid one, with its pad byte.
fn build(sequence: u32, messages: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = messages.concat();
    bytes.resize(bytes.len() + bytes.len() % 2, 0);
    cta(u16::try_from(bytes.len()).unwrap() + 20, sequence, u8::try_from(messages.len()).unwrap(), &bytes)
}

/// A message of a category and type, this long.
fn message(kind: &[u8; 2], len: u16) -> Vec<u8> {
    let mut bytes = [&len.to_be_bytes()[..], kind].concat();
    bytes.resize(len.into(), b'.');
    bytes
}

fn data(first: u64, count: u64) -> Segment {
    Segment::new(StreamKey::default(), Kind::Data, first, count, 0)
}

#[test]
fn messages_of_a_block() {
    let messages = [message(b"TR", 76), message(b"AS", 209), message(b"MV", 300), message(b"??", 4)];
    let block = build(3_874, &messages);
    assert_eq!(CTA.segment(&block), Ok(data(3_874, 4)));
    assert_eq!(all(CTA, &block), messages);
    assert_eq!(collect(CTA, &block, 1, 2), messages[1..3]);
    // The next block's number is this one's and its messages.
    assert_eq!(CTA.segment(&build(3_878, &messages[..1])), Ok(data(3_878, 1)));
}

#[test]
fn control_messages() {
    let control = |kind: &[u8; 2], sequence| CTA.segment(&build(sequence, &[message(kind, 26)])).unwrap();
    assert_eq!(control(b"CT", 7), Segment { kind: Kind::Heartbeat, count: 0, ..data(7, 0) });
    assert_eq!(control(b"CT", 0).first, 0);
    assert!(all(CTA, &build(7, &[message(b"CT", 26)])).is_empty());
    assert_eq!(control(b"CA", 0), Segment { reset: true, ..data(0, 1) });
    assert_eq!(control(b"CL", 5), Segment { reset: true, ..data(5, 1) });
    assert_eq!(control(b"CZ", 7), data(7, 1));
    assert_eq!(control(b"AT", 7), data(7, 1));
    let two = build(7, &[message(b"CT", 26), message(b"CA", 26)]);
    assert_eq!((CTA.segment(&two), all(CTA, &two).len()), (Ok(data(7, 2)), 2));
    assert_eq!(CTA.segment(&build(7, &[])).unwrap().kind, Kind::Heartbeat);
}

#[test]
fn bytes_behind_the_messages() {
    let odd = message(b"PR", 71);
    let trailing = |block: &[u8]| CTA.segment(block).unwrap().trailing;
    assert_eq!(trailing(&build(7, std::slice::from_ref(&odd))), 0);
    assert_eq!(trailing(&cta(93, 7, 1, &[&odd[..], b"\0\0"].concat())), 2);
    assert_eq!(trailing(&cta(47, 7, 1, &[&message(b"CZ", 26)[..], b"\0"].concat())), 1);
    assert_eq!(trailing(&cta(91, 7, 1, &[&odd[..], b"beyond"].concat())), 6);
}

#[test]
fn malformed() {
    let refused = |block: &[u8]| CTA.segment(block).unwrap_err();
    let trade = message(b"TR", 76);
    assert_eq!(refused(&[]), Malformed::ShortHeader);
    assert_eq!(refused(&build(1, &[])[..19]), Malformed::ShortHeader);
    assert_eq!(refused(&cta(19, 1, 0, b"")), Malformed::LengthUnderrun);
    assert_eq!(refused(&cta(97, 1, 1, &trade)), Malformed::LengthOverrun);
    assert_eq!(refused(&cta(95, 1, 1, &trade)), Malformed::LengthOverrun);
    assert_eq!(refused(&cta(24, 1, 1, b"\x00\x00TR")), Malformed::LengthUnderrun);
    assert_eq!(refused(&cta(24, 1, 1, b"\x00\x03TR")), Malformed::LengthUnderrun);
    assert_eq!(refused(&cta(20, 1, 1, b"")), Malformed::CountOverrun);
    assert_eq!(refused(&cta(23, 1, 1, b"\x00\x04T")), Malformed::CountOverrun);
    assert_eq!(refused(&cta(96, 1, 2, &trade)), Malformed::CountOverrun);
    assert_eq!(refused(&build(u32::MAX, std::slice::from_ref(&trade))), Malformed::SequenceOverrun);
    assert!(CTA.segment(&build(u32::MAX - 1, std::slice::from_ref(&trade))).is_ok());
    let mut damaged = build(1, &[trade]);
    for place in (0..damaged.len()).filter(|place| !(1..3).contains(place)) {
        damaged[place] ^= 0x10;
        assert_eq!(refused(&damaged), Malformed::Checksum, "byte {place}");
        damaged[place] ^= 0x10;
    }
}

#[test]
fn any_bytes() {
    check!().with_iterations(20_000).for_each(|bytes: &[u8]| assert_sound(CTA, bytes));
    check!().with_type::<(u8, u32, u8, Vec<u8>)>().with_iterations(20_000).for_each(
        |(size, sequence, count, bytes)| {
            assert_sound(CTA, &cta(u16::from(*size), *sequence, count % 8, bytes));
            assert_sound(CTA, &cta(bytes.len() as u16 + 20, *sequence, count % 8, bytes));
        },
    );
}

#[test]
fn what_is_built_is_read() {
    type Input = (u32, Vec<([u8; 2], u8)>, Vec<(u16, u8)>);
    check!().with_type::<Input>().with_iterations(300).for_each(|(sequence, messages, damage)| {
        let sequence = sequence / 2;
        // Two at least, so that none is line integrity.
        let first = message(b"TR", 76);
        let built = messages.iter().take(200).map(|(kind, len)| message(kind, u16::from(*len).max(4)));
        let messages: Vec<Vec<u8>> = [first.clone(), first].into_iter().chain(built).collect();
        let block = build(sequence, &messages);
        assert_eq!(CTA.segment(&block), Ok(data(sequence.into(), messages.len() as u64)));
        assert_eq!(all(CTA, &block), messages);
        assert_sound_when_damaged(CTA, &block, damage);
    });
}
