use bolero::check;

use super::*;
use crate::framing::{
    Framing, Kind, StreamKey,
    soundness::{all, assert_sound, assert_sound_when_damaged, collect},
};

const OPRA: Framing = Framing::Opra;

/// A block written out by the specification: size, sequence, count, 2023-11-29, checksum, messages.
fn opra(size: u16, sequence: u32, count: u8, messages: &[u8]) -> Vec<u8> {
    let time = [0x65, 0x67, 0xa5, 0x93, 0x37, 0xf7, 0x98, 0x00];
    let head = [&[6][..], &size.to_be_bytes(), b"O \x00", &sequence.to_be_bytes(), &[count], &time].concat();
    let covered = messages.len().min(usize::from(size).saturating_sub(21));
    let sum: u32 = head.iter().chain(&messages[..covered]).map(|&byte| u32::from(byte)).sum();
    [&head[..], &u16::try_from(sum & 0xffff).unwrap().to_be_bytes(), messages].concat()
}

/// A valid one, with its pad byte.
fn build(sequence: u32, messages: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = messages.concat();
    bytes.resize(bytes.len() + (21 + bytes.len()) % 2, 0);
    opra(u16::try_from(bytes.len()).unwrap() + 21, sequence, u8::try_from(messages.len()).unwrap(), &bytes)
}

/// A message of a category, type and indicator, this long.
fn message(head: [u8; 4], len: usize) -> Vec<u8> {
    let mut bytes = head.to_vec();
    bytes.resize(len, b'.');
    bytes
}

/// Text of `len` bytes.
fn text(len: u16) -> Vec<u8> {
    let mut bytes = message(*b"CC  ", 14 + usize::from(len));
    bytes[12..14].copy_from_slice(&len.to_be_bytes());
    bytes
}

fn data(first: u64, count: u64) -> Segment {
    Segment::new(StreamKey::default(), Kind::Data, first, count, 0)
}

#[test]
fn each_category_has_its_length() {
    #[rustfmt::skip]
    let messages = [
        message(*b"Ca  ", 43), message(*b"Cd  ", 30), message(*b"Cf  ", 72), message(*b"OH\x46 ", 12),
        message(*b"CkRA", 43), message(*b"Ck M", 53), message(*b"Ck C", 53), message(*b"Ck O", 63),
        message(*b"Cq A", 29), message(*b"Cq P", 39), message(*b"Cq K", 39), message(*b"Cq O", 49),
        text(0), text(7), message(*b"OR  ", 155), message(*b"CY  ", 27), message(*b"CYI ", 31),
    ];
    let block = build(400_000_000, &messages);
    assert_eq!(OPRA.segment(&block), Ok(data(400_000_000, 17)));
    assert_eq!(all(OPRA, &block), messages);
    assert_eq!(collect(OPRA, &block, 7, 1), [&messages[7][..]]);
    // The next block's number is this one's and its messages.
    assert_eq!(OPRA.segment(&build(400_000_017, &messages[..1])), Ok(data(400_000_017, 1)));
}

#[test]
fn behind_an_unknown_category() {
    let messages = [text(1), message(*b"C?  ", 20), text(2)];
    let block = build(9, &messages);
    assert_eq!(OPRA.segment(&block), Ok(data(9, 3)));
    let rest = &block[21 + messages[0].len()..];
    assert_eq!(all(OPRA, &block), [&messages[0][..], rest, b""]);
    assert_eq!(collect(OPRA, &block, 1, 1), [rest]);
    assert_eq!(collect(OPRA, &block, 2, 1), [b""]);
}

#[test]
fn control_messages() {
    let control =
        |kind, sequence| OPRA.segment(&build(sequence, &[message([b'O', b'H', kind, b' '], 12)])).unwrap();
    assert_eq!(control(b'N', 7), Segment { kind: Kind::Heartbeat, count: 0, ..data(7, 0) });
    assert_eq!(control(b'N', u32::MAX).first, u64::from(u32::MAX));
    assert!(all(OPRA, &build(7, &[message(*b"OHN ", 12)])).is_empty());
    assert_eq!(control(b'C', 0), Segment { reset: true, ..data(0, 1) });
    assert_eq!(control(b'K', 5), Segment { reset: true, ..data(5, 1) });
    assert_eq!(control(b'J', 7), data(7, 1));
    // Among others it is a message like them.
    let two = build(7, &[message(*b"OHN ", 12), message(*b"OHC ", 12)]);
    assert_eq!((OPRA.segment(&two), all(OPRA, &two).len()), (Ok(data(7, 2)), 2));
    assert_eq!(OPRA.segment(&build(7, &[])).unwrap().kind, Kind::Heartbeat);
}

