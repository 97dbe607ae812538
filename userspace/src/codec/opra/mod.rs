//! OPRA 6 (specification 6.1 to 6.3): quotes and trades of all US options, big-endian.
//!
//! Section names are those of the "OPRA Pillar Output Specification". A message's category, its second byte, says how it
//! is laid out; its type, the third, qualifies it (a trade's condition, a quote's state). Messages do not say how long
//! they are: [`length`] knows. Prices are integers with a code in front of them that says their places ([`places`]), but
//! for short quotes, whose places are fixed; shown, they are decimals.

mod appendages;
mod denominators;
mod layouts;
mod notices;
mod quotes;
mod series;

#[cfg(test)]
mod tests;

pub use appendages::{Appendages, BestAppendage};
pub use denominators::places;
pub use notices::{Administrative, Control, SeriesMapping, UnderlyingBidAndOffer, UnderlyingLastSale};
pub use quotes::{LongQuote, ShortQuote};
pub use series::{EndOfDaySummary, LastSale, OpenInterest};

use zerocopy::{FromBytes, Immutable, KnownLayout};

use super::{Fields, MessageType, Unread, Value};
use denominators::Scaling;

/// Category of messages that hold for the line: see [`Control`].
pub const CONTROL: u8 = b'H';

/// What a message is, and all that its bytes must cover.
#[derive(Clone, Copy)]
struct Extent {
    index: Index,
    len: usize,
}

macro_rules! types {
    ($($view:ident)*) => {
        /// The message types, in the order of the indices [`read`] returns.
        pub const TYPES: &[MessageType] = &[$($view::LAYOUT),*];

        #[derive(Clone, Copy)]
        enum Index { $($view),* }
    };
}
types! {
    LastSale OpenInterest EndOfDaySummary LongQuote ShortQuote
    Administrative Control SeriesMapping UnderlyingLastSale UnderlyingBidAndOffer
}

/// Finds what the message is that `bytes` begin with.
#[inline]
fn extent(bytes: &[u8]) -> Result<Extent, Unread> {
    let [_, category, kind, indicator, ..] = *bytes else {
        return Err(if bytes.is_empty() { Unread::Empty } else { Unread::Short });
    };
    let (index, behind) = match (category, kind) {
        (b'a', _) => (Index::LastSale, 0),
        (b'd', _) => (Index::OpenInterest, 0),
        (b'f', _) => (Index::EndOfDaySummary, 0),
        (b'k', _) => (Index::LongQuote, Appendages::len(indicator)),
        (b'q', _) => (Index::ShortQuote, Appendages::len(indicator)),
        (b'C', _) => {
            let (message, _) = Administrative::ref_from_prefix(bytes).map_err(|_| Unread::Short)?;
            (Index::Administrative, message.message_data_length().into())
        }
        (CONTROL, _) => (Index::Control, 0),
        (b'R', _) => (Index::SeriesMapping, 0),
        (b'Y', b' ') => (Index::UnderlyingLastSale, 0),
        (b'Y', b'I') => (Index::UnderlyingBidAndOffer, 0),
        _ => return Err(Unread::UnknownType),
    };
    Ok(Extent { index, len: TYPES[index as usize].len + behind })
}

/// Bytes of the message that `bytes` begin with, which may be more than there are. Its first 14 bytes suffice.
///
/// # Errors
/// [`Unread::UnknownType`]: nobody knows where it ends. [`Unread::Short`] or [`Unread::Empty`]: there are too few bytes to
/// tell.
#[inline]
pub fn length(bytes: &[u8]) -> Result<usize, Unread> {
    Ok(extent(bytes)?.len)
}

/// Checks a message and says which of [`TYPES`] it is.
///
/// # Errors
/// Why it cannot be read.
#[inline]
pub fn read(message: &[u8]) -> Result<usize, Unread> {
    let Extent { index, len } = extent(message)?;
    if message.len() < len { Err(Unread::Short) } else { Ok(index as usize) }
}

