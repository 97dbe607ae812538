//! Decimals whose places the feed tells: in another message, or beside the number.

use std::fmt;

use super::{Value, field::Fixed};

/// An exact decimal: `mantissa` × 10⁻ᵖˡᵃᶜᵉˢ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    mantissa: i64,
    places: Places,
}

/// Digits behind the point, at most [`Places::MOST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Places(u8);

impl Places {
    /// As many as a 64-bit integer has digits behind its first: no feed has a use for more. Lower: real scales
    /// would be refused. Higher than 38: the unit is no 128-bit integer, and printing overflows.
    pub const MOST: u8 = 18;

    /// `None` for more than [`Places::MOST`].
    #[must_use]
    pub const fn new(digits: u8) -> Option<Self> {
        if digits > Self::MOST { None } else { Some(Self(digits)) }
    }

    /// The digits.
    #[inline]
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Decimal {
    /// `mantissa` in units of 10⁻ᵖˡᵃᶜᵉˢ.
    #[inline]
    #[must_use]
    pub const fn new(mantissa: i64, places: Places) -> Self {
        Self { mantissa, places }
    }

    /// The integer: 1,234,500 with four places is 123.4500.
    #[inline]
    #[must_use]
    pub const fn mantissa(self) -> i64 {
        self.mantissa
    }

    /// Digits behind the point.
    #[inline]
    #[must_use]
    pub const fn places(self) -> Places {
        self.places
    }
}

/// All places, never rounded: `123.4500`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Fixed::<i64, 0>(self.mantissa).with_places(f, self.places.0.into())
    }
}

impl From<Decimal> for Value<'_> {
    fn from(Decimal { mantissa, places }: Decimal) -> Self {
        Self::Decimal { mantissa: mantissa.into(), places: places.0.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_at_every_scale() {
        let shown = |mantissa, places| Decimal::new(mantissa, Places::new(places).unwrap()).to_string();
        assert_eq!(shown(1_234_500, 4), "123.4500");
        assert_eq!(shown(-5, 6), "-0.000005");
        assert_eq!(shown(7, 0), "7");
        assert_eq!(shown(i64::MIN, Places::MOST), "-9.223372036854775808");
        assert_eq!(Places::new(Places::MOST + 1), None);
    }
}
