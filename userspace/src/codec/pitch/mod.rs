//! Cboe Multicast PITCH 2.41, US equities (BZX, BYX, EDGX, EDGA): every order of the book, little-endian.
//!
//! Section names are those of the "Cboe US Equities/Options Multicast Depth of Book (PITCH) Specification". A
//! message's `timestamp` counts nanoseconds within the second that the unit's last [`Time`] message named: who joins a
//! unit does not know the second before the next one, and forgets it when the unit's sequence starts again. Short
//! forms have prices of two places and 16-bit quantities, long ones four places and 32 bits. Other markets number
//! some messages alike and lay them out otherwise (Europe, Australia, futures, options).

mod auction;
mod orders;
mod session;
mod trades;

#[cfg(test)]
mod tests;

pub use auction::{AuctionSummary, AuctionUpdate, RetailPriceImprovement};
pub use orders::{
    AddOrderExpanded, AddOrderLong, AddOrderShort, DeleteOrder, ModifyOrderLong, ModifyOrderShort,
    OrderExecuted, OrderExecutedAtPriceSize, ReduceSizeLong, ReduceSizeShort,
};
pub use session::{EndOfSession, Time, TradingStatus, UnitClear};
pub use trades::{TradeBreak, TradeExpanded, TradeLong, TradeShort};

use super::{Unread, field::Fixed, message::numbered};

/// A price in dollars with two places ("Binary Short Price").
pub type ShortPrice = Fixed<u16, 2>;
/// A price in dollars with four places ("Binary Long Price").
pub type LongPrice = Fixed<u64, 4>;

/// Of `add_flags` and `modify_flags`: the order is shown in the exchange's quote.
pub const DISPLAY: u8 = 0x01;
/// Of `modify_flags`: the order keeps its place in the book.
pub const MAINTAIN_PRIORITY: u8 = 0x02;

/// The type, which stands behind the length.
#[inline]
fn message_type(message: &[u8]) -> Result<u8, Unread> {
    match *message {
        [_, kind, ..] => Ok(kind),
        [] => Err(Unread::Empty),
        [_] => Err(Unread::Short),
    }
}

numbered! {
    type of message_type;
    Time UnitClear EndOfSession TradingStatus
    AddOrderLong AddOrderShort AddOrderExpanded OrderExecuted OrderExecutedAtPriceSize ReduceSizeLong
    ReduceSizeShort ModifyOrderLong ModifyOrderShort DeleteOrder
    TradeLong TradeShort TradeExpanded TradeBreak
    AuctionUpdate AuctionSummary RetailPriceImprovement
}
