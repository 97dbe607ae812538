//! Messages about no single series.

use super::layouts::categories;

categories! {
    /// Text for people ("Administrative"). The text lies behind the view.
    "C" 14 administrative Administrative message_indicator "Reserved for the message's category." {
        12 message_data_length u16be "Bytes of the text."
    }

    /// What holds for the line ("Control"). The type: `C` start of day, `E` start and `F` end of summary, `J` end of day, `K` reset block sequence number, `L` start and `M` end of open interest, `N` line integrity, `P` disaster recovery data center activation.
    "H" 12 control Control message_indicator "Reserved for the message's category." {
    }

    /// Which line a series is on ("Series Mapping", since 6.3).
    "R" 155 series_mapping SeriesMapping message_indicator "Reserved for the message's category." {
        12 security_symbol a5 "The underlying."
        17 expiration_month a1 "`A` to `L` calls of January to December, `M` to `X` puts."
        18 expiration_day u8 "Day of the month."
        19 expiration_year u8 "Year without its century."
        20 strike_price_denominator_code a1 "Places of the strike: see [`places`](super::places)."
        21 strike_price u32be "Strike, in units of the code."
        25 multicast_line_number u16be "The line."
        27 reserved x128 "Reserved."
    }

    /// The value of an index ("Underlying Value", type blank).
    "Y" 27 underlying_last_sale UnderlyingLastSale message_indicator "Reserved for the message's category." {
        12 security_symbol a5 "The underlying."
        17 reserved x1 "Reserved."
        18 index_value_denominator_code a1 "Places of the value: see [`places`](super::places)."
        19 index_value i32be "The value, in units of the code."
        23 reserved_4 x4 "Reserved."
    }

    /// Bid and offer of an index ("Underlying Value", type `I`).
    "YI" 31 underlying_bid_and_offer UnderlyingBidAndOffer message_indicator "Reserved for the message's category." {
        12 security_symbol a5 "The underlying."
        17 reserved x1 "Reserved."
        18 index_value_denominator_code a1 "Places of the values: see [`places`](super::places)."
        19 bid_index_value i32be "Bid, in units of the code."
        23 offer_index_value i64be "Offer, in units of the code."
    }
}
