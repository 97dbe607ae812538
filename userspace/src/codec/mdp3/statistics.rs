//! Statistics and limits of a session.

use super::HEADER_LEN;
use crate::codec::sbe::{entries, views};

entries! {
    /// A value of an instrument (up to version 8).
    32 DailyStatisticsEntry33 {
        0 md_entry_px i64le/10_000_000 or null "The price."
        8 md_entry_size i32le or null "The quantity."
        12 security_id i32le "Number of the instrument."
        16 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
        20 trading_reference_date u16le or null "The session of the settlement: days since 1970."
        22 settl_price_type u8 "Of the settlement: 0x01 final, 0x02 actual, 0x04 rounded, 0x08 intraday; \
            0x80 says nothing."
        23 md_update_action u8 "0 new, 1 change, 2 delete, 3 delete from the best to here, 4 delete from \
            here on, 5 overlay."
        24 md_entry_type a1 "`6` settlement price, `B` cleared volume, `C` open interest, `W` fixing price."
        25 padding_25 x7 "Padding."
    }

    /// Limits of an instrument (up to version 8).
    32 LimitsBandingEntry34 {
        0 high_limit_price i64le/10_000_000 or null "The highest price allowed."
        8 low_limit_price i64le/10_000_000 or null "The lowest price allowed."
        16 max_price_variation i64le/10_000_000 or null "How far a price may lie from the reference."
        24 security_id i32le "Number of the instrument."
        28 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
    }

    /// A value of an instrument (up to version 8).
    24 SessionStatisticsEntry35 {
        0 md_entry_px i64le/10_000_000 "The price."
        8 security_id i32le "Number of the instrument."
        12 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
        16 open_close_settl_flag u8 or null "0 daily open, 5 indicative open, 100 intraday average, 101 repo \
            average of 8:30, 102 of 10:00, 103 of 10:00 in the session before."
        17 md_update_action u8 "0 new, 1 change, 2 delete, 3 delete from the best to here, 4 delete from \
            here on, 5 overlay."
        18 md_entry_type a1 "`4` open, `7` high trade, `8` low trade, `9` volume-weighted average, `N` \
            highest bid, `O` lowest offer."
        19 md_entry_size i32le or null since 8 "The quantity."
        23 padding_23 x1 "Padding."
    }

    /// A value of an instrument.
    32 DailyStatisticsEntry {
        0 md_entry_px i64le/1_000_000_000 or null "The price."
        8 md_entry_size i32le or null "The quantity."
        12 security_id i32le "Number of the instrument."
        16 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
        20 trading_reference_date u16le or null "The session of the settlement: days since 1970."
        22 settl_price_type u8 "Of the settlement: 0x01 final, 0x02 actual, 0x04 rounded, 0x08 intraday; \
            0x80 says nothing."
        23 md_update_action u8 "0 new, 1 change, 2 delete, 3 delete from the best to here, 4 delete from \
            here on, 5 overlay."
        24 md_entry_type a1 "`6` settlement price, `B` cleared volume, `C` open interest, `W` fixing price."
        25 padding_25 x7 "Padding."
    }

    /// Limits of an instrument.
    32 LimitsBandingEntry {
        0 high_limit_price i64le/1_000_000_000 or null "The highest price allowed."
        8 low_limit_price i64le/1_000_000_000 or null "The lowest price allowed."
        16 max_price_variation i64le/1_000_000_000 or null "How far a price may lie from the reference."
        24 security_id i32le "Number of the instrument."
        28 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
    }

    /// A value of an instrument.
    24 SessionStatisticsEntry {
        0 md_entry_px i64le/1_000_000_000 "The price."
        8 security_id i32le "Number of the instrument."
        12 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
        16 open_close_settl_flag u8 or null "0 daily open, 5 indicative open, 100 intraday average, 101 repo \
            average of 8:30, 102 of 10:00, 103 of 10:00 in the session before."
        17 md_update_action u8 "0 new, 1 change, 2 delete, 3 delete from the best to here, 4 delete from \
            here on, 5 overlay."
        18 md_entry_type a1 "`4` open, `7` high trade, `8` low trade, `9` volume-weighted average, `N` \
            highest bid, `O` lowest offer."
        19 md_entry_size i32le or null "The quantity."
        23 padding_23 x1 "Padding."
    }

    /// A value of an instrument.
    32 SessionStatisticsLongQtyEntry {
        0 md_entry_px i64le/1_000_000_000 "The price."
        8 md_entry_size u64le or null "The quantity."
        16 security_id i32le "Number of the instrument."
        20 rpt_seq u32le "Number of this change within its instrument: one more than the one before."
        24 open_close_settl_flag u8 or null "0 daily open, 5 indicative open, 100 intraday average, 101 repo \
            average of 8:30, 102 of 10:00, 103 of 10:00 in the session before."
        25 md_update_action u8 "0 new, 1 change, 2 delete, 3 delete from the best to here, 4 delete from \
            here on, 5 overlay."
        26 md_entry_type a1 "`4` open, `7` high trade, `8` low trade, `9` volume-weighted average, `N` \
            highest bid, `O` lowest offer."
        27 padding_27 x5 "Padding."
    }
}

views! {
    header HEADER_LEN;

    /// Settlement, open interest, cleared volume (up to version 8).
    33 11 md_incremental_refresh_daily_statistics_33 MdIncrementalRefreshDailyStatistics33 {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize DailyStatisticsEntry33 "The entries."
        }
    }

    /// Price limits change (up to version 8).
    34 11 md_incremental_refresh_limits_banding_34 MdIncrementalRefreshLimitsBanding34 {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize LimitsBandingEntry34 "The entries."
        }
    }

    /// Open, high, low (up to version 8).
    35 11 md_incremental_refresh_session_statistics_35 MdIncrementalRefreshSessionStatistics35 {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize SessionStatisticsEntry35 "The entries."
        }
    }

    /// Settlement, open interest, cleared volume, fixing.
    49 11 md_incremental_refresh_daily_statistics MdIncrementalRefreshDailyStatistics {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize DailyStatisticsEntry "The entries."
        }
    }

    /// Price limits change.
    50 11 md_incremental_refresh_limits_banding MdIncrementalRefreshLimitsBanding {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize LimitsBandingEntry "The entries."
        }
    }

    /// Open, high, low, and other statistics of the session.
    51 11 md_incremental_refresh_session_statistics MdIncrementalRefreshSessionStatistics {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize SessionStatisticsEntry "The entries."
        }
    }

    /// Open, high, low, and other statistics of the session, with quantities of 64 bits.
    67 11 md_incremental_refresh_session_statistics_long_qty MdIncrementalRefreshSessionStatisticsLongQty {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize SessionStatisticsLongQtyEntry "The entries."
        }
    }
}
