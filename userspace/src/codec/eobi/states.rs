//! States, summaries and heartbeats.

use super::field::{Code, Id, Number, Price, Quantity, Short, Time};
use crate::codec::layout::{templates, views};

templates! {
    type u16;
    head {
        0 body_len u16le "Bytes of the message."
        2 template_id u16le "The message's type."
        4 msg_seq_num Number "Number of the message in its product, or in its snapshot cycle."
    }

    /// Nothing happened in a product.
    13001 16 heartbeat Heartbeat {
        8 last_msg_seq_num_processed Number "The last message sequence number sent for the product."
        12 pad4 x4 "Padding."
    }

    /// A product enters another phase.
    13300 24 product_state_change ProductStateChange {
        8 trading_session_id Code "1 day, 3 morning, 5 evening, 6 after hours, 7 holiday."
        9 trading_session_sub_id Code "1 pre-trading, 3 continuous, 4 closing, 5 post-trading, 7 quiescent, 10 out of the main session."
        10 trad_ses_status Code "1 halted, 2 open, 3 closed."
        11 market_condition Code "0 normal, 1 stressed."
        12 fast_market_indicator Code "1 fast market."
        13 tes_trad_ses_status Code "1 halted, 2 open, 3 closed, 5 pre-close."
        14 pad2 x2 "Padding."
        16 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
    }

    /// An instrument enters another state.
    13301 56 instrument_state_change InstrumentStateChange {
        8 security_id Id "The instrument."
        16 security_status Code "1 active, 2 inactive, 4 expired, 6 knocked out, 7 knock-out revoked, 9 suspended, 11 pending deletion, 12 knocked out and suspended."
        17 security_trading_status Code "2 trading halt, 7 and 8 market imbalance (buy, sell), 200 closed, 201 restricted, 202 book, 203 continuous, 204 and 205 opening auction and its freeze, 206 and 207 intraday auction, 208 and 209 circuit breaker auction, 210 and 211 closing auction, 212 and 213 IPO auction, 214 pre-call, 215 call, 216 freeze, 217 trade at close, 218 and 219 retail pre-call and call."
        18 market_condition Code "0 normal, 1 stressed."
        19 fast_market_indicator Code "1 fast market."
        20 security_trading_event Code "10 a price volatility auction is extended, 11 extended again."
        21 sold_out_indicator Code "1 sold out."
        22 pad2 x2 "Padding."
        24 high_px Price "Highest price of the day."
        32 low_px Price "Lowest price of the day."
        40 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        48 tes_security_status Code "1 active, 2 inactive, 4 expired, 9 suspended."
        49 pad7 x7 "Padding."
    }

    /// Many instruments enter another state.
    13302 32 mass_instrument_state_change MassInstrumentStateChange {
        8 instrument_scope_product_complex Code "Instruments it is for: 1 simple instrument, 2 standard and 3 non-standard option strategy, 4 volatility strategy, 5 futures spread, 6 inter-product spread, 7 standard futures strategy, 8 pack and bundle, 9 strip, 10 flexible instrument, 11 commodity strip, 12 scaled simple instrument, 13 non-standard volatility strategy, 14 total return future strategy."
        9 security_mass_status Code "1 active, 2 inactive, 4 expired, 6 knocked out, 7 knock-out revoked, 9 suspended, 11 pending deletion, 12 knocked out and suspended."
        10 security_mass_trading_status Code "2 trading halt, 7 and 8 market imbalance (buy, sell), 200 closed, 201 restricted, 202 book, 203 continuous, 204 and 205 opening auction and its freeze, 206 and 207 intraday auction, 208 and 209 circuit breaker auction, 210 and 211 closing auction, 212 and 213 IPO auction, 214 pre-call, 215 call, 216 freeze, 217 trade at close, 218 and 219 retail pre-call and call."
        11 mass_market_condition Code "0 normal, 1 stressed."
        12 fast_market_indicator Code "1 fast market."
        13 security_mass_trading_event Code "10 a price volatility auction is extended, 11 extended again."
        14 mass_sold_out_indicator Code "1 sold out."
        15 tes_security_mass_status Code "1 active, 2 inactive, 4 expired, 9 suspended."
        16 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        24 last_fragment Code "1 the last message of it, 0 more follow."
        25 no_related_sym Code "Instruments that follow."
        26 pad6 x6 "Padding."
    }

    /// A product in a snapshot: instruments and orders follow.
    13600 24 product_summary ProductSummary {
        8 last_msg_seq_num_processed Number "The last message sequence number sent for the product."
        12 trading_session_id Code "1 day, 3 morning, 5 evening, 6 after hours, 7 holiday."
        13 trading_session_sub_id Code "1 pre-trading, 3 continuous, 4 closing, 5 post-trading, 7 quiescent, 10 out of the main session."
        14 trad_ses_status Code "1 halted, 2 open, 3 closed."
        15 market_condition Code "0 normal, 1 stressed."
        16 fast_market_indicator Code "1 fast market."
        17 tes_trad_ses_status Code "1 halted, 2 open, 3 closed, 5 pre-close."
        18 pad6 x6 "Padding."
    }

    /// An instrument in a snapshot, with its statistics: orders follow.
    13601 64 instrument_summary InstrumentSummary {
        8 security_id Id "The instrument."
        16 last_update_time Time "Last change of the instrument, nanoseconds since 1970 UTC."
        24 trd_reg_ts_execution_time Time "When the trade was made, nanoseconds since 1970 UTC."
        32 tot_no_orders Short "Orders of the instrument that follow in the snapshot."
        34 security_status Code "1 active, 2 inactive, 4 expired, 6 knocked out, 7 knock-out revoked, 9 suspended, 11 pending deletion, 12 knocked out and suspended."
        35 security_trading_status Code "2 trading halt, 7 and 8 market imbalance (buy, sell), 200 closed, 201 restricted, 202 book, 203 continuous, 204 and 205 opening auction and its freeze, 206 and 207 intraday auction, 208 and 209 circuit breaker auction, 210 and 211 closing auction, 212 and 213 IPO auction, 214 pre-call, 215 call, 216 freeze, 217 trade at close, 218 and 219 retail pre-call and call."
        36 market_condition Code "0 normal, 1 stressed."
        37 fast_market_indicator Code "1 fast market."
        38 security_trading_event Code "10 a price volatility auction is extended, 11 extended again."
        39 sold_out_indicator Code "1 sold out."
        40 high_px Price "Highest price of the day."
        48 low_px Price "Lowest price of the day."
        56 product_complex Code "1 simple instrument, 2 standard and 3 non-standard option strategy, 4 volatility strategy, 5 futures spread, 6 inter-product spread, 7 standard futures strategy, 8 pack and bundle, 9 strip, 10 flexible instrument, 11 commodity strip, 12 scaled simple instrument, 13 non-standard volatility strategy, 14 total return future strategy."
        57 no_md_entries Code "Statistics that follow."
        58 tes_security_status Code "1 active, 2 inactive, 4 expired, 9 suspended."
        59 pad_1 x5 "Padding."
    }
}

