//! Simple Binary Encoding (FIX SBE 1.0): what Deribit, CME MDP 3.0 and MEMX MEMOIR share.
//!
//! A message is a header, a root block, repeating groups and variable-length data. How long each of them is, the
//! message says itself, and only that is believed: exchanges lengthen blocks and add groups from one version of a
//! schema to the next. A field that lies beyond the block's own end is of a later version and absent; bytes behind
//! the last known field, and groups behind the last known one, are of a later version too and passed over.
//!
//! Layouts are tables as in [`super::layout`]: see `views`, `entries` and `kind`. Offsets count from the start
//! of the block, as in the schema.

mod block;
mod body;
mod group;
mod kind;
mod view;

#[cfg(test)]
mod tests;

pub use block::Block;
pub(super) use block::{at, text};
pub(crate) use body::Cut;
pub(super) use body::{Body, datum};
pub use group::Entries;
pub(super) use group::{Dimension, check};
pub(super) use kind::{character, characters, float, integer, kind, padding};
pub(super) use view::{codec, entries, fields, views};
