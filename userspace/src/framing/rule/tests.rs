use super::*;
use crate::{
    captures,
    framing::{Framing, soundness},
};

/// What known protocols are in the notation.
const MOLDUDP64: &str = "sequence=10:8be,key=0:10,count=18:2be,messages=0:2be,end=18:2be==0xffff,origin=1,streams=sessions,silence=10";
const CBOE: &str =
    "sequence=4:4le,key=3:1,count=2:1,messages=0:1:inclusive,unsequenced=4:4le==0,origin=1,silence=10";
const CME: &str = "sequence=0:4le,unit=packet,payload=12,messages=0:2le:inclusive";
const RTP: &str = "sequence=2:2be,key=8:4,unit=packet,payload=0,require=0:1:0xc0==0x80";
const EVERY_TEST: &str = "sequence=0:1,unit=packet,payload=6,heartbeat=1:1==1,end=1:1==2,reset=2:2be:0x8000==0x8000,unsequenced=4:1==9,require=5:1==7";

fn rule(given: &str) -> Framing {
    Framing::Rule(Box::leak(Box::new(given.parse().unwrap())))
}

#[test]
fn what_is_written_is_read_again() {
    for given in [
        MOLDUDP64,
        CBOE,
        CME,
        RTP,
        EVERY_TEST,
        "sequence=0:8le",
        "sequence=8:4be,messages=4:4be:inclusive",
        "sequence=1:2le,key=0:16,count=40:8be,payload=50,messages=0:8le",
    ] {
        let rule: Rule = given.parse().unwrap();
        assert_eq!(rule.to_string().parse::<Rule>().unwrap(), rule, "{given} became {rule}");
    }
    // What goes without saying is not said.
    let plain: Rule =
        "sequence=0:1le,count=1,unit=message,payload=1,messages=none,streams=parallel".parse().unwrap();
    assert_eq!(plain.to_string(), "sequence=0:1");
}

#[test]
fn mistakes_say_what_to_do() {
    for (given, says) in [
        ("", "KEY=VALUE"),
        ("sequence", "KEY=VALUE"),
        ("key=0:4", "add sequence=OFFSET:WIDTH"),
        ("sequence=4", "OFFSET:WIDTH"),
        ("sequence=4:3le", "1, 2, 4 or 8 bytes"),
        ("sequence=4:4", "4:4be or 4:4le"),
        ("sequence=-4:4le", "is not an offset"),
        ("sequence=2000:4le", "at most 1024"),
        ("sequence=0:1,sequence=0:1", "given twice"),
        ("sequence=0:1,offset=4", "there is no 'offset' in a rule; there is sequence, key"),
        ("sequence=0:1,key=0:17", "1 to 16 bytes"),
        ("sequence=0:1,key=4", "OFFSET:LENGTH"),
        ("sequence=0:1,unit=byte", "unit=message or unit=packet"),
        ("sequence=0:1,count=4:1", "add messages="),
        ("sequence=0:1,count=1,messages=0:1", "leave count out"),
        ("sequence=0:1,messages=1:2le", "say 1:2le:inclusive"),
        ("sequence=0:1,messages=all", "OFFSET:WIDTH"),
        ("sequence=0:1,heartbeat=2:1=0", "==VALUE"),
        ("sequence=0:1,heartbeat=2:1==x", "decimal or 0x"),
        ("sequence=0:1,heartbeat=2:1==256", "can never hold"),
        ("sequence=0:1,reset=2:1:0x0f==0x10", "can never hold"),
        ("sequence=0:1,reset=2:1:0x100==0", "can never hold"),
        ("sequence=0:1,streams=many", "streams=parallel"),
        ("sequence=0:1,origin=first", "not a number"),
        ("sequence=0:1,origin=256", "at most 255"),
        ("sequence=0:4be,origin=0x100000000", "at most 4294967295"),
        ("sequence=0:1,silence=99999999999", "too many seconds"),
        ("sequence=0:1,payload=x", "is not an offset"),
    ] {
        let error = given.parse::<Rule>().unwrap_err();
        assert!(error.contains(says), "{given}: {error}");
    }
}

#[test]
fn every_test_is_asked() {
    let framing = rule(EVERY_TEST);
    let plain = [5, 0, 0, 0, 0, 7, b'm'];
    let data = Segment::new(StreamKey::default(), Kind::Data, 5, 1, 0);
    assert_eq!(framing.segment(&plain), Ok(data));
    assert_eq!(soundness::all(framing, &plain), [b"m"]);
    let control = |kind| Segment { kind, count: 0, trailing: 1, ..data };
    assert_eq!(framing.segment(&[5, 1, 0, 0, 0, 7, b'm']), Ok(control(Kind::Heartbeat)));
    assert_eq!(framing.segment(&[5, 2, 0, 0, 0, 7, b'm']), Ok(control(Kind::EndOfSession)));
    assert!(soundness::all(framing, &[5, 2, 0, 0, 0, 7, b'm']).is_empty());
    assert_eq!(framing.segment(&[5, 0, 0xff, 0, 0, 7, b'm']), Ok(Segment { reset: true, ..data }));
    assert_eq!(framing.segment(&[5, 0, 0x7f, 0xff, 0, 7, b'm']), Ok(data));
    assert_eq!(framing.segment(&[5, 0, 0, 0, 9, 7, b'm']), Ok(Segment { unsequenced: true, ..data }));
    assert_eq!(framing.segment(&[5, 0, 0, 0, 0, 8, b'm']), Err(Malformed::WrongVersion));
    assert_eq!(framing.segment(&plain[..5]), Err(Malformed::ShortHeader));
    assert_eq!(framing.facts().sequence_mask(), 0xff);
}

