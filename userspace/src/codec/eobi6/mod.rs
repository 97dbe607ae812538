//! Eurex T7 EOBI up to release 6.1, as captures of the years 2014 to 2018 have it: quantities are whole lots of four bytes.
//!
//! The wire does not say which release it is, and lengths alone do not tell (a full execution has 56 bytes in both), so
//! it is for the user to say. See [`eobi`](super::eobi) for what all releases have in common.

mod auctions;
mod instruments;
mod orders;
mod states;
mod trades;

#[cfg(test)]
mod tests;

pub use auctions::{AuctionBbo, AuctionClearingPrice, CrossRequest, QuoteRequest, TopOfBook};
pub use instruments::{AddComplexInstrument, Leg};
pub use orders::{
    FullOrderExecution, OrderAdd, OrderDelete, OrderMassDelete, OrderModify, OrderModifySamePrio,
    PartialOrderExecution, SnapshotOrder,
};
pub use states::{
    Heartbeat, InstrumentStateChange, InstrumentStatistic, InstrumentSummary, ProductStateChange,
    ProductSummary,
};
pub use trades::{EarlyExecutionSummary, ExecutionSummary, TradeReport, TradeReversal, TradeStatistic};

use super::eobi::message::messages;

messages! {
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
    EarlyExecutionSummary
    Heartbeat
    ProductStateChange
    InstrumentStateChange
    ProductSummary
    InstrumentSummary [no_md_entries InstrumentStatistic "statistics"]
    AddComplexInstrument [no_legs Leg "legs"]
    AuctionBbo
    AuctionClearingPrice
    CrossRequest
    QuoteRequest
    TopOfBook
    ; ExecutionSummary instead of EarlyExecutionSummary
}
