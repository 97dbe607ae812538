//! What a kind of field in a block is: its type on the wire, its getter, how it is shown.
//!
//! A kind is named as in [`crate::codec::layout`]. Every getter gives an `Option`: `None` where the block ends before
//! the field does. `or null` behind the kind: also where the field is null, which is the highest number of its type
//! (CME's templates say so for each type; elsewhere it is the default of SBE 1.0), or NaN. Text and characters are null
//! where they begin with NUL. `since 7` behind that: also where the message is of a version before 7, which had padding
//! in the field's place.

/// The one list of kinds.
#[rustfmt::skip]
macro_rules! kind {
    ($what:tt, u8) => { $crate::codec::sbe::integer! { $what, u8, u8 } };
    ($what:tt, i8) => { $crate::codec::sbe::integer! { $what, i8, i8 } };
    ($what:tt, u16le) => { $crate::codec::sbe::integer! { $what, zerocopy::little_endian::U16, u16 } };
    ($what:tt, i16le) => { $crate::codec::sbe::integer! { $what, zerocopy::little_endian::I16, i16 } };
    ($what:tt, u32le) => { $crate::codec::sbe::integer! { $what, zerocopy::little_endian::U32, u32 } };
    ($what:tt, i32le) => { $crate::codec::sbe::integer! { $what, zerocopy::little_endian::I32, i32 } };
    ($what:tt, u64le) => { $crate::codec::sbe::integer! { $what, zerocopy::little_endian::U64, u64 } };
    ($what:tt, i64le) => { $crate::codec::sbe::integer! { $what, zerocopy::little_endian::I64, i64 } };
    ($what:tt, u16be) => { $crate::codec::sbe::integer! { $what, zerocopy::big_endian::U16, u16 } };
    ($what:tt, u32be) => { $crate::codec::sbe::integer! { $what, zerocopy::big_endian::U32, u32 } };
    ($what:tt, u64be) => { $crate::codec::sbe::integer! { $what, zerocopy::big_endian::U64, u64 } };
    ($what:tt, i64be) => { $crate::codec::sbe::integer! { $what, zerocopy::big_endian::I64, i64 } };
    ($what:tt, f64le) => { $crate::codec::sbe::float! { $what, zerocopy::little_endian::F64 } };
    ($what:tt, a1) => { $crate::codec::sbe::character! { $what } };
    ($what:tt, a2) => { $crate::codec::sbe::characters! { $what, 2 } };
    ($what:tt, a3) => { $crate::codec::sbe::characters! { $what, 3 } };
    ($what:tt, a4) => { $crate::codec::sbe::characters! { $what, 4 } };
    ($what:tt, a5) => { $crate::codec::sbe::characters! { $what, 5 } };
    ($what:tt, a6) => { $crate::codec::sbe::characters! { $what, 6 } };
    ($what:tt, a7) => { $crate::codec::sbe::characters! { $what, 7 } };
    ($what:tt, a8) => { $crate::codec::sbe::characters! { $what, 8 } };
    ($what:tt, a12) => { $crate::codec::sbe::characters! { $what, 12 } };
    ($what:tt, a16) => { $crate::codec::sbe::characters! { $what, 16 } };
    ($what:tt, a20) => { $crate::codec::sbe::characters! { $what, 20 } };
    ($what:tt, a23) => { $crate::codec::sbe::characters! { $what, 23 } };
    ($what:tt, a25) => { $crate::codec::sbe::characters! { $what, 25 } };
    ($what:tt, a30) => { $crate::codec::sbe::characters! { $what, 30 } };
    ($what:tt, a35) => { $crate::codec::sbe::characters! { $what, 35 } };
    ($what:tt, a180) => { $crate::codec::sbe::characters! { $what, 180 } };
    ($what:tt, x1) => { $crate::codec::sbe::padding! { $what, 1 } };
    ($what:tt, x2) => { $crate::codec::sbe::padding! { $what, 2 } };
    ($what:tt, x3) => { $crate::codec::sbe::padding! { $what, 3 } };
    ($what:tt, x4) => { $crate::codec::sbe::padding! { $what, 4 } };
    ($what:tt, x5) => { $crate::codec::sbe::padding! { $what, 5 } };
    ($what:tt, x6) => { $crate::codec::sbe::padding! { $what, 6 } };
    ($what:tt, x7) => { $crate::codec::sbe::padding! { $what, 7 } };
}
pub(in crate::codec) use kind;

