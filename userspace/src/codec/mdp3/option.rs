//! Options.

use super::HEADER_LEN;
use super::future::{EventEntry, FeedTypeEntry, InstAttribEntry, LotTypeRuleEntry};
use crate::codec::sbe::{entries, views};

entries! {
    /// An underlying instrument.
    24 UnderlyingEntry {
        0 underlying_security_id i32le "Number of the underlying instrument."
        4 underlying_symbol a20 "Its name."
    }

    /// A related instrument.
    24 RelatedInstrumentEntry {
        0 related_security_id i32le "Number of the related instrument."
        4 related_symbol a20 "Its name."
    }
}

views! {
    header HEADER_LEN;

    /// What an option is (up to version 8).
    41 213 md_instrument_definition_option_41 MdInstrumentDefinitionOption41 {
        0 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        1 tot_num_reports u32le or null "Instruments in the loop; on the replay feed alone."
        5 security_update_action a1 "`A` added, `M` modified, `D` deleted."
        6 last_update_time u64le "When it was last changed: nanoseconds since 1970 UTC."
        14 md_security_trading_status u8 or null "2 halt, 4 close, 15 new price indication, 17 ready to \
            trade, 18 not available, 20 unknown, 21 pre-open, 24 pre-cross, 25 cross, 26 post-close, 103 no \
            change, 201 private workup, 202 public workup."
        15 appl_id i16le "The channel."
        17 market_segment_id u8 "The market segment."
        18 underlying_product u8 "The product complex."
        19 security_exchange a4 "The exchange: MIC code."
        23 security_group a6 "The group it belongs to."
        29 asset a6 "The product code."
        35 symbol a20 "The instrument's name: `ESM6`."
        55 security_id i32le "Number of the instrument."
        59 security_type a6 "`FUT` future, `OOF` option on a future, …"
        65 cfi_code a6 "ISO 10962 classification."
        71 put_or_call u8 "0 put, 1 call."
        72 maturity_year u16le or null "Year it expires in."
        74 maturity_month u8 or null "Month it expires in: 1 to 12."
        75 maturity_day u8 or null "Day it expires on."
        76 maturity_week u8 or null "Week it expires in."
        77 currency a3 "What prices are in."
        80 strike_price i64le/10_000_000 or null "The strike."
        88 strike_currency a3 "What it is in."
        91 settl_currency a3 "What it is settled in."
        94 min_cab_price i64le/10_000_000 or null "The price of a cabinet trade."
        102 match_algorithm a1 "How orders are matched: `F` first in, first out, …"
        103 min_trade_vol u32le "The least that can be traded."
        107 max_trade_vol u32le "The most that can be traded at once."
        111 min_price_increment i64le/10_000_000 or null "The tick size."
        119 min_price_increment_amount i64le/10_000_000 or null "What a tick is worth."
        127 display_factor i64le/10_000_000 "What a price is multiplied by to be shown."
        135 tick_rule i8 or null "Table of variable tick sizes."
        136 main_fraction u8 or null "Denominator of the price's fraction."
        137 sub_fraction u8 or null "Denominator of the fraction's fraction."
        138 price_display_format u8 or null "Digits of the fraction that are shown."
        139 unit_of_measure a30 "What the contract is counted in: `BBL`."
        169 unit_of_measure_qty i64le/10_000_000 or null "How much of it one contract is."
        177 trading_reference_price i64le/10_000_000 or null "The price the day starts from: the last \
            settlement."
        185 settl_price_type u8 "Of the settlement: 0x01 final, 0x02 actual, 0x04 rounded, 0x08 intraday; \
            0x80 says nothing."
        186 cleared_volume i32le or null "Contracts cleared in the last session."
        190 open_interest_qty i32le or null "Open contracts at the end of the last session."
        194 low_limit_price i64le/10_000_000 or null "The lowest price allowed."
        202 high_limit_price i64le/10_000_000 or null "The highest price allowed."
        210 user_defined_instrument a1 "`Y` if a user defined it."
        211 trading_reference_date u16le or null "The session of the settlement: days since 1970."
        groups {
            no_events GroupSize EventEntry "When it begins and ends."
            no_md_feed_types GroupSize FeedTypeEntry "The books there are of it."
            no_inst_attrib GroupSize InstAttribEntry "What it is eligible for."
            no_lot_type_rules GroupSize LotTypeRuleEntry "The least sizes."
            no_underlyings GroupSize UnderlyingEntry "Its underlying instruments."
            no_related_instruments GroupSize RelatedInstrumentEntry "Instruments it is related to."
        }
    }

    /// What an option is.
    55 221 md_instrument_definition_option MdInstrumentDefinitionOption {
        0 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        1 tot_num_reports u32le or null "Instruments in the loop; on the replay feed alone."
        5 security_update_action a1 "`A` added, `M` modified, `D` deleted."
        6 last_update_time u64le "When it was last changed: nanoseconds since 1970 UTC."
        14 md_security_trading_status u8 or null "2 halt, 4 close, 15 new price indication, 17 ready to \
            trade, 18 not available, 20 unknown, 21 pre-open, 24 pre-cross, 25 cross, 26 post-close, 103 no \
            change, 201 private workup, 202 public workup."
        15 appl_id i16le "The channel."
        17 market_segment_id u8 "The market segment."
        18 underlying_product u8 "The product complex."
        19 security_exchange a4 "The exchange: MIC code."
        23 security_group a6 "The group it belongs to."
        29 asset a6 "The product code."
        35 symbol a20 "The instrument's name: `ESM6`."
        55 security_id i32le "Number of the instrument."
        59 security_type a6 "`FUT` future, `OOF` option on a future, …"
        65 cfi_code a6 "ISO 10962 classification."
        71 put_or_call u8 "0 put, 1 call."
        72 maturity_year u16le or null "Year it expires in."
        74 maturity_month u8 or null "Month it expires in: 1 to 12."
        75 maturity_day u8 or null "Day it expires on."
        76 maturity_week u8 or null "Week it expires in."
        77 currency a3 "What prices are in."
        80 strike_price i64le/1_000_000_000 or null "The strike."
        88 strike_currency a3 "What it is in."
        91 settl_currency a3 "What it is settled in."
        94 min_cab_price i64le/1_000_000_000 or null "The price of a cabinet trade."
        102 match_algorithm a1 "How orders are matched: `F` first in, first out, …"
        103 min_trade_vol u32le "The least that can be traded."
        107 max_trade_vol u32le "The most that can be traded at once."
        111 min_price_increment i64le/1_000_000_000 or null "The tick size."
        119 min_price_increment_amount i64le/1_000_000_000 or null "What a tick is worth."
        127 display_factor i64le/1_000_000_000 "What a price is multiplied by to be shown."
        135 tick_rule i8 or null "Table of variable tick sizes."
        136 main_fraction u8 or null "Denominator of the price's fraction."
        137 sub_fraction u8 or null "Denominator of the fraction's fraction."
        138 price_display_format u8 or null "Digits of the fraction that are shown."
        139 unit_of_measure a30 "What the contract is counted in: `BBL`."
        169 unit_of_measure_qty i64le/1_000_000_000 or null "How much of it one contract is."
        177 trading_reference_price i64le/1_000_000_000 or null "The price the day starts from: the last \
            settlement."
        185 settl_price_type u8 "Of the settlement: 0x01 final, 0x02 actual, 0x04 rounded, 0x08 intraday; \
            0x80 says nothing."
        186 cleared_volume i32le or null "Contracts cleared in the last session."
        190 open_interest_qty i32le or null "Open contracts at the end of the last session."
        194 low_limit_price i64le/1_000_000_000 or null "The lowest price allowed."
        202 high_limit_price i64le/1_000_000_000 or null "The highest price allowed."
        210 user_defined_instrument a1 "`Y` if a user defined it."
        211 trading_reference_date u16le or null "The session of the settlement: days since 1970."
        213 instrument_guid u64le or null "Number of the instrument that is never used again."
        groups {
            no_events GroupSize EventEntry "When it begins and ends."
            no_md_feed_types GroupSize FeedTypeEntry "The books there are of it."
            no_inst_attrib GroupSize InstAttribEntry "What it is eligible for."
            no_lot_type_rules GroupSize LotTypeRuleEntry "The least sizes."
            no_underlyings GroupSize UnderlyingEntry "Its underlying instruments."
            no_related_instruments GroupSize RelatedInstrumentEntry "Instruments it is related to."
        }
    }
}
