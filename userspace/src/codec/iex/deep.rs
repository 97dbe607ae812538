//! IEX DEEP 1.0 (specification 1.08): price levels, trades and auctions of one exchange.
//!
//! Section names are those of the "Investors Exchange DEEP Specification".

pub use super::{
    administrative::{
        OperationalHaltStatus, RetailLiquidityIndicator, SecurityDirectory, SecurityEvent,
        ShortSalePriceTestStatus, SystemEvent, TradingStatus,
    },
    auction::AuctionInformation,
    flags::{EventFlags, SaleConditionFlags, SecurityDirectoryFlags},
    trades::{OfficialPrice, TradeBreak, TradeReport},
};

use crate::codec::{field::Fixed, layout::layouts, message::messages};

/// A price in dollars with four places (section "Data Types").
pub type Price = Fixed<i64, 4>;

layouts! {
    first message_type a1 "The message's type.";

    /// A bid level has a new size ("Price Level Update Message").
    "8" 30 price_level_buy_update PriceLevelBuyUpdate {
        1 event_flags EventFlags "Whether the book is whole again."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
        10 symbol a8 "The symbol."
        18 size u32le "Shares quoted at the price now; 0 removes the level."
        22 price i64le/10000 "The level."
    }

    /// An ask level has a new size ("Price Level Update Message").
    "5" 30 price_level_sell_update PriceLevelSellUpdate {
        1 event_flags EventFlags "Whether the book is whole again."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
        10 symbol a8 "The symbol."
        18 size u32le "Shares quoted at the price now; 0 removes the level."
        22 price i64le/10000 "The level."
    }
}

messages! {
    common timestamp i64, "Nanoseconds since 1970 UTC.";
    SystemEvent SecurityDirectory TradingStatus RetailLiquidityIndicator OperationalHaltStatus
    ShortSalePriceTestStatus SecurityEvent
    PriceLevelBuyUpdate PriceLevelSellUpdate TradeReport OfficialPrice TradeBreak
    AuctionInformation
}
