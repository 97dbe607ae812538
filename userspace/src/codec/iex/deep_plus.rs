//! IEX DEEP+ 1.0 (specification 1.04): every displayed order of one exchange, and trades.
//!
//! Section names are those of the "Investors Exchange DEEP+ Specification".

pub use super::{
    administrative::{
        OperationalHaltStatus, RetailLiquidityIndicator, SecurityDirectory, SecurityEvent,
        ShortSalePriceTestStatus, SystemEvent, TradingStatus,
    },
    deep::Price,
    flags::{ModifyFlags, SaleConditionFlags, SecurityDirectoryFlags},
    trades::{TradeBreak, TradeReport},
};

use crate::codec::{layout::layouts, message::messages};

layouts! {
    first message_type a1 "The message's type.";

    /// An order enters the book ("Add Order Message").
    "a" 38 add_order AddOrder {
        1 side a1 "`8` buy, `5` sell."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
        10 symbol a8 "The symbol."
        18 order_id u64le "The order's number, unique for the day."
        26 size u32le "Shares displayed."
        30 price i64le/10000 "Limit price."
    }

    /// An order has a new size or price ("Order Modify Message").
    "M" 38 order_modify OrderModify {
        1 modify_flags ModifyFlags "Whether it keeps its place."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
        10 symbol a8 "The symbol."
        18 order_id_reference u64le "The order."
        26 size u32le "Shares displayed now."
        30 price i64le/10000 "Limit price now."
    }

    /// An order leaves the book ("Order Delete Message").
    "R" 26 order_delete OrderDelete {
        1 reserved_1 x1 "Reserved."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
        10 symbol a8 "The symbol."
        18 order_id_reference u64le "The order."
    }

    /// A displayed order is executed in part or whole ("Order Executed Message").
    "L" 46 order_executed OrderExecuted {
        1 sale_condition_flags SaleConditionFlags "Conditions of the sale."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
        10 symbol a8 "The symbol."
        18 order_id_reference u64le "The order."
        26 size u32le "Shares executed: take them off the order."
        30 price i64le/10000 "Price of the execution."
        38 trade_id u64le "Number of the trade, unique for the day."
    }

    /// Every order of a security leaves the book ("Clear Book Message").
    "C" 18 clear_book ClearBook {
        1 reserved_1 x1 "Reserved."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
        10 symbol a8 "The symbol."
    }
}

messages! {
    common timestamp i64, "Nanoseconds since 1970 UTC.";
    SystemEvent SecurityDirectory TradingStatus RetailLiquidityIndicator OperationalHaltStatus
    ShortSalePriceTestStatus SecurityEvent
    AddOrder OrderModify OrderDelete OrderExecuted TradeReport TradeBreak ClearBook
}
