//! What holds for every codec.

use bolero::check;

use super::*;

/// Counts what is shown.
#[derive(Default)]
struct Shows {
    fields: usize,
    depth: usize,
}

impl Fields for Shows {
    fn field(&mut self, name: &'static str, _value: Value<'_>) {
        assert!(!name.is_empty());
        self.fields += 1;
    }

    fn begin_entry(&mut self, _name: &'static str) {
        self.depth += 1;
    }

    fn end_entry(&mut self) {
        self.depth -= 1;
    }
}

/// A message is shown just if it can be read, and its index is one of the table's.
pub(super) fn assert_consistent(codec: Codec, bytes: &[u8]) {
    let mut shows = Shows::default();
    let shown = codec.show(bytes, &mut shows);
    match codec.read(bytes) {
        Ok(index) => {
            let MessageType { name, len, .. } = codec.types()[index];
            assert!(bytes.len() >= len, "{name}");
            assert_eq!((shown, shows.depth), (Ok(()), 0), "{name}");
        }
        Err(cause) => assert_eq!((shown, shows.fields), (Err(cause), 0)),
    }
}

#[test]
fn no_bytes() {
    for (_, codec) in Codec::ALL {
        assert_eq!(codec.read(&[]), Err(Unread::Empty));
    }
}

#[test]
fn any_bytes() {
    check!().with_iterations(20_000).for_each(|bytes: &[u8]| {
        for (_, codec) in Codec::ALL {
            assert_consistent(*codec, bytes);
        }
    });
}

/// Longer than any length a framing can announce: still by its type alone.
#[test]
fn long_messages() {
    for (_, codec) in Codec::ALL {
        for len in [32_767, 32_768, 65_535, 65_536, 1 << 20] {
            assert_consistent(*codec, &vec![0xff; len]);
        }
    }
}

#[test]
fn labels_and_names_are_there_once() {
    for (name, codec) in Codec::ALL {
        for (index, kind) in codec.types().iter().enumerate() {
            let again = |other: &MessageType| other.label == kind.label || other.name == kind.name;
            assert!(!codec.types()[..index].iter().any(again), "{name}: {kind:?}");
        }
    }
}

#[test]
fn every_type_and_cause_is_documented() {
    let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let read =
        |path: &str| std::fs::read_to_string(docs.join(path)).unwrap_or_else(|_| panic!("docs/{path}"));
    let document = read("protocols.md");
    for cause in Unread::ALL {
        assert!(document.contains(&format!("| `{}` |", cause.name())), "docs/protocols.md lacks {cause:?}");
    }
    for (codec_name, codec) in Codec::ALL {
        let page = format!("protocols/{codec_name}.md");
        assert!(document.contains(&format!("]({page})")), "docs/protocols.md has no link to {page}");
        let text = read(&page);
        for MessageType { label, name, len } in codec.types() {
            let row = format!("| `{label}` | {len} | `{name}` | ");
            assert!(text.contains(&row), "docs/{page} lacks {row}");
        }
    }
}
