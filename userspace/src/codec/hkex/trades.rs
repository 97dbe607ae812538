//! Trades and auctions.

use crate::codec::layout::templates;

templates! {
    type u16;
    head {
        0 msg_size u16le "Bytes of the message."
        2 msg_type u16le "The message's type."
    }

    /// A trade.
    50 32 trade Trade {
        4 security_code u32le "The security."
        8 trade_id u32le "Number of the trade."
        12 price i32le/1000 "Price of the trade."
        16 quantity u32le "Shares traded."
        20 trd_type i16le "0 automatch, 4 late trade, 22 non-direct off-exchange, 100 automatch internalised, 101 direct off-exchange, 102 odd lot, 103 auction, 104 overseas."
        22 filler_2 x2 "Padding."
        24 trade_time u64le "When it was made, nanoseconds since 1970 UTC."
    }

    /// A trade is undone.
    51 12 trade_cancel TradeCancel {
        4 security_code u32le "The security."
        8 trade_id u32le "Number of the trade."
    }

    /// What an auction would trade at.
    41 20 indicative_equilibrium_price IndicativeEquilibriumPrice {
        4 security_code u32le "The security."
        8 price i32le/1000 "The price; 0 where there is none."
        12 aggregate_quantity u64le "Quantity that would trade."
    }

    /// Price and limits of the closing auction.
    43 20 reference_price ReferencePrice {
        4 security_code u32le "The security."
        8 reference_price i32le/1000 "Reference price of the closing auction."
        12 lower_price i32le/1000 "Lower limit."
        16 upper_price i32le/1000 "Upper limit."
    }

    /// What a closing auction would leave over.
    56 20 order_imbalance OrderImbalance {
        4 security_code u32le "The security."
        8 order_imbalance_direction a1 "`N` bids equal offers, `B` more bids, `S` more offers; a space: not known."
        9 filler_1 x1 "Padding."
        10 order_imbalance_quantity u64le "Quantity that does not match."
        18 filler_2 x2 "Padding."
    }
}
