//! Trades that do not touch the displayed book, and auction information (sections 1.5 to 1.8).

use super::Header;
use crate::codec::layout::layouts;

layouts! {
    first header Header "Type, security, tracking number and time.";

    /// A match with an order that was not displayed (section 1.5.1).
    "P" 44 non_cross_trade Trade {
        11 order_reference_number u64be "The order; 0 since December 2010."
        19 buy_sell_indicator a1 "Side of the order that was not displayed; always `B` since July 2014."
        20 shares u32be "Shares matched."
        24 stock a8 "The symbol."
        32 price u32be/10000 "Price of the match."
        36 match_number u64be "Number of the match, unique for the day."
    }

    /// A cross is done (section 1.5.2).
    "Q" 40 cross_trade CrossTrade {
        11 cross_shares u64be "Shares matched in the cross; 0 when there was no interest."
        19 stock a8 "The symbol."
        27 cross_price u32be/10000 "Price of the cross."
        31 match_number u64be "Number of the match, unique for the day."
        39 cross_type a1 "`O` opening, `C` closing, `H` after a halt or pause, or of a new issue, `A` extended close."
    }

    /// A match is undone (section 1.5.3).
    "B" 19 broken_trade BrokenTrade {
        11 match_number u64be "The match: that of an executed order, a trade or a cross."
    }

    /// What a coming cross would do now (section 1.6).
    "I" 50 net_order_imbalance_indicator NetOrderImbalance {
        11 paired_shares u64be "Shares that match at the reference price."
        19 imbalance_shares u64be "Shares that do not."
        27 imbalance_direction a1 "`B` buy, `S` sell, `N` none, `O` too few orders to tell, `P` paused."
        28 stock a8 "The symbol."
        36 far_price u32be/10000 "Clearing price of the cross orders alone."
        40 near_price u32be/10000 "Clearing price of cross and continuous orders together."
        44 current_reference_price u32be/10000 "Price at which the shares above are counted."
        48 cross_type a1 "`O` opening, `C` closing, `H` after a halt or pause, or of a new issue, `A` extended close."
        49 price_variation_indicator a1 "Distance of near price and reference: `L` under 1 %, `1` to `9` that many % and less than the next, `A` 10 %, `B` 20 %, `C` 30 % or more, space not to be told."
    }

    /// Retail price improvement orders are there or not (section 1.7).
    "N" 20 retail_price_improvement_indicator RetailInterest {
        11 stock a8 "The symbol."
        19 interest_flag a1 "`B` to buy, `S` to sell, `A` both, `N` none."
    }

    /// Price discovery of a direct listing with a capital raise (section 1.8).
    "O" 48 direct_listing_with_capital_raise_price_discovery DirectListingPriceDiscovery {
        11 stock a8 "The symbol."
        19 open_eligibility_status a1 "`Y` may be released, `N` not."
        20 minimum_allowable_price u32be/10000 "20 % below the registration's lower price."
        24 maximum_allowable_price u32be/10000 "80 % above the registration's higher price."
        28 near_execution_price u32be/10000 "Reference price when the volatility test was passed."
        32 near_execution_time u64be "When it was passed, nanoseconds since midnight, US Eastern time."
        40 lower_price_range_collar u32be/10000 "10 % below the near execution price."
        44 upper_price_range_collar u32be/10000 "10 % above the near execution price."
    }
}
