//! Denominator codes: how many places a price has.

use crate::codec::{
    Fields, Value,
    decimal::{Decimal, Places},
};

/// Places that a denominator code stands for: `A` one to `H` eight, `I` none (appendix "Denominator Codes").
#[must_use]
pub const fn places(code: u8) -> Option<Places> {
    match code {
        b'A'..=b'H' => Places::new(code - b'A' + 1),
        b'I' => Places::new(0),
        _ => None,
    }
}

/// Shows prices as decimals: each with the last code in front of it, which is its own. With a code that is none,
/// they stay integers.
pub(super) struct Scaling<'a> {
    to: &'a mut dyn Fields,
    places: Option<Places>,
}

impl<'a> Scaling<'a> {
    pub(super) fn new(to: &'a mut dyn Fields) -> Self {
        Self { to, places: None }
    }

    fn scaled(&self, number: i64) -> Option<Decimal> {
        Some(Decimal::new(number, self.places?))
    }
}

/// Whether a field is in units of the code in front of it.
fn is_price(name: &str) -> bool {
    name.ends_with("price") || name.ends_with("index_value") || name == "net_change"
}

impl Fields for Scaling<'_> {
    fn field(&mut self, name: &'static str, value: Value<'_>) {
        let scaled = match value {
            Value::Character(code) if name.ends_with("denominator_code") => {
                self.places = places(code);
                None
            }
            Value::Unsigned(number) if is_price(name) => {
                i64::try_from(number).ok().and_then(|number| self.scaled(number))
            }
            Value::Signed(number) if is_price(name) => self.scaled(number),
            _ => None,
        };
        self.to.field(name, scaled.map_or(value, Value::from));
    }

    fn begin_entry(&mut self, name: &'static str) {
        self.to.begin_entry(name);
    }

    fn end_entry(&mut self) {
        self.to.end_entry();
    }
}
