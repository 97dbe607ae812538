//! Tickers, price indices, requests for quotes.

use super::HEADER_LEN;
use crate::codec::sbe::views;

views! {
    header HEADER_LEN;

    /// An instrument's prices as they stand.
    1003 133 ticker Ticker {
        0 instrument_id u32le "The instrument."
        4 instrument_state u8 or null "0 created, 1 open, 2 closed, 3 settled, 4 deactivated, 5 inactive, 6 started."
        5 timestamp_ms u64le "Milliseconds since 1970 UTC."
        13 open_interest f64le or null "Open contracts, in the instrument's size currency."
        21 min_sell_price f64le or null "The lowest price an order to sell may have."
        29 max_buy_price f64le or null "The highest price an order to buy may have."
        37 last_price f64le or null "Price of the last trade."
        45 index_price f64le or null "The underlying index."
        53 mark_price f64le or null "The mark price."
        61 best_bid_price f64le or null "The best bid."
        69 best_bid_amount f64le or null "What it holds."
        77 best_ask_price f64le or null "The best ask."
        85 best_ask_amount f64le or null "What it holds."
        93 current_funding f64le or null "The funding rate now; perpetuals alone have it."
        101 funding_8h f64le or null "The funding rate of the last 8 hours; perpetuals alone have it."
        109 estimated_delivery_price f64le or null "The delivery price, were the instrument to expire now."
        117 delivery_price f64le or null "The delivery price, once it has expired."
        125 settlement_price f64le or null "Price of the last settlement."
    }

    /// A price index has a new value.
    1008 32 price_index PriceIndex {
        0 index_name a16 "The index: `btc_usd`."
        16 price f64le or null "Its value."
        24 timestamp_ms u64le "Milliseconds since 1970 UTC."
    }

    /// Somebody asks for quotes.
    1009 22 rfq Rfq {
        0 instrument_id u32le "The instrument."
        4 state u8 or null "0 no longer, 1 now."
        5 side u8 or null "0 to buy, 1 to sell, 2 either."
        6 amount f64le or null "How much, in the instrument's size currency."
        14 timestamp_ms u64le "Milliseconds since 1970 UTC."
    }
}
