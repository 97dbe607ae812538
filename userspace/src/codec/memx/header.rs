//! The header in front of every message: `blockLength u16 · templateId u8 · schemaId u8 · version u16`.

use crate::codec::{
    Unread,
    sbe::{Block, Body, Cut},
};

/// Bytes of the header.
pub const HEADER_LEN: usize = 6;

/// The schema whose templates these are. In another one the same numbers mean something else.
pub const SCHEMA: u8 = 2;

/// The template id.
///
/// # Errors
/// [`Unread::Empty`], [`Unread::Short`] without a whole header, [`Unread::UnknownType`] in another schema.
#[inline]
pub(super) fn template(message: &[u8]) -> Result<u16, Unread> {
    match message {
        &[_, _, template, SCHEMA, _, _, ..] => Ok(u16::from(template)),
        [_, _, _, _, _, _, ..] => Err(Unread::UnknownType),
        [] => Err(Unread::Empty),
        _ => Err(Unread::Short),
    }
}

/// The message's block. There are no groups and no variable-length data.
///
/// # Errors
/// Why it cannot be cut off.
#[inline]
pub(super) fn body(message: &[u8]) -> Result<Body<'_>, Cut> {
    let &[a, b, _, _, c, d, ref behind @ ..] = message else { return Err(Cut::Overrun) };
    let (bytes, _) = behind.split_at_checked(usize::from(u16::from_be_bytes([a, b]))).ok_or(Cut::Overrun)?;
    let block = Block { bytes, version: u16::from_be_bytes([c, d]) };
    Ok(Body { block, groups: &[], data: &[] })
}
