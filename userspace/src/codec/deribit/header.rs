//! The header in front of every message: `blockLength u16 · templateId u16 · schemaId u16 · version u16 · numGroups
//! u16 · numVarDataFields u16`. It tells enough to find the message's end without knowing its template.

use crate::codec::{
    Unread,
    sbe::{Body, Cut, Dimension},
};

/// Bytes of the header.
pub const HEADER_LEN: usize = 12;

/// The schema whose templates these are. In another one the same numbers mean something else.
pub const SCHEMA: u16 = 1;

/// The header's fields, in their order, and what lies behind it.
#[inline]
fn fields(message: &[u8]) -> Option<([u16; 6], &[u8])> {
    let (header, behind) = message.split_first_chunk::<HEADER_LEN>()?;
    let &[a, b, c, d, e, f, g, h, i, j, k, l] = header;
    let fields = [[a, b], [c, d], [e, f], [g, h], [i, j], [k, l]].map(u16::from_le_bytes);
    Some((fields, behind))
}

#[inline]
fn cut(bytes: &[u8]) -> Result<(Body<'_>, &[u8]), Cut> {
    let ([block_length, _, _, version, groups, data], behind) = fields(bytes).ok_or(Cut::Overrun)?;
    Body::split(behind, (block_length, version), (Dimension::GroupSizeEncoding, groups), data)
}

/// The first message with its header, and what lies behind it.
///
/// # Errors
/// Why its end cannot be found.
#[inline]
pub(crate) fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), Cut> {
    let (_, behind) = cut(bytes)?;
    Ok(bytes.split_at(bytes.len() - behind.len()))
}

/// The template id.
///
/// # Errors
/// [`Unread::Empty`], [`Unread::Short`] without a whole header, [`Unread::UnknownType`] in another schema.
#[inline]
pub(super) fn template(message: &[u8]) -> Result<u16, Unread> {
    match fields(message) {
        Some(([_, template, SCHEMA, ..], _)) => Ok(template),
        Some(_) => Err(Unread::UnknownType),
        None if message.is_empty() => Err(Unread::Empty),
        None => Err(Unread::Short),
    }
}

/// The message's parts.
///
/// # Errors
/// Why it cannot be cut into them.
#[inline]
pub(super) fn body(message: &[u8]) -> Result<Body<'_>, Cut> {
    cut(message).map(|(body, _)| body)
}
