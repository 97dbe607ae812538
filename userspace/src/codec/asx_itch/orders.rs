//! The life of an order, entered or implied by others.

use super::TradeType;
use crate::codec::layout::layouts;

layouts! {
    first message_type a1 "The message's type.";

    /// An order enters the book ("Add Order Message").
    "A" 40 add_order AddOrder {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 side a1 "`B` buy, `S` sell."
        12 order_id u64be "The order, by its number."
        20 order_book_priority u64be "Its place: of two orders at one price the one with the lower number is first."
        28 quantity u32be "Lots."
        32 price i64be "Limit price, in units of one over the instrument's price_fractional_denominator."
    }

    /// An order loses lots but stays ("Order Volume Cancelled Message").
    "X" 24 order_volume_cancelled OrderVolumeCancelled {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 side a1 "`B` buy, `S` sell."
        12 order_id u64be "The order, by its number."
        20 quantity u32be "Lots to take off the order."
    }

    /// An order leaves the book ("Order Deleted Message").
    "D" 20 order_deleted OrderDeleted {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 side a1 "`B` buy, `S` sell."
        12 order_id u64be "The order, by its number."
    }

    /// An order is executed in part or whole ("Order Executed Message").
    "E" 56 order_executed OrderExecuted {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 side a1 "`B` buy, `S` sell."
        12 order_id u64be "The order, by its number."
        20 quantity_remaining u32be "Lots of the order that are left; at 0 it leaves the book."
        24 trade_type TradeType "How the trade came about."
        25 trade_id u64be "The trade's number."
        33 executed_quantity u32be "Lots executed."
        37 trade_price i64be "Price of the trade, in units of one over the instrument's price_fractional_denominator."
        45 combination_trade_id u64be "The combination trade it is part of; 0 if it is of none."
        53 counter_party_id a3 "The other side's participant; blank where it is not told."
    }

    /// An order is executed in an auction ("Auction Order Executed Message").
    "C" 53 auction_order_executed AuctionOrderExecuted {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 side a1 "`B` buy, `S` sell."
        12 order_id u64be "The order, by its number."
        20 quantity_remaining u32be "Lots of the order that are left; at 0 it leaves the book."
        24 trade_type TradeType "How the trade came about."
        25 trade_id u64be "The trade's number."
        33 executed_quantity u32be "Lots executed."
        37 trade_price i64be "Price of the trade, in units of one over the instrument's price_fractional_denominator."
        45 opposite_order_id u64be "The order it traded with."
    }

    /// An order of a combination is executed ("Combination Order Executed Message").
    "e" 66 combination_order_executed CombinationOrderExecuted {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 side a1 "`B` buy, `S` sell."
        12 order_id u64be "The order, by its number."
        20 quantity_remaining u32be "Lots of the order that are left; at 0 it leaves the book."
        24 trade_type TradeType "How the trade came about."
        25 trade_id u64be "The trade's number."
        33 executed_quantity u32be "Lots executed."
        37 trade_price i64be "Price of the trade, in units of one over the instrument's price_fractional_denominator."
        45 opposite_tradeable_instrument_id u32be "The instrument it traded with."
        49 opposite_side a1 "Side of the order it traded with: `B` buy, `S` sell."
        50 opposite_order_id u64be "The order it traded with."
        58 combination_trade_id u64be "The combination trade it is part of."
    }

    /// An order that others imply enters the book ("Implied Order Added Message").
    "j" 40 implied_order_added ImpliedOrderAdded {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 side a1 "`B` buy, `S` sell."
        12 order_id u64be "The order, by its number."
        20 order_book_priority u64be "Its place: of two orders at one price the one with the lower number is first."
        28 quantity u32be "Lots."
        32 price i64be "Limit price, in units of one over the instrument's price_fractional_denominator."
    }

    /// An implied order has a new size, price or place ("Implied Order Replaced Message").
    "l" 40 implied_order_replaced ImpliedOrderReplaced {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 side a1 "`B` buy, `S` sell."
        12 order_id u64be "The order, by its number."
        20 order_book_priority u64be "Its place: of two orders at one price the one with the lower number is first."
        28 quantity u32be "Lots."
        32 price i64be "Limit price, in units of one over the instrument's price_fractional_denominator."
    }

    /// An implied order leaves the book ("Implied Order Deleted Message").
    "k" 20 implied_order_deleted ImpliedOrderDeleted {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 trade_date u16be "The business day it belongs to: days since 1970-01-01."
        7 tradeable_instrument_id u32be "The instrument, by its number in the directories."
        11 side a1 "`B` buy, `S` sell."
        12 order_id u64be "The order, by its number."
    }
}
