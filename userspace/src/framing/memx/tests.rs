use super::*;
use crate::framing::{Framing, soundness};

const MEMX: Framing = Framing::Memx;

const SESSION: [u8; 8] = [0x55, 0x53, 0x45, 0x31, 0x64, 0xe4, 0x86, 0xc8];

/// A packet written out by the specification.
fn packet(message_type: u8, sequence: u64, behind: &[u8]) -> Vec<u8> {
    [&[message_type, 18][..], &SESSION, &sequence.to_be_bytes(), behind].concat()
}

#[test]
fn data() {
    let payload = packet(2, 0x0102_0304_0506_0708, b"\0\x03\0\x02AB\0\0\0\x01C");
    let key = StreamKey(*b"USE1\x64\xe4\x86\xc8\0\0\0\0\0\0\0\0");
    let data = Segment::new(key, Kind::Data, 0x0102_0304_0506_0708, 3, 0);
    assert_eq!(MEMX.segment(&payload), Ok(data));
    assert_eq!(soundness::collect(MEMX, &payload, 0, u64::MAX), [&b"AB"[..], b"", b"C"]);
    assert_eq!(soundness::collect(MEMX, &payload, 1, 1), [b""]);
    assert!(soundness::collect(MEMX, &payload, 3, 1).is_empty());
    let longer = [&payload[..], b"!!"].concat();
    assert_eq!(MEMX.segment(&longer), Ok(Segment { trailing: 2, ..data }));

    // A longer header: what is not known of it is passed over.
    let mut later = packet(2, 9, b"??\0\x01\0\x01A");
    later[1] = 20;
    assert_eq!(MEMX.segment(&later), Ok(Segment { first: 9, count: 1, ..data }));
    assert_eq!(soundness::collect(MEMX, &later, 0, 1), [b"A"]);
}

#[test]
fn control() {
    for (message_type, kind) in [(0, Kind::Heartbeat), (1, Kind::EndOfSession)] {
        for trailing in [&b""[..], b"\0\x01\0\x01A"] {
            // The next sequence may be the last there is: nothing is added to it.
            let payload = packet(message_type, u64::MAX, trailing);
            let segment = MEMX.segment(&payload).unwrap();
            assert_eq!((segment.kind, segment.first, segment.count), (kind, u64::MAX, 0));
            assert_eq!((segment.trailing, segment.reset), (trailing.len(), false));
            assert!(soundness::collect(MEMX, &payload, 0, u64::MAX).is_empty());
        }
    }
    let none = MEMX.segment(&packet(2, 5, b"\0\0")).unwrap();
    assert_eq!((none.kind, none.first, none.count), (Kind::Heartbeat, 5, 0));
}

#[test]
fn malformed() {
    let cause = |payload: &[u8]| MEMX.segment(payload).unwrap_err();
    assert_eq!(cause(&[]), Malformed::ShortHeader);
    assert_eq!(cause(&packet(0, 1, b"")[..17]), Malformed::ShortHeader);
    assert_eq!(cause(&packet(3, 1, b"\0\0")), Malformed::WrongVersion);
    for length in 0..18 {
        let mut payload = packet(2, 1, b"\0\0");
        payload[1] = length;
        assert_eq!(cause(&payload), Malformed::LengthUnderrun);
    }
    let mut payload = packet(0, 1, b"");
    payload[1] = 19;
    assert_eq!(cause(&payload), Malformed::LengthOverrun);
    assert_eq!(cause(&packet(2, 1, b"")), Malformed::CountOverrun);
    assert_eq!(cause(&packet(2, 1, b"\0")), Malformed::CountOverrun);
    assert_eq!(cause(&packet(2, 1, b"\0\x02\0\x01A")), Malformed::CountOverrun);
    assert_eq!(cause(&packet(2, 1, b"\0\x01\0\x02A")), Malformed::LengthOverrun);
    assert_eq!(cause(&packet(2, u64::MAX, b"\0\x01\0\0")), Malformed::SequenceOverrun);
    // MoldUDP64, whose session begins with a digit.
    assert_eq!(cause(b"000010059B\0\0\0\0\0\0\x73\xc0\0\x01\0\x01H"), Malformed::WrongVersion);
}

/// What holds for every framing.
#[test]
fn any_bytes() {
    soundness::hold(
        MEMX,
        &[packet(2, 7, b"\0\x03\0\x05first\0\0\0\x06second"), packet(0, 7, b""), packet(1, u64::MAX, b"")],
    );
}
