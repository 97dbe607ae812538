//! Auctions, retail interest and the day's summary.

use super::Price;
use crate::codec::layout::templates;

templates! {
    type u16;
    head {
        0 message_size u16le "Bytes of the message, these included."
        2 message_type u16le "The message's type."
    }

    /// What a coming auction would do now ("Imbalance").
    105 73 imbalance Imbalance {
        4 source_time u32le "When it happened at the exchange, seconds since 1970 UTC."
        8 source_time_ns u32le "And nanoseconds."
        12 symbol_index u32le "The security: see [`SymbolIndexMapping`](super::SymbolIndexMapping)."
        16 symbol_seq_num u32le "Number of the message among those of its security."
        20 reference_price Price "Where the auction is priced from, in the unit of the security."
        24 paired_qty u32le "Shares that pair at the reference price."
        28 total_imbalance_qty u32le "Shares that do not."
        32 market_imbalance_qty u32le "Of them, shares of market orders."
        36 auction_time u16le "When it is to take place: hour × 100 + minute, Eastern."
        38 auction_type a1 "`O` early opening, `M` core opening, `H` reopening, `C` closing auction, `P` extreme closing imbalance, `R` significant closing imbalance."
        39 imbalance_side a1 "`B` buy, `S` sell; blank if none."
        40 continuous_book_clearing_price Price "Where all of the book and the auction would trade; 0 if nowhere."
        44 auction_interest_clearing_price Price "Where the auction's own orders would trade; 0 if nowhere."
        48 ssr_filing_price Price "Where sell short interest is filed under a short sale restriction."
        52 indicative_match_price Price "Where most would trade; 0 if nowhere."
        56 upper_collar Price "Highest price the auction may have."
        60 lower_collar Price "Lowest price the auction may have."
        64 auction_status u8 "0 runs as always, 1 runs: interest inside or at the collars, or paired off, 2 does not run: imbalance through the collars, 3 does not run: goes over to the closing auction."
        65 freeze_status u8 "0 imbalance freeze not in effect, 1 in effect."
        66 num_extensions u8 "Times the halt was extended."
        67 unpaired_qty u32le "Shares unpaired at the indicative match price."
        71 unpaired_side a1 "`B` buy, `S` sell; blank if none."
        72 reserved_1 x1 "Reserved."
    }

    /// Retail price improvement is there or not ("Retail Price Improvement").
    114 17 retail_price_improvement RetailPriceImprovement {
        4 source_time_ns u32le "And nanoseconds."
        8 symbol_index u32le "The security: see [`SymbolIndexMapping`](super::SymbolIndexMapping)."
        12 symbol_seq_num u32le "Number of the message among those of its security."
        16 rpi_indicator a1 "Retail interest: `A` on the bid side, `B` on the offer side, `C` on both; blank on none."
    }

    /// A security's day so far ("Stock Summary").
    223 36 stock_summary StockSummary {
        4 source_time u32le "When it happened at the exchange, seconds since 1970 UTC."
        8 source_time_ns u32le "And nanoseconds."
        12 symbol_index u32le "The security: see [`SymbolIndexMapping`](super::SymbolIndexMapping)."
        16 high_price Price "Highest price of the day, in the unit of the security."
        20 low_price Price "Lowest price of the day."
        24 open Price "First price of the day."
        28 close Price "Last price of the day; 0 before the close."
        32 total_volume u32le "Shares traded."
    }
}
