//! States, summaries and heartbeats.

use crate::codec::eobi::field::{Code, Id, Lots, Number, Price, Short, Time};
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
        13 pad3 x3 "Padding."
        16 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
    }

    /// An instrument enters another state.
    13301 32 instrument_state_change InstrumentStateChange {
        8 security_id Id "The instrument."
        16 security_status Code "1 active, 2 inactive, 4 expired, 6 knocked out, 7 knock-out revoked, 9 suspended, 11 pending deletion, 12 knocked out and suspended."
        17 security_trading_status Code "2 trading halt, 7 and 8 market imbalance (buy, sell), 200 closed, 201 restricted, 202 book, 203 continuous, 204 and 205 opening auction and its freeze, 206 and 207 intraday auction, 208 and 209 circuit breaker auction, 210 and 211 closing auction, 212 and 213 IPO auction, 214 pre-call, 215 call, 216 freeze, 217 trade at close, 218 and 219 retail pre-call and call."
        18 market_condition Code "0 normal, 1 stressed."
        19 fast_market_indicator Code "1 fast market."
        20 security_trading_event Code "10 a price volatility auction is extended, 11 extended again."
        21 pad3 x3 "Padding."
        24 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
    }

    /// A product in a snapshot: instruments and orders follow.
    13600 24 product_summary ProductSummary {
        8 last_msg_seq_num_processed Number "The last message sequence number sent for the product."
        12 trading_session_id Code "1 day, 3 morning, 5 evening, 6 after hours, 7 holiday."
        13 trading_session_sub_id Code "1 pre-trading, 3 continuous, 4 closing, 5 post-trading, 7 quiescent, 10 out of the main session."
        14 trad_ses_status Code "1 halted, 2 open, 3 closed."
        15 market_condition Code "0 normal, 1 stressed."
        16 fast_market_indicator Code "1 fast market."
        17 pad7 x7 "Padding."
    }

    /// An instrument in a snapshot, with its statistics: orders follow.
    13601 40 instrument_summary InstrumentSummary {
        8 security_id Id "The instrument."
        16 last_update_time Time "Last change of the instrument, nanoseconds since 1970 UTC."
        24 trd_reg_ts_execution_time Time "When the trade was made, nanoseconds since 1970 UTC."
        32 tot_no_orders Short "Orders of the instrument that follow in the snapshot."
        34 security_status Code "1 active, 2 inactive, 4 expired, 6 knocked out, 7 knock-out revoked, 9 suspended, 11 pending deletion, 12 knocked out and suspended."
        35 security_trading_status Code "2 trading halt, 7 and 8 market imbalance (buy, sell), 200 closed, 201 restricted, 202 book, 203 continuous, 204 and 205 opening auction and its freeze, 206 and 207 intraday auction, 208 and 209 circuit breaker auction, 210 and 211 closing auction, 212 and 213 IPO auction, 214 pre-call, 215 call, 216 freeze, 217 trade at close, 218 and 219 retail pre-call and call."
        36 market_condition Code "0 normal, 1 stressed."
        37 fast_market_indicator Code "1 fast market."
        38 security_trading_event Code "10 a price volatility auction is extended, 11 extended again."
        39 no_md_entries Code "Statistics that follow."
    }
}

views! {
    /// A statistic of an instrument.
    16 InstrumentStatistic {
        0 md_entry_px Price "Price of the statistic."
        8 md_entry_size Lots "Quantity of the statistic."
        12 md_entry_type Code "What it is: 2 trade, 4 opening, 5 closing, 7 high and 8 low price, 66 trade volume, 101 previous closing price, 200 opening, 201 intraday, 202 circuit breaker, 203 closing, 204 IPO and 205 retail auction."
        13 trade_condition Code "1 implied trade, 153 systematic internaliser, 155 midpoint price."
        14 pad2 x2 "Padding."
    }
}
