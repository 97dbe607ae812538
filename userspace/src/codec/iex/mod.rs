//! IEX: DEEP, TOPS and DEEP+ over IEX-TP. Little-endian, timestamps in nanoseconds since 1970 UTC, prices with four
//! places.
//!
//! What the three have in common is here once; each has a module of its own with what only it has. The exchange may
//! lengthen messages and add types at any time: longer ones are read by their known fields, unknown ones are skipped.

mod administrative;
mod auction;
pub mod deep;
pub mod deep_plus;
mod flags;
pub mod tops;
mod trades;

#[cfg(test)]
mod tests;
