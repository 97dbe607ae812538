//! The life of an order.

use crate::codec::eobi::field::{Code, Id, Lots, Number, Price, Time};
use crate::codec::layout::templates;

templates! {
    type u16;
    head {
        0 body_len u16le "Bytes of the message."
        2 template_id u16le "The message's type."
        4 msg_seq_num Number "Number of the message in its product, or in its snapshot cycle."
    }

    /// An order enters the book.
    13100 48 order_add OrderAdd {
        8 trd_reg_ts_time_in Time "When the request reached the gateway, nanoseconds since 1970 UTC."
        16 security_id Id "The instrument."
        24 trd_reg_ts_time_priority Time "The order's time priority, nanoseconds since 1970 UTC: with side and instrument, its identity."
        32 display_qty Lots "Quantity displayed."
        36 side Code "1 buy, 2 sell."
        37 ord_type Code "1 market order; absent for limit orders."
        38 pad2 x2 "Padding."
        40 price Price "Limit price; absent for market orders."
    }

    /// An order changes and loses its time priority.
    13101 72 order_modify OrderModify {
        8 trd_reg_ts_time_in Time "When the request reached the gateway, nanoseconds since 1970 UTC."
        16 trd_reg_ts_prev_time_priority Time "The time priority it had before, nanoseconds since 1970 UTC."
        24 prev_price Price "Limit price before."
        32 prev_display_qty Lots "Quantity displayed before."
        36 pad4 x4 "Padding."
        40 security_id Id "The instrument."
        48 trd_reg_ts_time_priority Time "The order's time priority, nanoseconds since 1970 UTC: with side and instrument, its identity."
        56 display_qty Lots "Quantity displayed."
        60 side Code "1 buy, 2 sell."
        61 ord_type Code "1 market order; absent for limit orders."
        62 pad2 x2 "Padding."
        64 price Price "Limit price; absent for market orders."
    }

    /// An order leaves the book.
    13102 56 order_delete OrderDelete {
        8 trd_reg_ts_time_in Time "When the request reached the gateway, nanoseconds since 1970 UTC."
        16 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        24 security_id Id "The instrument."
        32 trd_reg_ts_time_priority Time "The order's time priority, nanoseconds since 1970 UTC: with side and instrument, its identity."
        40 display_qty Lots "Quantity displayed."
        44 side Code "1 buy, 2 sell."
        45 ord_type Code "1 market order; absent for limit orders."
        46 pad2 x2 "Padding."
        48 price Price "Limit price; absent for market orders."
    }

    /// All orders of an instrument leave the book.
    13103 24 order_mass_delete OrderMassDelete {
        8 security_id Id "The instrument."
        16 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
    }

    /// An order is executed wholly, and leaves the book.
    13104 56 full_order_execution FullOrderExecution {
        8 side Code "1 buy, 2 sell."
        9 ord_type Code "1 market order; absent for limit orders."
        10 algorithmic_trade_indicator Code "1 an algorithm took part."
        11 pad_1 x5 "Padding."
        16 price Price "Limit price; absent for market orders."
        24 trd_reg_ts_time_priority Time "The order's time priority, nanoseconds since 1970 UTC: with side and instrument, its identity."
        32 security_id Id "The instrument."
        40 trd_match_id Number "Number of the match, unique in the product for the day."
        44 last_qty Lots "Quantity traded, or of the request."
        48 last_px Price "Price of the trade."
    }

    /// An order is executed in part.
    13105 56 partial_order_execution PartialOrderExecution {
        8 side Code "1 buy, 2 sell."
        9 ord_type Code "1 market order; absent for limit orders."
        10 algorithmic_trade_indicator Code "1 an algorithm took part."
        11 pad_1 x5 "Padding."
        16 price Price "Limit price; absent for market orders."
        24 trd_reg_ts_time_priority Time "The order's time priority, nanoseconds since 1970 UTC: with side and instrument, its identity."
        32 security_id Id "The instrument."
        40 trd_match_id Number "Number of the match, unique in the product for the day."
        44 last_qty Lots "Quantity traded, or of the request."
        48 last_px Price "Price of the trade."
    }

    /// An order changes and keeps its time priority.
    13106 64 order_modify_same_prio OrderModifySamePrio {
        8 trd_reg_ts_time_in Time "When the request reached the gateway, nanoseconds since 1970 UTC."
        16 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        24 prev_display_qty Lots "Quantity displayed before."
        28 pad4 x4 "Padding."
        32 security_id Id "The instrument."
        40 trd_reg_ts_time_priority Time "The order's time priority, nanoseconds since 1970 UTC: with side and instrument, its identity."
        48 display_qty Lots "Quantity displayed."
        52 side Code "1 buy, 2 sell."
        53 ord_type Code "1 market order; absent for limit orders."
        54 pad2 x2 "Padding."
        56 price Price "Limit price; absent for market orders."
    }

    /// An order in a snapshot.
    13602 32 snapshot_order SnapshotOrder {
        8 trd_reg_ts_time_priority Time "The order's time priority, nanoseconds since 1970 UTC: with side and instrument, its identity."
        16 display_qty Lots "Quantity displayed."
        20 side Code "1 buy, 2 sell."
        21 ord_type Code "1 market order; absent for limit orders."
        22 pad2 x2 "Padding."
        24 price Price "Limit price; absent for market orders."
    }
}
