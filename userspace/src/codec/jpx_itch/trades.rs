//! Trades and auctions.

use crate::codec::layout::layouts;

layouts! {
    first message_type a1 "The message's type.";

    /// A match with orders that are not displayed ("Trade").
    "P" 50 trade Trade {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 match_id u64be "Number of the match."
        13 combo_group_id u32be "Matches of one combination have the same; 0 if it is of none."
        17 side a1 "Side of the order that is not displayed: `B` buy, `S` sell."
        18 quantity u64be "Quantity matched."
        26 order_book_id u32be "The order book."
        30 trade_price i32be "Price of the match, in units of the order book's decimals_in_price."
        34 owner_participant_id a7 "The order's owner; blank where it is not told."
        41 counterparty_participant_id a7 "The other side; blank where it is not told."
        48 printable a1 "`Y` counts in volume, `N` does not."
        49 occurred_at_cross a1 "`Y` in an auction, `N` not."
    }

    /// What an auction would do now ("Equilibrium Price Update").
    "Z" 53 equilibrium_price_update EquilibriumPriceUpdate {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 order_book_id u32be "The order book."
        9 available_bid_quantity_at_equilibrium_price u64be "Quantity to buy at that price."
        17 available_ask_quantity_at_equilibrium_price u64be "Quantity to sell at that price."
        25 equilibrium_price i32be "Price of the auction, in units of the order book's decimals_in_price."
        29 reserved_24 x24 "Reserved."
    }
}
