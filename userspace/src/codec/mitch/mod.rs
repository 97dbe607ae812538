//! LSE Millennium MITCH, level 2, 11.9 (London, Borsa Italiana, Johannesburg, Oslo…): every order of the book,
//! little-endian.
//!
//! Names are those of the "Level 2 MITCH" specification. A message's `nanosecond` counts within the second that the last
//! [`Time`] message named: who joins does not know the second before the next one. Prices have eight places.

mod orders;
mod session;
mod trades;

#[cfg(test)]
mod tests;

pub use orders::{
    AddAttributedOrder, AddOrder, OrderBookClear, OrderDeleted, OrderExecuted, OrderExecutedWithPriceSize,
    OrderModified,
};
pub use session::{SymbolDirectory, SymbolStatus, SystemEvent, Time};
pub use trades::{AuctionInfo, AuctionTrade, Statistics, TopOfBook, Trade};

use super::{Unread, field::Fixed, message::numbered};

/// A price with eight places.
pub type Price = Fixed<i64, 8>;

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
    Time SystemEvent SymbolDirectory SymbolStatus
    AddOrder AddAttributedOrder OrderDeleted OrderModified OrderBookClear OrderExecuted OrderExecutedWithPriceSize
    Trade AuctionTrade AuctionInfo Statistics TopOfBook
}
