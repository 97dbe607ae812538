//! Whether a message read by a codec looks as if it were one of the codec's.

use crate::codec::{Codec, Fields, Value};

/// Looks for a field of text with bytes that are none.
#[derive(Default)]
pub(super) struct Implausible {
    found: Option<&'static str>,
}

impl Implausible {
    /// The first field that is implausible.
    pub(super) fn in_message(codec: Codec, message: &[u8]) -> Option<&'static str> {
        let mut fields = Self::default();
        // Read before: there is nothing it could refuse.
        _ = codec.show(message, &mut fields);
        fields.found
    }
}

/// Printable ASCII, or NUL where a field is empty.
fn is_text(byte: u8) -> bool {
    byte == 0 || byte == b' ' || byte.is_ascii_graphic()
}

impl Fields for Implausible {
    fn field(&mut self, name: &'static str, value: Value<'_>) {
        let plausible = match value {
            Value::Character(character) => is_text(character),
            Value::Text(text) => text.iter().all(|byte| is_text(*byte)),
            _ => true,
        };
        if !plausible && self.found.is_none() {
            self.found = Some(name);
        }
    }

    fn begin_entry(&mut self, _name: &'static str) {}

    fn end_entry(&mut self) {}
}
