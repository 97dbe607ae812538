//! The one process of a guest of `cargo xtask vm`: its init.
//!
//! It loads the NICs' drivers, runs xdpfeed as a user runs it from one NIC to the other, and reports what it found as
//! JSON lines on the second serial line (`report.rs`). What must be found is the host's to judge: it knows which
//! kernel and which NIC this is.

mod boot; // file systems, drivers, NICs
mod empty; // a fill ring that is empty at the bind
mod feed; // xdpfeed, sender and receiver
mod dry; // a fill ring that runs dry
mod report; // what the host reads
mod ring; // AF_XDP sockets without xdpfeed
mod transmit; // AF_XDP's other direction

use std::fs;

use anyhow::{Context as _, Result};
use nix::sys::reboot::{RebootMode, reboot};
use serde_json::{Value, json};

use boot::Nics;
use report::Report;

fn main() {
    if let Err(error) = guest() {
        // To the console: there may be no report yet.
        eprintln!("guest: {error:#}");
    }
    let Err(error) = reboot(RebootMode::RB_POWER_OFF);
    eprintln!("guest: cannot power off: {error}");
}

fn guest() -> Result<()> {
    boot::mount()?;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let mut report = Report::begin(kernel.trim())?;
    let nics = boot::load_modules().and_then(|()| Nics::find());
    let nics = match nics {
        Ok(nics) => nics,
        Err(error) => return report.check("nic", || Err(error)).and_then(|()| report.end()),
    };
    report.check("nic", || nics.describe())?;
    report.check("programs", verified)?;
    report.check("auto", || feed::exchange(&nics, &[]))?;
    report.check("required", || feed::required(&nics))?;
    report.check("traced", || feed::exchange(&nics, &["--trace-verdicts"]))?;
    report.check("copy", || feed::exchange_or(&nics, &["--mode", "copy"], "native XDP was required"))?;
    report.check("generic", || feed::exchange(&nics, &["--mode", "generic"]))?;
    report.check("poll", || feed::exchange(&nics, &["--wait", "poll"]))?;
    report.check("busy-poll", || feed::busy_poll(&nics))?;
    report.check("killed", || feed::killed(&nics))?;
    report.check("dry", || dry::check(&nics))?;
    report.check("empty", || empty::check(&nics))?;
    report.check("transmit", || transmit::check(&nics))?;
    report.end()
}

/// The sender's programs, which xdpfeed itself does not load: does this kernel's verifier take them?
fn verified() -> Result<Value> {
    let mut object = aya::Ebpf::load(&fs::read("/lib/send")?)?;
    let mut names = Vec::new();
    for (name, program) in object.programs_mut() {
        let program: &mut aya::programs::Xdp = program.try_into()?;
        program.load().with_context(|| format!("the verifier refuses {name}"))?;
        names.push(name.to_owned());
    }
    names.sort();
    Ok(json!({ "verified": names }))
}
