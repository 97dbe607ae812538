use bolero::check;

use super::*;

const MOLD: Framing = Framing::MoldUdp64;
const IEX: Framing = Framing::IexTp;

/// A MoldUDP64 packet written out by the specification: session, sequence, count, blocks.
fn mold(sequence: u64, count: u16, blocks: &[u8]) -> Vec<u8> {
    [&b"000000001A"[..], &sequence.to_be_bytes(), &count.to_be_bytes(), blocks].concat()
}

/// An IEX-TP segment written out by the specification: DEEP, channel 1, session 0x4228_0000.
fn iex(sequence: u64, count: u16, payload_length: u16, blocks: &[u8]) -> Vec<u8> {
    let head = [1, 0, 0x04, 0x80, 1, 0, 0, 0, 0, 0, 0x28, 0x42];
    let stream =
        [&payload_length.to_le_bytes()[..], &count.to_le_bytes(), &[0x50, 0, 0, 0, 0, 0, 0, 0]].concat();
    let send_time = [0x15, 0xcd, 0x5b, 0x07, 0, 0, 0, 0];
    [&head[..], &stream, &sequence.to_le_bytes(), &send_time, blocks].concat()
}

fn collect(framing: Framing, payload: &[u8], skip: u64, take: u64) -> Vec<&[u8]> {
    let mut messages = Vec::new();
    framing.messages(payload, skip, take, |message| messages.push(message));
    messages
}

fn all(framing: Framing, payload: &[u8]) -> Vec<&[u8]> {
    collect(framing, payload, 0, u64::MAX)
}

/// A valid datagram of either framing.
fn build(framing: Framing, sequence: u64, messages: &[Vec<u8>]) -> Vec<u8> {
    let count = u16::try_from(messages.len()).unwrap();
    let block = |message: &Vec<u8>| {
        let len = u16::try_from(message.len()).unwrap();
        [if framing == MOLD { len.to_be_bytes() } else { len.to_le_bytes() }.to_vec(), message.clone()]
            .concat()
    };
    let blocks: Vec<u8> = messages.iter().flat_map(block).collect();
    match framing {
        Framing::MoldUdp64 => mold(sequence, count, &blocks),
        Framing::IexTp => iex(sequence, count, u16::try_from(blocks.len()).unwrap(), &blocks),
        other => unreachable!("{other:?} is built by tests of its own"),
    }
}

#[test]
fn moldudp64_data() {
    let packet = mold(0x0102_0304_0506_0708, 3, b"\x00\x02AB\x00\x00\x00\x01C");
    let key = StreamKey(*b"000000001A\0\0\0\0\0\0");
    let first = 0x0102_0304_0506_0708;
    assert_eq!(MOLD.segment(&packet), Ok(Segment::new(key, Kind::Data, first, 3, 0)));
    assert_eq!(all(MOLD, &packet), [&b"AB"[..], b"", b"C"]);
    assert_eq!(collect(MOLD, &packet, 1, 1), [b""]);
    assert_eq!(collect(MOLD, &packet, 2, 5), [b"C"]);
    assert!(collect(MOLD, &packet, u64::MAX, u64::MAX).is_empty());
    assert!(collect(MOLD, &packet, 0, 0).is_empty());
}

#[test]
fn moldudp64_control() {
    for (count, kind) in [(0, Kind::Heartbeat), (0xffff, Kind::EndOfSession)] {
        for trailing in [&b""[..], b"\x00\x01A", b"\xff"] {
            // The next sequence may be the last there is: nothing is added to it.
            let packet = mold(u64::MAX, count, trailing);
            let segment = MOLD.segment(&packet).unwrap();
            assert_eq!((segment.kind, segment.first, segment.count), (kind, u64::MAX, 0));
            assert_eq!(segment.trailing, trailing.len());
            assert!(all(MOLD, &packet).is_empty());
        }
    }
}

