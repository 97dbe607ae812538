//! Message layouts as tables: one line a field, in the notation of the exchanges' own documents, checked
//! against the struct they make when it is compiled.
//!
//! A row is `offset name kind "meaning"`. Kinds are `u16be` … `i64le` (integers and their byte order), `u8`,
//! `a1` (one ASCII character), `a2` … `a8` (padded text), an integer with `/10000` or `/100000000` (a price),
//! or the name of a one-byte flag type.

/// Makes a view of each table: a struct over the message's bytes with public fields as they are on the wire
/// (to send) and a getter of the same name for each value (to read). `first` is the field at offset 0 that
/// all of them begin with. An offset or a length that differs from the table does not compile.
macro_rules! layouts {
    (
        first $first:ident $first_kind:ident $first_text:literal;
        $(
            $(#[$doc:meta])*
            $label:literal $len:literal $name:ident $view:ident {
                $($offset:literal $field:ident $kind:ident $(/ $scale:tt)? $text:literal)*
            }
        )*
    ) => {$(
        $(#[$doc])*
        #[doc = concat!("\n\nType `", $label, "`, ", $len, " bytes.")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[derive(zerocopy::FromBytes, zerocopy::IntoBytes, zerocopy::KnownLayout)]
        #[derive(zerocopy::Immutable, zerocopy::Unaligned)]
        #[repr(C)]
        pub struct $view {
            #[doc = $first_text]
            pub $first: $crate::codec::layout::wire!($first_kind),
            $(
                #[doc = $text]
                pub $field: $crate::codec::layout::wire!($kind),
            )*
        }

        impl $view {
            /// The first byte of every message of this layout.
            pub const TYPE: u8 = $label.as_bytes()[0];
            /// What the codec says of the type.
            pub const LAYOUT: $crate::codec::MessageType =
                $crate::codec::MessageType { label: $label, name: stringify!($name), len: $len };

            #[doc = $first_text]
            #[inline]
            #[must_use]
            pub const fn $first(&self) -> $crate::codec::layout::value!($first_kind) {
                $crate::codec::layout::get!(self.$first, $first_kind)
            }
            $(
                #[doc = $text]
                #[inline]
                #[must_use]
                pub const fn $field(&self) -> $crate::codec::layout::value!($kind $(/ $scale)?) {
                    $crate::codec::layout::get!(self.$field, $kind $(/ $scale)?)
                }
            )*
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
pub(super) use layouts;

/// The type of a field on the wire.
macro_rules! wire {
    (u8) => { u8 };
    (a1) => { u8 };
    (a2) => { $crate::codec::field::Text<2> };
    (a4) => { $crate::codec::field::Text<4> };
    (a8) => { $crate::codec::field::Text<8> };
    (u16be) => { zerocopy::big_endian::U16 };
    (u32be) => { zerocopy::big_endian::U32 };
    (u48be) => { $crate::codec::field::U48 };
    (u64be) => { zerocopy::big_endian::U64 };
    (u32le) => { zerocopy::little_endian::U32 };
    (u64le) => { zerocopy::little_endian::U64 };
    (i64le) => { zerocopy::little_endian::I64 };
    ($other:ident) => { $other };
}
pub(super) use wire;

/// The type of a field's value.
macro_rules! value {
    (u8) => { u8 };
    (a1) => { u8 };
    (a2) => { &$crate::codec::field::Text<2> };
    (a4) => { &$crate::codec::field::Text<4> };
    (a8) => { &$crate::codec::field::Text<8> };
    (u16be) => { u16 };
    (u32be) => { u32 };
    (u48be) => { u64 };
    (u64be) => { u64 };
    (u32le) => { u32 };
    (u64le) => { u64 };
    (i64le) => { i64 };
    ($integer:ident / 10000) => { $crate::codec::field::Fixed<$crate::codec::layout::value!($integer), 4> };
    ($integer:ident / 100000000) => { $crate::codec::field::Fixed<$crate::codec::layout::value!($integer), 8> };
    ($other:ident) => { $other };
}
pub(super) use value;

/// A field's value out of its bytes.
macro_rules! get {
    ($self:ident.$field:ident, u8) => {
        $self.$field
    };
    ($self:ident.$field:ident, a1) => {
        $self.$field
    };
    ($self:ident.$field:ident, a2) => {
        &$self.$field
    };
    ($self:ident.$field:ident, a4) => {
        &$self.$field
    };
    ($self:ident.$field:ident, a8) => {
        &$self.$field
    };
    ($self:ident.$field:ident, u16be) => {
        $self.$field.get()
    };
    ($self:ident.$field:ident, u32be) => {
        $self.$field.get()
    };
    ($self:ident.$field:ident, u48be) => {
        $self.$field.get()
    };
    ($self:ident.$field:ident, u64be) => {
        $self.$field.get()
    };
    ($self:ident.$field:ident, u32le) => {
        $self.$field.get()
    };
    ($self:ident.$field:ident, u64le) => {
        $self.$field.get()
    };
    ($self:ident.$field:ident, i64le) => {
        $self.$field.get()
    };
    ($self:ident.$field:ident, $integer:ident / $scale:tt) => {
        $crate::codec::field::Fixed($self.$field.get())
    };
    ($self:ident.$field:ident, $other:ident) => {
        $self.$field
    };
}
pub(super) use get;
