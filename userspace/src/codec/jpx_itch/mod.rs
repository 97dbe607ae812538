//! JPX Osaka Exchange (Genium INET) ITCH 5.0.6: every order of the Japanese derivatives market, big-endian.
//!
//! A `T` message gives the second, every other one the nanoseconds behind it. Prices are integers: each order book's
//! directory says how many decimals its prices have (`decimals_in_price`), so no scale is fixed on the wire. Order
//! attributes alone are little-endian.

mod directories;
mod orders;
mod trades;

#[cfg(test)]
mod tests;

pub use directories::{
    CombinationOrderbookLeg, OrderBookDirectory, OrderBookState, Seconds, SystemEvent, TickSizeTableEntry,
};
pub use orders::{
    AddOrder, AddOrderAttributed, OrderDelete, OrderExecuted, OrderExecutedWithPrice, OrderReplace,
};
pub use trades::{EquilibriumPriceUpdate, Trade};

use super::message::messages;

messages! {
    Seconds OrderBookDirectory CombinationOrderbookLeg TickSizeTableEntry SystemEvent OrderBookState
    AddOrder AddOrderAttributed OrderExecuted OrderExecutedWithPrice OrderReplace OrderDelete
    Trade EquilibriumPriceUpdate
}
