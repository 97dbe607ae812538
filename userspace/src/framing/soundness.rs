//! What every framing promises about any bytes: tests of the framings build on it.

use bolero::check;

use super::{Framing, Kind, Unit};

/// Messages `skip..skip + take` of a datagram.
pub(super) fn collect(framing: Framing, payload: &[u8], skip: u64, take: u64) -> Vec<&[u8]> {
    let mut messages = Vec::new();
    framing.messages(payload, skip, take, |message| messages.push(message));
    messages
}

/// Every message of a datagram.
pub(super) fn all(framing: Framing, payload: &[u8]) -> Vec<&[u8]> {
    collect(framing, payload, 0, u64::MAX)
}

/// Messages lie in order, apart and inside the datagram; what `segment` accepts is counted as it is handed out,
/// whole or in part.
pub(super) fn assert_sound(framing: Framing, payload: &[u8]) {
    let messages = all(framing, payload);
    let start = payload.as_ptr().addr();
    let mut behind = 0;
    for message in &messages {
        let at = message.as_ptr().addr() - start;
        assert!(at >= behind, "messages lie apart");
        behind = at + message.len();
    }
    assert!(behind <= payload.len());
    let Ok(segment) = framing.segment(payload) else { return };
    assert_eq!(segment.kind == Kind::Data, segment.count > 0);
    assert!(behind + segment.trailing <= payload.len());
    if framing.facts().unit == Unit::Message {
        assert_eq!(messages.len() as u64, segment.count);
        for (skip, take) in [(0, 0), (0, 1), (1, 1), (1, u64::MAX), (2, 3), (300, 1), (u64::MAX, u64::MAX)] {
            let some =
                messages.iter().skip(usize::try_from(skip).unwrap()).take(usize::try_from(take).unwrap());
            assert_eq!(collect(framing, payload, skip, take), some.copied().collect::<Vec<_>>());
        }
    } else {
        assert!(segment.count <= 1);
        for (skip, take) in [(0, 0), (1, 1), (u64::MAX, u64::MAX)] {
            assert!(collect(framing, payload, skip, take).is_empty(), "of another packet");
        }
        assert_eq!(collect(framing, payload, 0, 1), messages);
    }
    assert!(segment.first <= framing.facts().sequence_mask());
    assert!(segment.first.checked_add(segment.count).is_some());
}

/// The same of a datagram that is valid, of each of its beginnings, and with bytes of it changed.
pub(super) fn assert_sound_when_damaged(framing: Framing, payload: &[u8], damage: &[(u16, u8)]) {
    assert_sound(framing, payload);
    for len in 0..payload.len() {
        assert_sound(framing, &payload[..len]);
    }
    let mut damaged = payload.to_vec();
    for &(place, value) in damage {
        let place = usize::from(place) % damaged.len().max(1);
        if let Some(byte) = damaged.get_mut(place) {
            *byte = value;
            assert_sound(framing, &damaged);
        }
    }
}

/// The same of arbitrary bytes, and of `valid` datagrams at will.
pub(super) fn hold(framing: Framing, valid: &[Vec<u8>]) {
    for payload in valid {
        let segment = framing.segment(payload);
        assert!(segment.is_ok(), "{framing:?}: {segment:?} of {payload:02x?}");
    }
    check!().with_iterations(5_000).for_each(|bytes: &[u8]| assert_sound(framing, bytes));
    type Damage = Vec<(u16, u8)>;
    check!().with_type::<(u8, Damage, Vec<u8>)>().with_iterations(500).for_each(|(which, damage, behind)| {
        let payload = &valid[usize::from(*which) % valid.len()];
        assert_sound_when_damaged(framing, payload, damage);
        assert_sound(framing, &[payload, &behind[..]].concat());
    });
}
