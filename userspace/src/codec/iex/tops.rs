//! IEX TOPS 1.6 (specification 1.66): best bid and offer, trades and auctions of one exchange.
//!
//! Section names are those of the "Investors Exchange TOPS Specification".

pub use super::{
    administrative::{
        OperationalHaltStatus, RetailLiquidityIndicator, SecurityDirectory, ShortSalePriceTestStatus,
        SystemEvent, TradingStatus,
    },
    auction::AuctionInformation,
    deep::Price,
    flags::{QuoteUpdateFlags, SaleConditionFlags, SecurityDirectoryFlags},
    trades::{OfficialPrice, TradeBreak, TradeReport},
};

use crate::codec::{layout::layouts, message::messages};

layouts! {
    first message_type a1 "The message's type.";

    /// IEX's best bid and offer are new ("Quote Update Message").
    "Q" 42 quote_update QuoteUpdate {
        1 quote_update_flags QuoteUpdateFlags "Whether the security trades, and in which session."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
        10 symbol a8 "The symbol."
        18 bid_size u32le "Shares at the best bid; 0 where there is none."
        22 bid_price i64le/10000 "The best bid; 0 where there is none."
        30 ask_price i64le/10000 "The best offer; 0 where there is none."
        38 ask_size u32le "Shares at the best offer; 0 where there is none."
    }
}

messages! {
    common timestamp i64, "Nanoseconds since 1970 UTC.";
    SystemEvent SecurityDirectory TradingStatus RetailLiquidityIndicator OperationalHaltStatus
    ShortSalePriceTestStatus
    QuoteUpdate TradeReport OfficialPrice TradeBreak
    AuctionInformation
}
