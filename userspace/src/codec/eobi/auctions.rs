//! Auctions, requests and the top of the book.

use super::field::{Code, Id, Number, Price, Quantity, Short, Time};
use crate::codec::layout::templates;

templates! {
    type u16;
    head {
        0 body_len u16le "Bytes of the message."
        2 template_id u16le "The message's type."
        4 msg_seq_num Number "Number of the message in its product, or in its snapshot cycle."
    }

    /// Best bid and offer in an auction.
    13500 64 auction_bbo AuctionBbo {
        8 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        16 security_id Id "The instrument."
        24 bid_px Price "Bid."
        32 offer_px Price "Offer."
        40 bid_size Quantity "Quantity at the bid."
        48 offer_size Quantity "Quantity at the offer."
        56 potential_security_trading_event Code "0 none, 10 a price volatility auction will be extended."
        57 bid_ord_type Code "1 the bid is a market order."
        58 offer_ord_type Code "1 the offer is a market order."
        59 pad_1 x5 "Padding."
    }

    /// What an auction would clear at.
    13501 56 auction_clearing_price AuctionClearingPrice {
        8 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        16 security_id Id "The instrument."
        24 last_px Price "Price of the trade."
        32 last_qty Quantity "Quantity traded, or of the request."
        40 imbalance_qty Quantity "Quantity that does not match at the price."
        48 security_trading_status Code "2 trading halt, 7 and 8 market imbalance (buy, sell), 200 closed, 201 restricted, 202 book, 203 continuous, 204 and 205 opening auction and its freeze, 206 and 207 intraday auction, 208 and 209 circuit breaker auction, 210 and 211 closing auction, 212 and 213 IPO auction, 214 pre-call, 215 call, 216 freeze, 217 trade at close, 218 and 219 retail pre-call and call."
        49 potential_security_trading_event Code "0 none, 10 a price volatility auction will be extended."
        50 pad6 x6 "Padding."
    }

    /// Somebody announces a cross.
    13502 48 cross_request CrossRequest {
        8 security_id Id "The instrument."
        16 last_px Price "Price of the trade."
        24 last_qty Quantity "Quantity traded, or of the request."
        32 side Code "1 buy, 2 sell."
        33 cross_request_type Code "1 cross announcement, 2 liquidity improvement cross."
        34 input_source Code "1 client broker."
        35 pad_1 x5 "Padding."
        40 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
    }

    /// Somebody asks for quotes.
    13503 40 quote_request QuoteRequest {
        8 security_id Id "The instrument."
        16 last_qty Quantity "Quantity traded, or of the request."
        24 side Code "1 buy, 2 sell."
        25 pad7 x7 "Padding."
        32 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
    }

    /// Best bid and offer.
    13504 64 top_of_book TopOfBook {
        8 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        16 security_id Id "The instrument."
        24 bid_px Price "Bid."
        32 offer_px Price "Offer."
        40 bid_size Quantity "Quantity at the bid."
        48 offer_size Quantity "Quantity at the offer."
        56 number_of_buy_orders Short "Orders at the bid."
        58 number_of_sell_orders Short "Orders at the offer."
        60 pad4 x4 "Padding."
    }
}
