//! State, statistics and limits of an instrument, and notices.

use crate::codec::layout::layouts;

layouts! {
    first message_type a1 "The message's type.";

    /// An instrument's session begins or ends ("Order Book State Message").
    "O" 12 order_book_state OrderBookState {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 session_state a1 "`P` before the opening, `O` open, `R` regulatory halt, `H` halted, `C` closed, `M` maintenance."
    }

    /// What an auction would do now ("Equilibrium Price Message").
    "Z" 43 equilibrium_price EquilibriumPrice {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 equilibrium_price i64be "Price of the auction, in units of one over the instrument's price_fractional_denominator; 0 if nothing would trade."
        19 matched_quantity u64be "Lots that would trade."
        27 bid_quantity u64be "Lots to buy at that price."
        35 ask_quantity u64be "Lots to sell at that price."
    }

    /// The day's prices are put right ("Open High Low Last Trade Adjustment Message").
    "t" 55 open_high_low_last_trade_adjustment OpenHighLowLastTradeAdjustment {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 opening_trade i64be "First price of the day, in units of one over the instrument's price_fractional_denominator; 0 if there was no trade."
        19 highest_trade i64be "Highest price of the day, likewise."
        27 lowest_trade i64be "Lowest price of the day, likewise."
        35 last_trade i64be "Last price of the day, likewise."
        43 last_volume u32be "Lots of the last trade."
        47 total_traded_volume u64be "Lots traded in the day."
    }

    /// The day's prices and volume at settlement ("Market Settlement Message").
    "Y" 55 market_settlement MarketSettlement {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 opening_trade i64be "First price of the day, in units of one over the instrument's price_fractional_denominator; 0 if there was no trade."
        19 highest_trade i64be "Highest price of the day, likewise."
        27 lowest_trade i64be "Lowest price of the day, likewise."
        35 last_trade i64be "Last price of the day, likewise."
        43 last_volume u32be "Lots of the last trade."
        47 total_traded_volume u64be "Lots traded in the day."
    }

    /// A quote is asked for ("Request For Quote Message").
    "q" 16 request_for_quote RequestForQuote {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 rfq_side a1 "`T` two-sided, `B` a bid, `S` an ask, `X` a crossing is coming."
        12 quantity u32be "Lots."
    }

    /// Beyond which prices orders and trades are anomalous ("Anomalous Order Threshold Publish Message").
    "W" 59 anomalous_order_threshold_publish AnomalousOrderThresholdPublish {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 aot_price i64be "Reference price of the anomalous order threshold, in units of one over the instrument's price_fractional_denominator."
        19 aot_upper_price i64be "Highest price an order may have, likewise."
        27 aot_lower_price i64be "Lowest price an order may have, likewise."
        35 etr_price i64be "Reference price of the extreme trade range, likewise."
        43 etr_upper_price i64be "Highest price a trade may have, likewise."
        51 etr_lower_price i64be "Lowest price a trade may have, likewise."
    }

    /// Volume and open interest of a day that is over ("Volume And Open Interest Message").
    "V" 29 volume_and_open_interest VolumeAndOpenInterest {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 cumulative_volume u64be "Lots traded."
        19 open_interest u64be "Open interest, lots."
        27 voi_trade_date u16be "The business day they are of: days since 1970-01-01."
    }

    /// A notice in words ("Text Message").
    "x" 113 text TextMessage {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 source_id a6 "Who says it."
        13 text a100 "The notice."
    }
}
