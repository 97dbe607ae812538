//! Trades with orders that the book does not show.

use crate::codec::layout::templates;

templates! {
    type u8;
    head {
        0 message_length u8 "Bytes of the message, this one included."
        1 message_type u8 "The message's type."
    }

    /// A hidden order trades ("Trade", long).
    0x2A 41 trade_long TradeLong {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
        6 order_id u64le "A number of its own: the order was never shown."
        14 side_indicator a1 "`B` buy order, `S` sell order."
        15 quantity u32le "Shares traded."
        19 symbol a6 "The symbol."
        25 price u64le/10000 "Price of the trade."
        33 execution_id u64le "The execution, unique for the day."
    }

    /// A hidden order trades ("Trade", short).
    0x2B 33 trade_short TradeShort {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
        6 order_id u64le "A number of its own: the order was never shown."
        14 side_indicator a1 "`B` buy order, `S` sell order."
        15 quantity u16le "Shares traded."
        17 symbol a6 "The symbol."
        23 price u16le/100 "Price of the trade."
        25 execution_id u64le "The execution, unique for the day."
    }

    /// A hidden order trades, of a long symbol ("Trade", expanded).
    0x30 43 trade_expanded TradeExpanded {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
        6 order_id u64le "A number of its own: the order was never shown."
        14 side_indicator a1 "`B` buy order, `S` sell order."
        15 quantity u32le "Shares traded."
        19 symbol a8 "The symbol."
        27 price u64le/10000 "Price of the trade."
        35 execution_id u64le "The execution, unique for the day."
    }

    /// An execution is undone; the book stays as it is ("Trade Break").
    0x2C 14 trade_break TradeBreak {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
        6 execution_id u64le "The execution that is undone."
    }
}
