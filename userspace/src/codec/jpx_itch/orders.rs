//! The life of an order.

use crate::codec::layout::layouts;

layouts! {
    first message_type a1 "The message's type.";

    /// An order enters the book, its owner unnamed ("Add Order").
    "A" 37 add_order_no_mpid AddOrder {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 order_id u64be "The order: unique for its order book and side."
        13 order_book_id u32be "The order book."
        17 side a1 "`B` buy, `S` sell."
        18 order_book_position u32be "Its place in the book, 1 the best of its side."
        22 quantity u64be "Quantity displayed."
        30 price i32be "Limit price, in units of the order book's decimals_in_price."
        34 order_attributes u16le "Attributes of the order, as bits."
        36 lot_type u8 "0 undefined, 1 odd lot, 2 round lot, 3 block lot, 4 all or none."
    }

    /// An order enters the book under its owner's name ("Add Order").
    "F" 44 add_order_with_mpid AddOrderAttributed {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 order_id u64be "The order: unique for its order book and side."
        13 order_book_id u32be "The order book."
        17 side a1 "`B` buy, `S` sell."
        18 order_book_position u32be "Its place in the book, 1 the best of its side."
        22 quantity u64be "Quantity displayed."
        30 price i32be "Limit price, in units of the order book's decimals_in_price."
        34 order_attributes u16le "Attributes of the order, as bits."
        36 lot_type u8 "0 undefined, 1 odd lot, 2 round lot, 3 block lot, 4 all or none."
        37 participant_id a7 "The owner."
    }

    /// An order is executed in part or whole at its price ("Order Executed").
    "E" 52 order_executed OrderExecuted {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 order_id u64be "The order: unique for its order book and side."
        13 order_book_id u32be "The order book."
        17 side a1 "`B` buy, `S` sell."
        18 executed_quantity u64be "Quantity executed: take it off the order."
        26 match_id u64be "Number of the match."
        34 combo_group_id u32be "Matches of one combination have the same; 0 if it is of none."
        38 participant_id_owner a7 "The order's owner; blank where it is not told."
        45 participant_id_counterparty a7 "The other side; blank where it is not told."
    }

    /// An order is executed at another price than its own ("Order Executed With Price").
    "C" 58 order_executed_with_price OrderExecutedWithPrice {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 order_id u64be "The order: unique for its order book and side."
        13 order_book_id u32be "The order book."
        17 side a1 "`B` buy, `S` sell."
        18 executed_quantity u64be "Quantity executed: take it off the order."
        26 match_id u64be "Number of the match."
        34 combo_group_id u32be "Matches of one combination have the same; 0 if it is of none."
        38 owner_participant_id a7 "The order's owner; blank where it is not told."
        45 counterparty_participant_id a7 "The other side; blank where it is not told."
        52 trade_price i32be "Price of the execution, in units of the order book's decimals_in_price."
        56 occurred_at_cross a1 "`Y` in an auction, `N` not."
        57 printable a1 "`Y` counts in volume, `N` does not."
    }

    /// An order has a new quantity, price or place, under the same number ("Order Replace").
    "U" 36 order_replace OrderReplace {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 order_id u64be "The order: unique for its order book and side."
        13 order_book_id u32be "The order book."
        17 side a1 "`B` buy, `S` sell."
        18 new_orderbook_position u32be "Its new place in the book, 1 the best of its side."
        22 quantity u64be "Quantity now."
        30 price i32be "Limit price now, in units of the order book's decimals_in_price."
        34 order_attributes u16le "Attributes of the order, as bits."
    }

    /// An order leaves the book ("Order Delete").
    "D" 18 order_delete OrderDelete {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 order_id u64be "The order: unique for its order book and side."
        13 order_book_id u32be "The order book."
        17 side a1 "`B` buy, `S` sell."
    }
}
