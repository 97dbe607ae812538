//! Deribit multicast (SBE schema 1, versions 1 to 3): books, trades, tickers and instruments of one exchange,
//! little-endian.
//!
//! Names are those of the schema in Deribit's "Multicast Developer Guide". Times are milliseconds since 1970 UTC.
//! Prices and amounts are binary floating-point numbers on the wire, because their decimal point lies elsewhere for
//! every instrument: there is no decimal to be had from them, so they are given as they are.

mod book;
mod header;
mod instrument;
mod ticker;
mod trades;

#[cfg(test)]
mod tests;

pub use book::{Book, BookChange, Snapshot, SnapshotEnd, SnapshotLevel, SnapshotStart};
pub(crate) use header::split;
pub use header::{HEADER_LEN, SCHEMA};
pub use instrument::{ComboLeg, ComboLegs, Instrument, InstrumentV2, TickStep};
pub use ticker::{PriceIndex, Rfq, Ticker};
pub use trades::{Trade, Trades};

use super::sbe;

sbe::codec! {
    template header::template; body header::body;
    Instrument Book Trades Ticker Snapshot SnapshotStart SnapshotEnd ComboLegs PriceIndex Rfq InstrumentV2
}
