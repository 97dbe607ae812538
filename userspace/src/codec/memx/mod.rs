//! MEMX MEMOIR Depth 1.3 (SBE schema 2): every order and trade of one exchange, big-endian.
//!
//! Section names are those of the "MEMOIR Depth Feed" specification. Times are nanoseconds since 1970 UTC, prices are
//! dollars with six places. Orders name their security by the number that the day's `instrument_directory` gives it.

mod administrative;
mod header;
mod orders;
mod trades;

#[cfg(test)]
mod tests;

pub use administrative::{
    ClearBook, InstrumentDirectory, RegShoRestriction, SecurityTradingStatus, SnapshotComplete,
    TradingSessionStatus,
};
pub use header::{HEADER_LEN, SCHEMA};
pub use orders::{OrderAdded, OrderDeleted, OrderExecuted, OrderReduced};
pub use trades::{BrokenTrade, CorrectedTrade, Trade};

use super::sbe;

sbe::codec! {
    template header::template; body header::body;
    InstrumentDirectory RegShoRestriction SecurityTradingStatus TradingSessionStatus
    OrderAdded OrderDeleted OrderReduced OrderExecuted
    Trade BrokenTrade CorrectedTrade
    ClearBook SnapshotComplete
}
