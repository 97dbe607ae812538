//! The command line: one file a subcommand, what the user typed.

pub mod publish;