#[test]
fn moldudp64_malformed() {
    assert_eq!(MOLD.segment(&[]), Err(Malformed::ShortHeader));
    assert_eq!(MOLD.segment(&mold(1, 0, b"")[..19]), Err(Malformed::ShortHeader));
    assert_eq!(MOLD.segment(&mold(1, 1, b"")), Err(Malformed::CountOverrun));
    assert_eq!(MOLD.segment(&mold(1, 2, b"\x00\x01A")), Err(Malformed::CountOverrun));
    assert_eq!(MOLD.segment(&mold(1, 2, b"\x00\x01A\x00")), Err(Malformed::CountOverrun));
    assert_eq!(MOLD.segment(&mold(1, 1, b"\x00\x02A")), Err(Malformed::LengthOverrun));
    assert_eq!(MOLD.segment(&mold(1, 2, b"\x00\x09A\x00\x01A")), Err(Malformed::LengthOverrun));
    assert_eq!(MOLD.segment(&mold(1, 0xfffe, b"\xff\xff")), Err(Malformed::LengthOverrun));
    assert_eq!(MOLD.segment(&mold(u64::MAX, 1, b"\x00\x00")), Err(Malformed::SequenceOverrun));
    assert_eq!(MOLD.segment(&mold(u64::MAX - 1, 1, b"\x00\x00!")).unwrap().trailing, 1);
}

#[test]
fn iextp_data_and_heartbeat() {
    let packet = iex(0x0a, 2, 7, b"\x01\x00A\x02\x00BC");
    let key = StreamKey([1, 0, 0, 0, 0, 0, 0x28, 0x42, 0, 0, 0, 0, 0, 0, 0, 0]);
    let data = Segment::new(key, Kind::Data, 10, 2, 0);
    assert_eq!(IEX.segment(&packet), Ok(data));
    assert_eq!(all(IEX, &packet), [&b"A"[..], b"BC"]);

    // Behind the payload, and within the payload behind the last message.
    let longer = iex(10, 2, 7, b"\x01\x00A\x02\x00BC\x01\x00D");
    assert_eq!(IEX.segment(&longer), Ok(Segment { trailing: 3, ..data }));
    let looser = iex(10, 2, 10, b"\x01\x00A\x02\x00BC\x01\x00D!");
    assert_eq!(IEX.segment(&looser), Ok(Segment { trailing: 4, ..data }));
    for packet in [&longer, &looser] {
        assert_eq!(all(IEX, packet), [&b"A"[..], b"BC"]);
    }

    let heartbeat = Segment { kind: Kind::Heartbeat, count: 0, ..data };
    assert_eq!(IEX.segment(&iex(10, 0, 0, b"")), Ok(heartbeat));
    assert_eq!(IEX.segment(&iex(10, 0, 3, b"\x01\x00A")), Ok(Segment { trailing: 3, ..heartbeat }));
    assert!(all(IEX, &iex(10, 0, 3, b"\x01\x00A")).is_empty());
    // 0xFFFF is a count like any other here.
    assert_eq!(IEX.segment(&iex(10, 0xffff, 3, b"\x01\x00A")), Err(Malformed::CountOverrun));
}

#[test]
fn iextp_malformed() {
    assert_eq!(IEX.segment(&iex(1, 0, 0, b"")[..39]), Err(Malformed::ShortHeader));
    let mut other = iex(1, 0, 0, b"");
    other[0] = 2;
    assert_eq!(IEX.segment(&other), Err(Malformed::WrongVersion));
    assert_eq!(IEX.segment(&iex(1, 1, 4, b"\x01\x00A")), Err(Malformed::LengthOverrun));
    assert_eq!(IEX.segment(&iex(1, 0, 1, b"")), Err(Malformed::LengthOverrun));
    assert_eq!(IEX.segment(&iex(1, 1, 0, b"\x01\x00A")), Err(Malformed::CountOverrun));
    assert_eq!(IEX.segment(&iex(1, 2, 3, b"\x01\x00A\x01\x00B")), Err(Malformed::CountOverrun));
    assert_eq!(IEX.segment(&iex(1, 2, 5, b"\x01\x00A\x01\x00B")), Err(Malformed::LengthOverrun));
    assert_eq!(IEX.segment(&iex(u64::MAX, 1, 3, b"\x01\x00A")), Err(Malformed::SequenceOverrun));
}

