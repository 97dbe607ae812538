//! Frames come out the same however the stream was split.

use super::*;
use crate::recovery::testing::split;

struct Length16;

impl Prefix for Length16 {
    const LEN: usize = 2;
    const SHORTEST: usize = 3;

    fn frame_len(prefix: &[u8]) -> usize {
        usize::from(u16::from_le_bytes([prefix[0], prefix[1]]))
    }
}

fn cut(pieces: &[&[u8]]) -> (Vec<Vec<u8>>, Result<usize, Malformed>) {
    let mut cutter = Cutter::<Length16>::default();
    let mut frames = Vec::new();
    for piece in pieces {
        let fed = cutter.feed(piece, |frame| {
            frames.push(frame.to_vec());
            Ok::<_, Malformed>(())
        });
        if let Err(malformed) = fed {
            return (frames, Err(malformed));
        }
    }
    (frames, Ok(cutter.pending()))
}

#[test]
fn frames_are_cut_by_their_lengths() {
    let stream = b"\x03\x00a\x05\x00bcd\x04\x00e";
    assert_eq!(cut(&[stream]), (vec![b"\x03\x00a".to_vec(), b"\x05\x00bcd".to_vec()], Ok(3)));
    assert_eq!(cut(&[b"\x03\x00a\x02\x00"]), (vec![b"\x03\x00a".to_vec()], Err(Malformed::ShortFrame)));
    assert_eq!(cut(&[b"", b"\x00"]), (vec![], Ok(1)));
}

#[test]
fn any_split_gives_the_same_frames() {
    bolero::check!().with_type::<(Vec<(u8, u8)>, Vec<u8>, Vec<u8>)>().for_each(|(lengths, wild, splits)| {
        // Frames that can be, then bytes that need not be any.
        let mut stream = Vec::new();
        for &(length, fill) in lengths {
            let length = usize::from(length % 40) + Length16::SHORTEST;
            stream.extend_from_slice(&(length as u16).to_le_bytes());
            stream.resize(stream.len() + length - Length16::LEN, fill);
        }
        stream.extend_from_slice(wild);
        let whole = cut(&[&stream]);
        assert!(whole.0.len() >= lengths.len());
        assert_eq!(cut(&split(&stream, splits)), whole);
    });
}

#[test]
fn causes_have_their_own_places_and_names() {
    for (index, cause) in Malformed::ALL.into_iter().enumerate() {
        assert_eq!(cause.index(), index);
        assert_eq!(Malformed::ALL.iter().filter(|other| other.name() == cause.name()).count(), 1);
    }
}
