//! ITCH 5.0 into books. Trades (`P`, `Q`, `B`) do not touch what is displayed.

use xdpfeed::codec::itch50::Message;

use super::{book::Side, orders::Books};

/// Applies a message.
pub(crate) fn apply(books: &mut Books, message: &[u8]) {
    match Message::parse(message) {
        Ok(Message::AddOrder(add)) => {
            let symbol = books.symbol(add.stock().as_bytes());
            if let Some(side) = Side::from_indicator(add.buy_sell_indicator()) {
                let (price, size) = (add.price().0.into(), add.shares().into());
                books.add(add.order_reference_number(), symbol, side, price, size);
            }
        }
        Ok(Message::AddOrderAttributed(add)) => {
            let symbol = books.symbol(add.stock().as_bytes());
            if let Some(side) = Side::from_indicator(add.buy_sell_indicator()) {
                let (price, size) = (add.price().0.into(), add.shares().into());
                books.add(add.order_reference_number(), symbol, side, price, size);
            }
        }
        Ok(Message::OrderExecuted(executed)) => {
            books.reduce(executed.order_reference_number(), executed.executed_shares().into());
        }
        // At another price than the order's: the order still leaves its own level.
        Ok(Message::OrderExecutedWithPrice(executed)) => {
            books.reduce(executed.order_reference_number(), executed.executed_shares().into());
        }
        Ok(Message::OrderCancel(cancel)) => {
            books.reduce(cancel.order_reference_number(), cancel.cancelled_shares().into());
        }
        Ok(Message::OrderDelete(delete)) => books.delete(delete.order_reference_number()),
        Ok(Message::OrderReplace(replace)) => books.replace(
            replace.original_order_reference_number(),
            replace.new_order_reference_number(),
            replace.price().0.into(),
            replace.shares().into(),
        ),
        _ => {}
    }
}