#[test]
fn messages_by_their_lengths() {
    // Length 2, little-endian, in the middle of the message.
    let framing = rule("sequence=0:1,messages=1:2le:inclusive");
    assert_eq!(soundness::all(framing, b"\x09a\x03\x00b\x04\x00!"), [&b"a\x03\x00"[..], b"b\x04\x00!"]);
    assert_eq!(framing.segment(b"\x09a\x03\x00b\x04\x00!").unwrap().count, 2);
    assert_eq!(framing.segment(b"\x09").unwrap().kind, Kind::Heartbeat, "nothing in it");
    assert_eq!(framing.segment(b"\x09a\x03"), Err(Malformed::CountOverrun));
    assert_eq!(framing.segment(b"\x09a\x02\x00"), Err(Malformed::LengthUnderrun));
    assert_eq!(framing.segment(b"\x09a\x04\x00"), Err(Malformed::LengthOverrun));
    // In front of each, eight bytes that no memory holds.
    let wide = rule("sequence=0:8le,messages=0:8be");
    let payload = [[0xff_u8; 8], [0xff; 8]].concat();
    assert_eq!(wide.segment(&payload[..8]).unwrap().first, u64::MAX, "a heartbeat: nothing is added to it");
    assert_eq!(wide.segment(&payload), Err(Malformed::LengthOverrun));
    let counted = rule("sequence=0:8le,count=8:1,messages=0:1");
    assert_eq!(counted.segment(b"\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00"), Err(Malformed::SequenceOverrun));
    let behind = counted.segment(b"\x01\0\0\0\0\0\0\0\x01\x01a?!").unwrap();
    assert_eq!((behind.count, behind.trailing), (1, 2));
}

#[test]
fn any_bytes() {
    soundness::hold(rule(MOLDUDP64), &[b"000000001A\0\0\0\0\0\0\0\x09\0\x02\0\x01A\0\x02BC".to_vec()]);
    soundness::hold(rule(CBOE), &[b"\x0d\0\x02\x01\x09\0\0\0\x02\x22\x03\x23x".to_vec()]);
    soundness::hold(rule(CME), &[b"\x09\0\0\0time-ns.\x04\0ab\x02\0".to_vec()]);
    soundness::hold(rule(RTP), &[b"\x80\x61\0\x01\0\0\0\0\0\0\0\0media".to_vec()]);
    soundness::hold(rule(EVERY_TEST), &[vec![5, 0, 0, 0, 0, 7, b'm'], vec![5, 2, 0xff, 0, 0, 7]]);
    soundness::hold(rule("sequence=0:1,messages=1:2le:inclusive"), &[b"\x09a\x03\x00b\x04\x00!".to_vec()]);
}

/// Datagrams of a folder that both framings say the same of, message by message.
fn agree(folder: &str, coded: Framing, given: &str) -> Option<u64> {
    let ruled = rule(given);
    assert_eq!(ruled.facts().unit, coded.facts().unit);
    assert_eq!(
        Facts { codecs: coded.facts().codecs, ..*ruled.facts() },
        *coded.facts(),
        "the rule says all of {}",
        coded.name()
    );
    let mut datagrams = 0;
    for file in captures::files(&captures::path(folder)?, "pcap") {
        captures::payloads(&file, |payload| {
            datagrams += 1;
            assert_eq!(ruled.segment(payload), coded.segment(payload));
            assert_eq!(soundness::all(ruled, payload), soundness::all(coded, payload));
        });
    }
    Some(datagrams)
}

#[test]
fn rules_agree_with_the_code() {
    for (folder, coded, given, expected) in [
        ("omi/Nasdaq", Framing::MoldUdp64, MOLDUDP64, 80),
        ("omi/Asx", Framing::MoldUdp64, MOLDUDP64, 21),
        ("omi/Cboe", Framing::Cboe, CBOE, 7),
        ("st2022-7", Framing::Rtp, RTP, 42_000),
    ] {
        if let Some(datagrams) = agree(folder, coded, given) {
            assert_eq!(datagrams, expected, "{folder}");
        }
    }
}

/// A header whose sequence numbers packets, messages to the end.
#[test]
fn cme_packets() {
    let Some(folder) = captures::path("omi/Cme") else { return };
    let framing = rule(CME);
    let (mut packets, mut messages) = (0, 0);
    for file in captures::files(&folder, "pcap") {
        captures::payloads(&file, |payload| {
            let segment = framing.segment(payload).unwrap();
            let first = u64::from(u32::from_le_bytes(*payload.first_chunk().unwrap()));
            assert_eq!((segment.first, segment.count, segment.trailing), (first, 1, 0));
            packets += 1;
            for message in soundness::all(framing, payload) {
                assert_eq!(message[6..8], [1, 0], "schema 1 at its place: {message:02x?}");
                messages += 1;
            }
        });
    }
    assert_eq!((packets, messages), (5, 12));
}
