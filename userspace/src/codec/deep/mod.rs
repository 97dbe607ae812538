//! IEX DEEP 1.0 (specification 1.08): price levels, trades and auctions of one exchange, little-endian.
//!
//! Section names are those of the "Investors Exchange DEEP Specification". Timestamps are nanoseconds since 1970 UTC,
//! prices have four places. The exchange may lengthen messages and add types at any time: longer ones are read by
//! their known fields, unknown ones are skipped.

mod administrative;
mod auction;
mod flags;
mod trading;

#[cfg(test)]
mod tests;

pub use administrative::{
    OperationalHaltStatus, RetailLiquidityIndicator, SecurityDirectory, SecurityEvent,
    ShortSalePriceTestStatus, SystemEvent, TradingStatus,
};
pub use auction::AuctionInformation;
pub use flags::{EventFlags, SaleConditionFlags, SecurityDirectoryFlags};
pub use trading::{OfficialPrice, PriceLevelBuyUpdate, PriceLevelSellUpdate, TradeBreak, TradeReport};

use super::{field::Fixed, message::messages};

/// A price in dollars with four places (section "Data Types").
pub type Price = Fixed<i64, 4>;

messages! {
    common timestamp i64, "Nanoseconds since 1970 UTC.";
    SystemEvent SecurityDirectory TradingStatus RetailLiquidityIndicator OperationalHaltStatus
    ShortSalePriceTestStatus SecurityEvent
    PriceLevelBuyUpdate PriceLevelSellUpdate TradeReport OfficialPrice TradeBreak
    AuctionInformation
}
