//! What lies in front of every message: `msgSize u16 · blockLength u16 · templateId u16 · schemaId u16 · version u16`
//! ("MDP 3.0 - SBE Technical Headers" and the templates' `messageHeader`).

use crate::codec::{
    Unread,
    sbe::{Block, Body, Cut},
};

/// Bytes of the message size and the header.
pub const HEADER_LEN: usize = 10;

/// The schema whose templates these are. In another one the same numbers mean something else.
pub const SCHEMA: u16 = 1;

/// The header's fields, in their order, and what lies behind it.
#[inline]
fn fields(message: &[u8]) -> Option<([u16; 5], &[u8])> {
    let (header, behind) = message.split_first_chunk::<HEADER_LEN>()?;
    let &[a, b, c, d, e, f, g, h, i, j] = header;
    Some(([[a, b], [c, d], [e, f], [g, h], [i, j]].map(u16::from_le_bytes), behind))
}

/// The template id.
///
/// # Errors
/// [`Unread::Empty`], [`Unread::Short`] without a whole header, [`Unread::UnknownType`] in another schema.
#[inline]
pub(super) fn template(message: &[u8]) -> Result<u16, Unread> {
    match fields(message) {
        Some(([_, _, template, SCHEMA, _], _)) => Ok(template),
        Some(_) => Err(Unread::UnknownType),
        None if message.is_empty() => Err(Unread::Empty),
        None => Err(Unread::Short),
    }
}

/// The message's parts; there is no variable-length data. How many groups there are, its template says.
///
/// # Errors
/// Why it cannot be cut into them.
#[inline]
pub(super) fn body(message: &[u8]) -> Result<Body<'_>, Cut> {
    let ([_, block_length, _, _, version], behind) = fields(message).ok_or(Cut::Overrun)?;
    let (bytes, groups) = behind.split_at_checked(usize::from(block_length)).ok_or(Cut::Overrun)?;
    Ok(Body { block: Block { bytes, version }, groups, data: &[] })
}
