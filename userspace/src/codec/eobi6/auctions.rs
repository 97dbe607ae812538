//! Auctions, requests and the top of the book.

use crate::codec::eobi::field::{Code, Id, Lots, Number, Price, Time};
use crate::codec::layout::templates;

templates! {
    type u16;
    head {
        0 body_len u16le "Bytes of the message."
        2 template_id u16le "The message's type."
        4 msg_seq_num Number "Number of the message in its product, or in its snapshot cycle."
    }

    /// Best bid and offer in an auction.
    13500 56 auction_bbo AuctionBbo {
        8 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        16 security_id Id "The instrument."
        24 bid_px Price "Bid."
        32 offer_px Price "Offer."
        40 bid_size Lots "Quantity at the bid."
        44 offer_size Lots "Quantity at the offer."
        48 potential_security_trading_event Code "0 none, 10 a price volatility auction will be extended."
        49 pad7 x7 "Padding."
    }

    /// What an auction would clear at.
    13501 48 auction_clearing_price AuctionClearingPrice {
        8 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        16 security_id Id "The instrument."
        24 last_px Price "Price of the trade."
        32 last_qty Lots "Quantity traded, or of the request."
        36 imbalance_qty Lots "Quantity that does not match at the price."
        40 security_trading_status Code "2 trading halt, 7 and 8 market imbalance (buy, sell), 200 closed, 201 restricted, 202 book, 203 continuous, 204 and 205 opening auction and its freeze, 206 and 207 intraday auction, 208 and 209 circuit breaker auction, 210 and 211 closing auction, 212 and 213 IPO auction, 214 pre-call, 215 call, 216 freeze, 217 trade at close, 218 and 219 retail pre-call and call."
        41 potential_security_trading_event Code "0 none, 10 a price volatility auction will be extended."
        42 pad6 x6 "Padding."
    }

    /// Somebody announces a cross.
    13502 32 cross_request CrossRequest {
        8 security_id Id "The instrument."
        16 last_qty Lots "Quantity traded, or of the request."
        20 pad4 x4 "Padding."
        24 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
    }

    /// Somebody asks for quotes.
    13503 32 quote_request QuoteRequest {
        8 security_id Id "The instrument."
        16 last_qty Lots "Quantity traded, or of the request."
        20 side Code "1 buy, 2 sell."
        21 pad3 x3 "Padding."
        24 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
    }

    /// Best bid and offer.
    13504 40 top_of_book TopOfBook {
        8 transact_time Time "When the change took effect, nanoseconds since 1970 UTC."
        16 security_id Id "The instrument."
        24 bid_px Price "Bid."
        32 offer_px Price "Offer."
    }
}
