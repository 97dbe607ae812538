//! Trades.

use super::HEADER_LEN;
use crate::codec::sbe::{entries, views};

entries! {
    /// One trade.
    83 Trade {
        0 direction u8 or null "Of the taker: 0 buy, 1 sell."
        1 price f64le or null "The price, in the instrument's quote currency."
        9 amount f64le or null "How much, in the instrument's size currency."
        17 timestamp_ms u64le "Milliseconds since 1970 UTC."
        25 mark_price f64le or null "The instrument's mark price at that time."
        33 index_price f64le or null "The underlying index at that time."
        41 trade_seq u64le "Number of the trade within its instrument."
        49 trade_id u64le "Number of the trade."
        57 tick_direction u8 or null "Against the trade before: 0 plus, 1 zero plus, 2 minus, 3 zero minus."
        58 liquidation u8 or null "Who was liquidated: 0 none, 1 the maker, 2 the taker, 3 both."
        59 iv f64le or null "Implied volatility in percent; options alone have it."
        67 block_trade_id u64le or null "The block trade it is part of; 0 or absent if of none."
        75 combo_trade_id u64le or null "The combo trade it is part of; 0 or absent if of none."
    }
}

views! {
    header HEADER_LEN;

    /// Trades of one instrument.
    1002 4 trades Trades {
        0 instrument_id u32le "The instrument."
        groups {
            trades_list GroupSizeEncoding Trade "The trades, oldest first."
        }
    }
}
