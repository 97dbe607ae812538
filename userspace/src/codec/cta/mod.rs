//! CTA: the consolidated tape (CTS 2.11) and quotes (CQS 2.10) of NYSE-listed securities, big-endian.
//!
//! What every message begins with: its length, what it is, and whose it is ("Message Header" of the "CTS Pillar Multicast
//! Output Binary Specification" and of CQS's). The fields behind it are not read: [`Message::body`] gives their bytes.

mod kinds;

#[cfg(test)]
mod tests;

use zerocopy::FromBytes;

use super::{Fields, Unread, layout::views};

pub use kinds::TYPES;

views! {
    /// What every message begins with.
    26 Header {
        0 message_length u16be "Bytes of the message, these included."
        2 message_category a1 "`A` administrative, `C` control, `I` indices, `M` market status, `P` prior day, `Q` quote, `S` summary, `T` trade."
        3 message_type a1 "What it is within its category."
        4 participant_id a1 "Whose it is: `A` NYSE American, `B` Nasdaq BX, `C` NYSE National, `D` FINRA, `F` TXSE, `G` 24X, `H` MIAX Pearl, `I` ISE, `J` Cboe EDGA, `K` Cboe EDGX, `L` LTSE, `M` NYSE Texas, `N` NYSE, `P` NYSE Arca, `S` the tape itself, `T` Nasdaq, `U` MEMX, `V` IEX, `W` CBSX, `X` Nasdaq PSX, `Y` Cboe BYX, `Z` Cboe BZX."
        5 timestamp_seconds u32be "When the participant, or the tape, made it: seconds since 1970 UTC."
        9 timestamp_nanoseconds u32be "And nanoseconds."
        13 message_id u8 "Number of the message in its block, from 1."
        14 transaction_id u32be "The participant's number of the transaction."
        18 participant_reference_number i64be "The participant's number of the message: eight characters, or an integer."
    }
}

/// One message, read where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'a> {
    /// What it begins with.
    pub header: &'a Header,
    /// The bytes behind that, which its category and type lay out.
    pub body: &'a [u8],
}

impl<'a> Message<'a> {
    /// Checks a message.
    ///
    /// # Errors
    /// Why it cannot be read: the same cause [`read`] gives.
    #[inline]
    pub fn parse(message: &'a [u8]) -> Result<Self, Unread> {
        read(message)?;
        let (header, body) = Header::ref_from_prefix(message).map_err(|_| Unread::Short)?;
        Ok(Self { header, body })
    }
}

/// Checks a message and says which of [`TYPES`] it is.
///
/// # Errors
/// Why it cannot be read.
#[inline]
pub fn read(message: &[u8]) -> Result<usize, Unread> {
    let [_, _, category, kind, ..] = *message else {
        return Err(if message.is_empty() { Unread::Empty } else { Unread::Short });
    };
    let index = kinds::index(category, kind).ok_or(Unread::UnknownType)?;
    if message.len() < size_of::<Header>() { Err(Unread::Short) } else { Ok(index) }
}

/// Shows every field of a message's header.
///
/// # Errors
/// Why it cannot be read: the same cause [`read`] gives.
pub fn show(message: &[u8], to: &mut dyn Fields) -> Result<(), Unread> {
    Message::parse(message)?.header.show(to);
    Ok(())
}
