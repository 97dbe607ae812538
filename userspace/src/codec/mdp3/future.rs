//! Futures, and what the definitions of all instruments share.

use super::HEADER_LEN;
use crate::codec::sbe::{entries, views};

entries! {
    /// A day in its life.
    9 EventEntry {
        0 event_type u8 "5 activation, 7 last day of trading."
        1 event_time u64le "When: nanoseconds since 1970 UTC."
    }

    /// A book there is of it.
    4 FeedTypeEntry {
        0 md_feed_type a3 "`GBX` real book, `GBI` implied book."
        3 market_depth i8 "Levels of that book."
    }

    /// What it is eligible for.
    4 InstAttribEntry {
        0 inst_attrib_value u32le "What it is eligible for: a bit each."
    }

    /// The least size of a kind.
    5 LotTypeRuleEntry {
        0 lot_type i8 "What the size is for: 1 odd lot, 2 round lot, 3 block, 4 as in the unit of measure."
        1 min_lot_size i32le/10_000 or null "The least of it."
    }
}

views! {
    header HEADER_LEN;

    /// What a future is (up to version 8).
    27 216 md_instrument_definition_future_27 MdInstrumentDefinitionFuture27 {
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
        71 maturity_year u16le or null "Year it expires in."
        73 maturity_month u8 or null "Month it expires in: 1 to 12."
        74 maturity_day u8 or null "Day it expires on."
        75 maturity_week u8 or null "Week it expires in."
        76 currency a3 "What prices are in."
        79 settl_currency a3 "What it is settled in."
        82 match_algorithm a1 "How orders are matched: `F` first in, first out, …"
        83 min_trade_vol u32le "The least that can be traded."
        87 max_trade_vol u32le "The most that can be traded at once."
        91 min_price_increment i64le/10_000_000 "The tick size."
        99 display_factor i64le/10_000_000 "What a price is multiplied by to be shown."
        107 main_fraction u8 or null "Denominator of the price's fraction."
        108 sub_fraction u8 or null "Denominator of the fraction's fraction."
        109 price_display_format u8 or null "Digits of the fraction that are shown."
        110 unit_of_measure a30 "What the contract is counted in: `BBL`."
        140 unit_of_measure_qty i64le/10_000_000 or null "How much of it one contract is."
        148 trading_reference_price i64le/10_000_000 or null "The price the day starts from: the last \
            settlement."
        156 settl_price_type u8 "Of the settlement: 0x01 final, 0x02 actual, 0x04 rounded, 0x08 intraday; \
            0x80 says nothing."
        157 open_interest_qty i32le or null "Open contracts at the end of the last session."
        161 cleared_volume i32le or null "Contracts cleared in the last session."
        165 high_limit_price i64le/10_000_000 or null "The highest price allowed."
        173 low_limit_price i64le/10_000_000 or null "The lowest price allowed."
        181 max_price_variation i64le/10_000_000 or null "How far a price may lie from the reference."
        189 decay_quantity i32le or null "By how much the contract shrinks a day."
        193 decay_start_date u16le or null "From when on: days since 1970."
        195 original_contract_size i32le or null "Its size before."
        199 contract_multiplier i32le or null "Deliverable units a contract."
        203 contract_multiplier_unit i8 or null "What these units are: 1 hours, 2 days."
        204 flow_schedule_type i8 or null "When electricity is delivered: 0 Eastern off-peak, 1 Western \
            off-peak, 2 calendar month, 3 Western peak, 4 Eastern peak."
        205 min_price_increment_amount i64le/10_000_000 or null "What a tick is worth."
        213 user_defined_instrument a1 "`Y` if a user defined it."
        214 trading_reference_date u16le or null "The session of the settlement: days since 1970."
        groups {
            no_events GroupSize EventEntry "When it begins and ends."
            no_md_feed_types GroupSize FeedTypeEntry "The books there are of it."
            no_inst_attrib GroupSize InstAttribEntry "What it is eligible for."
            no_lot_type_rules GroupSize LotTypeRuleEntry "The least sizes."
        }
    }

    /// What a future is.
    54 224 md_instrument_definition_future MdInstrumentDefinitionFuture {
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
        71 maturity_year u16le or null "Year it expires in."
        73 maturity_month u8 or null "Month it expires in: 1 to 12."
        74 maturity_day u8 or null "Day it expires on."
        75 maturity_week u8 or null "Week it expires in."
        76 currency a3 "What prices are in."
        79 settl_currency a3 "What it is settled in."
        82 match_algorithm a1 "How orders are matched: `F` first in, first out, …"
        83 min_trade_vol u32le "The least that can be traded."
        87 max_trade_vol u32le "The most that can be traded at once."
        91 min_price_increment i64le/1_000_000_000 "The tick size."
        99 display_factor i64le/1_000_000_000 "What a price is multiplied by to be shown."
        107 main_fraction u8 or null "Denominator of the price's fraction."
        108 sub_fraction u8 or null "Denominator of the fraction's fraction."
        109 price_display_format u8 or null "Digits of the fraction that are shown."
        110 unit_of_measure a30 "What the contract is counted in: `BBL`."
        140 unit_of_measure_qty i64le/1_000_000_000 or null "How much of it one contract is."
        148 trading_reference_price i64le/1_000_000_000 or null "The price the day starts from: the last \
            settlement."
        156 settl_price_type u8 "Of the settlement: 0x01 final, 0x02 actual, 0x04 rounded, 0x08 intraday; \
            0x80 says nothing."
        157 open_interest_qty i32le or null "Open contracts at the end of the last session."
        161 cleared_volume i32le or null "Contracts cleared in the last session."
        165 high_limit_price i64le/1_000_000_000 or null "The highest price allowed."
        173 low_limit_price i64le/1_000_000_000 or null "The lowest price allowed."
        181 max_price_variation i64le/1_000_000_000 or null "How far a price may lie from the reference."
        189 decay_quantity i32le or null "By how much the contract shrinks a day."
        193 decay_start_date u16le or null "From when on: days since 1970."
        195 original_contract_size i32le or null "Its size before."
        199 contract_multiplier i32le or null "Deliverable units a contract."
        203 contract_multiplier_unit i8 or null "What these units are: 1 hours, 2 days."
        204 flow_schedule_type i8 or null "When electricity is delivered: 0 Eastern off-peak, 1 Western \
            off-peak, 2 calendar month, 3 Western peak, 4 Eastern peak."
        205 min_price_increment_amount i64le/1_000_000_000 or null "What a tick is worth."
        213 user_defined_instrument a1 "`Y` if a user defined it."
        214 trading_reference_date u16le or null "The session of the settlement: days since 1970."
        216 instrument_guid u64le or null "Number of the instrument that is never used again."
        groups {
            no_events GroupSize EventEntry "When it begins and ends."
            no_md_feed_types GroupSize FeedTypeEntry "The books there are of it."
            no_inst_attrib GroupSize InstAttribEntry "What it is eligible for."
            no_lot_type_rules GroupSize LotTypeRuleEntry "The least sizes."
        }
    }
}
