//! Steps: other programs run one after the other, each announced with its reason.

use std::fmt::Display;
use std::io;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// Tells the user what happens next and why. Goes to stderr: stdout is for results.
pub(crate) fn say(what: impl Display) {
    eprintln!("xtask: {what}");
}

/// Runs a program to its end. What it prints goes to stderr.
///
/// # Errors
/// It cannot be started, or does not succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    finish(command.stdout(io::stderr()))
}

/// Runs a program to its end, showing only what it says on stderr.
///
/// # Errors
/// As for [`run`].
pub(crate) fn run_silently(command: &mut Command) -> Result<()> {
    finish(command.stdout(Stdio::null()))
}

/// Runs a program to its end and returns what it printed.
///
/// # Errors
/// It cannot be started, or does not succeed: then with the last thing it said.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let line = command_line(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot run `{line}`"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{line}` failed ({}): {}", output.status, said.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn finish(command: &mut Command) -> Result<()> {
    let line = command_line(command);
    let status = command.status().with_context(|| format!("cannot run `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// A command as it would be typed, for messages.
pub(crate) fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
