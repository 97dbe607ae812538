//! The `ip` command.

use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// Runs `ip` and returns what it printed.
pub(crate) fn ip<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Result<String> {
    let mut command = Command::new("ip");
    command.args(arguments).stdin(Stdio::null());
    let output = command.output().context("cannot run `ip`: install iproute2")?;
    if !output.status.success() {
        let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
        bail!("`ip {}` failed: {}", words.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
