//! What holds for every codec.

use bolero::check;

use super::*;

/// A codec's other way to read a message, which must agree with [`Codec::read`].
type Parse = fn(&[u8]) -> Result<MessageType, Unread>;

const CODECS: [(Codec, Parse); 2] = [
    (Codec::Itch50, |bytes| itch50::Message::parse(bytes).map(|message| message.layout())),
    (Codec::Deep, |bytes| deep::Message::parse(bytes).map(|message| message.layout())),
];

#[test]
fn every_length_of_every_type() {
    assert_eq!(CODECS.map(|(codec, _)| codec).to_vec(), Codec::ALL.iter().map(|c| c.1).collect::<Vec<_>>());
    for (codec, parse) in CODECS {
        assert_eq!(codec.read(&[]), Err(Unread::Empty));
        assert_eq!(parse(&[]), Err(Unread::Empty));
        let types = codec.types();
        for kind in 0..=u8::MAX {
            let known = types.iter().position(|t| t.label.as_bytes() == [kind]);
            let mut bytes = [0; 100];
            bytes[0] = kind;
            for len in 1..=bytes.len() {
                let expected = match known {
                    None => Err(Unread::UnknownType),
                    Some(index) if len < types[index].len => Err(Unread::Short),
                    Some(index) => Ok(index),
                };
                assert_eq!(codec.read(&bytes[..len]), expected);
                assert_eq!(parse(&bytes[..len]), expected.map(|index| types[index]));
            }
        }
    }
}

/// Longer than any length a framing can announce: still by its type alone.
#[test]
fn no_length_makes_an_unknown_type_known() {
    for (codec, parse) in CODECS {
        for len in [32_767, 32_768, 65_535, 65_536, 1 << 20] {
            assert_eq!(codec.read(&vec![0xff; len]), Err(Unread::UnknownType));
            assert_eq!(parse(&vec![0xff; len]), Err(Unread::UnknownType));
        }
    }
}

#[test]
fn any_bytes() {
    check!().with_iterations(20_000).for_each(|bytes: &[u8]| {
        for (codec, parse) in CODECS {
            assert_eq!(codec.read(bytes).map(|index| codec.types()[index]), parse(bytes));
        }
        if let Ok(message) = itch50::Message::parse(bytes) {
            let header = message.header();
            assert_eq!(header.message_type, bytes[0]);
            assert_eq!(header.timestamp().to_be_bytes()[2..], bytes[5..11]);
        }
        if let Ok(message) = deep::Message::parse(bytes) {
            assert_eq!(message.timestamp().to_le_bytes(), bytes[2..10]);
        }
    });
}

#[test]
fn every_type_and_cause_is_documented() {
    let document = include_str!("../../../docs/protocols.md");
    for cause in Unread::ALL {
        assert!(document.contains(&format!("| `{}` |", cause.name())), "docs/protocols.md lacks {cause:?}");
    }
    for (name, codec) in Codec::ALL {
        let (_, section) = document.split_once(&format!("### `{name}`")).unwrap();
        for MessageType { label, name, len } in codec.types() {
            let row = format!("| `{label}` | {len} | `{name}` | ");
            assert!(section.contains(&row), "docs/protocols.md lacks {row}");
        }
    }
}
