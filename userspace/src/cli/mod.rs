//! What the user types: one file a subcommand.

pub mod replay;
