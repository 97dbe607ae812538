//! Trades that no shown order had part in, and what becomes of trades later.

use super::HEADER_LEN;
use crate::codec::sbe::views;

views! {
    header HEADER_LEN;

    /// A trade against an order that is not shown ("Trade").
    14 30 trade Trade {
        0 timestamp u64be "Nanoseconds since 1970 UTC."
        8 security_id u16be "The security."
        10 trade_id u64be "Number of the trade, for the day."
        18 quantity u32be "Shares traded."
        22 price i64be/1_000_000 "Price of the trade."
    }

    /// A trade is undone ("Broken Trade").
    15 30 broken_trade BrokenTrade {
        0 timestamp u64be "Nanoseconds since 1970 UTC."
        8 security_id u16be "The security."
        10 trade_id u64be "The trade."
        18 original_quantity u32be "Its shares."
        22 original_price i64be/1_000_000 "Its price."
    }

    /// A trade is changed ("Corrected Trade").
    16 42 corrected_trade CorrectedTrade {
        0 timestamp u64be "Nanoseconds since 1970 UTC."
        8 security_id u16be "The security."
        10 trade_id u64be "The trade."
        18 original_quantity u32be "Its shares until now."
        22 original_price i64be/1_000_000 "Its price until now."
        30 corrected_quantity u32be "Its shares from now on."
        34 corrected_price i64be/1_000_000 "Its price from now on."
    }
}
