//! Spreads.

use super::HEADER_LEN;
use super::future::{EventEntry, FeedTypeEntry, InstAttribEntry, LotTypeRuleEntry};
use crate::codec::sbe::{entries, views};

entries! {
    /// A leg of a spread (up to version 8).
    18 LegEntry29 {
        0 leg_security_id i32le "Number of the leg's instrument."
        4 leg_side u8 "1 buy, 2 sell."
        5 leg_ratio_qty i8 "How many of it to one spread."
        6 leg_price i64le/10_000_000 or null "The leg's price."
        14 leg_option_delta i32le/10_000 or null "The leg's delta."
    }

    /// A leg of a spread.
    18 LegEntry {
        0 leg_security_id i32le "Number of the leg's instrument."
        4 leg_side u8 "1 buy, 2 sell."
        5 leg_ratio_qty i8 "How many of it to one spread."
        6 leg_price i64le/1_000_000_000 or null "The leg's price."
        14 leg_option_delta i32le/10_000 or null "The leg's delta."
    }
}

views! {
    header HEADER_LEN;

    /// What a spread is (up to version 8).
    29 195 md_instrument_definition_spread_29 MdInstrumentDefinitionSpread29 {
        0 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        1 tot_num_reports u32le or null "Instruments in the loop; on the replay feed alone."
        5 security_update_action a1 "`A` added, `M` modified, `D` deleted."
        6 last_update_time u64le "When it was last changed: nanoseconds since 1970 UTC."
        14 md_security_trading_status u8 or null "2 halt, 4 close, 15 new price indication, 17 ready to \
            trade, 18 not available, 20 unknown, 21 pre-open, 24 pre-cross, 25 cross, 26 post-close, 103 no \
            change, 201 private workup, 202 public workup."
        15 appl_id i16le "The channel."
        17 market_segment_id u8 "The market segment."
        18 underlying_product u8 or null "The product complex."
        19 security_exchange a4 "The exchange: MIC code."
        23 security_group a6 "The group it belongs to."
        29 asset a6 "The product code."
        35 symbol a20 "The instrument's name: `ESM6`."
        55 security_id i32le "Number of the instrument."
        59 security_type a6 "`FUT` future, `OOF` option on a future, …"
        65 cfi_code a6 "ISO 10962 classification."
        71 maturity_year u16le or null "Year it expires in."
        73 maturity_month u8 or null "Month it expires in: 1 to 12."
        74 maturity_day u8 or null "Day it expires on."
        75 maturity_week u8 or null "Week it expires in."
        76 currency a3 "What prices are in."
        79 security_sub_type a5 "Kind of spread: `SP` calendar, `BF` butterfly, …"
        84 user_defined_instrument a1 "`Y` if a user defined it."
        85 match_algorithm a1 "How orders are matched: `F` first in, first out, …"
        86 min_trade_vol u32le "The least that can be traded."
        90 max_trade_vol u32le "The most that can be traded at once."
        94 min_price_increment i64le/10_000_000 "The tick size."
        102 display_factor i64le/10_000_000 "What a price is multiplied by to be shown."
        110 price_display_format u8 or null "Digits of the fraction that are shown."
        111 price_ratio i64le/10_000_000 or null "Of two products, one to the other."
        119 tick_rule i8 or null "Table of variable tick sizes."
        120 unit_of_measure a30 "What the contract is counted in: `BBL`."
        150 trading_reference_price i64le/10_000_000 or null "The price the day starts from: the last \
            settlement."
        158 settl_price_type u8 "Of the settlement: 0x01 final, 0x02 actual, 0x04 rounded, 0x08 intraday; \
            0x80 says nothing."
        159 open_interest_qty i32le or null "Open contracts at the end of the last session."
        163 cleared_volume i32le or null "Contracts cleared in the last session."
        167 high_limit_price i64le/10_000_000 or null "The highest price allowed."
        175 low_limit_price i64le/10_000_000 or null "The lowest price allowed."
        183 max_price_variation i64le/10_000_000 or null "How far a price may lie from the reference."
        191 main_fraction u8 or null "Denominator of the price's fraction."
        192 sub_fraction u8 or null "Denominator of the fraction's fraction."
        193 trading_reference_date u16le or null "The session of the settlement: days since 1970."
        groups {
            no_events GroupSize EventEntry "When it begins and ends."
            no_md_feed_types GroupSize FeedTypeEntry "The books there are of it."
            no_inst_attrib GroupSize InstAttribEntry "What it is eligible for."
            no_lot_type_rules GroupSize LotTypeRuleEntry "The least sizes."
            no_legs GroupSize LegEntry29 "Its legs."
        }
    }

    /// What a spread is.
    56 255 md_instrument_definition_spread MdInstrumentDefinitionSpread {
        0 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        1 tot_num_reports u32le or null "Instruments in the loop; on the replay feed alone."
        5 security_update_action a1 "`A` added, `M` modified, `D` deleted."
        6 last_update_time u64le "When it was last changed: nanoseconds since 1970 UTC."
        14 md_security_trading_status u8 or null "2 halt, 4 close, 15 new price indication, 17 ready to \
            trade, 18 not available, 20 unknown, 21 pre-open, 24 pre-cross, 25 cross, 26 post-close, 103 no \
            change, 201 private workup, 202 public workup."
        15 appl_id i16le "The channel."
        17 market_segment_id u8 "The market segment."
        18 underlying_product u8 or null "The product complex."
        19 security_exchange a4 "The exchange: MIC code."
        23 security_group a6 "The group it belongs to."
        29 asset a6 "The product code."
        35 symbol a20 "The instrument's name: `ESM6`."
        55 security_id i32le "Number of the instrument."
        59 security_type a6 "`FUT` future, `OOF` option on a future, …"
        65 cfi_code a6 "ISO 10962 classification."
        71 maturity_year u16le or null "Year it expires in."
        73 maturity_month u8 or null "Month it expires in: 1 to 12."
        74 maturity_day u8 or null "Day it expires on."
        75 maturity_week u8 or null "Week it expires in."
        76 currency a3 "What prices are in."
        79 security_sub_type a5 "Kind of spread: `SP` calendar, `BF` butterfly, …"
        84 user_defined_instrument a1 "`Y` if a user defined it."
        85 match_algorithm a1 "How orders are matched: `F` first in, first out, …"
        86 min_trade_vol u32le "The least that can be traded."
        90 max_trade_vol u32le "The most that can be traded at once."
        94 min_price_increment i64le/1_000_000_000 or null "The tick size."
        102 display_factor i64le/1_000_000_000 "What a price is multiplied by to be shown."
        110 price_display_format u8 or null "Digits of the fraction that are shown."
        111 price_ratio i64le/1_000_000_000 or null "Of two products, one to the other."
        119 tick_rule i8 or null "Table of variable tick sizes."
        120 unit_of_measure a30 "What the contract is counted in: `BBL`."
        150 trading_reference_price i64le/1_000_000_000 or null "The price the day starts from: the last \
            settlement."
        158 settl_price_type u8 "Of the settlement: 0x01 final, 0x02 actual, 0x04 rounded, 0x08 intraday; \
            0x80 says nothing."
        159 open_interest_qty i32le or null "Open contracts at the end of the last session."
        163 cleared_volume i32le or null "Contracts cleared in the last session."
        167 high_limit_price i64le/1_000_000_000 or null "The highest price allowed."
        175 low_limit_price i64le/1_000_000_000 or null "The lowest price allowed."
        183 max_price_variation i64le/1_000_000_000 or null "How far a price may lie from the reference."
        191 main_fraction u8 or null "Denominator of the price's fraction."
        192 sub_fraction u8 or null "Denominator of the fraction's fraction."
        193 trading_reference_date u16le or null "The session of the settlement: days since 1970."
        195 price_quote_method a5 "How prices are quoted: `PCTPR` in percent of par, `INTRT` as a rate, …"
        200 risk_set a6 "Instruments that share credit limits."
        206 market_set a6 "Who may trade with whom."
        212 instrument_guid u64le or null "Number of the instrument that is never used again."
        220 financial_instrument_full_name a35 "The long name."
        groups {
            no_events GroupSize EventEntry "When it begins and ends."
            no_md_feed_types GroupSize FeedTypeEntry "The books there are of it."
            no_inst_attrib GroupSize InstAttribEntry "What it is eligible for."
            no_lot_type_rules GroupSize LotTypeRuleEntry "The least sizes."
            no_legs GroupSize LegEntry "Its legs."
        }
    }
}
