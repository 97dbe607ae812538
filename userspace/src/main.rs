//! The `xdpfeed` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    xdpfeed::cli::run(std::env::args_os())
}
