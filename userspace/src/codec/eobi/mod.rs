//! Eurex T7 EOBI 14.1 (Enhanced Order Book Interface): every order of the book, little-endian.
//!
//! Names are those of the EOBI manual. A message belongs to one product; the packet header in front of it says which.
//! Times are nanoseconds since 1970 UTC, prices have eight places, quantities four, and every field has a value that
//! says that there is none. Messages are of a fixed length: a group has room for its most entries, and a field says how
//! many are used. Older versions, which the wire does not tell apart, are in [`eobi6`](super::eobi6).

mod auctions;
pub mod field;
mod instruments;
pub(super) mod message;
mod orders;
mod states;
mod trades;

#[cfg(test)]
mod tests;

pub use auctions::{AuctionBbo, AuctionClearingPrice, CrossRequest, QuoteRequest, TopOfBook};
pub use instruments::{AddComplexInstrument, AddFlexibleInstrument, AddScaledSimpleInstrument, Leg};
pub use orders::{
    FullOrderExecution, OrderAdd, OrderDelete, OrderMassDelete, OrderModify, OrderModifySamePrio,
    PartialOrderExecution, SnapshotOrder,
};
pub use states::{
    Heartbeat, InstrumentState, InstrumentStateChange, InstrumentStatistic, InstrumentSummary,
    MassInstrumentStateChange, ProductStateChange, ProductSummary,
};
pub use trades::{ExecutionSummary, TesTradeReport, TradeReport, TradeReversal, TradeStatistic};

message::messages! {
    OrderAdd
    OrderModify
    OrderDelete
    OrderMassDelete
    FullOrderExecution
    PartialOrderExecution
    OrderModifySamePrio
    SnapshotOrder
    TradeReversal [no_md_entries TradeStatistic "statistics"]
    TradeReport
    ExecutionSummary
    TesTradeReport
    Heartbeat
    ProductStateChange
    InstrumentStateChange
    MassInstrumentStateChange [no_related_sym InstrumentState "instruments"]
    ProductSummary
    InstrumentSummary [no_md_entries InstrumentStatistic "statistics"]
    AddComplexInstrument [no_legs Leg "legs"]
    AddFlexibleInstrument
    AddScaledSimpleInstrument
    AuctionBbo
    AuctionClearingPrice
    CrossRequest
    QuoteRequest
    TopOfBook
}
