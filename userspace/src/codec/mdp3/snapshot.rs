//! Snapshots: books and statistics as they stand.

use super::HEADER_LEN;
use crate::codec::sbe::{entries, views};

entries! {
    /// A level, or a value (up to version 8).
    22 SnapshotEntry38 {
        0 md_entry_px i64le/10_000_000 or null "The price."
        8 md_entry_size i32le or null "The quantity."
        12 number_of_orders i32le or null "Orders in it."
        16 md_price_level i8 or null "The level, 1 the best."
        17 trading_reference_date u16le or null "The session of the settlement: days since 1970."
        19 open_close_settl_flag u8 or null "0 daily open, 5 indicative open, 100 intraday average, 101 repo \
            average of 8:30, 102 of 10:00, 103 of 10:00 in the session before."
        20 settl_price_type u8 "Of the settlement: 0x01 final, 0x02 actual, 0x04 rounded, 0x08 intraday; \
            0x80 says nothing."
        21 md_entry_type a1 "`0` bid, `1` offer, `2` trade, `4` open, `6` settlement, `7` high, `8` low, `9` \
            volume-weighted average, `B` cleared volume, `C` open interest, `E` implied bid, `F` implied \
            offer, `J` book reset, `N` highest bid, `O` lowest offer, `W` fixing, `e` volume, `g` limits, \
            `w` market best offer, `x` market best bid."
    }

    /// An order (versions 7 and 8).
    29 SnapshotOrderEntry44 {
        0 order_id u64le "The order."
        8 md_order_priority u64le or null "Its priority: the lower goes first."
        16 md_entry_px i64le/10_000_000 "The price."
        24 md_display_qty i32le "Its visible quantity."
        28 md_entry_type a1 "`0` bid, `1` offer, `E` implied bid, `F` implied offer, `J` book reset, `w` \
            market best offer, `x` market best bid."
    }

    /// A level, or a value.
    22 SnapshotEntry {
        0 md_entry_px i64le/1_000_000_000 or null "The price."
        8 md_entry_size i32le or null "The quantity."
        12 number_of_orders i32le or null "Orders in it."
        16 md_price_level i8 or null "The level, 1 the best."
        17 trading_reference_date u16le or null "The session of the settlement: days since 1970."
        19 open_close_settl_flag u8 or null "0 daily open, 5 indicative open, 100 intraday average, 101 repo \
            average of 8:30, 102 of 10:00, 103 of 10:00 in the session before."
        20 settl_price_type u8 "Of the settlement: 0x01 final, 0x02 actual, 0x04 rounded, 0x08 intraday; \
            0x80 says nothing."
        21 md_entry_type a1 "`0` bid, `1` offer, `2` trade, `4` open, `6` settlement, `7` high, `8` low, `9` \
            volume-weighted average, `B` cleared volume, `C` open interest, `E` implied bid, `F` implied \
            offer, `J` book reset, `N` highest bid, `O` lowest offer, `W` fixing, `e` volume, `g` limits, \
            `w` market best offer, `x` market best bid."
    }

    /// An order.
    29 SnapshotOrderEntry {
        0 order_id u64le "The order."
        8 md_order_priority u64le or null "Its priority: the lower goes first."
        16 md_entry_px i64le/1_000_000_000 "The price."
        24 md_display_qty i32le "Its visible quantity."
        28 md_entry_type a1 "`0` bid, `1` offer, `E` implied bid, `F` implied offer, `J` book reset, `w` \
            market best offer, `x` market best bid."
    }

    /// An order.
    29 TopOrderEntry {
        0 order_id u64le "The order."
        8 md_order_priority u64le "Its priority: the lower goes first."
        16 md_entry_px i64le/1_000_000_000 "The price."
        24 md_display_qty i32le "Its visible quantity."
        28 md_entry_type a1 "`0` bid, `1` offer, `E` implied bid, `F` implied offer, `J` book reset, `w` \
            market best offer, `x` market best bid."
    }

    /// A level, or a value.
    26 SnapshotTcpEntry {
        0 md_entry_px i64le/1_000_000_000 or null "The price."
        8 md_entry_size i32le or null "The quantity."
        12 tradeable_size i32le or null "The quantity that can be traded."
        16 number_of_orders i32le or null "Orders in it."
        20 md_price_level i8 or null "The level, 1 the best."
        21 open_close_settl_flag u8 or null "0 daily open, 5 indicative open, 100 intraday average, 101 repo \
            average of 8:30, 102 of 10:00, 103 of 10:00 in the session before."
        22 md_entry_type a1 "`0` bid, `1` offer, `2` trade, `4` open, `6` settlement, `7` high, `8` low, `9` \
            volume-weighted average, `B` cleared volume, `C` open interest, `E` implied bid, `F` implied \
            offer, `J` book reset, `N` highest bid, `O` lowest offer, `W` fixing, `e` volume, `g` limits, \
            `w` market best offer, `x` market best bid."
        23 trading_reference_date u16le or null "The session of the settlement: days since 1970."
        25 settl_price_type u8 "Of the settlement: 0x01 final, 0x02 actual, 0x04 rounded, 0x08 intraday; \
            0x80 says nothing."
    }

    /// A level, or a value.
    23 SnapshotLongQtyEntry {
        0 md_entry_px i64le/1_000_000_000 or null "The price."
        8 md_entry_size u64le or null "The quantity."
        16 number_of_orders i32le or null "Orders in it."
        20 md_price_level u8 or null "The level, 1 the best."
        21 open_close_settl_flag u8 or null "0 daily open, 5 indicative open, 100 intraday average, 101 repo \
            average of 8:30, 102 of 10:00, 103 of 10:00 in the session before."
        22 md_entry_type a1 "`0` bid, `1` offer, `2` trade, `4` open, `6` settlement, `7` high, `8` low, `9` \
            volume-weighted average, `B` cleared volume, `C` open interest, `E` implied bid, `F` implied \
            offer, `J` book reset, `N` highest bid, `O` lowest offer, `W` fixing, `e` volume, `g` limits, \
            `w` market best offer, `x` market best bid."
    }
}

