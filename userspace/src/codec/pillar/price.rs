//! Prices and the scales they need.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, little_endian::I32};

use super::SymbolIndexMapping;
use crate::codec::{
    Fields,
    decimal::{Decimal, Places},
    value::OwnField,
};

/// A price in the unit of its security. Shown as the integer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(transparent)]
pub struct Price(I32);

impl Price {
    /// A price of so many units.
    #[must_use]
    pub const fn new(units: i32) -> Self {
        Self(I32::new(units))
    }

    /// The integer on the wire.
    #[inline]
    #[must_use]
    pub const fn units(self) -> i32 {
        self.0.get()
    }

    /// In dollars, where a unit is 10⁻ᵖˡᵃᶜᵉˢ: what [`PriceScales::places`] says of the security.
    #[inline]
    #[must_use]
    pub fn scaled(self, places: Places) -> Decimal {
        Decimal::new(self.units().into(), places)
    }
}

impl OwnField for Price {
    fn show_as(self, name: &'static str, to: &mut dyn Fields) {
        to.field(name, self.units().into());
    }
}

/// The scales of a feed's securities by symbol index: fed with each [`SymbolIndexMapping`], it never grows.
#[derive(Clone, Debug)]
pub struct PriceScales(Box<[Option<Places>]>);

/// Why a symbol index mapping is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoScale {
    /// Its symbol index is not below the capacity.
    #[error("symbol index {0} is beyond the capacity")]
    Index(u32),
    /// Its scale is no number of places.
    #[error("price scale code {0} is more than {most} places", most = Places::MOST)]
    Code(u8),
}

impl PriceScales {
    /// Room for symbol indices below `capacity`, one byte or two each. NYSE's are some ten thousands.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self(vec![None; capacity].into())
    }

    /// Keeps a security's scale, in place of an earlier one.
    ///
    /// # Errors
    /// Why it cannot be kept; an earlier one stays.
    pub fn learn(&mut self, mapping: &SymbolIndexMapping) -> Result<(), NoScale> {
        let (index, code) = (mapping.symbol_index(), mapping.price_scale_code());
        let places = Places::new(code).ok_or(NoScale::Code(code))?;
        let kept = self.0.get_mut(index as usize).ok_or(NoScale::Index(index))?;
        *kept = Some(places);
        Ok(())
    }

    /// A security's scale, if its mapping was seen.
    #[inline]
    #[must_use]
    pub fn places(&self, symbol_index: u32) -> Option<Places> {
        self.0.get(symbol_index as usize).copied().flatten()
    }

    /// A security's price in dollars, if its mapping was seen.
    #[inline]
    #[must_use]
    pub fn price(&self, symbol_index: u32, price: Price) -> Option<Decimal> {
        Some(price.scaled(self.places(symbol_index)?))
    }
}