/// What `segment` promises about any bytes, and what `messages` does with them.
fn assert_sound(framing: Framing, payload: &[u8]) {
    let messages = all(framing, payload);
    // In order, apart, and each inside the payload: counted as offsets from its start.
    let start = payload.as_ptr().addr();
    let mut behind = 0;
    for message in &messages {
        let at = message.as_ptr().addr() - start;
        assert!(at >= behind + 2, "a prefix lies in front of every message");
        behind = at + message.len();
    }
    assert!(behind <= payload.len());
    let Ok(segment) = framing.segment(payload) else { return };
    assert_eq!(messages.len() as u64, segment.count);
    let header = if framing == MOLD { 20 } else { 40 };
    assert_eq!(payload.len() - segment.trailing, behind.max(header));
    assert_eq!(segment.kind == Kind::Data, segment.count > 0);
    assert!(segment.first.checked_add(segment.count).is_some());
}

#[test]
fn any_bytes() {
    check!().with_iterations(20_000).for_each(|bytes: &[u8]| {
        assert_sound(MOLD, bytes);
        assert_sound(IEX, bytes);
    });
}

#[test]
fn any_bytes_behind_a_likely_header() {
    check!().with_type::<(u64, u8, u16, Vec<u8>)>().with_iterations(20_000).for_each(
        |(sequence, count, payload_length, bytes)| {
            let count = u16::from(*count % 8);
            assert_sound(MOLD, &mold(*sequence, count, bytes));
            assert_sound(IEX, &iex(*sequence, count, payload_length % 128, bytes));
        },
    );
}

#[test]
fn what_is_built_is_read() {
    check!().with_type::<(u64, Vec<Vec<u8>>, Vec<u8>, u8, u8)>().with_iterations(2_000).for_each(
        |(sequence, messages, trailing, skip, take)| {
            let sequence = sequence / 2;
            for framing in [MOLD, IEX] {
                let payload = [build(framing, sequence, messages), trailing.clone()].concat();
                let segment = framing.segment(&payload).unwrap();
                assert_eq!((segment.first, segment.count), (sequence, messages.len() as u64));
                assert_eq!(segment.trailing, trailing.len());
                assert_eq!(all(framing, &payload), *messages);
                let (skip, take) = (u64::from(skip % 70), u64::from(take % 70));
                let some: Vec<_> = messages.iter().skip(skip as usize).take(take as usize).collect();
                assert_eq!(collect(framing, &payload, skip, take), some);
            }
        },
    );
}

#[test]
fn every_truncation_is_refused() {
    let messages = [b"first".to_vec(), vec![], b"third and last".to_vec()];
    for framing in [MOLD, IEX] {
        let payload = build(framing, 7, &messages);
        for len in 0..payload.len() {
            assert!(framing.segment(&payload[..len]).is_err(), "{framing:?} cut to {len}");
            assert_sound(framing, &payload[..len]);
        }
        assert_eq!(all(framing, &payload), messages);
    }
}

#[test]
fn every_cause_is_documented() {
    let document = include_str!("../../../docs/protocols.md");
    for cause in Malformed::ALL {
        assert!(document.contains(&format!("| `{}` |", cause.name())), "docs/protocols.md lacks {cause:?}");
    }
}

/// Where the protocol says when a datagram was sent, that is read from its header, whole or not at all.
#[test]
fn the_time_of_sending_is_in_the_header() {
    let sent = 1_700_000_000_123_456_789_u64;
    let (seconds, nanoseconds) = (1_700_000_000_u32.to_le_bytes(), 123_456_789_u32.to_le_bytes());
    for (framing, len, at) in [
        (Framing::IexTp, 40, 32),
        (Framing::Mdp3, 12, 4),
        (Framing::Nyse, 16, 8),
        (Framing::Eobi, 32, 24),
        (Framing::Eobi6, 32, 24),
        (Framing::Hkex, 16, 8),
    ] {
        let mut header = vec![0; len];
        assert_eq!(framing.send_time_ns(&header), None, "{framing:?}: 0 is no time");
        header[at..at + 8].copy_from_slice(&sent.to_le_bytes());
        if framing == Framing::Nyse {
            header[at..at + 8].copy_from_slice(&[seconds, nanoseconds].concat());
        }
        assert_eq!(framing.send_time_ns(&header), Some(sent), "{framing:?}");
        assert_eq!(framing.send_time_ns(&header[..len - 1]), None, "{framing:?}: cut off");
    }
    assert_eq!(MOLD.send_time_ns(&mold(1, 0, &[])), None);
}
