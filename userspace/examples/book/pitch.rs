//! Multicast PITCH into books. Trades (`0x2A`, `0x2B`, `0x30`, `0x2C`) do not touch what is displayed.

use xdpfeed::codec::pitch::Message;

use super::{
    book::{Price, Side},
    orders::Books,
};

/// Short prices are in cents.
const CENT: Price = 100;

/// Applies a message. True when it emptied the unit's books, so that nothing wrong is left in them.
pub(crate) fn apply(books: &mut Books, message: &[u8]) -> bool {
    let Ok(message) = Message::parse(message) else { return false };
    match message {
        Message::AddOrderLong(m) => {
            let symbol = m.symbol().as_bytes();
            enter(books, m.order_id(), symbol, m.side_indicator(), long(m.price().0), m.quantity().into());
        }
        Message::AddOrderShort(m) => {
            let (symbol, price) = (m.symbol().as_bytes(), Price::from(m.price().0) * CENT);
            enter(books, m.order_id(), symbol, m.side_indicator(), price, m.quantity().into());
        }
        Message::AddOrderExpanded(m) => {
            let symbol = m.symbol().as_bytes();
            enter(books, m.order_id(), symbol, m.side_indicator(), long(m.price().0), m.quantity().into());
        }
        Message::OrderExecuted(m) => books.reduce(m.order_id(), m.executed_quantity().into()),
        // It may have lost more than was executed: what is left is said.
        Message::OrderExecutedAtPriceSize(m) => books.set_size(m.order_id(), m.remaining_quantity().into()),
        Message::ReduceSizeLong(m) => books.reduce(m.order_id(), m.canceled_quantity().into()),
        Message::ReduceSizeShort(m) => books.reduce(m.order_id(), m.canceled_quantity().into()),
        Message::ModifyOrderLong(m) => {
            books.replace(m.order_id(), m.order_id(), long(m.price().0), m.quantity().into());
        }
        Message::ModifyOrderShort(m) => {
            let price = Price::from(m.price().0) * CENT;
            books.replace(m.order_id(), m.order_id(), price, m.quantity().into());
        }
        Message::DeleteOrder(m) => books.delete(m.order_id()),
        Message::UnitClear(_) => {
            books.clear();
            return true;
        }
        _ => {}
    }
    false
}

fn enter(books: &mut Books, id: u64, symbol: &[u8], side: u8, price: Price, size: u64) {
    let symbol = books.symbol(symbol);
    if let Some(side) = Side::from_indicator(side) {
        books.add(id, symbol, side, price, size);
    }
}

/// A long price. None is beyond 63 bits of 1/10,000; one that is wrong on the wire shows as the highest there is.
fn long(price: u64) -> Price {
    Price::try_from(price).unwrap_or(Price::MAX)
}
