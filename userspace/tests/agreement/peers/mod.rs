//! The fields of an ITCH message as three decoders read them: ours, and two that others wrote.
//!
//! Each reader names the fields of a message in the order of the specification, by our getters' names, with the
//! value as a number: an integer as it is, a character or code as its bytes on the wire, text as its (at most 8)
//! bytes with their padding, first byte highest. So whole messages compare, whoever read them. A bench adds the
//! numbers up: what is measured there is what is compared here.

pub(crate) mod itch5;
mod itch5_codes;
pub(crate) mod itchy;
mod itchy_codes;
pub(crate) mod ours;

/// What a message's fields are told to.
pub(crate) trait Visitor {
    /// The next field.
    fn field(&mut self, name: &'static str, value: u64);

    /// The message has no more.
    fn end(&mut self);
}

/// A field's value as a number.
pub(crate) trait Raw {
    /// The number.
    fn raw(&self) -> u64;
}

macro_rules! integers {
    ($($integer:ty)*) => {$(
        impl Raw for $integer {
            #[inline]
            fn raw(&self) -> u64 {
                u64::from(*self)
            }
        }
    )*};
}
integers! { u8 u16 u32 u64 }

macro_rules! texts {
    ($($len:literal)*) => {$(
        impl Raw for [u8; $len] {
            #[inline]
            fn raw(&self) -> u64 {
                text(self)
            }
        }
    )*};
}
texts! { 2 4 8 }

/// Text of at most 8 bytes.
#[inline]
pub(crate) fn text(bytes: &[u8]) -> u64 {
    match *bytes {
        [a, b, c, d, e, f, g, h] => u64::from_be_bytes([a, b, c, d, e, f, g, h]),
        [a, b, c, d] => u32::from_be_bytes([a, b, c, d]).into(),
        _ => bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)),
    }
}

/// Implements [`Raw`] for an enumeration a crate makes of a character: variant by variant, the byte on the wire.
macro_rules! codes {
    ($($enumeration:ident { $($code:literal $variant:ident)* } $($other:ident)?;)*) => {$(
        impl super::Raw for $enumeration {
            #[inline]
            fn raw(&self) -> u64 {
                match self {
                    $(Self::$variant => super::text($code),)*
                    $(Self::$other(other) => super::Raw::raw(other),)?
                }
            }
        }
    )*};
}
use codes;
