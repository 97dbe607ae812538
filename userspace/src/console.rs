//! Standard output and standard error of a command whose reader may go away (`| head`).

use std::{
    fmt,
    io::{self, Write},
};

use anyhow::Context;

use crate::failure::Failure;

/// Writes a line for the user to standard error. Nobody being there to read it is no reason to stop receiving:
/// `eprintln!` would panic.
pub fn tell(line: fmt::Arguments<'_>) {
    let _nobody = writeln!(io::stderr().lock(), "{line}");
}

/// Writes a command's result to standard output.
///
/// # Errors
/// When it could not be written, but for a reader that had seen enough.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written.context("cannot write the result to standard output")?),
    }
}
