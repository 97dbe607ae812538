//! `--trace-verdicts`: what the XDP program says of each packet it passes, by aya-log.

use anyhow::{Context, Result};
use aya_log::EbpfLogger;
use log::{Log, Metadata, Record};

use super::Bound;
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

/// The readers of all programs' logs.
pub(super) struct Trace {
    readers: Vec<EbpfLogger<Print>>,
}

impl Trace {
    /// Begins to read.
    pub(super) fn start(interfaces: &mut [Bound]) -> Result<Self> {
        let readers = interfaces
            .iter_mut()
            .map(|bound| {
                let print = Print { interface: bound.interface.name.clone() };
                EbpfLogger::init_with_logger(bound.program.ebpf(), print)
                    .context("cannot read the XDP program's log")
            })
            .collect::<Result<_>>()?;
        Ok(Self { readers })
    }

    /// Prints what has come since the last time.
    pub(super) fn flush(&mut self) {
        for reader in &mut self.readers {
            reader.flush();
        }
    }
}
