//! Bonds, repos, and what collateral is worth.

use super::HEADER_LEN;
use super::future::{EventEntry, FeedTypeEntry, InstAttribEntry, LotTypeRuleEntry};
use crate::codec::sbe::{entries, views};

entries! {
    /// What the repo is on.
    118 RepoUnderlyingEntry {
        0 underlying_symbol a20 "Its name."
        20 underlying_security_id i32le or null "Number of the underlying instrument."
        24 underlying_security_alt_id a12 "Another name of it."
        36 underlying_security_alt_id_source u8 or null "Of what kind: 1 CUSIP, 4 ISIN."
        37 underlying_financial_instrument_full_name a35 "Its long name."
        72 underlying_security_type a6 "What it is."
        78 underlying_country_of_issue a2 "ISO 3166 code."
        80 underlying_issuer a25 "Who issued it."
        105 underlying_max_life_time u8 or null "Years that what is in the basket may live at most."
        106 underlying_min_days_to_maturity u16le or null "Days that it must have left."
        108 underlying_instrument_guid u64le or null "Number of it that is never used again."
        116 underlying_maturity_date u16le or null "When it matures: days since 1970."
    }

    /// A related instrument.
    32 RepoRelatedInstrumentEntry {
        0 related_security_id i32le "Number of the related instrument."
        4 related_symbol a20 "Its name."
        24 related_instrument_guid u64le or null "Number of it that is never used again."
    }

    /// A part of a tailor-made repo.
    16 BrokenDateEntry {
        0 broken_date_guid u64le "Number of the part that is never used again."
        8 broken_date_security_id i32le "Number of the part."
        12 broken_date_start u16le or null "When it begins: days since 1970."
        14 broken_date_end u16le or null "When it ends: days since 1970."
    }

    /// A security.
    40 CollateralEntry {
        0 underlying_security_alt_id a12 "Another name of it."
        12 underlying_security_alt_id_source u8 or null "Of what kind: 1 CUSIP, 4 ISIN."
        13 collateral_market_price i64le/1_000_000_000 or null "The price without accrued interest."
        21 dirty_price i64le/1_000_000_000 or null "The price with it."
        29 underlying_instrument_guid u64le "Number of it that is never used again."
        37 md_stream_id u8 or null "Where the price is from: 0 marketplace assistant, 1 Globex, 2 Refinitiv, \
            3 ICAP."
        38 padding_38 x2 "Padding."
    }
}

