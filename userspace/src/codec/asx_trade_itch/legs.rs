//! What several messages have in them: the legs of combinations, and the numbers of matches.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, big_endian::U32};

use crate::codec::{Fields, Value, field::Text, value::OwnField};

/// One leg of a combination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Leg {
    /// Symbol of its order book; blank in a place that is not used.
    pub symbol: Text<32>,
    /// `B` buy, `C` sell.
    pub side: u8,
    /// Quantity of it to one of the combination.
    pub ratio: U32,
}

const _: () = assert!(size_of::<Leg>() == 37);

/// The four places for a combination's legs; those not used are at the end and blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(transparent)]
pub struct CombinationLegs(
    /// All places.
    pub [Leg; 4],
);

impl CombinationLegs {
    /// The legs that are used: those with a symbol.
    pub fn used(&self) -> impl Iterator<Item = &Leg> {
        self.0.iter().filter(|leg| leg.symbol.as_bytes().iter().any(|byte| *byte != 0))
    }
}

/// One entry a leg that is used.
impl OwnField for CombinationLegs {
    fn show_as(self, name: &'static str, to: &mut dyn Fields) {
        for leg in self.used() {
            to.begin_entry(name);
            to.field("symbol", (&leg.symbol).into());
            to.field("side", Value::Character(leg.side));
            to.field("ratio", leg.ratio.get().into());
            to.end_entry();
        }
    }
}

/// A number of 96 bits, big-endian.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned,
)]
#[repr(transparent)]
pub struct MatchId(
    /// As on the wire.
    pub [u8; 12],
);

impl MatchId {
    /// The number.
    #[must_use]
    pub fn get(self) -> u128 {
        self.0.iter().fold(0, |number, byte| number << 8 | u128::from(*byte))
    }
}

impl OwnField for MatchId {
    fn show_as(self, name: &'static str, to: &mut dyn Fields) {
        // Larger than any other number there is to show: as a decimal without places.
        to.field(name, Value::Decimal { mantissa: self.get().cast_signed(), places: 0 });
    }
}
