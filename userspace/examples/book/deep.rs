//! DEEP into books: levels, not orders. A book is whole only after the last update of an event.

use xdpfeed::codec::deep::Message;

use super::{book::Side, orders::Books};

/// Applies a message. False while an event goes on: what the books show now was never there.
pub(crate) fn apply(books: &mut Books, message: &[u8]) -> bool {
    let (side, flags, symbol, price, size) = match Message::parse(message) {
        Ok(Message::PriceLevelBuyUpdate(level)) => {
            (Side::Bid, level.event_flags(), *level.symbol(), level.price(), level.size())
        }
        Ok(Message::PriceLevelSellUpdate(level)) => {
            (Side::Ask, level.event_flags(), *level.symbol(), level.price(), level.size())
        }
        _ => return true,
    };
    let symbol = books.symbol(symbol.as_bytes());
    books.set_level(symbol, side, price.0, size.into());
    flags.event_complete()
}
