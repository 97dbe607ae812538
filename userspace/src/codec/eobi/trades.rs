//! Trades.

use super::field::{Code, Id, Number, Price, Quantity, Short, Time};
use crate::codec::layout::{templates, views};

templates! {
    type u16;
    head {
        0 body_len u16le "Bytes of the message."
        2 template_id u16le "The message's type."
        4 msg_seq_num Number "Number of the message in its product, or in its snapshot cycle."
    }

    /// A trade is undone.
    13200 56 trade_reversal TradeReversal {
        8 security_id Id "The instrument."
        16 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        24 last_qty Quantity "Quantity traded, or of the request."
        32 last_px Price "Price of the trade."
        40 trd_reg_ts_execution_time Time "When the trade was made, nanoseconds since 1970 UTC."
        48 trd_match_id Number "Number of the match, unique in the product for the day."
        52 trade_condition Short "1 implied trade, 107 out of sequence, 155 midpoint price, 156 trading on terms of issue, 206 auction volume discovery, 596 special auction, 624 trade at close, 743 retail."
        54 md_origin_type Code "0 on book, 1 off book."
        55 no_md_entries Code "Statistics that follow."
    }

    /// A trade outside the continuous market: at an auction, for example.
    13201 56 trade_report TradeReport {
        8 security_id Id "The instrument."
        16 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        24 last_qty Quantity "Quantity traded, or of the request."
        32 last_px Price "Price of the trade."
        40 trd_match_id Number "Number of the match, unique in the product for the day."
        44 match_type Code "3 confirmed trade report, 5 cross auction, 7 call auction, 13 liquidity improvement cross, 14 continuous auction."
        45 match_sub_type Code "1 opening, 2 closing, 3 intraday, 4 circuit breaker and 5 IPO auction, 6 retail auction vola trade."
        46 algorithmic_trade_indicator Code "1 an algorithm took part."
        47 pad1 x1 "Padding."
        48 trade_condition Short "1 implied trade, 107 out of sequence, 155 midpoint price, 156 trading on terms of issue, 206 auction volume discovery, 596 special auction, 624 trade at close, 743 retail."
        50 pad6 x6 "Padding."
    }

    /// What an incoming order was matched with, in one message ahead of the executions.
    13202 104 execution_summary ExecutionSummary {
        8 security_id Id "The instrument."
        16 request_time Time "When the request reached the gateway, nanoseconds since 1970 UTC."
        24 exec_id Time "When it was matched, nanoseconds since 1970 UTC."
        32 last_qty Quantity "Quantity traded, or of the request."
        40 aggressor_side Code "Side of the aggressor: 1 buy, 2 sell."
        41 pad1 x1 "Padding."
        42 trade_condition Short "1 implied trade, 107 out of sequence, 155 midpoint price, 156 trading on terms of issue, 206 auction volume discovery, 596 special auction, 624 trade at close, 743 retail."
        44 trading_hhi_indicator Code "HHI indicator of the trading."
        45 pad3 x3 "Padding."
        48 last_px Price "Price of the trade."
        56 trd_reg_ts_prev_time_priority Time "The time priority it had before, nanoseconds since 1970 UTC."
        64 display_qty Quantity "Quantity displayed."
        72 price Price "Limit price; absent for market orders."
        80 resting_hidden_qty Quantity "Hidden quantity that was matched."
        88 resting_cxl_qty Quantity "Quantity cancelled by self-match prevention."
        96 aggressor_time Time "When the aggressor reached the matching engine, nanoseconds since 1970 UTC."
    }

    /// A trade made off the book.
    13203 80 tes_trade_report TesTradeReport {
        8 security_id Id "The instrument."
        16 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        24 last_qty Quantity "Quantity traded, or of the request."
        32 last_px Price "Price of the trade."
        40 trd_match_id Number "Number of the match, unique in the product for the day."
        44 trd_type Short "1 block trade, 2 EFP, 12 EFS, 54 OTC, 55 exchange basis facility, 1000 vola trade, 1001 EFP financial, 1002 EFP index futures, 1004 block trade at market, 1006 Enlight, 1007 block QTPIP."
        46 trade_condition Short "1 implied trade, 107 out of sequence, 155 midpoint price, 156 trading on terms of issue, 206 auction volume discovery, 596 special auction, 624 trade at close, 743 retail."
        48 multi_leg_reporting_type Code "1 single instrument, 2 leg of several, 3 all legs."
        49 multi_leg_price_model Code "0 standard, 1 user-defined."
        50 pad6 x6 "Padding."
        56 non_disclosed_trade_volume Quantity "Volume traded and not yet disclosed."
        64 trans_bkd_time Time "When the trade was agreed on, nanoseconds since 1970 UTC."
        72 number_of_buy_sides Short "Buyers."
        74 number_of_sell_sides Short "Sellers."
        76 pad4 x4 "Padding."
    }
}

views! {
    /// A statistic that a reversal changes.
    24 TradeStatistic {
        0 md_entry_px Price "Price of the statistic."
        8 md_entry_size Quantity "Quantity of the statistic."
        16 md_entry_type Code "What it is: 2 trade, 4 opening, 5 closing, 7 high and 8 low price, 66 trade volume, 101 previous closing price, 200 opening, 201 intraday, 202 circuit breaker, 203 closing, 204 IPO and 205 retail auction."
        17 pad7 x7 "Padding."
    }
}
