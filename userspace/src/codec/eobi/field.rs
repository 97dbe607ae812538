//! Field types of T7: each has a value that says that there is none ("NO_VALUE" in the manual). Little-endian.

use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    little_endian::{I32, I64, U16, U32, U64},
};

use crate::codec::{Fields, Value, field::Fixed, value::OwnField};

/// Makes field types: each `raw` on the wire, `none` where it says nothing, and `value` otherwise.
macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident $raw:ty, $none:expr, |$held:ident: $integer:ty| $value:expr => $shown:ty;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
        #[repr(transparent)]
        pub struct $name(
            /// As it is on the wire.
            pub $raw,
        );

        impl $name {
            /// The value, if there is one.
            #[inline]
            #[must_use]
            pub fn get(self) -> Option<$shown> {
                let $held = <$integer>::from(self.0);
                if $held == $none { None } else { Some($value) }
            }
        }

        impl OwnField for $name {
            fn show_as(self, name: &'static str, to: &mut dyn Fields) {
                to.field(name, self.get().map_or(Value::Absent, Value::from));
            }
        }
    )*};
}

fields! {
    /// A price with eight places; negative for spreads.
    Price I64, i64::MIN, |raw: i64| Fixed(raw) => Fixed<i64, 8>;
    /// A quantity with four places.
    Quantity I64, i64::MIN, |raw: i64| Fixed(raw) => Fixed<i64, 4>;
    /// A quantity in whole lots, before T7 7.0.
    Lots I32, i32::MIN, |raw: i32| raw => i32;
    /// Nanoseconds since 1970 UTC.
    Time U64, u64::MAX, |raw: u64| raw => u64;
    /// An instrument.
    Id I64, i64::MIN, |raw: i64| raw => i64;
    /// A code or a small number.
    Code u8, u8::MAX, |raw: u8| raw => u8;
    /// A small number below or above nothing.
    Delta i8, i8::MIN, |raw: i8| raw => i8;
    /// A code or a number of two bytes.
    Short U16, u16::MAX, |raw: u16| raw => u16;
    /// A number of four bytes.
    Number U32, u32::MAX, |raw: u32| raw => u32;
    /// A number of four bytes, below or above nothing.
    Signed I32, i32::MIN, |raw: i32| raw => i32;
}
