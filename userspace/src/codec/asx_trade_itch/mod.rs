//! ASX Trade ITCH 3.1: every order of the Australian equities and equity options market, big-endian.
//!
//! A `T` message gives the second, every other one the nanoseconds behind it. Prices are cents with two places. Order
//! types alone are little-endian. The futures market's feed has other messages under the same types:
//! [`super::asx_itch`].

mod directories;
mod legs;
mod orders;
mod trades;

#[cfg(test)]
mod tests;

pub use directories::{
    CombinationOrderBookDirectory, OrderBookDirectory, OrderBookState, Seconds, SystemEvent,
    TickSizeTableEntry,
};
pub use legs::{CombinationLegs, Leg, MatchId};
pub use orders::{
    AddOrder, AddOrderAttributed, OrderDelete, OrderExecuted, OrderExecutedWithPrice, OrderReplace,
};
pub use trades::{EquilibriumPriceUpdate, Trade};

use super::message::messages;

messages! {
    Seconds OrderBookDirectory CombinationOrderBookDirectory TickSizeTableEntry SystemEvent OrderBookState
    AddOrder AddOrderAttributed OrderExecuted OrderExecutedWithPrice OrderReplace OrderDelete
    Trade EquilibriumPriceUpdate
}
