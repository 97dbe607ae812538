use super::*;
use crate::framing::{Framing, soundness};

const MDP3: Framing = Framing::Mdp3;

/// A packet written out by the specification, sent 2015-10-30 19:44:44.339294656 UTC.
fn packet(sequence: u32, messages: &[&[u8]]) -> Vec<u8> {
    [&sequence.to_le_bytes()[..], &1_446_234_284_339_294_656_u64.to_le_bytes(), &messages.concat()].concat()
}

/// A heartbeat: size 10, block of 0, template 12, schema 1, version 9.
const HEARTBEAT: &[u8] = &[10, 0, 0, 0, 12, 0, 1, 0, 9, 0];

/// A channel reset: size 24, block of 9, template 4, schema 1, version 9; time, indicator; one entry of 2 bytes,
/// channel 310.
const RESET: &[u8] = &[24, 0, 9, 0, 4, 0, 1, 0, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0x80, 2, 0, 1, 0x36, 1];

#[test]
fn packets() {
    let payload = packet(0x0102_0304, &[RESET, HEARTBEAT]);
    let data = Segment::new(StreamKey::default(), Kind::Data, 0x0102_0304, 1, 0);
    // A reset of the channel is not one of the sequence.
    assert_eq!(MDP3.segment(&payload), Ok(data));
    assert_eq!(soundness::collect(MDP3, &payload, 0, 1), [RESET, HEARTBEAT]);
    assert_eq!(soundness::collect(MDP3, &payload, 0, u64::MAX), [RESET, HEARTBEAT]);
    assert!(soundness::collect(MDP3, &payload, 1, 1).is_empty());
    assert!(soundness::collect(MDP3, &payload, 0, 0).is_empty());

    let heartbeat = packet(u32::MAX, &[HEARTBEAT]);
    assert_eq!(MDP3.segment(&heartbeat), Ok(Segment { first: u64::from(u32::MAX), ..data }));
    let none = packet(1, &[]);
    assert_eq!(MDP3.segment(&none), Ok(Segment { first: 1, ..data }));
    assert!(soundness::collect(MDP3, &none, 0, 1).is_empty());
}

#[test]
fn malformed_packets() {
    let cause = |payload: &[u8]| MDP3.segment(payload).unwrap_err();
    assert_eq!(cause(&[]), Malformed::ShortHeader);
    assert_eq!(cause(&packet(1, &[])[..11]), Malformed::ShortHeader);
    for len in 1..RESET.len() {
        assert_eq!(cause(&packet(1, &[HEARTBEAT, &RESET[..len]])), Malformed::LengthOverrun, "{len}");
    }
    for size in 0..10 {
        let mut short = HEARTBEAT.to_vec();
        short[0] = size;
        assert_eq!(cause(&packet(1, &[RESET, &short])), Malformed::LengthUnderrun, "{size}");
    }
}

/// What holds for every framing.
#[test]
fn any_bytes() {
    soundness::hold(
        MDP3,
        &[packet(7, &[RESET, HEARTBEAT, RESET]), packet(u32::MAX, &[HEARTBEAT]), packet(1, &[])],
    );
}