macro_rules! integer {
    (size, $wire:ty, $value:ty) => {
        size_of::<$wire>()
    };
    ((getter $text:literal $place:tt $field:ident), $wire:ty, $value:ty) => {
        #[doc = $text]
        #[inline]
        #[must_use]
        pub fn $field(&self) -> Option<$value> {
            $crate::codec::sbe::at(self.block(), $place).map(|&wire: &$wire| wire.into())
        }
    };
    ((getter $text:literal $place:tt $field:ident or null), $wire:ty, $value:ty) => {
        #[doc = $text]
        #[inline]
        #[must_use]
        pub fn $field(&self) -> Option<$value> {
            let value = $crate::codec::sbe::at(self.block(), $place).map(|&wire: &$wire| wire.into());
            value.filter(|&value| value != <$value>::MAX)
        }
    };
    ((getter $text:literal $place:tt $field:ident $scale:literal), $wire:ty, $value:ty) => {
        #[doc = $text]
        #[inline]
        #[must_use]
        pub fn $field(&self) -> Option<$crate::codec::field::Fixed<$value, { u64::ilog10($scale) }>> {
            let value = $crate::codec::sbe::at(self.block(), $place).map(|&wire: &$wire| wire.into());
            value.map($crate::codec::field::Fixed)
        }
    };
    ((getter $text:literal $place:tt $field:ident $scale:literal or null), $wire:ty, $value:ty) => {
        #[doc = $text]
        #[inline]
        #[must_use]
        pub fn $field(&self) -> Option<$crate::codec::field::Fixed<$value, { u64::ilog10($scale) }>> {
            let value = $crate::codec::sbe::at(self.block(), $place).map(|&wire: &$wire| wire.into());
            value.filter(|&value| value != <$value>::MAX).map($crate::codec::field::Fixed)
        }
    };
    ((show $view:ident $to:ident $field:ident), $wire:ty, $value:ty) => {
        $to.field(stringify!($field), $view.$field().map_or($crate::codec::Value::Absent, Into::into))
    };
}
pub(in crate::codec) use integer;

macro_rules! float {
    (size, $wire:ty) => {
        size_of::<$wire>()
    };
    ((getter $text:literal $place:tt $field:ident or null), $wire:ty) => {
        #[doc = $text]
        #[inline]
        #[must_use]
        pub fn $field(&self) -> Option<f64> {
            let value = $crate::codec::sbe::at(self.block(), $place).map(|wire: &$wire| wire.get());
            value.filter(|value| !value.is_nan())
        }
    };
    ((show $view:ident $to:ident $field:ident), $wire:ty) => {
        $to.field(stringify!($field), $view.$field().map_or($crate::codec::Value::Absent, Into::into))
    };
}
pub(in crate::codec) use float;

macro_rules! character {
    ((show $view:ident $to:ident $field:ident)) => {
        $to.field(
            stringify!($field),
            $view.$field().map_or($crate::codec::Value::Absent, $crate::codec::Value::Character),
        )
    };
    (size) => {
        1
    };
    ((getter $text:literal $place:tt $field:ident $(or $null:ident)?)) => {
        #[doc = $text]
        #[inline]
        #[must_use]
        pub fn $field(&self) -> Option<u8> {
            $crate::codec::sbe::at(self.block(), $place).copied().filter(|&character| character != 0)
        }
    };
}
pub(in crate::codec) use character;

macro_rules! characters {
    (size, $len:literal) => {
        $len
    };
    ((getter $text:literal $place:tt $field:ident), $len:literal) => {
        #[doc = $text]
        #[inline]
        #[must_use]
        pub fn $field(&self) -> Option<&'a [u8]> {
            $crate::codec::sbe::text::<$len>(self.block(), $place)
        }
    };
    ((show $view:ident $to:ident $field:ident), $len:literal) => {
        $to.field(
            stringify!($field),
            $view.$field().map_or($crate::codec::Value::Absent, $crate::codec::Value::Text),
        )
    };
}
pub(in crate::codec) use characters;

macro_rules! padding {
    (size, $len:literal) => {
        $len
    };
    ($what:tt, $len:literal) => {};
}
pub(in crate::codec) use padding;
