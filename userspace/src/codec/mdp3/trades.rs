//! Trades and volume.

use super::HEADER_LEN;
use crate::codec::sbe::{entries, views};

entries! {
    /// A trade.
    32 TradeEntry {
        0 md_entry_px i64le/10_000_000 or null "The price."
        8 md_entry_size i32le "The quantity."
        12 security_id i32le "Number of the instrument."
        16 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
        20 number_of_orders i32le or null "Orders in the trade."
        24 trade_id i32le "Number of the trade."
        28 aggressor_side u8 or null "Of the taking order: 0 none, 1 buy, 2 sell."
        29 md_update_action u8 "0 new, 1 change, 2 delete, 3 delete from the best to here, 4 delete from \
            here on, 5 overlay."
        30 padding_30 x2 "Padding."
    }

    /// An instrument's volume.
    16 VolumeEntry {
        0 md_entry_size i32le "Contracts traded in the session so far."
        4 security_id i32le "Number of the instrument."
        8 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
        12 md_update_action u8 "0 new, 1 change, 2 delete, 3 delete from the best to here, 4 delete from \
            here on, 5 overlay."
        13 padding_13 x3 "Padding."
    }

    /// A trade (versions 5 to 8).
    32 TradeSummaryEntry42 {
        0 md_entry_px i64le/10_000_000 "The price."
        8 md_entry_size i32le "The quantity."
        12 security_id i32le "Number of the instrument."
        16 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
        20 number_of_orders i32le or null "Orders in the trade."
        24 aggressor_side u8 or null "Of the taking order: 0 none, 1 buy, 2 sell."
        25 md_update_action u8 "0 new, 1 change, 2 delete, 3 delete from the best to here, 4 delete from \
            here on, 5 overlay."
        26 md_trade_entry_id u32le or null since 7 "Number of the trade."
        30 padding_30 x2 "Padding."
    }

    /// An order in one of the trades.
    16 TradeOrderEntry {
        0 order_id u64le "The order."
        8 last_qty i32le "What the order traded."
        12 padding_12 x4 "Padding."
    }

    /// A trade.
    32 TradeSummaryEntry {
        0 md_entry_px i64le/1_000_000_000 "The price."
        8 md_entry_size i32le "The quantity."
        12 security_id i32le "Number of the instrument."
        16 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
        20 number_of_orders i32le "Orders in the trade."
        24 aggressor_side u8 or null "Of the taking order: 0 none, 1 buy, 2 sell."
        25 md_update_action u8 "0 new, 1 change, 2 delete, 3 delete from the best to here, 4 delete from \
            here on, 5 overlay."
        26 md_trade_entry_id u32le or null "Number of the trade."
        30 padding_30 x2 "Padding."
    }

    /// A trade.
    40 TradeSummaryLongQtyEntry {
        0 md_entry_px i64le/1_000_000_000 "The price."
        8 md_entry_size u64le "The quantity."
        16 security_id i32le "Number of the instrument."
        20 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
        24 number_of_orders i32le "Orders in the trade."
        28 md_trade_entry_id u32le "Number of the trade."
        32 aggressor_side u8 or null "Of the taking order: 0 none, 1 buy, 2 sell."
        33 md_update_action u8 "0 new, 1 change, 2 delete, 3 delete from the best to here, 4 delete from \
            here on, 5 overlay."
        34 padding_34 x6 "Padding."
    }

    /// An instrument's volume.
    24 VolumeLongQtyEntry {
        0 md_entry_size u64le "Quantity traded in the session so far."
        8 security_id i32le "Number of the instrument."
        12 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
        16 md_update_action u8 "0 new, 1 change, 2 delete, 3 delete from the best to here, 4 delete from \
            here on, 5 overlay."
        17 padding_17 x7 "Padding."
    }
}

views! {
    header HEADER_LEN;

    /// Trades (up to version 5).
    36 11 md_incremental_refresh_trade MdIncrementalRefreshTrade {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize TradeEntry "The entries."
        }
    }

    /// Volume traded in the session.
    37 11 md_incremental_refresh_volume MdIncrementalRefreshVolume {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize VolumeEntry "The entries."
        }
    }

    /// Trades, and the orders in them (versions 5 to 8).
    42 11 md_incremental_refresh_trade_summary_42 MdIncrementalRefreshTradeSummary42 {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize TradeSummaryEntry42 "The entries."
            no_order_id_entries GroupSize8Byte TradeOrderEntry "The orders in these entries."
        }
    }

    /// Trades, and the orders in them.
    48 11 md_incremental_refresh_trade_summary MdIncrementalRefreshTradeSummary {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize TradeSummaryEntry "The entries."
            no_order_id_entries GroupSize8Byte TradeOrderEntry "The orders in these entries."
        }
    }

    /// Trades, and the orders in them, with quantities of 64 bits.
    65 11 md_incremental_refresh_trade_summary_long_qty MdIncrementalRefreshTradeSummaryLongQty {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize TradeSummaryLongQtyEntry "The entries."
            no_order_id_entries GroupSize8Byte TradeOrderEntry "The orders in these entries."
        }
    }

    /// Volume traded in the session, with quantities of 64 bits.
    66 11 md_incremental_refresh_volume_long_qty MdIncrementalRefreshVolumeLongQty {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize VolumeLongQtyEntry "The entries."
        }
    }
}
