//! Seconds, events, and the order books of the day.

use super::CombinationLegs;
use crate::codec::layout::layouts;

layouts! {
    first message_type a1 "The message's type.";

    /// A second begins: the times of all messages up to the next one count from it ("Seconds").
    "T" 5 seconds Seconds {
        1 second u32be "Seconds since 1970 UTC."
    }

    /// An order book of the day ("Order Book Directory").
    "R" 113 order_book_directory OrderBookDirectory {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 order_book_id u32be "The order book, by its number in all messages."
        9 symbol a32 "The symbol."
        41 long_name a32 "The name."
        73 isin a12 "International securities identification number."
        85 financial_product u8 "1 option, 3 future, 5 cash, 11 standard combination."
        86 trading_currency a3 "Currency of its prices (ISO 4217)."
        89 number_of_decimals_in_price u16be "Decimals of its prices."
        91 number_of_decimals_in_nominal_value u16be "Decimals of its nominal value."
        93 odd_lot_size u32be "Quantity of an odd lot; 0 if there is none."
        97 round_lot_size u32be "Quantity of a round lot."
        101 block_lot_size u32be "Quantity of a block lot; 0 if there is none."
        105 nominal_value u64be "Nominal value, with the decimals above."
    }

    /// A combination that can be traded, with its legs ("Combination Order Book Directory").
    "M" 261 combination_order_book_directory CombinationOrderBookDirectory {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 order_book_id u32be "The order book, by its number in all messages."
        9 symbol a32 "The symbol."
        41 long_name a32 "The name."
        73 isin a12 "International securities identification number."
        85 financial_product u8 "1 option, 3 future, 5 cash, 11 standard combination."
        86 trading_currency a3 "Currency of its prices (ISO 4217)."
        89 number_of_decimals_in_price u16be "Decimals of its prices."
        91 number_of_decimals_in_nominal_value u16be "Decimals of its nominal value."
        93 odd_lot_size u32be "Quantity of an odd lot; 0 if there is none."
        97 round_lot_size u32be "Quantity of a round lot."
        101 block_lot_size u32be "Quantity of a block lot; 0 if there is none."
        105 nominal_value u64be "Nominal value, with the decimals above."
        113 leg CombinationLegs "The legs: at most four."
    }

    /// The price step of an order book within a range of prices ("Tick Size Table Entry").
    "L" 25 tick_size_table_entry TickSizeTableEntry {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 order_book_id u32be "The order book."
        9 tick_size u64be "The step, with the decimals of the price."
        17 price_from i32be/100 "Lowest price of the range, in cents of the trading currency."
        21 price_to i32be/100 "Highest price of the range, likewise; 0 if it has no end."
    }

    /// The feed's day begins or ends ("System Event").
    "S" 6 system_event SystemEvent {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 event_code a1 "`O` start of messages, `C` end of messages."
    }

    /// An order book has another state ("Order Book State").
    "O" 29 order_book_state OrderBookState {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 order_book_id u32be "The order book."
        9 state_name a20 "Name of the state."
    }
}
