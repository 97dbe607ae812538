//! Message layouts as tables: one line a field, in the notation of the exchanges' own documents, checked
//! against the struct they make when it is compiled.
//!
//! A row is `offset name kind "meaning"`. Kinds are in [`kind`]: integers with their byte order, `a1` (one
//! character), `a2` and longer (padded text), `x1` and longer (padding: in the struct, not in the view), or the name
//! of a type of the codec's own. An integer with `/100`, `/10000` and so on is a decimal with as many places.

/// Makes a view of each table: a struct over the message's bytes with public fields as they are on the wire
/// (to send), a getter of the same name for each value (to read) and `show`, which names every field (to print).
/// An offset or a length that differs from the table does not compile.
macro_rules! views {
    ($(
        $(#[$doc:meta])*
        $len:literal $view:ident {
            $($offset:literal $field:ident $kind:ident $(/ $scale:tt)? $text:literal)*
        }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[derive(zerocopy::FromBytes, zerocopy::IntoBytes, zerocopy::KnownLayout)]
        #[derive(zerocopy::Immutable, zerocopy::Unaligned)]
        #[repr(C)]
        pub struct $view {
            $(
                #[doc = $text]
                pub $field: $crate::codec::layout::kind!(wire, $kind),
            )*
        }

        impl $view {
            $($crate::codec::layout::kind!((getter $text $field $($scale)?), $kind);)*

            /// Names every field and its value, in the order they are in.
            pub fn show(&self, to: &mut dyn $crate::codec::Fields) {
                $($crate::codec::layout::kind!((show self to $field), $kind);)*
            }
        }

        const _: () = {
            assert!(size_of::<$view>() == $len, "the fields do not add up to the layout's length");
            $(assert!(
                std::mem::offset_of!($view, $field) == $offset,
                concat!(stringify!($field), " is not at its offset")
            );)*
        };
    )*};
}
pub(super) use views;

/// Makes views of messages whose type is their first byte, a character. `first` is the field at offset 0 that
/// all of them begin with.
macro_rules! layouts {
    (
        first $first:ident $first_kind:ident $first_text:literal;
        $(
            $(#[$doc:meta])*
            $label:literal $len:literal $name:ident $view:ident { $($fields:tt)* }
        )*
    ) => {
        $crate::codec::layout::views! {$(
            $(#[$doc])*
            #[doc = concat!("\n\nType `", $label, "`, ", $len, " bytes.")]
            $len $view {
                0 $first $first_kind $first_text
                $($fields)*
            }
        )*}
        $(
            impl $view {
                /// The first byte of every message of this layout.
                pub const TYPE: u8 = $label.as_bytes()[0];
                /// What the codec says of the type.
                pub const LAYOUT: $crate::codec::MessageType =
                    $crate::codec::MessageType { label: $label, name: stringify!($name), len: $len };
            }
        )*
    };
}
pub(super) use layouts;

/// Makes views of messages whose type is a number. `head` are the fields that all of them begin with.
macro_rules! templates {
    (
        type $type:ident;
        head $head:tt
        $(
            $(#[$doc:meta])*
            $label:literal $len:literal $name:ident $view:ident $fields:tt
        )*
    ) => {$(
        $crate::codec::layout::template! {
            $type $head
            $(#[$doc])*
            $label $len $name $view $fields
        }
    )*};
}
pub(super) use templates;

/// Makes one view of [`templates`].
macro_rules! template {
    (
        $type:ident { $($head:tt)* }
        $(#[$doc:meta])*
        $label:literal $len:literal $name:ident $view:ident { $($fields:tt)* }
    ) => {
        $crate::codec::layout::views! {
            $(#[$doc])*
            #[doc = concat!("\n\nType ", stringify!($label), ", ", $len, " bytes.")]
            $len $view {
                $($head)*
                $($fields)*
            }
        }

        impl $view {
            /// The type of every message of this layout.
            pub const TYPE: $type = $label;
            /// What the codec says of the type.
            pub const LAYOUT: $crate::codec::MessageType =
                $crate::codec::MessageType { label: stringify!($label), name: stringify!($name), len: $len };
        }
    };
}
pub(super) use template;

/// What a kind of field is: its type on the wire, its getter, how it is shown. The one list of kinds.
#[rustfmt::skip]
macro_rules! kind {
    ($what:tt, u8) => { $crate::codec::layout::plain! { $what, u8 } };
    ($what:tt, i8) => { $crate::codec::layout::plain! { $what, i8 } };
    ($what:tt, a1) => { $crate::codec::layout::character! { $what } };
    ($what:tt, u16be) => { $crate::codec::layout::integer! { $what, zerocopy::big_endian::U16, u16 } };
    ($what:tt, u16le) => { $crate::codec::layout::integer! { $what, zerocopy::little_endian::U16, u16 } };
    ($what:tt, i16be) => { $crate::codec::layout::integer! { $what, zerocopy::big_endian::I16, i16 } };
    ($what:tt, i16le) => { $crate::codec::layout::integer! { $what, zerocopy::little_endian::I16, i16 } };
    ($what:tt, u32be) => { $crate::codec::layout::integer! { $what, zerocopy::big_endian::U32, u32 } };
    ($what:tt, u32le) => { $crate::codec::layout::integer! { $what, zerocopy::little_endian::U32, u32 } };
    ($what:tt, i32be) => { $crate::codec::layout::integer! { $what, zerocopy::big_endian::I32, i32 } };
    ($what:tt, i32le) => { $crate::codec::layout::integer! { $what, zerocopy::little_endian::I32, i32 } };
    ($what:tt, u64be) => { $crate::codec::layout::integer! { $what, zerocopy::big_endian::U64, u64 } };
    ($what:tt, u64le) => { $crate::codec::layout::integer! { $what, zerocopy::little_endian::U64, u64 } };
    ($what:tt, i64be) => { $crate::codec::layout::integer! { $what, zerocopy::big_endian::I64, i64 } };
    ($what:tt, i64le) => { $crate::codec::layout::integer! { $what, zerocopy::little_endian::I64, i64 } };
    ($what:tt, u48be) => { $crate::codec::layout::integer! { $what, $crate::codec::field::U48, u64 } };
    ($what:tt, a2) => { $crate::codec::layout::text! { $what, 2 } };
    ($what:tt, a3) => { $crate::codec::layout::text! { $what, 3 } };
    ($what:tt, a4) => { $crate::codec::layout::text! { $what, 4 } };
    ($what:tt, a5) => { $crate::codec::layout::text! { $what, 5 } };
    ($what:tt, a6) => { $crate::codec::layout::text! { $what, 6 } };
    ($what:tt, a7) => { $crate::codec::layout::text! { $what, 7 } };
    ($what:tt, a8) => { $crate::codec::layout::text! { $what, 8 } };
    ($what:tt, a10) => { $crate::codec::layout::text! { $what, 10 } };
    ($what:tt, a11) => { $crate::codec::layout::text! { $what, 11 } };
    ($what:tt, a12) => { $crate::codec::layout::text! { $what, 12 } };
    ($what:tt, a20) => { $crate::codec::layout::text! { $what, 20 } };
    ($what:tt, a23) => { $crate::codec::layout::text! { $what, 23 } };
    ($what:tt, a25) => { $crate::codec::layout::text! { $what, 25 } };
    ($what:tt, a30) => { $crate::codec::layout::text! { $what, 30 } };
    ($what:tt, a32) => { $crate::codec::layout::text! { $what, 32 } };
    ($what:tt, a40) => { $crate::codec::layout::text! { $what, 40 } };
    ($what:tt, a60) => { $crate::codec::layout::text! { $what, 60 } };
    ($what:tt, a100) => { $crate::codec::layout::text! { $what, 100 } };
    ($what:tt, x1) => { $crate::codec::layout::padding! { $what, 1 } };
    ($what:tt, x2) => { $crate::codec::layout::padding! { $what, 2 } };
    ($what:tt, x3) => { $crate::codec::layout::padding! { $what, 3 } };
    ($what:tt, x4) => { $crate::codec::layout::padding! { $what, 4 } };
    ($what:tt, x5) => { $crate::codec::layout::padding! { $what, 5 } };
    ($what:tt, x6) => { $crate::codec::layout::padding! { $what, 6 } };
    ($what:tt, x7) => { $crate::codec::layout::padding! { $what, 7 } };
    ($what:tt, x10) => { $crate::codec::layout::padding! { $what, 10 } };
    ($what:tt, x12) => { $crate::codec::layout::padding! { $what, 12 } };
    ($what:tt, x24) => { $crate::codec::layout::padding! { $what, 24 } };
    ($what:tt, x128) => { $crate::codec::layout::padding! { $what, 128 } };
    ($what:tt, $own:ident) => { $crate::codec::layout::own! { $what, $own } };
}
pub(super) use kind;

macro_rules! plain {
    (wire, $value:ty) => {
        $value
    };
    ((getter $text:literal $field:ident), $value:ty) => {
        #[doc = $text]
        #[inline]
        #[must_use]
        pub const fn $field(&self) -> $value {
            self.$field
        }
    };
    ((show $view:ident $to:ident $field:ident), $value:ty) => {
        $to.field(stringify!($field), $view.$field().into())
    };
}
pub(super) use plain;

macro_rules! character {
    ((show $view:ident $to:ident $field:ident)) => {
        $to.field(stringify!($field), $crate::codec::Value::Character($view.$field()))
    };
    ($what:tt) => {
        $crate::codec::layout::plain! { $what, u8 }
    };
}
pub(super) use character;

macro_rules! own {
    ((show $view:ident $to:ident $field:ident), $own:ty) => {
        $crate::codec::value::OwnField::show_as($view.$field(), stringify!($field), $to)
    };
    ($what:tt, $own:ty) => {
        $crate::codec::layout::plain! { $what, $own }
    };
}
pub(super) use own;

macro_rules! integer {
    (wire, $wire:ty, $value:ty) => {
        $wire
    };
    ((getter $text:literal $field:ident), $wire:ty, $value:ty) => {
        #[doc = $text]
        #[inline]
        #[must_use]
        pub const fn $field(&self) -> $value {
            self.$field.get()
        }
    };
    ((getter $text:literal $field:ident $scale:literal), $wire:ty, $value:ty) => {
        #[doc = $text]
        #[inline]
        #[must_use]
        pub const fn $field(&self) -> $crate::codec::field::Fixed<$value, { u64::ilog10($scale) }> {
            $crate::codec::field::Fixed(self.$field.get())
        }
    };
    ((show $view:ident $to:ident $field:ident), $wire:ty, $value:ty) => {
        $to.field(stringify!($field), $view.$field().into())
    };
}
pub(super) use integer;

macro_rules! text {
    (wire, $len:literal) => { $crate::codec::field::Text<$len> };
    ((getter $text:literal $field:ident), $len:literal) => {
        #[doc = $text]
        #[inline]
        #[must_use]
        pub const fn $field(&self) -> &$crate::codec::field::Text<$len> {
            &self.$field
        }
    };
    ((show $view:ident $to:ident $field:ident), $len:literal) => {
        $to.field(stringify!($field), $view.$field().into())
    };
}
pub(super) use text;

macro_rules! padding {
    (wire, $len:literal) => {
        [u8; $len]
    };
    ($what:tt, $len:literal) => {};
}
pub(super) use padding;
