//! HKEX OMD-C (Orion Market Data, securities) FullTick 1.45: every order of the book, little-endian.
//!
//! Names are those of the "OMD-C Binary Protocol" interface specification. Times are nanoseconds since 1970 UTC, prices
//! have three places. Security definitions (11) and liquidity providers (13) are not read: they are unknown types.

mod orders;
mod session;
mod trades;

#[cfg(test)]
mod tests;

pub use orders::{AddOrder, DeleteOrder, ModifyOrder};
pub use session::{
    CurrencyRate, DisasterRecoverySignal, MarketDefinition, SecurityStatus, SequenceReset,
    TradingSessionStatus, VcmTrigger,
};
pub use trades::{IndicativeEquilibriumPrice, OrderImbalance, ReferencePrice, Trade, TradeCancel};

use super::{Unread, field::Fixed, message::numbered};

/// A price with three places.
pub type Price = Fixed<i32, 3>;

/// The type, which stands behind the size.
#[inline]
fn message_type(message: &[u8]) -> Result<u16, Unread> {
    match *message {
        [_, _, low, high, ..] => Ok(u16::from_le_bytes([low, high])),
        [] => Err(Unread::Empty),
        _ => Err(Unread::Short),
    }
}

numbered! {
    type of message_type;
    SequenceReset DisasterRecoverySignal MarketDefinition CurrencyRate TradingSessionStatus SecurityStatus VcmTrigger
    AddOrder ModifyOrder DeleteOrder
    Trade TradeCancel IndicativeEquilibriumPrice ReferencePrice OrderImbalance
}
