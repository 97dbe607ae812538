//! The life of a displayed order.

use crate::codec::layout::templates;

templates! {
    type u8;
    head {
        0 message_length u8 "Bytes of the message."
        1 message_type u8 "The message's type."
    }

    /// An order enters the book, its owner unnamed.
    0x41 44 add_order AddOrder {
        2 nanosecond u32le "Nanoseconds within the second that the last `Time` message named."
        6 order_id u64le "The order's number, unique for the day."
        14 side a1 "`B` buy, `S` sell."
        15 quantity u32le "Quantity displayed."
        19 instrument_id u32le "The instrument."
        23 reserved_a x1 "Padding."
        24 reserved_b x1 "Padding."
        25 price i64le/100000000 "Limit price."
        33 add_order_flags u8 "Bit 4: market order. Bit 6: private request for quotes."
        34 reserved_10 x10 "Padding."
    }

    /// An order enters the book under its owner's name.
    0x46 45 add_attributed_order AddAttributedOrder {
        2 nanosecond u32le "Nanoseconds within the second that the last `Time` message named."
        6 order_id u64le "The order's number, unique for the day."
        14 side a1 "`B` buy, `S` sell."
        15 quantity u32le "Quantity displayed."
        19 instrument_id u32le "The instrument."
        23 reserved_a x1 "Padding."
        24 reserved_b x1 "Padding."
        25 price i64le/100000000 "Limit price."
        33 attribution a11 "The owner's id."
        44 add_attributed_order_flags u8 "Bit 4: named market order. Bit 5: firm quote."
    }

    /// An order leaves the book.
    0x44 19 order_deleted OrderDeleted {
        2 nanosecond u32le "Nanoseconds within the second that the last `Time` message named."
        6 order_id u64le "The order's number, unique for the day."
        14 order_deleted_flags u8 "Bit 5: firm quote."
        15 instrument_id u32le "The instrument."
    }

    /// An order has a new price or quantity.
    0x55 27 order_modified OrderModified {
        2 nanosecond u32le "Nanoseconds within the second that the last `Time` message named."
        6 order_id u64le "The order's number, unique for the day."
        14 new_quantity u32le "Quantity displayed from now on."
        18 new_price i64le/100000000 "Limit price from now on."
        26 order_modified_flags u8 "Bit 0: the order keeps its priority. Bit 5: firm quote."
    }

    /// All orders of an instrument leave the book.
    0x79 13 order_book_clear OrderBookClear {
        2 nanosecond u32le "Nanoseconds within the second that the last `Time` message named."
        6 instrument_id u32le "The instrument."
        10 reserved_a x1 "Padding."
        11 reserved_b x1 "Padding."
        12 order_book_clear_flags u8 "Bit 5: firm quotes. Bit 6: private request for quotes."
    }

    /// An order is executed at its price.
    0x45 26 order_executed OrderExecuted {
        2 nanosecond u32le "Nanoseconds within the second that the last `Time` message named."
        6 order_id u64le "The order's number, unique for the day."
        14 executed_quantity u32le "Quantity traded."
        18 trade_match_id u64le "Number of the trade."
    }

    /// An order is executed at another price, or has another quantity displayed afterwards.
    0x43 39 order_executed_with_price_size OrderExecutedWithPriceSize {
        2 nanosecond u32le "Nanoseconds within the second that the last `Time` message named."
        6 order_id u64le "The order's number, unique for the day."
        14 executed_quantity u32le "Quantity traded."
        18 display_quantity u32le "Quantity displayed from now on."
        22 trade_match_id u64le "Number of the trade."
        30 printable a1 "`Y` counts in volume, `N` does not."
        31 price i64le/100000000 "Price of the trade."
    }
}
