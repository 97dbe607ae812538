//! `--trace-verdicts`: what the XDP program says of each packet it passes, by aya-log.

use anyhow::{Context, Result};
use aya_log::EbpfLogger;
use log::{Log, Metadata, Record};

use super::bind::Bound;
use crate::console::tell;

/// Writes the program's records to standard error.
#[derive(Debug)]
struct Print {
    interface: String,
}

impl Log for Print {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        tell(format_args!("xdpfeed: {}: {}", self.interface, record.args()));
    }

    fn flush(&self) {}
}

/// The reader of one program's log.
pub(super) struct Trace(EbpfLogger<Print>);

impl Trace {
    /// Begins to read.
    pub(super) fn start(bound: &mut Bound) -> Result<Self> {
        let print = Print { interface: bound.interface.name.clone() };
        let reader = EbpfLogger::init_with_logger(bound.program.ebpf(), print)
            .context("cannot read the XDP program's log")?;
        Ok(Self(reader))
    }

    /// Prints what has come since the last time.
    pub(super) fn flush(&mut self) {
        self.0.flush();
    }
}
