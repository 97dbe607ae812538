//! Trades and official prices (section "Trading Message Formats").

use super::flags::SaleConditionFlags;
use crate::codec::layout::layouts;

layouts! {
    first message_type a1 "The message's type.";

    /// A trade; in DEEP+ one with an order that was not displayed ("Trade Report Message", DEEP+ "Trade Message").
    "T" 38 trade_report TradeReport {
        1 sale_condition_flags SaleConditionFlags "Conditions of the sale."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
        10 symbol a8 "The symbol."
        18 size u32le "Shares traded."
        22 price i64le/10000 "Price of the trade."
        30 trade_id u64le "Number of the trade, unique for the day."
    }

    /// A listed security's official price ("Official Price Message").
    "X" 26 official_price OfficialPrice {
        1 price_type a1 "`Q` opening, `M` closing."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
        10 symbol a8 "The symbol."
        18 official_price i64le/10000 "The price."
    }

    /// A trade is undone ("Trade Break Message").
    "B" 38 trade_break TradeBreak {
        1 sale_condition_flags SaleConditionFlags "Conditions of the sale."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
        10 symbol a8 "The symbol."
        18 size u32le "Shares of the trade."
        22 price i64le/10000 "Price of the trade."
        30 trade_id u64le "The trade that is undone."
    }
}
