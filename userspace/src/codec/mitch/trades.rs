//! Trades, auctions and statistics.

use crate::codec::layout::templates;

templates! {
    type u8;
    head {
        0 message_length u8 "Bytes of the message."
        1 message_type u8 "The message's type."
    }

    /// A trade of orders that were not displayed.
    0x50 35 trade Trade {
        2 nanosecond u32le "Nanoseconds within the second that the last `Time` message named."
        6 executed_quantity u32le "Quantity traded."
        10 instrument_id u32le "The instrument."
        14 reserved_a x1 "Padding."
        15 reserved_b x1 "Padding."
        16 price i64le/100000000 "Price of the trade."
        24 trade_match_id u64le "Number of the trade."
        32 cross_type u8 "5 internal cross, 6 internal BTF, 7 committed cross, 8 committed BTF."
        33 sub_book u8 "0 regular, 11 request for quotes."
        34 pt_mod_flags u8 "Bit 0: cancelled. Bit 1: amended."
    }

    /// The outcome of an auction.
    0x51 34 auction_trade AuctionTrade {
        2 nanosecond u32le "Nanoseconds within the second that the last `Time` message named."
        6 quantity u32le "Quantity traded."
        10 instrument_id u32le "The instrument."
        14 reserved_a x1 "Padding."
        15 reserved_b x1 "Padding."
        16 price i64le/100000000 "Price of the auction."
        24 trade_match_id u64le "Number of the trade."
        32 auction_type a1 "`O` opening, `C` closing, `A` AESP, `B` EDSP, `E` resume, `F` periodic, `G` scheduled, level 1 only."
        33 pt_mod_flags u8 "Bit 0: cancelled. Bit 1: amended."
    }

    /// What an auction would do now.
    0x49 30 auction_info AuctionInfo {
        2 nanosecond u32le "Nanoseconds within the second that the last `Time` message named."
        6 paired_quantity u32le "Quantity that matches."
        10 reserved_4 x4 "Padding."
        14 reserved_1 x1 "Padding."
        15 instrument_id u32le "The instrument."
        19 reserved_a x1 "Padding."
        20 reserved_b x1 "Padding."
        21 price i64le/100000000 "Indicative price."
        29 auction_type a1 "`O` opening, `C` closing, `A` AESP, `B` EDSP, `E` resume, `F` periodic, `G` scheduled, level 1 only."
    }

    /// An opening or closing price.
    0x77 23 statistics Statistics {
        2 nanosecond u32le "Nanoseconds within the second that the last `Time` message named."
        6 instrument_id u32le "The instrument."
        10 reserved_a x1 "Padding."
        11 reserved_b x1 "Padding."
        12 statistic_type a1 "`O` opening price, `C` closing price."
        13 price i64le/100000000 "The price."
        21 open_close_price_indicator a1 "How it was made: `A` UT, `B` AT, `C` middle of the best prices, `D` last AT, `E` last UT, `F` manual, `I` the close of the day before."
        22 statistics_reserved x1 "Padding."
    }

    /// Best bid and offer.
    0x71 34 top_of_book TopOfBook {
        2 nanosecond u32le "Nanoseconds within the second that the last `Time` message named."
        6 instrument_id u32le "The instrument."
        10 buy_limit_price i64le/100000000 "Best bid."
        18 buy_limit_size u32le "Quantity at the bid."
        22 sell_limit_price i64le/100000000 "Best offer."
        30 sell_limit_size u32le "Quantity at the offer."
    }
}