#[test]
fn bytes_behind_the_messages() {
    // 21 + 12 is odd: a pad byte is none too many, but a second is, and one behind an even size.
    let control = message(*b"OHJ ", 12);
    let trailing = |block: &[u8]| OPRA.segment(block).unwrap().trailing;
    assert_eq!(trailing(&build(7, std::slice::from_ref(&control))), 0);
    assert_eq!(trailing(&opra(35, 7, 1, &[&control[..], b"\0\0"].concat())), 2);
    assert_eq!(trailing(&opra(33, 7, 1, &control)), 0);
    assert_eq!(trailing(&opra(36, 7, 1, &[&text(0)[..], b"\0"].concat())), 0);
    assert_eq!(trailing(&opra(33, 7, 1, &[&control[..], b"beyond"].concat())), 6);
}

#[test]
fn malformed() {
    let refused = |block: &[u8]| OPRA.segment(block).unwrap_err();
    let quote = message(*b"Cq O", 49);
    assert_eq!(refused(&[]), Malformed::ShortHeader);
    assert_eq!(refused(&build(1, &[])[..20]), Malformed::ShortHeader);
    let mut other = build(1, &[]);
    other[0] = 5;
    assert_eq!(refused(&other), Malformed::WrongVersion);
    assert_eq!(refused(&opra(20, 1, 0, b"")), Malformed::LengthUnderrun);
    assert_eq!(refused(&opra(71, 1, 1, &quote)), Malformed::LengthOverrun);
    assert_eq!(refused(&opra(69, 1, 1, &quote)), Malformed::LengthOverrun);
    assert_eq!(refused(&opra(34, 1, 1, &text(0)[..13])), Malformed::LengthOverrun);
    assert_eq!(refused(&opra(35, 1, 1, &text(1)[..14])), Malformed::LengthOverrun);
    assert_eq!(refused(&opra(21, 1, 1, b"")), Malformed::CountOverrun);
    assert_eq!(refused(&opra(32, 1, 1, &quote[..11])), Malformed::CountOverrun);
    assert_eq!(refused(&opra(70, 1, 2, &quote)), Malformed::CountOverrun);
    assert_eq!(refused(&build(u32::MAX, std::slice::from_ref(&quote))), Malformed::SequenceOverrun);
    assert!(OPRA.segment(&build(u32::MAX - 1, std::slice::from_ref(&quote))).is_ok());
    let mut damaged = build(1, &[quote]);
    for place in 3..damaged.len() {
        damaged[place] ^= 0x10;
        assert_eq!(refused(&damaged), Malformed::Checksum, "byte {place}");
        damaged[place] ^= 0x10;
    }
}

/// Sums beyond 16 bits are taken modulo 2¹⁶.
#[test]
fn a_checksum_that_wraps() {
    let block = build(1, &[text(1_000); 1]);
    let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
    assert!(sum < 1 << 16);
    let messages: Vec<Vec<u8>> = (0..4).map(|_| [&text(1_000)[..14], &[0xff; 1_000]].concat()).collect();
    let block = build(1, &messages);
    assert!(block.iter().map(|&byte| u32::from(byte)).sum::<u32>() > 1 << 16);
    assert_eq!(OPRA.segment(&block), Ok(data(1, 4)));
}

#[test]
fn any_bytes() {
    check!().with_iterations(20_000).for_each(|bytes: &[u8]| assert_sound(OPRA, bytes));
    check!().with_type::<(u8, u32, u8, Vec<u8>)>().with_iterations(20_000).for_each(
        |(size, sequence, count, bytes)| {
            assert_sound(OPRA, &opra(u16::from(*size), *sequence, count % 8, bytes));
            assert_sound(OPRA, &opra(bytes.len() as u16 + 21, *sequence, count % 8, bytes));
        },
    );
}

#[test]
fn what_is_built_is_read() {
    const CATEGORIES: [u8; 10] = *b"adfkqCHRYY";
    type Input = (u32, Vec<(u8, [u8; 2], u8)>, Vec<(u16, u8)>);
    check!().with_type::<Input>().with_iterations(300).for_each(|(sequence, messages, damage)| {
        let sequence = sequence / 2;
        let built = |&(category, [kind, indicator], len): &(u8, [u8; 2], u8)| {
            let category = CATEGORIES[usize::from(category) % 10];
            let kind = if category == b'Y' { [b' ', b'I'][usize::from(kind) % 2] } else { kind };
            if category == b'C' {
                return text(len.into());
            }
            let mut bytes = message([b'C', category, kind, indicator], 200);
            bytes.truncate(opra::length(&bytes).unwrap());
            bytes
        };
        // Two at least, so that none is line integrity.
        let first = text(3);
        let messages: Vec<Vec<u8>> =
            [first.clone(), first].into_iter().chain(messages.iter().take(200).map(built)).collect();
        let block = build(sequence, &messages);
        assert_eq!(OPRA.segment(&block), Ok(data(sequence.into(), messages.len() as u64)));
        assert_eq!(all(OPRA, &block), messages);
        assert_sound_when_damaged(OPRA, &block, damage);
    });
}
