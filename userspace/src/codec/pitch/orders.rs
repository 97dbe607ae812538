//! Orders of the book and what becomes of them.

use crate::codec::layout::templates;

templates! {
    type u8;
    head {
        0 message_length u8 "Bytes of the message, this one included."
        1 message_type u8 "The message's type."
    }

    /// A visible order enters the book ("Add Order", long).
    0x21 34 add_order_long AddOrderLong {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
        6 order_id u64le "The order, unique for the day."
        14 side_indicator a1 "`B` buy order, `S` sell order."
        15 quantity u32le "Shares."
        19 symbol a6 "The symbol."
        25 price u64le/10000 "Limit price."
        33 add_flags u8 "Bit 0 ([`DISPLAY`](super::DISPLAY)): shown in the exchange's quote."
    }

    /// A visible order enters the book ("Add Order", short).
    0x22 26 add_order_short AddOrderShort {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
        6 order_id u64le "The order, unique for the day."
        14 side_indicator a1 "`B` buy order, `S` sell order."
        15 quantity u16le "Shares."
        17 symbol a6 "The symbol."
        23 price u16le/100 "Limit price."
        25 add_flags u8 "Bit 0 ([`DISPLAY`](super::DISPLAY)): shown in the exchange's quote."
    }

    /// A visible order enters the book, of a long symbol or with its participant ("Add Order", expanded).
    0x2F 41 add_order_expanded AddOrderExpanded {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
        6 order_id u64le "The order, unique for the day."
        14 side_indicator a1 "`B` buy order, `S` sell order."
        15 quantity u32le "Shares."
        19 symbol a8 "The symbol."
        27 price u64le/10000 "Limit price."
        35 add_flags u8 "Bit 0 ([`DISPLAY`](super::DISPLAY)): shown in the exchange's quote."
        36 participant_id a4 "The firm the order is attributed to; blank if to none."
        40 customer_indicator a1 "`N` non-customer, `C` customer, `R` retail priority order."
    }

    /// An order trades at its price ("Order Executed").
    0x23 26 order_executed OrderExecuted {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
        6 order_id u64le "The order in the book."
        14 executed_quantity u32le "Shares executed: the order has as many less."
        18 execution_id u64le "The execution, unique for the day."
    }

    /// An order trades at another price than its own ("Order Executed at Price/Size").
    0x24 38 order_executed_at_price_size OrderExecutedAtPriceSize {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
        6 order_id u64le "The order in the book."
        14 executed_quantity u32le "Shares executed."
        18 remaining_quantity u32le "Shares the order has left; 0: it is gone."
        22 execution_id u64le "The execution, unique for the day."
        30 price u64le/10000 "Price of the execution."
    }

    /// An order becomes smaller ("Reduce Size", long).
    0x25 18 reduce_size_long ReduceSizeLong {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
        6 order_id u64le "The order in the book."
        14 canceled_quantity u32le "Shares taken off the order."
    }

    /// An order becomes smaller ("Reduce Size", short).
    0x26 16 reduce_size_short ReduceSizeShort {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
        6 order_id u64le "The order in the book."
        14 canceled_quantity u16le "Shares taken off the order."
    }

    /// An order has a new quantity and price ("Modify Order", long).
    0x27 27 modify_order_long ModifyOrderLong {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
        6 order_id u64le "The order in the book."
        14 quantity u32le "Shares it has now."
        18 price u64le/10000 "Limit price it has now."
        26 modify_flags u8 "Bit 0 ([`DISPLAY`](super::DISPLAY)): shown in the exchange's quote; bit 1 ([`MAINTAIN_PRIORITY`](super::MAINTAIN_PRIORITY)): the order keeps its priority."
    }

    /// An order has a new quantity and price ("Modify Order", short).
    0x28 19 modify_order_short ModifyOrderShort {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
        6 order_id u64le "The order in the book."
        14 quantity u16le "Shares it has now."
        16 price u16le/100 "Limit price it has now."
        18 modify_flags u8 "Bit 0 ([`DISPLAY`](super::DISPLAY)): shown in the exchange's quote; bit 1 ([`MAINTAIN_PRIORITY`](super::MAINTAIN_PRIORITY)): the order keeps its priority."
    }

    /// An order leaves the book ("Delete Order").
    0x29 14 delete_order DeleteOrder {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
        6 order_id u64le "The order in the book."
    }
}
