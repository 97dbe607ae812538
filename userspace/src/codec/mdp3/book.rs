//! Books: levels and orders that change.

use super::HEADER_LEN;
use crate::codec::sbe::{entries, views};

entries! {
    /// A level of a book changes (up to version 8).
    32 BookEntry32 {
        0 md_entry_px i64le/10_000_000 or null "The price."
        8 md_entry_size i32le or null "The quantity."
        12 security_id i32le "Number of the instrument."
        16 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
        20 number_of_orders i32le or null "Orders in it."
        24 md_price_level u8 "The level, 1 the best."
        25 md_update_action u8 "0 new, 1 change, 2 delete, 3 delete from the best to here, 4 delete from \
            here on, 5 overlay."
        26 md_entry_type a1 "`0` bid, `1` offer, `E` implied bid, `F` implied offer, `J` book reset, `w` \
            market best offer, `x` market best bid."
        27 padding_27 x5 "Padding."
    }

    /// An order of a book changes (versions 7 and 8).
    40 OrderBookEntry43 {
        0 order_id u64le or null "The order."
        8 md_order_priority u64le or null "Its priority: the lower goes first."
        16 md_entry_px i64le/10_000_000 or null "The price."
        24 md_display_qty i32le or null "Its visible quantity."
        28 security_id i32le "Number of the instrument."
        32 md_update_action u8 "0 new, 1 change, 2 delete, 3 delete from the best to here, 4 delete from \
            here on, 5 overlay."
        33 md_entry_type a1 "`0` bid, `1` offer, `E` implied bid, `F` implied offer, `J` book reset, `w` \
            market best offer, `x` market best bid."
        34 padding_34 x6 "Padding."
    }

    /// A level of a book changes.
    32 BookEntry {
        0 md_entry_px i64le/1_000_000_000 or null "The price."
        8 md_entry_size i32le or null "The quantity."
        12 security_id i32le "Number of the instrument."
        16 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
        20 number_of_orders i32le or null "Orders in it."
        24 md_price_level u8 "The level, 1 the best."
        25 md_update_action u8 "0 new, 1 change, 2 delete, 3 delete from the best to here, 4 delete from \
            here on, 5 overlay."
        26 md_entry_type a1 "`0` bid, `1` offer, `E` implied bid, `F` implied offer, `J` book reset, `w` \
            market best offer, `x` market best bid."
        27 tradeable_size i32le or null since 10 "The quantity that can be traded."
        31 padding_31 x1 "Padding."
    }

    /// An order at one of the levels.
    24 BookOrderEntry {
        0 order_id u64le "The order."
        8 md_order_priority u64le or null "Its priority: the lower goes first."
        16 md_display_qty i32le or null "Its visible quantity."
        20 reference_id u8 or null "Which entry above it belongs to: 1 is the first."
        21 order_update_action u8 "0 new, 1 update, 2 delete."
        22 padding_22 x2 "Padding."
    }

    /// An order of a book changes.
    40 OrderBookEntry {
        0 order_id u64le or null "The order."
        8 md_order_priority u64le or null "Its priority: the lower goes first."
        16 md_entry_px i64le/1_000_000_000 or null "The price."
        24 md_display_qty i32le or null "Its visible quantity."
        28 security_id i32le "Number of the instrument."
        32 md_update_action u8 "0 new, 1 change, 2 delete, 3 delete from the best to here, 4 delete from \
            here on, 5 overlay."
        33 md_entry_type a1 "`0` bid, `1` offer, `E` implied bid, `F` implied offer, `J` book reset, `w` \
            market best offer, `x` market best bid."
        34 padding_34 x6 "Padding."
    }

    /// A level of a book changes.
    32 BookLongQtyEntry {
        0 md_entry_px i64le/1_000_000_000 or null "The price."
        8 md_entry_size u64le or null "The quantity."
        16 security_id i32le "Number of the instrument."
        20 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
        24 number_of_orders i32le or null "Orders in it."
        28 md_price_level u8 "The level, 1 the best."
        29 md_update_action u8 "0 new, 1 change, 2 delete, 3 delete from the best to here, 4 delete from \
            here on, 5 overlay."
        30 md_entry_type a1 "`0` bid, `1` offer, `E` implied bid, `F` implied offer, `J` book reset, `w` \
            market best offer, `x` market best bid."
        31 padding_31 x1 "Padding."
    }
}

views! {
    header HEADER_LEN;

    /// Levels of books change (up to version 8).
    32 11 md_incremental_refresh_book_32 MdIncrementalRefreshBook32 {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize BookEntry32 "The entries."
            no_order_id_entries GroupSize8Byte BookOrderEntry "The orders in these entries."
        }
    }

    /// Orders of books change (versions 7 and 8).
    43 11 md_incremental_refresh_order_book_43 MdIncrementalRefreshOrderBook43 {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize OrderBookEntry43 "The entries."
        }
    }

    /// Levels of books change, and the orders at them.
    46 11 md_incremental_refresh_book MdIncrementalRefreshBook {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize BookEntry "The entries."
            no_order_id_entries GroupSize8Byte BookOrderEntry "The orders in these entries."
        }
    }

    /// Orders of books change.
    47 11 md_incremental_refresh_order_book MdIncrementalRefreshOrderBook {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize OrderBookEntry "The entries."
        }
    }

    /// Levels of books change, and the orders at them, with quantities of 64 bits.
    64 11 md_incremental_refresh_book_long_qty MdIncrementalRefreshBookLongQty {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize BookLongQtyEntry "The entries."
            no_order_id_entries GroupSize8Byte BookOrderEntry "The orders in these entries."
        }
    }
}
