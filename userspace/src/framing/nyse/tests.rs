use bolero::check;

use super::*;
use crate::framing::{
    Framing,
    soundness::{all, assert_sound, assert_sound_when_damaged, collect},
};

const NYSE: Framing = Framing::Nyse;

/// A packet written out by the specification: size, delivery flag, count, sequence, 2021-12-11, messages.
fn nyse(size: u16, flag: u8, count: u8, sequence: u32, messages: &[u8]) -> Vec<u8> {
    let time = [0x37, 0x3c, 0xb4, 0x61, 0x00, 0x3d, 0x66, 0x03];
    [&size.to_le_bytes()[..], &[flag, count], &sequence.to_le_bytes(), &time, messages].concat()
}

/// A valid one, of messages without their size.
fn build(flag: u8, sequence: u32, bodies: &[Vec<u8>]) -> Vec<u8> {
    let sized = |body: &Vec<u8>| [&(body.len() as u16 + 2).to_le_bytes()[..], body].concat();
    let messages: Vec<u8> = bodies.iter().flat_map(sized).collect();
    let size = u16::try_from(messages.len()).unwrap() + 16;
    nyse(size, flag, u8::try_from(bodies.len()).unwrap(), sequence, &messages)
}

#[test]
fn data() {
    let packet = nyse(27, ORIGINAL, 2, 0x0102_0304, b"\x04\x00AB\x07\x00CDEFG");
    let data = Segment::new(StreamKey::default(), Kind::Data, 0x0102_0304, 2, 0);
    assert_eq!(NYSE.segment(&packet), Ok(data));
    assert_eq!(all(NYSE, &packet), [&b"\x04\x00AB"[..], b"\x07\x00CDEFG"]);
    assert_eq!(collect(NYSE, &packet, 1, 1), [b"\x07\x00CDEFG"]);

    let longer = [&packet[..], b"\x04\x00HI"].concat();
    assert_eq!(NYSE.segment(&longer), Ok(Segment { trailing: 4, ..data }));
    let looser = nyse(28, ORIGINAL, 2, 0x0102_0304, b"\x04\x00AB\x07\x00CDEFG!");
    assert_eq!(NYSE.segment(&looser), Ok(Segment { trailing: 1, ..data }));
}

#[test]
fn delivery_flags() {
    let segment = |flag| NYSE.segment(&nyse(20, flag, 1, 7, b"\x04\x00AB")).unwrap();
    let data = Segment::new(StreamKey::default(), Kind::Data, 7, 1, 0);
    for flag in [FAILOVER, ORIGINAL, RETRANSMISSION, RETRANSMISSION_PART] {
        assert_eq!(segment(flag), data, "{flag}");
    }
    assert_eq!(segment(SEQUENCE_RESET), Segment { reset: true, ..data });
    for flag in [REFRESH, REFRESH_START, REFRESH_PART, REFRESH_END, MESSAGE_UNAVAILABLE] {
        assert_eq!(segment(flag), Segment { unsequenced: true, ..data }, "{flag}");
    }
}

#[test]
fn heartbeat() {
    let segment = NYSE.segment(&nyse(16, HEARTBEAT, 0, u32::MAX, b"")).unwrap();
    assert_eq!(segment, Segment::new(StreamKey::default(), Kind::Heartbeat, u64::from(u32::MAX), 0, 0));
    assert!(all(NYSE, &nyse(16, HEARTBEAT, 0, 2, b"\x04\x00AB")).is_empty());
}

#[test]
fn malformed() {
    let refused = |packet: &[u8]| NYSE.segment(packet).unwrap_err();
    assert_eq!(refused(&[]), Malformed::ShortHeader);
    assert_eq!(refused(&nyse(16, HEARTBEAT, 0, 1, b"")[..15]), Malformed::ShortHeader);
    assert_eq!(refused(&nyse(15, HEARTBEAT, 0, 1, b"")), Malformed::LengthUnderrun);
    assert_eq!(refused(&nyse(17, HEARTBEAT, 0, 1, b"")), Malformed::LengthOverrun);
    assert_eq!(refused(&nyse(20, ORIGINAL, 1, 1, b"\x00\x00AB")), Malformed::LengthUnderrun);
    assert_eq!(refused(&nyse(20, ORIGINAL, 1, 1, b"\x03\x00AB")), Malformed::LengthUnderrun);
    assert_eq!(refused(&nyse(20, ORIGINAL, 1, 1, b"\x05\x00ABC")), Malformed::LengthOverrun);
    assert_eq!(refused(&nyse(20, ORIGINAL, 1, 1, b"\x00\x01AB")), Malformed::LengthOverrun);
    assert_eq!(refused(&nyse(16, ORIGINAL, 1, 1, b"\x04\x00AB")), Malformed::CountOverrun);
    assert_eq!(refused(&nyse(19, ORIGINAL, 1, 1, b"\x04\x00A")), Malformed::CountOverrun);
    assert_eq!(refused(&nyse(20, ORIGINAL, 2, 1, b"\x04\x00AB")), Malformed::CountOverrun);
    assert_eq!(refused(&nyse(20, ORIGINAL, 1, u32::MAX, b"\x04\x00AB")), Malformed::SequenceOverrun);
    assert!(NYSE.segment(&nyse(20, ORIGINAL, 1, u32::MAX - 1, b"\x04\x00AB")).is_ok());
}

#[test]
fn any_bytes() {
    check!().with_iterations(20_000).for_each(|bytes: &[u8]| assert_sound(NYSE, bytes));
    check!().with_type::<(u8, u8, u8, u32, Vec<u8>)>().with_iterations(20_000).for_each(
        |(size, flag, count, sequence, bytes)| {
            assert_sound(NYSE, &nyse(u16::from(*size % 64), flag % 24, count % 8, *sequence, bytes));
        },
    );
}

#[test]
fn what_is_built_is_read() {
    type Input = (u8, u32, Vec<([u8; 2], Vec<u8>)>, Vec<(u16, u8)>);
    check!().with_type::<Input>().with_iterations(300).for_each(|(flag, sequence, messages, damage)| {
        let sequence = sequence / 2;
        let body = |(kind, rest): &([u8; 2], Vec<u8>)| [&kind[..], &rest[..rest.len().min(200)]].concat();
        let bodies: Vec<Vec<u8>> = messages.iter().take(255).map(body).collect();
        let payload = build(*flag, sequence, &bodies);
        let segment = NYSE.segment(&payload).unwrap();
        assert_eq!((segment.first, segment.count), (u64::from(sequence), bodies.len() as u64));
        assert_eq!(all(NYSE, &payload).iter().map(|message| &message[2..]).collect::<Vec<_>>(), bodies);
        assert_sound_when_damaged(NYSE, &payload, damage);
    });
}
