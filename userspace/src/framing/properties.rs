//! What holds for every framing, whatever the bytes.

use bolero::check;

use super::*;

/// The messages that a framing hands out.
pub(crate) fn collect(framing: Framing, payload: &[u8], skip: u64, take: u64) -> Vec<&[u8]> {
    let mut messages = Vec::new();
    framing.messages(payload, skip, take, |message| messages.push(message));
    messages
}

/// Messages lie in the payload, in order and apart; there are as many as `segment` says; parts of them are what
/// they are among all.
fn assert_sound(framing: Framing, payload: &[u8], skip: u64, take: u64) {
    let all = collect(framing, payload, 0, u64::MAX);
    let mut behind = 0;
    for message in &all {
        let at = message.as_ptr().addr() - payload.as_ptr().addr();
        assert!(at >= behind, "{framing:?}: messages overlap in {payload:02x?}");
        behind = at + message.len();
    }
    assert!(behind <= payload.len());
    let part = collect(framing, payload, skip, take);
    let Ok(segment) = framing.segment(payload) else { return };
    assert!(segment.first.checked_add(segment.count).is_some());
    assert!(behind + segment.trailing <= payload.len(), "{framing:?}: {payload:02x?}");
    match framing.facts().unit {
        Unit::Packet => {
            assert!(segment.count <= 1);
            let expected = if skip == 0 && take > 0 { all } else { Vec::new() };
            assert_eq!(part, expected, "{framing:?}: {payload:02x?}");
        }
        Unit::Message => {
            if !segment.unsequenced {
                assert_eq!(all.len() as u64, segment.count, "{framing:?}: {payload:02x?}");
                assert_eq!(segment.kind == Kind::Data, segment.count > 0);
            }
            let bound = |units: u64| usize::try_from(units).unwrap_or(usize::MAX);
            let expected: Vec<_> = all.into_iter().skip(bound(skip)).take(bound(take)).collect();
            assert_eq!(part, expected, "{framing:?}: {payload:02x?}");
        }
    }
}

/// Holds a framing against arbitrary bytes, and against `valid` datagrams cut off and changed at will.
pub(crate) fn hold(framing: Framing, valid: &[Vec<u8>]) {
    for payload in valid {
        assert!(
            framing.segment(payload).is_ok(),
            "{framing:?}: {:?} {payload:02x?}",
            framing.segment(payload)
        );
        for len in 0..=payload.len() {
            assert_sound(framing, &payload[..len], 0, 1);
        }
    }
    check!().with_type::<(Vec<u8>, u8, u8)>().with_iterations(5_000).for_each(|(bytes, skip, take)| {
        assert_sound(framing, bytes, u64::from(*skip), u64::from(*take));
    });
    type Change = (u8, u16, u8);
    check!().with_type::<(u8, Vec<Change>, Vec<u8>, u8, u8)>().with_iterations(10_000).for_each(
        |(which, changes, behind, skip, take)| {
            let mut payload = valid[usize::from(*which) % valid.len()].clone();
            payload.extend_from_slice(&behind[..behind.len().min(40)]);
            for (how, at, value) in changes.iter().take(4) {
                let at = usize::from(*at) % payload.len();
                payload[at] = if how % 4 == 0 { payload[at].wrapping_add(value % 4) } else { *value };
            }
            assert_sound(framing, &payload, u64::from(skip % 5), u64::from(take % 5));
        },
    );
}
