//! Seconds, events, and the order books of the day.

use crate::codec::layout::layouts;

layouts! {
    first message_type a1 "The message's type.";

    /// A second begins: the times of all messages up to the next one count from it ("Seconds").
    "T" 5 seconds Seconds {
        1 seconds u32be "Seconds since 1970 UTC."
    }

    /// An order book of the day ("Order Book Directory").
    "R" 129 order_book_directory OrderBookDirectory {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 order_book_id u32be "The order book, by its number in all messages."
        9 symbol a32 "The symbol."
        41 long_name a32 "The name."
        73 isin a12 "International securities identification number."
        85 financial_product u8 "1 option, 2 forward, 3 future, 4 forward rate agreement, 5 cash, 6 payment, 7 exchange rate, 8 interest rate swap, 9 repurchase agreement, 10 synthetic box leg or reference, 11 combination, 12 guarantee, 13 OTC general, 14 equity warrant, 15 security lending."
        86 trading_currency a3 "Currency of its prices (ISO 4217)."
        89 decimals_in_price u16be "Decimals of its prices."
        91 decimals_in_nominal_value u16be "Decimals of its nominal value."
        93 odd_lot_size u32be "Quantity of an odd lot; 0 if there is none."
        97 round_lot_size u32be "Quantity of a round lot."
        101 block_lot_size u32be "Quantity of a block lot; 0 if there is none."
        105 nominal_value u64be "Nominal value, with the decimals above."
        113 number_of_legs u8 "Legs of a combination: that many `M` messages tell of them; 0 if it is none."
        114 underlying_orderbook_id u32be "The order book of the underlying; 0 if there is none."
        118 strike_price i32be "Strike price of an option, with decimals_in_strike_price."
        122 expiration_date u32be "Day of expiry as YYYYMMDD; 0 if there is none."
        126 decimals_in_strike_price u16be "Decimals of the strike price."
        128 put_or_call u8 "1 call, 2 put; 0 if it is no option."
    }

    /// One leg of a combination ("Combination Order Book Leg").
    "M" 18 combination_orderbook_leg CombinationOrderbookLeg {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 combination_orderbook_id u32be "The order book of the combination."
        9 leg_orderbook_id u32be "The order book of the leg."
        13 leg_side a1 "`B` as defined: the leg is bought when the combination is; `C` the opposite."
        14 leg_ratio u32be "Quantity of the leg to one of the combination."
    }

    /// The price step of an order book within a range of prices ("Tick Size Table Entry").
    "L" 25 tick_size_table_entry TickSizeTableEntry {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 order_book_id u32be "The order book."
        9 tick_size u64be "The step, with the decimals of the price."
        17 price_from i32be "Lowest price of the range, in units of the order book's decimals_in_price."
        21 price_to i32be "Highest price of the range, likewise; 0 if it has no end."
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
