//! Currency pairs.

use super::HEADER_LEN;
use super::future::{EventEntry, FeedTypeEntry, InstAttribEntry, LotTypeRuleEntry};
use crate::codec::sbe::{entries, views};

entries! {
    /// A session to come.
    18 TradingSessionEntry {
        0 trade_date u16le or null "The session: days since 1970."
        2 settl_date u16le or null "When trades of that session are settled: days since 1970."
        4 maturity_date u16le or null "When it matures: days since 1970."
        6 security_alt_id a12 "Another name of it."
    }
}

views! {
    header HEADER_LEN;

    /// What a currency pair is.
    63 337 md_instrument_definition_fx MdInstrumentDefinitionFx {
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
        71 currency a3 "What prices are in."
        74 settl_currency a3 "What it is settled in."
        77 price_quote_currency a3 "The counter currency."
        80 match_algorithm a1 "How orders are matched: `F` first in, first out, …"
        81 min_trade_vol u32le "The least that can be traded."
        85 max_trade_vol u32le "The most that can be traded at once."
        89 min_price_increment i64le/1_000_000_000 "The tick size."
        97 display_factor i64le/1_000_000_000 "What a price is multiplied by to be shown."
        105 price_precision u8 "Digits behind the point."
        106 unit_of_measure a30 "What the contract is counted in: `BBL`."
        136 unit_of_measure_qty i64le/1_000_000_000 or null "How much of it one contract is."
        144 high_limit_price i64le/1_000_000_000 or null "The highest price allowed."
        152 low_limit_price i64le/1_000_000_000 or null "The lowest price allowed."
        160 max_price_variation i64le/1_000_000_000 or null "How far a price may lie from the reference."
        168 user_defined_instrument a1 "`Y` if a user defined it."
        169 financial_instrument_full_name a35 "The long name."
        204 fx_currency_symbol a7 "The pair: `EUR/USD`."
        211 settl_type a3 "When it is settled: `0` spot, `B` on a fixed date, `M1` after a month, …"
        214 intervening_days u16le or null "Business days until it is settled."
        216 fx_benchmark_rate_fix a20 "The rate it is settled by."
        236 rate_source a12 "Where that is from."
        248 fix_rate_local_time a8 "When it is fixed: HH:MM:SS."
        256 fix_rate_local_time_zone a20 "In which time zone."
        276 min_quote_life u32le or null "How long a quote must stand: microseconds."
        280 max_price_discretion_offset i64le/1_000_000_000 or null "How far from its limit an order may be \
            executed; 0 not at all."
        288 instrument_guid u64le or null "Number of the instrument that is never used again."
        296 maturity_year u16le or null "Year it expires in."
        298 maturity_month u8 or null "Month it expires in: 1 to 12."
        299 maturity_day u8 or null "Day it expires on."
        300 maturity_week u8 or null "Week it expires in."
        301 settlement_locale a8 "Where it is settled."
        309 alt_min_price_increment i64le/1_000_000_000 or null "A smaller tick, for some orders."
        317 alt_min_quote_life u32le or null "How long these must stand: microseconds."
        321 alt_price_increment_constraint i64le/1_000_000_000 or null "By how much they must be better than \
            the best."
        329 max_bid_ask_constraint i64le/1_000_000_000 or null "The widest spread at which they are taken."
        groups {
            no_events GroupSize EventEntry "When it begins and ends."
            no_md_feed_types GroupSize FeedTypeEntry "The books there are of it."
            no_inst_attrib GroupSize InstAttribEntry "What it is eligible for."
            no_lot_type_rules GroupSize LotTypeRuleEntry "The least sizes."
            no_trading_sessions GroupSize TradingSessionEntry "The sessions to come."
        }
    }
}
