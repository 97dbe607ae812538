//! Field values as any codec shows them, and who they are shown to.

use super::field::{Fixed, Text};

/// One field's value, as exact as the wire.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// A number, flags or a code.
    Unsigned(u64),
    /// A number.
    Signed(i64),
    /// `mantissa` × 10⁻ᵖˡᵃᶜᵉˢ: prices.
    Decimal {
        /// The integer on the wire.
        mantissa: i128,
        /// Digits behind the point.
        places: u32,
    },
    /// A binary floating-point number, where the wire has no other. It is shown with the fewest digits that give the
    /// same number again: any more would not be the sender's.
    Float(f64),
    /// One character.
    Character(u8),
    /// Text without its padding. The bytes are the sender's: nothing keeps them from being something else than ASCII.
    Text(&'a [u8]),
    /// The protocol's null: the field is there and says nothing.
    Absent,
}

/// What a message's fields are shown to.
pub trait Fields {
    /// The next field, by the name the specification has for it, in `snake_case`.
    fn field(&mut self, name: &'static str, value: Value<'_>);

    /// From here to the matching [`Fields::end_entry`]: one entry of the repeating group `name`. Entries of a
    /// group follow one another.
    fn begin_entry(&mut self, name: &'static str);

    /// The entry is over.
    fn end_entry(&mut self);
}

macro_rules! unsigned {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Value<'_> {
            fn from(value: $integer) -> Self {
                Self::Unsigned(value.into())
            }
        }
    )*};
}
unsigned! { u8 u16 u32 u64 }

macro_rules! signed {
    ($($integer:ty)*) => {$(
        impl From<$integer> for Value<'_> {
            fn from(value: $integer) -> Self {
                Self::Signed(value.into())
            }
        }
    )*};
}
signed! { i8 i16 i32 i64 }

impl From<f64> for Value<'_> {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl<M: Into<i128>, const PLACES: u32> From<Fixed<M, PLACES>> for Value<'_> {
    fn from(Fixed(mantissa): Fixed<M, PLACES>) -> Self {
        Self::Decimal { mantissa: mantissa.into(), places: PLACES }
    }
}

impl<'a, const N: usize> From<&'a Text<N>> for Value<'a> {
    fn from(text: &'a Text<N>) -> Self {
        Self::Text(text.as_bytes())
    }
}

/// A field of a codec's own type: flags, or several fields in one.
pub(super) trait OwnField {
    /// Shows it, under `name` if it is one value.
    fn show_as(self, name: &'static str, to: &mut dyn Fields);
}
