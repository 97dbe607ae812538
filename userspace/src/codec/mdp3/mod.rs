//! CME MDP 3.0 (SBE schema 1, versions 5 to 13): books, trades, statistics and instruments of CME Globex,
//! little-endian.
//!
//! Names are those of the exchange's templates (`templates_FixBinary.xml`); templates that a later one took the place of
//! have their number in their name. Times are nanoseconds since 1970 UTC; prices have nine places, seven in templates
//! below 46. Layouts are those of the latest version known: 13, for templates below 46 that have a successor 9.

pub mod event;
mod book;
mod fixed_income;
mod future;
mod fx;
mod header;
mod option;
mod session;
mod snapshot;
mod spread;
mod statistics;
mod trades;

#[cfg(test)]
mod tests;

pub use book::{
    BookEntry, BookEntry32, BookLongQtyEntry, BookOrderEntry, MdIncrementalRefreshBook,
    MdIncrementalRefreshBook32, MdIncrementalRefreshBookLongQty, MdIncrementalRefreshOrderBook,
    MdIncrementalRefreshOrderBook43, OrderBookEntry, OrderBookEntry43,
};
pub use fixed_income::{
    BrokenDateEntry, CollateralEntry, CollateralMarketValue, MdInstrumentDefinitionFixedIncome,
    MdInstrumentDefinitionRepo, RepoRelatedInstrumentEntry, RepoUnderlyingEntry,
};
pub use future::{
    EventEntry, FeedTypeEntry, InstAttribEntry, LotTypeRuleEntry, MdInstrumentDefinitionFuture,
    MdInstrumentDefinitionFuture27,
};
pub use fx::{MdInstrumentDefinitionFx, TradingSessionEntry};
pub use header::{HEADER_LEN, SCHEMA};
pub use option::{
    MdInstrumentDefinitionOption, MdInstrumentDefinitionOption41, RelatedInstrumentEntry, UnderlyingEntry,
};
pub use session::{
    AdminHeartbeat, AdminLogin, AdminLogout, ChannelReset, ChannelResetEntry, QuoteRequest, RelatedSymEntry,
    SecurityStatus, SecurityStatusWorkup, WorkupOrderEntry,
};
pub use snapshot::{
    SnapshotEntry, SnapshotEntry38, SnapshotFullRefresh, SnapshotFullRefresh38, SnapshotFullRefreshLongQty,
    SnapshotFullRefreshOrderBook, SnapshotFullRefreshOrderBook44, SnapshotFullRefreshTcp,
    SnapshotFullRefreshTcpLongQty, SnapshotLongQtyEntry, SnapshotOrderEntry, SnapshotOrderEntry44,
    SnapshotRefreshTopOrders, SnapshotTcpEntry, TopOrderEntry,
};
pub use spread::{LegEntry, LegEntry29, MdInstrumentDefinitionSpread, MdInstrumentDefinitionSpread29};
pub use statistics::{
    DailyStatisticsEntry, DailyStatisticsEntry33, LimitsBandingEntry, LimitsBandingEntry34,
    MdIncrementalRefreshDailyStatistics, MdIncrementalRefreshDailyStatistics33,
    MdIncrementalRefreshLimitsBanding, MdIncrementalRefreshLimitsBanding34,
    MdIncrementalRefreshSessionStatistics, MdIncrementalRefreshSessionStatistics35,
    MdIncrementalRefreshSessionStatisticsLongQty, SessionStatisticsEntry, SessionStatisticsEntry35,
    SessionStatisticsLongQtyEntry,
};
pub use trades::{
    MdIncrementalRefreshTrade, MdIncrementalRefreshTradeSummary, MdIncrementalRefreshTradeSummary42,
    MdIncrementalRefreshTradeSummaryLongQty, MdIncrementalRefreshVolume, MdIncrementalRefreshVolumeLongQty,
    TradeEntry, TradeOrderEntry, TradeSummaryEntry, TradeSummaryEntry42, TradeSummaryLongQtyEntry,
    VolumeEntry, VolumeLongQtyEntry,
};

use super::sbe;

sbe::codec! {
    template header::template; body header::body;
    ChannelReset AdminHeartbeat AdminLogin AdminLogout SecurityStatus QuoteRequest
    SecurityStatusWorkup MdIncrementalRefreshBook MdIncrementalRefreshOrderBook
    MdIncrementalRefreshBookLongQty MdIncrementalRefreshVolume MdIncrementalRefreshTradeSummary
    MdIncrementalRefreshTradeSummaryLongQty MdIncrementalRefreshVolumeLongQty
    MdIncrementalRefreshDailyStatistics MdIncrementalRefreshLimitsBanding
    MdIncrementalRefreshSessionStatistics MdIncrementalRefreshSessionStatisticsLongQty
    SnapshotFullRefresh SnapshotFullRefreshOrderBook SnapshotRefreshTopOrders SnapshotFullRefreshTcp
    SnapshotFullRefreshTcpLongQty SnapshotFullRefreshLongQty MdInstrumentDefinitionFuture
    MdInstrumentDefinitionOption MdInstrumentDefinitionSpread MdInstrumentDefinitionFixedIncome
    MdInstrumentDefinitionRepo MdInstrumentDefinitionFx CollateralMarketValue
    MdInstrumentDefinitionFuture27 MdInstrumentDefinitionSpread29 MdIncrementalRefreshBook32
    MdIncrementalRefreshDailyStatistics33 MdIncrementalRefreshLimitsBanding34
    MdIncrementalRefreshSessionStatistics35 MdIncrementalRefreshTrade SnapshotFullRefresh38
    MdInstrumentDefinitionOption41 MdIncrementalRefreshTradeSummary42
    MdIncrementalRefreshOrderBook43 SnapshotFullRefreshOrderBook44
}
