//! What several messages have in them: the legs of combinations and bundles, and how a trade came about.

use zerocopy::{
    FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned,
    big_endian::{I64, U32},
};

use crate::codec::{Fields, Value, value::OwnField};

/// One leg of a combination or bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Leg {
    /// The instrument; 0 in a place that is not used.
    pub tradeable_instrument_id: U32,
    /// `B` buy, `S` sell.
    pub side: u8,
    /// Lots of it to one lot of the whole.
    pub ratio: U32,
    /// Its price, where the price method is individual; in units of one over the price fractional denominator.
    pub price: I64,
}

const _: () = assert!(size_of::<Leg>() == 17);

/// A fixed number of places for legs; those not used are at the end and have instrument 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(transparent)]
pub struct Legs<const N: usize>(
    /// All places.
    pub [Leg; N],
);

/// Legs of a combination.
pub type CombinationLegs = Legs<6>;
/// Legs of a bundle.
pub type BundleLegs = Legs<20>;

impl<const N: usize> Legs<N> {
    /// The legs that are used.
    pub fn used(&self) -> impl Iterator<Item = &Leg> {
        self.0.iter().filter(|leg| leg.tradeable_instrument_id.get() != 0)
    }
}

/// One entry a leg that is used.
impl<const N: usize> OwnField for Legs<N> {
    fn show_as(self, name: &'static str, to: &mut dyn Fields) {
        for leg in self.used() {
            to.begin_entry(name);
            to.field("tradeable_instrument_id", leg.tradeable_instrument_id.get().into());
            to.field("side", Value::Character(leg.side));
            to.field("ratio", leg.ratio.get().into());
            to.field("price", leg.price.get().into());
            to.end_entry();
        }
    }
}

/// How a trade came about: `T` normal, `L` in an auction, `S` combination to underlying, `R` combination to
/// combination, `A` strip to strip, `B` strip to outright; in lower case the same between orders of one participant
/// (a cross).
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(transparent)]
pub struct TradeType(
    /// The character.
    pub u8,
);

impl TradeType {
    /// Whether both orders were one participant's.
    #[must_use]
    pub const fn is_cross(self) -> bool {
        self.0.is_ascii_lowercase()
    }
}

impl OwnField for TradeType {
    fn show_as(self, name: &'static str, to: &mut dyn Fields) {
        to.field(name, Value::Character(self.0));
    }
}
