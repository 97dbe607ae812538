//! ASX 24 ITCH 1.05 of the New Trading Platform (NTP): every order of the Australian futures market, big-endian.
//!
//! Message names are those of the "ASX 24 ITCH Message Specification". A `T` message gives the second, every other one
//! the nanoseconds behind it. Prices are integers: each instrument's directory says what its prices are to be divided by
//! (`price_fractional_denominator`; 1,000,000 in all that were captured), so no scale is fixed on the wire.

mod directories;
mod legs;
mod market;
mod orders;
mod trades;

#[cfg(test)]
mod tests;

pub use directories::{
    BundlesSymbolDirectory, CombinationSymbolDirectory, EndOfBusinessTradeDate, FutureSymbolDirectory,
    OptionsSymbolDirectory, Seconds,
};
pub use legs::{BundleLegs, CombinationLegs, Leg, Legs, TradeType};
pub use market::{
    AnomalousOrderThresholdPublish, EquilibriumPrice, MarketSettlement, OpenHighLowLastTradeAdjustment,
    OrderBookState, RequestForQuote, TextMessage, VolumeAndOpenInterest,
};
pub use orders::{
    AddOrder, AuctionOrderExecuted, CombinationOrderExecuted, ImpliedOrderAdded, ImpliedOrderDeleted,
    ImpliedOrderReplaced, OrderDeleted, OrderExecuted, OrderVolumeCancelled,
};
pub use trades::{CombinationTradeExecuted, TradeCancellation, TradeExecuted};

use super::message::messages;

messages! {
    Seconds EndOfBusinessTradeDate FutureSymbolDirectory OptionsSymbolDirectory CombinationSymbolDirectory
    BundlesSymbolDirectory OrderBookState
    AddOrder OrderVolumeCancelled OrderDeleted OrderExecuted AuctionOrderExecuted CombinationOrderExecuted
    ImpliedOrderAdded ImpliedOrderReplaced ImpliedOrderDeleted
    TradeExecuted CombinationTradeExecuted TradeCancellation
    EquilibriumPrice OpenHighLowLastTradeAdjustment MarketSettlement RequestForQuote
    AnomalousOrderThresholdPublish VolumeAndOpenInterest TextMessage
}
