//! Trades.

use crate::codec::eobi::field::{Code, Id, Lots, Number, Price, Time};
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
        24 trd_match_id Number "Number of the match, unique in the product for the day."
        28 last_qty Lots "Quantity traded, or of the request."
        32 last_px Price "Price of the trade."
        40 trd_reg_ts_execution_time Time "When the trade was made, nanoseconds since 1970 UTC."
        48 trade_condition Code "1 implied trade, 153 systematic internaliser, 155 midpoint price."
        49 pad6 x6 "Padding."
        55 no_md_entries Code "Statistics that follow."
    }

    /// A trade outside the continuous market: at an auction, for example.
    13201 48 trade_report TradeReport {
        8 security_id Id "The instrument."
        16 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        24 trd_match_id Number "Number of the match, unique in the product for the day."
        28 last_qty Lots "Quantity traded, or of the request."
        32 last_px Price "Price of the trade."
        40 match_type Code "3 confirmed trade report, 5 cross auction, 7 call auction, 13 liquidity improvement cross, 14 continuous auction."
        41 match_sub_type Code "1 opening, 2 closing, 3 intraday, 4 circuit breaker and 5 IPO auction, 6 retail auction vola trade."
        42 algorithmic_trade_indicator Code "1 an algorithm took part."
        43 trade_condition Code "1 implied trade, 153 systematic internaliser, 155 midpoint price."
        44 pad4 x4 "Padding."
    }

    /// What an incoming order was matched with, as a capture of June 2014 has it: one time less than later. That its
    /// two times are these is concluded from their order and distance.
    13202 56 execution_summary EarlyExecutionSummary {
        8 security_id Id "The instrument."
        16 request_time Time "When the request reached the gateway, nanoseconds since 1970 UTC."
        24 exec_id Time "When it was matched, nanoseconds since 1970 UTC."
        32 last_qty Lots "Quantity traded, or of the request."
        36 aggressor_side Code "Side of the aggressor: 1 buy, 2 sell."
        37 trade_condition Code "1 implied trade, 153 systematic internaliser, 155 midpoint price."
        38 pad2 x2 "Padding."
        40 last_px Price "Price of the trade."
        48 resting_hidden_qty Lots "Hidden quantity that was matched."
        52 resting_cxl_qty Lots "Quantity cancelled by self-match prevention."
    }

    /// What an incoming order was matched with, in one message ahead of the executions: since T7 2.5.
    13202 64 execution_summary ExecutionSummary {
        8 security_id Id "The instrument."
        16 aggressor_time Time "When the aggressor reached the matching engine, nanoseconds since 1970 UTC."
        24 request_time Time "When the request reached the gateway, nanoseconds since 1970 UTC."
        32 exec_id Time "When it was matched, nanoseconds since 1970 UTC."
        40 last_qty Lots "Quantity traded, or of the request."
        44 aggressor_side Code "Side of the aggressor: 1 buy, 2 sell."
        45 trade_condition Code "1 implied trade, 153 systematic internaliser, 155 midpoint price."
        46 pad2 x2 "Padding."
        48 last_px Price "Price of the trade."
        56 resting_hidden_qty Lots "Hidden quantity that was matched."
        60 resting_cxl_qty Lots "Quantity cancelled by self-match prevention."
    }
}

views! {
    /// A statistic that a reversal changes.
    16 TradeStatistic {
        0 md_entry_px Price "Price of the statistic."
        8 md_entry_size Lots "Quantity of the statistic."
        12 md_entry_type Code "What it is: 2 trade, 4 opening, 5 closing, 7 high and 8 low price, 66 trade volume, 101 previous closing price, 200 opening, 201 intraday, 202 circuit breaker, 203 closing, 204 IPO and 205 retail auction."
        13 pad3 x3 "Padding."
    }
}
