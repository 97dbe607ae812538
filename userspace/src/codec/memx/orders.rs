//! Orders on the book.

use super::HEADER_LEN;
use crate::codec::sbe::views;

views! {
    header HEADER_LEN;

    /// An order is on the book ("Order Added").
    10 31 order_added OrderAdded {
        0 timestamp u64be "Nanoseconds since 1970 UTC."
        8 security_id u16be "The security."
        10 order_id u64be "Number of the order, for the day."
        18 side a1 "`B` buy, `S` sell."
        19 quantity u32be "Shares shown."
        23 price i64be/1_000_000 "Price of the order."
    }

    /// An order is off the book ("Order Deleted").
    11 18 order_deleted OrderDeleted {
        0 timestamp u64be "Nanoseconds since 1970 UTC."
        8 security_id u16be "The security."
        10 order_id u64be "The order."
    }

    /// An order has fewer shares, and keeps its priority ("Order Reduced").
    12 22 order_reduced OrderReduced {
        0 timestamp u64be "Nanoseconds since 1970 UTC."
        8 security_id u16be "The security."
        10 order_id u64be "The order."
        18 quantity u32be "Shares of the reduction. Whether those taken off or those left, no capture at hand tells."
    }

    /// An order was executed, in part or as a whole ("Order Executed").
    13 38 order_executed OrderExecuted {
        0 timestamp u64be "Nanoseconds since 1970 UTC."
        8 security_id u16be "The security."
        10 order_id u64be "The order."
        18 trade_id u64be "Number of the trade, for the day."
        26 quantity u32be "Shares executed."
        30 price i64be/1_000_000 "Price of the trade."
    }
}
