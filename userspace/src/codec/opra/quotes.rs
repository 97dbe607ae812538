//! Quotes (sections "Long Quote" and "Short Quote").
//!
//! The type: blank regular, `F` not firm, `I` indicative, `R` rotation, `T` halted, `A` for automatic execution, `B` the
//! bid, `O` the offer, `C` both of customers, `X` the offer not firm, `Y` the bid not firm.
//!
//! The BBO indicator: `A` to `D` the best bid is as before, `E` to `H` it is this bid, `I` to `L` there is none, `M` to `P`
//! an appendage has it. Of each four letters, the first has the best offer as before, the second has it in this
//! quote, the third in an appendage, the fourth has none; blank: the quote is not for the best bid and offer.

use super::layouts::categories;

categories! {
    /// An exchange's bid and offer for a series, in full.
    "k" 43 long_quote LongQuote bbo_indicator "What the quote does to the best bid and offer: `A` to `P`, or blank." {
        12 security_symbol a5 "The underlying."
        17 reserved x1 "Reserved."
        18 expiration_month a1 "`A` to `L` calls of January to December, `M` to `X` puts."
        19 expiration_day u8 "Day of the month."
        20 expiration_year u8 "Year without its century."
        21 strike_price_denominator_code a1 "Places of the strike: see [`places`](super::places)."
        22 strike_price u32be "Strike, in units of the code."
        26 premium_price_denominator_code a1 "Places of the prices: see [`places`](super::places)."
        27 bid_price i32be "Bid, in units of the code."
        31 bid_size u32be "Contracts bid."
        35 offer_price i32be "Offer, in units of the code."
        39 offer_size u32be "Contracts offered."
    }

    /// An exchange's bid and offer for a series, where the numbers are small enough.
    "q" 29 short_quote ShortQuote bbo_indicator "What the quote does to the best bid and offer: `A` to `P`, or blank." {
        12 security_symbol a4 "The underlying."
        16 expiration_month a1 "`A` to `L` calls of January to December, `M` to `X` puts."
        17 expiration_day u8 "Day of the month."
        18 expiration_year u8 "Year without its century."
        19 strike_price u16be/10 "Strike."
        21 bid_price u16be/100 "Bid."
        23 bid_size u16be "Contracts bid."
        25 offer_price u16be/100 "Offer."
        27 offer_size u16be "Contracts offered."
    }
}