/// Shows every field of a message.
///
/// # Errors
/// Why it cannot be read: the same cause [`read`] gives.
pub fn show(message: &[u8], to: &mut dyn Fields) -> Result<(), Unread> {
    let to = &mut Scaling::new(to);
    match Message::parse(message)? {
        Message::LastSale(view) => view.show(to),
        Message::OpenInterest(view) => view.show(to),
        Message::EndOfDaySummary(view) => view.show(to),
        Message::LongQuote(view, appendages) => {
            view.show(to);
            appendages.show(to);
        }
        Message::ShortQuote(view, appendages) => {
            view.show(to);
            appendages.show(to);
        }
        Message::Administrative(view, data) => {
            view.show(to);
            to.field("message_data", Value::Text(data));
        }
        Message::Control(view) => view.show(to),
        Message::SeriesMapping(view) => view.show(to),
        Message::UnderlyingLastSale(view) => view.show(to),
        Message::UnderlyingBidAndOffer(view) => view.show(to),
    }
    Ok(())
}

/// One message, read where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// See [`LastSale`].
    LastSale(&'a LastSale),
    /// See [`OpenInterest`].
    OpenInterest(&'a OpenInterest),
    /// See [`EndOfDaySummary`].
    EndOfDaySummary(&'a EndOfDaySummary),
    /// See [`LongQuote`]; and what it changes of the best bid and offer.
    LongQuote(&'a LongQuote, Appendages<'a>),
    /// See [`ShortQuote`]; and what it changes of the best bid and offer.
    ShortQuote(&'a ShortQuote, Appendages<'a>),
    /// See [`Administrative`]; and its text.
    Administrative(&'a Administrative, &'a [u8]),
    /// See [`Control`].
    Control(&'a Control),
    /// See [`SeriesMapping`].
    SeriesMapping(&'a SeriesMapping),
    /// See [`UnderlyingLastSale`].
    UnderlyingLastSale(&'a UnderlyingLastSale),
    /// See [`UnderlyingBidAndOffer`].
    UnderlyingBidAndOffer(&'a UnderlyingBidAndOffer),
}

impl<'a> Message<'a> {
    /// Checks a message and gives the view of its category. Bytes behind it are left alone.
    ///
    /// # Errors
    /// Why it cannot be read: the same cause [`read`] gives.
    #[inline]
    pub fn parse(message: &'a [u8]) -> Result<Self, Unread> {
        let Extent { index, len } = extent(message)?;
        let message = message.get(..len).ok_or(Unread::Short)?;
        Ok(match index {
            Index::LastSale => Self::LastSale(view(message)?.0),
            Index::OpenInterest => Self::OpenInterest(view(message)?.0),
            Index::EndOfDaySummary => Self::EndOfDaySummary(view(message)?.0),
            Index::LongQuote => {
                let (view, behind) = view::<LongQuote>(message)?;
                Self::LongQuote(view, Appendages::behind(view.bbo_indicator(), behind)?)
            }
            Index::ShortQuote => {
                let (view, behind) = view::<ShortQuote>(message)?;
                Self::ShortQuote(view, Appendages::behind(view.bbo_indicator(), behind)?)
            }
            Index::Administrative => {
                let (view, data) = view(message)?;
                Self::Administrative(view, data)
            }
            Index::Control => Self::Control(view(message)?.0),
            Index::SeriesMapping => Self::SeriesMapping(view(message)?.0),
            Index::UnderlyingLastSale => Self::UnderlyingLastSale(view(message)?.0),
            Index::UnderlyingBidAndOffer => Self::UnderlyingBidAndOffer(view(message)?.0),
        })
    }
}

/// The view that `message` begins with, and what lies behind it.
#[inline]
fn view<T: FromBytes + KnownLayout + Immutable + zerocopy::Unaligned>(
    message: &[u8],
) -> Result<(&T, &[u8]), Unread> {
    T::ref_from_prefix(message).map_err(|_| Unread::Short)
}
