use bolero::check;

use crate::framing::{
    Framing, Kind, Malformed, Segment, StreamKey,
    soundness::{all, assert_sound, assert_sound_when_damaged, collect},
};

const CBOE: Framing = Framing::Cboe;

/// A datagram written out by the specification: length, count, unit, sequence, messages.
fn cboe(length: u16, count: u8, unit: u8, sequence: u32, messages: &[u8]) -> Vec<u8> {
    [&length.to_le_bytes()[..], &[count, unit], &sequence.to_le_bytes(), messages].concat()
}

/// A valid one, of messages without their length byte.
fn build(unit: u8, sequence: u32, bodies: &[Vec<u8>]) -> Vec<u8> {
    let messages: Vec<u8> = bodies
        .iter()
        .flat_map(|body| [&[u8::try_from(body.len()).unwrap() + 1], &body[..]].concat())
        .collect();
    let length = u16::try_from(messages.len()).unwrap() + 8;
    cboe(length, u8::try_from(bodies.len()).unwrap(), unit, sequence, &messages)
}

#[test]
fn data() {
    let packet = cboe(16, 3, 4, 0x0102_0304, b"\x02A\x04BCD\x02E");
    let mut key = StreamKey::default();
    key.0[0] = 4;
    let data = Segment::new(key, Kind::Data, 0x0102_0304, 3, 0);
    assert_eq!(CBOE.segment(&packet), Ok(data));
    assert_eq!(all(CBOE, &packet), [&b"\x02A"[..], b"\x04BCD", b"\x02E"]);
    assert_eq!(collect(CBOE, &packet, 1, 1), [b"\x04BCD"]);
    assert_eq!(collect(CBOE, &packet, 2, u64::MAX), [b"\x02E"]);
    assert!(collect(CBOE, &packet, 3, 1).is_empty());

    // Behind what the length covers, and within it behind the last message.
    let longer = [&packet[..], b"\x02F"].concat();
    assert_eq!(CBOE.segment(&longer), Ok(Segment { trailing: 2, ..data }));
    let looser = cboe(18, 3, 4, 0x0102_0304, b"\x02A\x04BCD\x02E\x02F!");
    assert_eq!(CBOE.segment(&looser), Ok(Segment { trailing: 3, ..data }));
    assert_eq!(all(CBOE, &looser).len(), 3);
}

#[test]
fn heartbeat() {
    let packet = cboe(8, 0, 1, u32::MAX, b"");
    let segment = CBOE.segment(&packet).unwrap();
    assert_eq!(segment, Segment::new(StreamKey::new([1]), Kind::Heartbeat, u64::from(u32::MAX), 0, 0));
    assert!(all(CBOE, &packet).is_empty());
    assert_eq!(CBOE.segment(&cboe(8, 0, 1, 7, b"\x02A")).unwrap().trailing, 2);
}

#[test]
fn outside_the_sequence() {
    let heartbeat = CBOE.segment(&cboe(8, 0, 0, 0, b"")).unwrap();
    assert_eq!((heartbeat.kind, heartbeat.unsequenced, heartbeat.count), (Kind::Heartbeat, true, 0));
    let packet = cboe(12, 2, 1, 0, b"\x02A\x02B");
    let data = CBOE.segment(&packet).unwrap();
    assert_eq!((data.kind, data.unsequenced, data.count), (Kind::Data, true, 2));
    assert_eq!(all(CBOE, &packet), [b"\x02A", b"\x02B"]);
}

#[test]
fn malformed() {
    let refused = |packet: &[u8]| CBOE.segment(packet).unwrap_err();
    assert_eq!(refused(&[]), Malformed::ShortHeader);
    assert_eq!(refused(&cboe(8, 0, 1, 1, b"")[..7]), Malformed::ShortHeader);
    assert_eq!(refused(&cboe(7, 0, 1, 1, b"")), Malformed::LengthUnderrun);
    assert_eq!(refused(&cboe(0, 0, 1, 1, b"")), Malformed::LengthUnderrun);
    assert_eq!(refused(&cboe(9, 0, 1, 1, b"")), Malformed::LengthOverrun);
    assert_eq!(refused(&cboe(10, 1, 1, 1, b"\x00A")), Malformed::LengthUnderrun);
    assert_eq!(refused(&cboe(10, 1, 1, 1, b"\x01A")), Malformed::LengthUnderrun);
    assert_eq!(refused(&cboe(10, 1, 1, 1, b"\x03AB")), Malformed::LengthOverrun);
    assert_eq!(refused(&cboe(8, 1, 1, 1, b"\x02A")), Malformed::CountOverrun);
    assert_eq!(refused(&cboe(10, 2, 1, 1, b"\x02A")), Malformed::CountOverrun);
    assert_eq!(refused(&cboe(11, 2, 1, 1, b"\x02A\x02")), Malformed::CountOverrun);
    assert_eq!(refused(&cboe(10, 1, 1, u32::MAX, b"\x02A")), Malformed::SequenceOverrun);
    assert!(CBOE.segment(&cboe(10, 1, 1, u32::MAX - 1, b"\x02A")).is_ok());
}

#[test]
fn any_bytes() {
    check!().with_iterations(20_000).for_each(|bytes: &[u8]| assert_sound(CBOE, bytes));
    check!().with_type::<(u8, u8, u32, Vec<u8>)>().with_iterations(20_000).for_each(
        |(length, count, sequence, bytes)| {
            assert_sound(CBOE, &cboe(u16::from(*length % 64), count % 8, 1, *sequence, bytes));
        },
    );
}

#[test]
fn what_is_built_is_read() {
    type Input = (u8, u32, Vec<(u8, Vec<u8>)>, Vec<(u16, u8)>);
    check!().with_type::<Input>().with_iterations(300).for_each(|(unit, sequence, messages, damage)| {
        let sequence = sequence / 2 + 1;
        let bodies: Vec<Vec<u8>> = messages
            .iter()
            .take(255)
            .map(|(kind, rest)| [&[*kind], &rest[..rest.len().min(200)]].concat())
            .collect();
        let payload = build(*unit, sequence, &bodies);
        let segment = CBOE.segment(&payload).unwrap();
        assert_eq!((segment.first, segment.count), (u64::from(sequence), bodies.len() as u64));
        assert_eq!(all(CBOE, &payload).iter().map(|message| &message[1..]).collect::<Vec<_>>(), bodies);
        assert_sound_when_damaged(CBOE, &payload, damage);
    });
}
