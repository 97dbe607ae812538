//! Auctions and retail interest.

use crate::codec::layout::templates;

templates! {
    type u8;
    head {
        0 message_length u8 "Bytes of the message, this one included."
        1 message_type u8 "The message's type."
    }

    /// What a coming auction would do now ("Auction Update").
    0x95 47 auction_update AuctionUpdate {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
        6 stock_symbol a8 "The symbol."
        14 auction_type a1 "`O` opening, `C` closing, `H` halt, `I` IPO, `M` Cboe Market Close, `V` volatility, `P` periodic auction."
        15 reference_price u64le/10000 "The reference price: the book's, within its collars."
        23 buy_shares u32le "Shares to buy at the reference price."
        27 sell_shares u32le "Shares to sell at the reference price."
        31 indicative_price u64le/10000 "Where the auction and the continuous book together would match."
        39 auction_only_price u64le/10000 "Where the auction's own orders would match."
    }

    /// What an auction did ("Auction Summary").
    0x96 27 auction_summary AuctionSummary {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
        6 stock_symbol a8 "The symbol."
        14 auction_type a1 "`O` opening, `C` closing, `H` halt, `I` IPO, `M` Cboe Market Close, `V` volatility, `P` periodic auction."
        15 price u64le/10000 "Price of the auction."
        23 shares u32le "Shares traded in it."
    }

    /// Retail price improvement is there or not ("Retail Price Improvement").
    0x98 15 retail_price_improvement RetailPriceImprovement {
        2 timestamp u32le "Nanoseconds within the second of the unit's last Time message."
        6 symbol a8 "The symbol."
        14 retail_price_improvement a1 "`B` on the buy side, `S` on the sell side, `A` on both, `N` on none."
    }
}
