//! NYSE Pillar Integrated Feed 2.5 (NYSE, Arca, American, National, Texas): every order of the book, little-endian.
//!
//! Section names are those of the "XDP Integrated Feed Client Specification" and the "XDP Common Client
//! Specification". A message's `source_time_ns` counts nanoseconds within the second of the last
//! [`SourceTimeReference`] of its channel, unless it brings `source_time` itself. Prices are integers in a unit that
//! each security has for itself: [`PriceScales`] learns it from the [`SymbolIndexMapping`]s, and makes them decimals.
//! Shown alone, a price is the integer on the wire.

mod auctions;
mod control;
mod orders;
mod price;
mod reference;
mod requests;
mod trades;

#[cfg(test)]
mod tests;

pub use auctions::{Imbalance, RetailPriceImprovement, StockSummary};
pub use control::{MessageUnavailable, RefreshHeader, SequenceNumberReset, SourceTimeReference};
pub use orders::{AddOrder, AddOrderRefresh, DeleteOrder, ModifyOrder, OrderExecution, ReplaceOrder};
pub use price::{NoScale, Price, PriceScales};
pub use reference::{SecurityStatus, SymbolClear, SymbolIndexMapping};
pub use requests::{
    HeartbeatResponse, RefreshRequest, RequestResponse, RetransmissionRequest, SymbolIndexMappingRequest,
};
pub use trades::{CrossCorrection, CrossTrade, NonDisplayedTrade, TradeCancel};

use super::{Unread, message::numbered};

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
    SequenceNumberReset SourceTimeReference SymbolIndexMapping
    RetransmissionRequest RequestResponse HeartbeatResponse SymbolIndexMappingRequest RefreshRequest
    MessageUnavailable SymbolClear SecurityStatus RefreshHeader
    AddOrder ModifyOrder DeleteOrder OrderExecution ReplaceOrder Imbalance AddOrderRefresh
    NonDisplayedTrade CrossTrade TradeCancel CrossCorrection RetailPriceImprovement StockSummary
}
