//! The order-update feed's messages, little-endian. There is one type, and a side that is neither buy nor sell makes a
//! message invalid.

use zerocopy::FromBytes;

use super::{Fields, MessageType, Unread, layout::templates};

#[cfg(test)]
mod tests;

templates! {
    type u8;
    head {
        0 msg_type u8 "The message's type."
        1 msg_len u16le "Bytes of the message."
        3 sequence u64le "The message's sequence."
        11 timestamp u64le "Nanoseconds since 1970 UTC."
    }

    /// An order is new or changed.
    1 43 order_update OrderUpdate {
        19 order_id u64le "The order's number."
        27 price i64le/10000 "Its price."
        35 quantity u32le "Its quantity."
        39 side u8 "0 buy, 1 sell."
        40 padding x3 "Padding."
    }
}

/// The message types, in the order of the indices [`read`] returns.
pub const TYPES: &[MessageType] = &[OrderUpdate::LAYOUT];

/// Checks a message and gives its view. Bytes behind the known fields are left alone.
///
/// # Errors
/// Why it cannot be read: [`Unread::Invalid`] where its side is none.
#[inline]
pub fn parse(message: &[u8]) -> Result<&OrderUpdate, Unread> {
    match message.first() {
        None => return Err(Unread::Empty),
        Some(&OrderUpdate::TYPE) => {}
        Some(_) => return Err(Unread::UnknownType),
    }
    let (update, _) = OrderUpdate::ref_from_prefix(message).map_err(|_| Unread::Short)?;
    if update.side > 1 { Err(Unread::Invalid) } else { Ok(update) }
}

/// Checks a message and says which of [`TYPES`] it is.
///
/// # Errors
/// Why it cannot be read.
#[inline]
pub fn read(message: &[u8]) -> Result<usize, Unread> {
    parse(message).map(|_| 0)
}

/// Shows every field of a message.
///
/// # Errors
/// Why it cannot be read: the same cause [`read`] gives.
pub fn show(message: &[u8], to: &mut dyn Fields) -> Result<(), Unread> {
    parse(message)?.show(to);
    Ok(())
}