views! {
    /// An instrument of many.
    32 InstrumentState {
        0 security_id Id "The instrument."
        8 high_px Price "Highest price of the day."
        16 low_px Price "Lowest price of the day."
        24 security_status Code "1 active, 2 inactive, 4 expired, 6 knocked out, 7 knock-out revoked, 9 suspended, 11 pending deletion, 12 knocked out and suspended."
        25 security_trading_status Code "2 trading halt, 7 and 8 market imbalance (buy, sell), 200 closed, 201 restricted, 202 book, 203 continuous, 204 and 205 opening auction and its freeze, 206 and 207 intraday auction, 208 and 209 circuit breaker auction, 210 and 211 closing auction, 212 and 213 IPO auction, 214 pre-call, 215 call, 216 freeze, 217 trade at close, 218 and 219 retail pre-call and call."
        26 market_condition Code "0 normal, 1 stressed."
        27 security_trading_event Code "10 a price volatility auction is extended, 11 extended again."
        28 sold_out_indicator Code "1 sold out."
        29 tes_security_status Code "1 active, 2 inactive, 4 expired, 9 suspended."
        30 pad2 x2 "Padding."
    }

    /// A statistic of an instrument.
    32 InstrumentStatistic {
        0 md_entry_px Price "Price of the statistic."
        8 md_entry_size Quantity "Quantity of the statistic."
        16 md_origin_type Code "0 on book, 1 off book."
        17 md_entry_type Code "What it is: 2 trade, 4 opening, 5 closing, 7 high and 8 low price, 66 trade volume, 101 previous closing price, 200 opening, 201 intraday, 202 circuit breaker, 203 closing, 204 IPO and 205 retail auction."
        18 trade_condition Short "1 implied trade, 107 out of sequence, 155 midpoint price, 156 trading on terms of issue, 206 auction volume discovery, 596 special auction, 624 trade at close, 743 retail."
        20 trd_type Short "1 block trade, 2 EFP, 12 EFS, 54 OTC, 55 exchange basis facility, 1000 vola trade, 1001 EFP financial, 1002 EFP index futures, 1004 block trade at market, 1006 Enlight, 1007 block QTPIP."
        22 multi_leg_reporting_type Code "1 single instrument, 2 leg of several, 3 all legs."
        23 multi_leg_price_model Code "0 standard, 1 user-defined."
        24 non_disclosed_trade_volume Quantity "Volume traded and not yet disclosed."
    }
}
