use bolero::check;

use super::*;

/// A MoldUDP64 packet.
fn mold(sequence: u64, messages: &[&[u8]]) -> Vec<u8> {
    let mut packet =
        [&b"000000001A"[..], &sequence.to_be_bytes(), &(messages.len() as u16).to_be_bytes()].concat();
    for message in messages {
        packet.extend((message.len() as u16).to_be_bytes());
        packet.extend(*message);
    }
    packet
}

/// A message of a type of MoldUDP64's codecs, as long as wanted, that says nothing.
fn message(kind: u8, len: usize) -> Vec<u8> {
    [&[kind][..], &vec![0; len - 1]].concat()
}

fn rtp(sequence: u16) -> Vec<u8> {
    [&[0x80, 98][..], &sequence.to_be_bytes(), &[0; 4], &[1, 2, 3, 4], &[7; 60]].concat()
}

fn names(verdict: &Verdict) -> Vec<String> {
    match verdict {
        Verdict::Took { protocol, .. } => vec![format!("took {}", protocol.name())],
        Verdict::Refused(refusal) => refusal.candidates.iter().map(|one| one.name()).collect(),
    }
}

/// The verdict over all of them, and after how many it was there.
fn verdict<'a>(datagrams: impl IntoIterator<Item = &'a Vec<u8>>) -> (Verdict, u64) {
    let mut recogniser = Recogniser::new();
    for datagram in datagrams {
        if let Some(verdict) = recogniser.feed(0, datagram) {
            return (verdict, recogniser.datagrams);
        }
    }
    (recogniser.decide(), recogniser.datagrams)
}

#[test]
fn lengths_tell_codecs_apart() {
    for (len, spoken) in [(36, "took moldudp64/itch50"), (40, "took moldudp64/asx-itch")] {
        let add = message(b'A', len);
        let datagrams: Vec<Vec<u8>> = (0..9).map(|place| mold(1 + 2 * place, &[&add, &add])).collect();
        let (verdict, seen) = verdict(&datagrams);
        assert_eq!((names(&verdict), seen), (vec![spoken.to_owned()], FEW));
        let Verdict::Took { why, .. } = verdict else { panic!() };
        assert!(why.starts_with("4 datagrams of moldudp64, 3 of 4 with data follow"), "{why}");
        assert!(why.contains("; of 8 messages 8 read as "), "{why}");
    }
}

#[test]
fn what_fits_two_is_refused_until_it_does_not() {
    let add = message(b'A', 37);
    let mut datagrams: Vec<Vec<u8>> = (1..=20).map(|sequence| mold(sequence, &[&add])).collect();
    let (refused, seen) = verdict(&datagrams);
    assert_eq!(names(&refused), ["moldudp64/asx-trade-itch", "moldudp64/jpx-itch"]);
    assert_eq!(seen, ENOUGH);
    let Verdict::Refused(refusal) = refused else { panic!() };
    assert_eq!(
        refusal.advice("x"),
        "channel x was not recognised: after 16 datagrams, moldudp64/asx-trade-itch fits as well as moldudp64/jpx-itch; \
         say what it speaks: --protocol x=moldudp64/asx-trade-itch or moldudp64/jpx-itch"
    );
    // Only one of them has a directory of that length.
    datagrams[2] = mold(3, &[&message(b'R', 129)]);
    assert_eq!(names(&verdict(&datagrams).0), ["took moldudp64/jpx-itch"]);
}

#[test]
fn heartbeats_alone_say_nothing_of_messages() {
    let heartbeat = mold(7, &[]);
    let mut recogniser = Recogniser::new();
    for _ in 0..1_000 {
        assert_eq!(recogniser.feed(0, &heartbeat), None);
        assert!(recogniser.only_heartbeats());
    }
    let Verdict::Refused(refusal) = recogniser.decide() else { panic!() };
    assert_eq!(refusal.candidates.len(), 4);
    assert!(refusal.why.contains("only heartbeats came"), "{refusal}");
    let add = message(b'A', 36);
    for sequence in 7..11 {
        assert!(recogniser.feed(0, &mold(sequence, &[&add])).is_some() == (sequence == 10));
        assert!(!recogniser.only_heartbeats());
    }
}

#[test]
fn what_is_left_over_or_unreadable_puts_a_candidate_out() {
    let trailing = [mold(1, &[&message(b'A', 36)]), vec![0]].concat();
    assert!(names(&verdict(&[trailing]).0).is_empty());
    assert!(names(&verdict(&[mold(1, &[&message(b'A', 20)])]).0).is_empty(), "shorter than in any codec");
    // Of no codec's types.
    let unknown = mold(1, &[&message(b'!', 20)]);
    assert!(!matches!(verdict(&[unknown]).0, Verdict::Took { .. }));
    // No text where ITCH has a symbol.
    let mut add = message(b'A', 36);
    add[24] = 0xff;
    let (refused, _) = verdict(&[mold(1, &[&add])]);
    let Verdict::Refused(refusal) = refused else { panic!() };
    assert!(refusal.why.contains("none fits"), "{refusal}");
}

#[test]
fn iex_says_what_it_is() {
    for (id, name) in [(0x8003_u16, "tops"), (0x8004, "deep"), (0x8005, "deep+")] {
        let event = [&b"SO"[..], &[0; 8]].concat();
        let head =
            [&[1, 0][..], &id.to_le_bytes(), &[1, 0, 0, 0, 0, 0, 0x28, 0x42, 12, 0, 1, 0], &[0; 8]].concat();
        let datagram = [&head[..], &1_u64.to_le_bytes(), &[0; 8], &[10, 0], &event].concat();
        assert_eq!(names(&verdict(&[datagram]).0), [format!("took iextp/{name}")]);
    }
}

#[test]
fn only_sequences_speak_for_rtp() {
    let going: Vec<Vec<u8>> = [65_534, 65_535, 0, 1].map(rtp).to_vec();
    assert_eq!(names(&verdict(&going).0), ["took rtp/rtp"]);
    assert!(!matches!(verdict(&going[..2]).0, Verdict::Took { .. }), "one step may be an accident");
    let jumping: Vec<Vec<u8>> = (0..20).map(|place: u16| rtp(place.wrapping_mul(20_011))).collect();
    assert!(!matches!(verdict(&jumping).0, Verdict::Took { .. }));
}

#[test]
fn lines_have_sequences_of_their_own() {
    let mut recogniser = Recogniser::new();
    let add = message(b'A', 36);
    // B lags far behind A.
    let mut verdict = None;
    for place in 0..ENOUGH / 2 {
        for (line, first) in [(0, 1_000_000), (1, 1)] {
            verdict = verdict.or_else(|| recogniser.feed(line, &mold(first + place, &[&add])));
        }
    }
    assert_eq!(names(&verdict.unwrap()), ["took moldudp64/itch50"]);
}

#[test]
fn any_bytes() {
    check!().with_type::<Vec<(u8, Vec<u8>)>>().with_iterations(5_000).for_each(|datagrams| {
        let mut recogniser = Recogniser::new();
        for (line, datagram) in datagrams {
            if let Some(verdict) = recogniser.feed(usize::from(*line), datagram) {
                assert_eq!(verdict, recogniser.decide());
                if let Verdict::Took { protocol, .. } = verdict {
                    assert!(protocol.framing.segment(datagram).is_ok());
                }
                return;
            }
        }
        assert!(recogniser.left().next().is_some(), "undecided, so something is left");
    });
}
