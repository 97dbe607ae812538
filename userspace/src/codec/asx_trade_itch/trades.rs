//! Trades and auctions.

use super::MatchId;
use crate::codec::layout::layouts;

layouts! {
    first message_type a1 "The message's type.";

    /// A match with orders that are not displayed ("Trade").
    "P" 50 trade Trade {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 match_id MatchId "Number of the match."
        17 side a1 "Side of the order that is not displayed: `B` buy, `S` sell."
        18 quantity u64be "Quantity matched."
        26 order_book_id u32be "The order book."
        30 trade_price i32be/100 "Price of the match, in cents of the trading currency."
        34 participant_id_owner a7 "The order's owner; blank where it is not told."
        41 participant_id_counterparty a7 "The other side; blank where it is not told."
        48 printable a1 "`Y` counts in volume, `N` does not."
        49 occurred_at_cross a1 "`Y` in an auction, `N` not."
    }

    /// What an auction would do now ("Equilibrium Price Update").
    "Z" 53 equilibrium_price_update EquilibriumPriceUpdate {
        1 nanoseconds u32be "Nanoseconds behind the second of the last `T` message."
        5 order_book_id u32be "The order book."
        9 bid_quantity u64be "Quantity to buy at that price."
        17 ask_quantity u64be "Quantity to sell at that price."
        25 equilibrium_price i32be/100 "Price of the auction, in cents of the trading currency."
        29 best_bid_price i32be/100 "Best bid, likewise."
        33 best_ask_price i32be/100 "Best offer, likewise."
        37 best_bid_quantity u64be "Quantity at the best bid."
        45 best_ask_quantity u64be "Quantity at the best offer."
    }
}
