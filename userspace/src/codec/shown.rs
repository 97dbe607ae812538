//! A message with every field, as text and as JSON.

use std::fmt;

use serde_json::{Map, Value as Json};

use super::{Codec, Fields, Unread, Value, field::Fixed};

/// A message to be shown: [`fmt::Display`] as text, [`Shown::to_json`] as an object.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    codec: Codec,
    name: &'static str,
    message: &'a [u8],
}

impl<'a> Shown<'a> {
    /// Checks a message.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn new(codec: Codec, message: &'a [u8]) -> Result<Self, Unread> {
        let name = codec.types()[codec.read(message)?].name;
        Ok(Self { codec, name, message })
    }

    /// `{"message":"add_order","order_id":7,"price":"1.2500"}`: decimals are strings, so that no reader rounds
    /// them; binary floating-point numbers stay numbers; entries of a repeating group are an array under its name.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut to = Object { open: vec![("", Map::new())] };
        to.field("message", Value::Text(self.name.as_bytes()));
        // Checked when this was made: `read` and `show` agree.
        _ = self.codec.show(self.message, &mut to);
        to.open.pop().map_or(Json::Null, |(_, object)| Json::Object(object))
    }
}

/// `add_order order_id=7 price=1.2500 legs{ratio=1} legs{ratio=2}`.
impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        let mut to = Line { to: f, first: false, done: Ok(()) };
        _ = self.codec.show(self.message, &mut to);
        to.done
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Value::Unsigned(number) => number.fmt(f),
            Value::Signed(number) => number.fmt(f),
            Value::Decimal { mantissa, places } => Fixed::<i128, 0>(mantissa).with_places(f, places),
            Value::Float(number) => number.fmt(f),
            Value::Character(character) => [character].escape_ascii().fmt(f),
            Value::Text(text) => text.escape_ascii().fmt(f),
            Value::Absent => f.write_str("-"),
        }
    }
}

struct Line<'a, 'f> {
    to: &'a mut fmt::Formatter<'f>,
    /// Nothing was written since a brace.
    first: bool,
    done: fmt::Result,
}

impl Line<'_, '_> {
    fn write(&mut self, text: fmt::Arguments<'_>) {
        let space = if std::mem::take(&mut self.first) { "" } else { " " };
        if self.done.is_ok() {
            self.done = self.to.write_fmt(format_args!("{space}{text}"));
        }
    }
}

impl Fields for Line<'_, '_> {
    fn field(&mut self, name: &'static str, value: Value<'_>) {
        self.write(format_args!("{name}={value}"));
    }

    fn begin_entry(&mut self, name: &'static str) {
        self.write(format_args!("{name}{{"));
        self.first = true;
    }

    fn end_entry(&mut self) {
        self.first = true;
        self.write(format_args!("}}"));
    }
}

struct Object {
    /// The message, and the entries it is in now, innermost last.
    open: Vec<(&'static str, Map<String, Json>)>,
}

impl Fields for Object {
    fn field(&mut self, name: &'static str, value: Value<'_>) {
        let json = match value {
            Value::Unsigned(number) => number.into(),
            Value::Signed(number) => number.into(),
            // Digits that read back as the same number; JSON has none for an infinite one.
            Value::Float(number) if number.is_finite() => number.into(),
            Value::Absent => Json::Null,
            Value::Float(_) | Value::Decimal { .. } | Value::Character(_) | Value::Text(_) => {
                value.to_string().into()
            }
        };
        if let Some((_, object)) = self.open.last_mut() {
            object.insert(name.to_owned(), json);
        }
    }

    fn begin_entry(&mut self, name: &'static str) {
        self.open.push((name, Map::new()));
    }

    fn end_entry(&mut self) {
        let Some((name, entry)) = self.open.pop() else { return };
        if let Some((_, object)) = self.open.last_mut() {
            let entries = object.entry(name).or_insert_with(|| Json::Array(Vec::new()));
            if let Json::Array(entries) = entries {
                entries.push(Json::Object(entry));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_there_and_decimals_are_exact() {
        let message =
            b"A\0\x07\0\x02\x1f\x1a\xce\xd9\xf0\x01\0\0\0\0\0\0\0\x09B\0\0\0\x64ZXZZT   \0\x12\xd6\x44";
        let shown = Shown::new(Codec::Itch50, message).unwrap();
        assert_eq!(
            shown.to_string(),
            "add_order_no_mpid_attribution stock_locate=7 tracking_number=2 timestamp=34200000000001 \
             order_reference_number=9 buy_sell_indicator=B shares=100 stock=ZXZZT price=123.4500"
        );
        assert_eq!(
            shown.to_json().to_string(),
            r#"{"message":"add_order_no_mpid_attribution","stock_locate":7,"tracking_number":2,"timestamp":34200000000001,"order_reference_number":9,"buy_sell_indicator":"B","shares":100,"stock":"ZXZZT","price":"123.4500"}"#
        );
        assert_eq!(Shown::new(Codec::Itch50, b"A").unwrap_err(), Unread::Short);
    }

    #[test]
    fn entries_of_a_group() {
        struct Group;
        impl fmt::Display for Group {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut to = Line { to: f, first: true, done: Ok(()) };
                show(&mut to);
                to.done
            }
        }
        fn show(to: &mut dyn Fields) {
            to.field("id", Value::Signed(-1));
            for (ratio, price) in [(1, Value::Absent), (2, Value::Decimal { mantissa: -5, places: 2 })] {
                to.begin_entry("legs");
                to.field("ratio", Value::Unsigned(ratio));
                to.field("price", price);
                to.end_entry();
            }
            to.field("side", Value::Character(b'\n'));
        }
        let mut object = Object { open: vec![("", Map::new())] };
        show(&mut object);
        assert_eq!(
            Json::Object(object.open.pop().unwrap().1).to_string(),
            r#"{"id":-1,"legs":[{"ratio":1,"price":null},{"ratio":2,"price":"-0.05"}],"side":"\\n"}"#
        );
        assert_eq!(Group.to_string(), "id=-1 legs{ratio=1 price=-} legs{ratio=2 price=-0.05} side=\\n");
    }
}