views! {
    header HEADER_LEN;

    /// What a bond or a note is.
    57 338 md_instrument_definition_fixed_income MdInstrumentDefinitionFixedIncome {
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
        77 match_algorithm a1 "How orders are matched: `F` first in, first out, …"
        78 min_trade_vol u32le "The least that can be traded."
        82 max_trade_vol u32le "The most that can be traded at once."
        86 min_price_increment i64le/1_000_000_000 or null "The tick size."
        94 display_factor i64le/1_000_000_000 "What a price is multiplied by to be shown."
        102 main_fraction u8 or null "Denominator of the price's fraction."
        103 sub_fraction u8 or null "Denominator of the fraction's fraction."
        104 price_display_format u8 or null "Digits of the fraction that are shown."
        105 unit_of_measure a30 "What the contract is counted in: `BBL`."
        135 unit_of_measure_qty i64le/1_000_000_000 or null "How much of it one contract is."
        143 trading_reference_price i64le/1_000_000_000 or null "The price the day starts from: the last \
            settlement."
        151 trading_reference_date u16le or null "The session of the settlement: days since 1970."
        153 high_limit_price i64le/1_000_000_000 or null "The highest price allowed."
        161 low_limit_price i64le/1_000_000_000 or null "The lowest price allowed."
        169 max_price_variation i64le/1_000_000_000 or null "How far a price may lie from the reference."
        177 min_price_increment_amount i64le/1_000_000_000 or null "What a tick is worth."
        185 issue_date u16le or null "When it was issued: days since 1970."
        187 dated_date u16le or null "From when on interest accrues: days since 1970."
        189 maturity_date u16le or null "When it matures: days since 1970."
        191 coupon_rate i64le/1_000_000_000 or null "Yearly interest, as a share of the par value."
        199 par_value i64le/1_000_000_000 or null "The par value."
        207 coupon_frequency_unit a3 "What the time between coupons is counted in: `MO` months, …"
        210 coupon_frequency_period u16le or null "How many of them."
        212 coupon_day_count a20 "How days of interest are counted."
        232 country_of_issue a2 "ISO 3166 code."
        234 issuer a25 "Who issued it."
        259 financial_instrument_full_name a35 "The long name."
        294 security_alt_id a12 "Another name of it."
        306 security_alt_id_source u8 or null "Of what kind: 1 CUSIP, 4 ISIN."
        307 price_quote_method a5 "How prices are quoted: `PCTPR` in percent of par, `INTRT` as a rate, …"
        312 party_role_clearing_org a5 "Who clears it."
        317 user_defined_instrument a1 "`Y` if a user defined it."
        318 risk_set a6 "Instruments that share credit limits."
        324 market_set a6 "Who may trade with whom."
        330 instrument_guid u64le or null "Number of the instrument that is never used again."
        groups {
            no_events GroupSize EventEntry "When it begins and ends."
            no_md_feed_types GroupSize FeedTypeEntry "The books there are of it."
            no_inst_attrib GroupSize InstAttribEntry "What it is eligible for."
            no_lot_type_rules GroupSize LotTypeRuleEntry "The least sizes."
        }
    }

    /// What a repo is.
    58 276 md_instrument_definition_repo MdInstrumentDefinitionRepo {
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
        77 match_algorithm a1 "How orders are matched: `F` first in, first out, …"
        78 min_trade_vol u32le "The least that can be traded."
        82 max_trade_vol u32le "The most that can be traded at once."
        86 min_price_increment i64le/1_000_000_000 "The tick size."
        94 display_factor i64le/1_000_000_000 "What a price is multiplied by to be shown."
        102 unit_of_measure a30 "What the contract is counted in: `BBL`."
        132 unit_of_measure_qty i64le/1_000_000_000 or null "How much of it one contract is."
        140 trading_reference_price i64le/1_000_000_000 or null "The price the day starts from: the last \
            settlement."
        148 trading_reference_date u16le or null "The session of the settlement: days since 1970."
        150 high_limit_price i64le/1_000_000_000 or null "The highest price allowed."
        158 low_limit_price i64le/1_000_000_000 or null "The lowest price allowed."
        166 max_price_variation i64le/1_000_000_000 or null "How far a price may lie from the reference."
        174 financial_instrument_full_name a35 "The long name."
        209 party_role_clearing_org a5 "Who clears it."
        214 start_date u16le or null "When the buyer pays: days since 1970."
        216 end_date u16le or null "When the seller pays back: days since 1970."
        218 termination_type a8 "The term, in short."
        226 repo_sub_type u8 "0 special, 1 general collateral, 2 general collateral for delivery by value."
        227 money_or_par u8 or null "What amounts are: 1 money, 2 par."
        228 max_no_of_substitutions u8 or null "How often the collateral may be exchanged; 0 never."
        229 price_quote_method a5 "How prices are quoted: `PCTPR` in percent of par, `INTRT` as a rate, …"
        234 user_defined_instrument a1 "`Y` if a user defined it."
        235 risk_set a6 "Instruments that share credit limits."
        241 market_set a6 "Who may trade with whom."
        247 instrument_guid u64le or null "Number of the instrument that is never used again."
        255 term_code a20 "The term."
        275 broken_date_term_type u8 or null "0 custom, 1 quarterly, 2 monthly."
        groups {
            no_events GroupSize EventEntry "When it begins and ends."
            no_md_feed_types GroupSize FeedTypeEntry "The books there are of it."
            no_inst_attrib GroupSize InstAttribEntry "What it is eligible for."
            no_lot_type_rules GroupSize LotTypeRuleEntry "The least sizes."
            no_underlyings GroupSize RepoUnderlyingEntry "Its underlying instruments."
            no_related_instruments GroupSize RepoRelatedInstrumentEntry "Instruments it is related to."
            no_broken_dates GroupSize BrokenDateEntry "The parts it is made of."
        }
    }

    /// What collateral is worth.
    62 11 collateral_market_value CollateralMarketValue {
        0 transact_time u64le "When the event began to be processed: nanoseconds since 1970 UTC."
        8 match_event_indicator u8 "Bits: what of its event the message ends. See [`super::event`]."
        9 padding_9 x2 "Padding."
        groups {
            no_md_entries GroupSize CollateralEntry "The entries."
        }
    }
}
