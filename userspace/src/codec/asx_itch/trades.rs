//! Trades beside the executions of orders.

use super::TradeType;
use crate::codec::layout::layouts;

layouts! {
    first message_type a1 "The message's type.";

    /// A trade ("Trade Executed Message").
    "P" 46 trade_executed TradeExecuted {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 trade_type TradeType "How the trade came about."
        12 trade_id u64be "The trade's number."
        20 executed_quantity u32be "Lots traded."
        24 trade_price i64be "Price of the trade, in units of one over the instrument's price_fractional_denominator."
        32 combination_trade_id u64be "The combination trade it is part of; 0 if it is of none."
        40 participant_id_buyer a3 "The buyer; blank where it is not told."
        43 participant_id_seller a3 "The seller; blank where it is not told."
    }

    /// A trade of a combination, with both orders ("Combination Trade Executed Message").
    "p" 80 combination_trade_executed CombinationTradeExecuted {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 trade_type TradeType "How the trade came about."
        12 trade_id u64be "The trade's number."
        20 executed_quantity u32be "Lots traded."
        24 trade_price i64be "Price of the trade, in units of one over the instrument's price_fractional_denominator."
        32 buyer_tradeable_instrument_id u32be "The instrument the buyer's order is in."
        36 buyer_side a1 "Side of the buyer's order: `B` buy, `S` sell; NUL where no order is named."
        37 buyer_order_id u64be "The buyer's order; 0 where none is named."
        45 buyer_combination_trade_id u64be "The combination trade the buyer's part belongs to; 0 where it is of none."
        53 buyer_participant_id a3 "The buyer; blank where it is not told."
        56 seller_tradeable_instrument_id u32be "The instrument the seller's order is in."
        60 seller_side a1 "Side of the seller's order: `B` buy, `S` sell; NUL where no order is named."
        61 seller_order_id u64be "The seller's order; 0 where none is named."
        69 seller_combination_trade_id u64be "The combination trade the seller's part belongs to; 0 where it is of none."
        77 seller_participant_id a3 "The seller; blank where it is not told."
    }

    /// A trade is undone ("Trade Cancellation Message").
    "B" 19 trade_cancellation TradeCancellation {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 trade_id u64be "The trade that is undone."
    }
}
