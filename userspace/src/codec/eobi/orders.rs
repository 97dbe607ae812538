//! The life of an order.

use super::field::{Code, Delta, Id, Number, Price, Quantity, Time};
use crate::codec::layout::templates;

templates! {
    type u16;
    head {
        0 body_len u16le "Bytes of the message."
        2 template_id u16le "The message's type."
        4 msg_seq_num Number "Number of the message in its product, or in its snapshot cycle."
    }

    /// An order enters the book.
    13100 56 order_add OrderAdd {
        8 request_time Time "When the request reached the gateway, nanoseconds since 1970 UTC."
        16 security_id Id "The instrument."
        24 trd_reg_ts_time_priority Time "The order's time priority, nanoseconds since 1970 UTC: with side and instrument, its identity."
        32 display_qty Quantity "Quantity displayed."
        40 side Code "1 buy, 2 sell."
        41 ord_type Code "1 market order; absent for limit orders."
        42 hhi_indicator Delta "HHI indicator of the order; -1 not updated."
        43 pad_1 x5 "Padding."
        48 price Price "Limit price; absent for market orders."
    }

    /// An order changes and loses its time priority.
    13101 88 order_modify OrderModify {
        8 request_time Time "When the request reached the gateway, nanoseconds since 1970 UTC."
        16 trd_reg_ts_prev_time_priority Time "The time priority it had before, nanoseconds since 1970 UTC."
        24 prev_price Price "Limit price before."
        32 prev_display_qty Quantity "Quantity displayed before."
        40 security_id Id "The instrument."
        48 trd_reg_ts_time_priority Time "The order's time priority, nanoseconds since 1970 UTC: with side and instrument, its identity."
        56 display_qty Quantity "Quantity displayed."
        64 side Code "1 buy, 2 sell."
        65 ord_type Code "1 market order; absent for limit orders."
        66 hhi_indicator Delta "HHI indicator of the order; -1 not updated."
        67 pad_1 x5 "Padding."
        72 price Price "Limit price; absent for market orders."
        80 prev_price_hhi_indicator Delta "HHI indicator at the price before; -1 not updated."
        81 pad7 x7 "Padding."
    }

    /// An order leaves the book.
    13102 64 order_delete OrderDelete {
        8 request_time Time "When the request reached the gateway, nanoseconds since 1970 UTC."
        16 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        24 security_id Id "The instrument."
        32 trd_reg_ts_time_priority Time "The order's time priority, nanoseconds since 1970 UTC: with side and instrument, its identity."
        40 display_qty Quantity "Quantity displayed."
        48 side Code "1 buy, 2 sell."
        49 ord_type Code "1 market order; absent for limit orders."
        50 hhi_indicator Delta "HHI indicator of the order; -1 not updated."
        51 pad_1 x5 "Padding."
        56 price Price "Limit price; absent for market orders."
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
        11 hhi_indicator Delta "HHI indicator of the order; -1 not updated."
        12 trd_match_id Number "Number of the match, unique in the product for the day."
        16 price Price "Limit price; absent for market orders."
        24 trd_reg_ts_time_priority Time "The order's time priority, nanoseconds since 1970 UTC: with side and instrument, its identity."
        32 security_id Id "The instrument."
        40 last_qty Quantity "Quantity traded, or of the request."
        48 last_px Price "Price of the trade."
    }

    /// An order is executed in part.
    13105 56 partial_order_execution PartialOrderExecution {
        8 side Code "1 buy, 2 sell."
        9 ord_type Code "1 market order; absent for limit orders."
        10 algorithmic_trade_indicator Code "1 an algorithm took part."
        11 hhi_indicator Delta "HHI indicator of the order; -1 not updated."
        12 trd_match_id Number "Number of the match, unique in the product for the day."
        16 price Price "Limit price; absent for market orders."
        24 trd_reg_ts_time_priority Time "The order's time priority, nanoseconds since 1970 UTC: with side and instrument, its identity."
        32 security_id Id "The instrument."
        40 last_qty Quantity "Quantity traded, or of the request."
        48 last_px Price "Price of the trade."
    }

    /// An order changes and keeps its time priority.
    13106 72 order_modify_same_prio OrderModifySamePrio {
        8 request_time Time "When the request reached the gateway, nanoseconds since 1970 UTC."
        16 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        24 prev_display_qty Quantity "Quantity displayed before."
        32 security_id Id "The instrument."
        40 trd_reg_ts_time_priority Time "The order's time priority, nanoseconds since 1970 UTC: with side and instrument, its identity."
        48 display_qty Quantity "Quantity displayed."
        56 side Code "1 buy, 2 sell."
        57 ord_type Code "1 market order; absent for limit orders."
        58 hhi_indicator Delta "HHI indicator of the order; -1 not updated."
        59 pad_1 x5 "Padding."
        64 price Price "Limit price; absent for market orders."
    }

    /// An order in a snapshot.
    13602 40 snapshot_order SnapshotOrder {
        8 trd_reg_ts_time_priority Time "The order's time priority, nanoseconds since 1970 UTC: with side and instrument, its identity."
        16 display_qty Quantity "Quantity displayed."
        24 side Code "1 buy, 2 sell."
        25 ord_type Code "1 market order; absent for limit orders."
        26 hhi_indicator Delta "HHI indicator of the order; -1 not updated."
        27 pad_1 x5 "Padding."
        32 price Price "Limit price; absent for market orders."
    }
}
