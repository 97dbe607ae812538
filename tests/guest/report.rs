//! What the host reads: JSON lines on a serial line of their own, apart from what the kernel prints.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;

use anyhow::{Context as _, Result};
use nix::sys::termios::tcdrain;
use serde_json::{Value, json};

/// The second serial line; the first is the console.
const SERIAL: &str = "/dev/ttyS1";

/// A report being written.
#[derive(Debug)]
pub(crate) struct Report {
    serial: File,
    checks: u64,
}

impl Report {
    /// Opens the line and says that the guest has come up.
    pub(crate) fn begin(kernel: &str) -> Result<Self> {
        let serial =
            OpenOptions::new().write(true).open(SERIAL).with_context(|| format!("cannot open {SERIAL}"))?;
        let mut report = Self { serial, checks: 0 };
        report.write(&json!({ "begin": kernel }))?;
        Ok(report)
    }

    /// Runs one check and writes what it found, or why it failed. The others run all the same.
    pub(crate) fn check(&mut self, name: &str, check: impl FnOnce() -> Result<Value>) -> Result<()> {
        self.checks += 1;
        match check() {
            Ok(found) => self.write(&json!({ "check": name, "found": found })),
            Err(error) => self.write(&json!({ "check": name, "failed": format!("{error:#}") })),
        }
    }

    /// The line without which nothing counts.
    pub(crate) fn end(&mut self) -> Result<()> {
        self.write(&json!({ "end": self.checks }))
    }

    fn write(&mut self, line: &Value) -> Result<()> {
        // And on the console, with the seconds since the boot, for whoever reads that.
        let uptime = fs::read_to_string("/proc/uptime").unwrap_or_default();
        println!("{} {line}", uptime.split(' ').next().unwrap_or_default());
        writeln!(self.serial, "{line}")?;
        // The power goes off behind the last line.
        tcdrain(&self.serial).context("cannot wait for the serial line")
    }
}
