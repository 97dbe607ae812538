//! Auctions of listed securities (section "Auction Message Formats").

use crate::codec::layout::layouts;

layouts! {
    first message_type a1 "The message's type.";

    /// What a coming auction would do now: every second while it is near ("Auction Information Message").
    "A" 80 auction_information AuctionInformation {
        1 auction_type a1 "`O` opening, `C` closing, `I` of a new issue, `H` after a halt, `V` after a volatility pause."
        2 timestamp i64le "Nanoseconds since 1970 UTC."
        10 symbol a8 "The symbol."
        18 paired_shares u32le "Shares that match at the reference price."
        22 reference_price i64le/10000 "Clearing price at or within the reference range by orders on the auction book."
        30 indicative_clearing_price i64le/10000 "Clearing price by all eligible orders."
        38 imbalance_shares u32le "Shares that do not match at the reference price."
        42 imbalance_side a1 "`B` buy, `S` sell, `N` none."
        43 extension_number u8 "Times the auction was extended."
        44 scheduled_auction_time u32le "When it is to take place, seconds since 1970 UTC."
        48 auction_book_clearing_price i64le/10000 "Clearing price by orders on the auction book alone."
        56 collar_reference_price i64le/10000 "Price the collar is made from."
        64 lower_auction_collar i64le/10000 "Lower threshold."
        72 upper_auction_collar i64le/10000 "Upper threshold."
    }
}
