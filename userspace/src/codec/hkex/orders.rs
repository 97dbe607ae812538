//! The life of an order.

use crate::codec::layout::templates;

templates! {
    type u16;
    head {
        0 msg_size u16le "Bytes of the message."
        2 msg_type u16le "The message's type."
    }

    /// An order enters the book.
    30 32 add_order AddOrder {
        4 security_code u32le "The security."
        8 order_id u64le "The order's number."
        16 price i32le/1000 "Limit price."
        20 quantity u32le "Quantity."
        24 side u16le "0 bid, 1 offer."
        26 order_type a1 "`1` market, `2` limit."
        27 filler_1 x1 "Padding."
        28 order_book_position i32le "Place at its price; what is there before moves back."
    }

    /// An order has a new quantity.
    31 28 modify_order ModifyOrder {
        4 security_code u32le "The security."
        8 order_id u64le "The order's number."
        16 quantity u32le "Quantity."
        20 side u16le "0 bid, 1 offer."
        22 filler_2 x2 "Padding."
        24 order_book_position i32le "Place at its price; what is there before moves back."
    }

    /// An order leaves the book.
    32 20 delete_order DeleteOrder {
        4 security_code u32le "The security."
        8 order_id u64le "The order's number."
        16 side u16le "0 bid, 1 offer."
        18 filler_2 x2 "Padding."
    }
}
