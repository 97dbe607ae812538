//! Nasdaq TotalView-ITCH 5.0 (also BX and PSX): every order of the book, big-endian.
//!
//! Section numbers are those of the specification "Nasdaq TotalView-ITCH 5.0". Timestamps are nanoseconds since
//! midnight, US Eastern time. To read, [`Message::parse`]; to send, fill a view's fields and take
//! `zerocopy::IntoBytes::as_bytes`.

mod administrative;
mod orders;
mod trades;

#[cfg(test)]
mod tests;

pub use administrative::{
    LuldAuctionCollar, MarketParticipantPosition, MwcbDeclineLevel, MwcbStatus, OperationalHalt,
    QuotingPeriodUpdate, RegShoRestriction, StockDirectory, StockTradingAction, SystemEvent,
};
pub use orders::{
    AddOrder, AddOrderAttributed, OrderCancel, OrderDelete, OrderExecuted, OrderExecutedWithPrice,
    OrderReplace,
};
pub use trades::{
    BrokenTrade, CrossTrade, DirectListingPriceDiscovery, NetOrderImbalance, RetailInterest, Trade,
};

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned, big_endian::U16};

use super::{
    Fields,
    field::{Fixed, U48},
    message::messages,
    value::OwnField,
};

/// A price in dollars with four places; at most 200,000.0000 in practice (section "Data Types").
pub type Price4 = Fixed<u32, 4>;
/// A price with eight places.
pub type Price8 = Fixed<u64, 8>;

/// What every message begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub struct Header {
    /// The message's type: the `TYPE` of its view.
    pub message_type: u8,
    /// See [`Header::stock_locate`].
    pub stock_locate: U16,
    /// See [`Header::tracking_number`].
    pub tracking_number: U16,
    /// See [`Header::timestamp`].
    pub timestamp: U48,
}

const _: () = assert!(size_of::<Header>() == 11);

impl Header {
    /// A header; `timestamp` in nanoseconds since midnight.
    #[must_use]
    pub const fn new(message_type: u8, stock_locate: u16, tracking_number: u16, timestamp: u64) -> Self {
        Self {
            message_type,
            stock_locate: U16::new(stock_locate),
            tracking_number: U16::new(tracking_number),
            timestamp: U48::new(timestamp),
        }
    }

    /// The security, as the day's dense number: an array index. 0 for messages about no security.
    #[inline]
    #[must_use]
    pub const fn stock_locate(&self) -> u16 {
        self.stock_locate.get()
    }

    /// Nasdaq's internal tracking number.
    #[inline]
    #[must_use]
    pub const fn tracking_number(&self) -> u16 {
        self.tracking_number.get()
    }

    /// Nanoseconds since midnight, US Eastern time.
    #[inline]
    #[must_use]
    pub const fn timestamp(&self) -> u64 {
        self.timestamp.get()
    }
}

/// Its fields stand among the message's own; the type is the message's name.
impl OwnField for Header {
    fn show_as(self, _name: &'static str, to: &mut dyn Fields) {
        to.field("stock_locate", self.stock_locate().into());
        to.field("tracking_number", self.tracking_number().into());
        to.field("timestamp", self.timestamp().into());
    }
}

messages! {
    common header Header, "What every message begins with: type, security, tracking number and time.";
    SystemEvent StockDirectory StockTradingAction RegShoRestriction MarketParticipantPosition
    MwcbDeclineLevel MwcbStatus QuotingPeriodUpdate LuldAuctionCollar OperationalHalt
    AddOrder AddOrderAttributed OrderExecuted OrderExecutedWithPrice OrderCancel OrderDelete OrderReplace
    Trade CrossTrade BrokenTrade NetOrderImbalance RetailInterest DirectListingPriceDiscovery
}
