//! Trades and open interest of a series.

use super::layouts::categories;

categories! {
    /// A trade ("Equity and Index Last Sale"). The type is its condition: blank regular, `A` cancelled, `B` out of sequence, `C` last cancelled, `D` late, `E` opening cancelled, `F` opening reported late, `G` only trade cancelled, `H` opening late and out of sequence, `I` electronic, `J` reopening, `K` adjusted terms, `L` spread, `M` straddle, `N` stopped, `O` stopped and cancelled, `P` buy-write, `Q` combination, `R` stopped at a price, `S` sweep, `T` benchmark, `X` trade-through exempt.
    "a" 43 last_sale LastSale message_indicator "Reserved for the message's category." {
        12 security_symbol a5 "The underlying."
        17 reserved x1 "Reserved."
        18 expiration_month a1 "`A` to `L` calls of January to December, `M` to `X` puts."
        19 expiration_day u8 "Day of the month."
        20 expiration_year u8 "Year without its century."
        21 strike_price_denominator_code a1 "Places of the strike: see [`places`](super::places)."
        22 strike_price u32be "Strike, in units of the code."
        26 volume u32be "Contracts traded."
        30 premium_price_denominator_code a1 "Places of the prices: see [`places`](super::places)."
        31 premium_price i32be "Price of the trade, in units of the code."
        35 trade_identifier u32be "The exchange's number of the trade."
        39 reserved_4 x4 "Reserved."
    }

    /// Open contracts of a series ("Open Interest").
    "d" 30 open_interest OpenInterest message_indicator "Reserved for the message's category." {
        12 security_symbol a5 "The underlying."
        17 reserved x1 "Reserved."
        18 expiration_month a1 "`A` to `L` calls of January to December, `M` to `X` puts."
        19 expiration_day u8 "Day of the month."
        20 expiration_year u8 "Year without its century."
        21 strike_price_denominator_code a1 "Places of the strike: see [`places`](super::places)."
        22 strike_price u32be "Strike, in units of the code."
        26 open_interest_volume u32be "Contracts open."
    }

    /// A series' day ("Equity and Index End of Day Summary").
    "f" 72 end_of_day_summary EndOfDaySummary message_indicator "Reserved for the message's category." {
        12 security_symbol a5 "The underlying."
        17 reserved x1 "Reserved."
        18 expiration_month a1 "`A` to `L` calls of January to December, `M` to `X` puts."
        19 expiration_day u8 "Day of the month."
        20 expiration_year u8 "Year without its century."
        21 strike_price_denominator_code a1 "Places of the strike: see [`places`](super::places)."
        22 strike_price u32be "Strike, in units of the code."
        26 volume u32be "Contracts traded."
        30 open_interest_volume u32be "Contracts open."
        34 premium_price_denominator_code a1 "Places of the prices: see [`places`](super::places)."
        35 open_price i32be "First trade, in units of the code."
        39 high_price i32be "Highest trade."
        43 low_price i32be "Lowest trade."
        47 last_price i32be "Last trade."
        51 net_change i32be "Last trade less the day before's."
        55 underlying_price_denominator_code a1 "Places of the prices behind it: see [`places`](super::places)."
        56 underlying_price i64be "The underlying's, in units of the code."
        64 bid_price i32be "Last bid."
        68 offer_price i32be "Last offer."
    }
}
