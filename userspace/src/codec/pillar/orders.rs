//! Orders of the book and what becomes of them.

use super::Price;
use crate::codec::layout::templates;

templates! {
    type u16;
    head {
        0 message_size u16le "Bytes of the message, these included."
        2 message_type u16le "The message's type."
    }

    /// An order enters the book ("Add Order").
    100 39 add_order AddOrder {
        4 source_time_ns u32le "And nanoseconds."
        8 symbol_index u32le "The security: see [`SymbolIndexMapping`](super::SymbolIndexMapping)."
        12 symbol_seq_num u32le "Number of the message among those of its security."
        16 order_id u64le "The order, unique for the day in its system."
        24 price Price "In the unit of the security."
        28 volume u32le "Shares."
        32 side a1 "`B` buy, `S` sell."
        33 firm_id a5 "The firm the order is attributed to; blank if to none."
        38 reserved_1 x1 "Reserved."
    }

    /// An order has a new price or volume ("Modify Order").
    101 35 modify_order ModifyOrder {
        4 source_time_ns u32le "And nanoseconds."
        8 symbol_index u32le "The security: see [`SymbolIndexMapping`](super::SymbolIndexMapping)."
        12 symbol_seq_num u32le "Number of the message among those of its security."
        16 order_id u64le "The order, unique for the day in its system."
        24 price Price "The price it has now, in the unit of the security."
        28 volume u32le "Shares it has now."
        32 position_change u8 "0 the order keeps its place in the book, 1 it loses it."
        33 side a1 "`B` buy, `S` sell."
        34 reserved_1 x1 "Reserved."
    }

    /// An order leaves the book ("Delete Order").
    102 25 delete_order DeleteOrder {
        4 source_time_ns u32le "And nanoseconds."
        8 symbol_index u32le "The security: see [`SymbolIndexMapping`](super::SymbolIndexMapping)."
        12 symbol_seq_num u32le "Number of the message among those of its security."
        16 order_id u64le "The order, unique for the day in its system."
        24 reserved_1 x1 "Reserved."
    }

    /// An order trades ("Order Execution").
    103 42 order_execution OrderExecution {
        4 source_time_ns u32le "And nanoseconds."
        8 symbol_index u32le "The security: see [`SymbolIndexMapping`](super::SymbolIndexMapping)."
        12 symbol_seq_num u32le "Number of the message among those of its security."
        16 order_id u64le "The order, unique for the day in its system."
        24 trade_id u32le "The trade, unique for the day in its system."
        28 price Price "Price of the execution, in the unit of the security."
        32 volume u32le "Shares executed: the order has as many less."
        36 printable_flag u8 "0 not printed to the SIP, 1 printed."
        37 reserved_1 x1 "Reserved."
        38 trade_cond_1 a1 "`@` regular sale, `C` cash (Texas)."
        39 trade_cond_2 a1 "`F` intermarket sweep order, `O` opening trade, `5` reopening trade, `6` closing trade (Arca, American, NYSE), `7` qualified contingent trade (Texas); blank if none."
        40 trade_cond_3 a1 "`T` extended hours, `U` extended hours and sold out of sequence, `Z` sold; blank if none."
        41 trade_cond_4 a1 "`I` odd lot, `V` contingent trade (Texas); blank if none."
    }

    /// An order takes the place of another ("Replace Order").
    104 42 replace_order ReplaceOrder {
        4 source_time_ns u32le "And nanoseconds."
        8 symbol_index u32le "The security: see [`SymbolIndexMapping`](super::SymbolIndexMapping)."
        12 symbol_seq_num u32le "Number of the message among those of its security."
        16 order_id u64le "The order that is gone."
        24 new_order_id u64le "The order in its place."
        32 price Price "In the unit of the security."
        36 volume u32le "Shares."
        40 side a1 "`B` buy, `S` sell."
        41 reserved_1 x1 "Reserved."
    }

    /// An order that is in the book, told in a refresh ("Add Order Refresh").
    106 43 add_order_refresh AddOrderRefresh {
        4 source_time u32le "When it happened at the exchange, seconds since 1970 UTC."
        8 source_time_ns u32le "And nanoseconds."
        12 symbol_index u32le "The security: see [`SymbolIndexMapping`](super::SymbolIndexMapping)."
        16 symbol_seq_num u32le "Number of the message among those of its security."
        20 order_id u64le "The order, unique for the day in its system."
        28 price Price "In the unit of the security."
        32 volume u32le "Shares."
        36 side a1 "`B` buy, `S` sell."
        37 firm_id a5 "The firm the order is attributed to; blank if to none."
        42 reserved_1 x1 "Reserved."
    }
}