views! {
    header HEADER_LEN;

    /// An instrument's books and statistics as they stand (up to version 8).
    38 59 snapshot_full_refresh_38 SnapshotFullRefresh38 {
        0 last_msg_seq_num_processed u32le "Sequence, on the incremental feed, of the last packet that is in \
            it."
        4 tot_num_reports u32le "Instruments in the loop."
        8 security_id i32le "Number of the instrument."
        12 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
        16 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        24 last_update_time u64le "When it was last changed: nanoseconds since 1970 UTC."
        32 trade_date u16le or null "The session: days since 1970."
        34 md_security_trading_status u8 or null "2 halt, 4 close, 15 new price indication, 17 ready to \
            trade, 18 not available, 20 unknown, 21 pre-open, 24 pre-cross, 25 cross, 26 post-close, 103 no \
            change, 201 private workup, 202 public workup."
        35 high_limit_price i64le/10_000_000 or null "The highest price allowed."
        43 low_limit_price i64le/10_000_000 or null "The lowest price allowed."
        51 max_price_variation i64le/10_000_000 or null "How far a price may lie from the reference."
        groups {
            no_md_entries GroupSize SnapshotEntry38 "The entries."
        }
    }

    /// An instrument's orders as they stand (versions 7 and 8).
    44 28 snapshot_full_refresh_order_book_44 SnapshotFullRefreshOrderBook44 {
        0 last_msg_seq_num_processed u32le "Sequence, on the incremental feed, of the last packet that is in \
            it."
        4 tot_num_reports u32le "Instruments in the loop."
        8 security_id i32le "Number of the instrument."
        12 no_chunks u32le "Messages the book is sent in."
        16 current_chunk u32le "Which of them this is: 1 is the first."
        20 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        groups {
            no_md_entries GroupSize SnapshotOrderEntry44 "The entries."
        }
    }

    /// An instrument's books and statistics as they stand.
    52 59 snapshot_full_refresh SnapshotFullRefresh {
        0 last_msg_seq_num_processed u32le "Sequence, on the incremental feed, of the last packet that is in \
            it."
        4 tot_num_reports u32le "Instruments in the loop."
        8 security_id i32le "Number of the instrument."
        12 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
        16 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        24 last_update_time u64le "When it was last changed: nanoseconds since 1970 UTC."
        32 trade_date u16le or null "The session: days since 1970."
        34 md_security_trading_status u8 or null "2 halt, 4 close, 15 new price indication, 17 ready to \
            trade, 18 not available, 20 unknown, 21 pre-open, 24 pre-cross, 25 cross, 26 post-close, 103 no \
            change, 201 private workup, 202 public workup."
        35 high_limit_price i64le/1_000_000_000 or null "The highest price allowed."
        43 low_limit_price i64le/1_000_000_000 or null "The lowest price allowed."
        51 max_price_variation i64le/1_000_000_000 or null "How far a price may lie from the reference."
        groups {
            no_md_entries GroupSize SnapshotEntry "The entries."
        }
    }

    /// An instrument's orders as they stand.
    53 28 snapshot_full_refresh_order_book SnapshotFullRefreshOrderBook {
        0 last_msg_seq_num_processed u32le "Sequence, on the incremental feed, of the last packet that is in \
            it."
        4 tot_num_reports u32le "Instruments in the loop."
        8 security_id i32le "Number of the instrument."
        12 no_chunks u32le "Messages the book is sent in."
        16 current_chunk u32le "Which of them this is: 1 is the first."
        20 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        groups {
            no_md_entries GroupSize SnapshotOrderEntry "The entries."
        }
    }

    /// The orders at the top of a book as they stand.
    59 13 snapshot_refresh_top_orders SnapshotRefreshTopOrders {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 security_id i32le "Number of the instrument."
        groups {
            no_md_entries GroupSize TopOrderEntry "The entries."
        }
    }

    /// An instrument's books and statistics as they stand, over TCP.
    61 37 snapshot_full_refresh_tcp SnapshotFullRefreshTcp {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 security_id i32le "Number of the instrument."
        13 high_limit_price i64le/1_000_000_000 or null "The highest price allowed."
        21 low_limit_price i64le/1_000_000_000 or null "The lowest price allowed."
        29 max_price_variation i64le/1_000_000_000 or null "How far a price may lie from the reference."
        groups {
            no_md_entries GroupSize SnapshotTcpEntry "The entries."
        }
    }

    /// An instrument's books and statistics as they stand, over TCP, with quantities of 64 bits.
    68 37 snapshot_full_refresh_tcp_long_qty SnapshotFullRefreshTcpLongQty {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 security_id i32le "Number of the instrument."
        13 high_limit_price i64le/1_000_000_000 or null "The highest price allowed."
        21 low_limit_price i64le/1_000_000_000 or null "The lowest price allowed."
        29 max_price_variation i64le/1_000_000_000 or null "How far a price may lie from the reference."
        groups {
            no_md_entries GroupSize SnapshotLongQtyEntry "The entries."
        }
    }

    /// An instrument's books and statistics as they stand, with quantities of 64 bits.
    69 59 snapshot_full_refresh_long_qty SnapshotFullRefreshLongQty {
        0 last_msg_seq_num_processed u32le "Sequence, on the incremental feed, of the last packet that is in \
            it."
        4 tot_num_reports u32le "Instruments in the loop."
        8 security_id i32le "Number of the instrument."
        12 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
        16 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        24 last_update_time u64le "When it was last changed: nanoseconds since 1970 UTC."
        32 trade_date u16le or null "The session: days since 1970."
        34 md_security_trading_status u8 or null "2 halt, 4 close, 15 new price indication, 17 ready to \
            trade, 18 not available, 20 unknown, 21 pre-open, 24 pre-cross, 25 cross, 26 post-close, 103 no \
            change, 201 private workup, 202 public workup."
        35 high_limit_price i64le/1_000_000_000 or null "The highest price allowed."
        43 low_limit_price i64le/1_000_000_000 or null "The lowest price allowed."
        51 max_price_variation i64le/1_000_000_000 or null "How far a price may lie from the reference."
        groups {
            no_md_entries GroupSize SnapshotLongQtyEntry "The entries."
        }
    }
}
