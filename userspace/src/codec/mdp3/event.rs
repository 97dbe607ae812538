//! Bits of `match_event_indicator`. An event is what one action at the exchange leads to; its messages may fill
//! several packets, and a packet may hold several events.

/// The last message of the event about trades.
pub const LAST_TRADE: u8 = 0x01;
/// The last message of the event about volume.
pub const LAST_VOLUME: u8 = 0x02;
/// The last message of the event about quotes and orders.
pub const LAST_QUOTE: u8 = 0x04;
/// The last message of the event about statistics.
pub const LAST_STATISTICS: u8 = 0x08;
/// The last message of the event about implied quotes.
pub const LAST_IMPLIED: u8 = 0x10;
/// Sent again, for recovery.
pub const RECOVERY: u8 = 0x20;
/// The last message of the event: now the books are whole.
pub const END: u8 = 0x80;
