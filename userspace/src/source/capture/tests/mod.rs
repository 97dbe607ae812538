//! Captures written here, in every variant, and read back.

mod damage;
mod formats;
mod merging;
mod real;
pub(crate) mod written;
