//! `cargo xtask vm`: kernels and NICs this host does not have.
//!
//! One guest a (kernel, NIC). Each boots in a few seconds under software emulation, runs xdpfeed itself, and reports
//! facts on a serial line of its own; what they must be is written down in [`matrix`].

use std::fs;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::{build, privilege, step};
use matrix::Case;
use store::Store;

mod guest;
mod initramfs;
mod machine;
mod matrix;
mod modules;
mod report;
mod store;
mod table;
mod verdict;

/// Boot Debian's kernels under qemu, and receive a feed in each.
#[derive(Debug, clap::Args)]
pub(crate) struct Vm {
    /// Also igb, e1000e, and the kernels that take longer to fetch and to boot
    #[arg(long)]
    all: bool,
    /// Only guests whose name contains this: 6.12, igb
    filter: Option<String>,
    /// Fetch qemu and the kernels again: newer ones of the same series
    #[arg(long)]
    refresh: bool,
}

impl Vm {
    /// Boots every guest, and prints what they reported.
    ///
    /// # Errors
    /// Something cannot be fetched or built, or a guest did not report what it must.
    pub(crate) fn run(&self) -> Result<()> {
        if std::env::consts::ARCH != "x86_64" {
            bail!("the guests are x86-64 machines running what is built here: this needs an x86-64 host");
        }
        if !privilege::on_path("setpriv") {
            bail!("setpriv has qemu end with this process: install util-linux");
        }
        let chosen = |case: &&Case| {
            (self.all || case.always)
                && self.filter.as_ref().is_none_or(|part| case.to_string().contains(part.as_str()))
        };
        let cases: Vec<&Case> = matrix::CASES.iter().filter(chosen).collect();
        if cases.is_empty() {
            bail!("no guest of that name{}", if self.all { "" } else { " (--all has more)" });
        }
        let Some(store) = Store::open(&cases, self.refresh)? else { return Ok(()) };
        let programs = guest::build()?;
        let logs = build::target_dir().join("vm-logs");
        fs::create_dir_all(&logs).with_context(|| format!("cannot make {}", logs.display()))?;
        let begun = Instant::now();
        let mut rows = Vec::new();
        for case in cases {
            rows.push(verdict::Row::of(case, &machine::run(case, &store, &programs, &logs)?));
        }
        step::say(format_args!(
            "{} guests in {} s; their consoles are in {}",
            rows.len(),
            begun.elapsed().as_secs(),
            logs.display()
        ));
        print!("{}", table::text(&rows));
        let failed: Vec<_> = rows.iter().filter(|row| !row.faults.is_empty()).collect();
        for row in &failed {
            for fault in &row.faults {
                eprintln!("{}: {fault}", row.name);
            }
        }
        println!("{} passed, {} failed", rows.len() - failed.len(), failed.len());
        if failed.is_empty() { Ok(()) } else { bail!("not every guest reported what it must") }
    }
}
