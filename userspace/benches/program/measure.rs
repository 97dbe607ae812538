//! Turns of the programs, and what they took.

use anyhow::{Context, Result, ensure};
use aya::sys::{Stats, enable_stats};

use crate::{
    Options,
    bed::{Bed, End, redirected},
};

/// Share of the measured runs that must have taken the redirected path.
pub(crate) const LEAST_REDIRECTED: f64 = 0.99;

/// What one kind of packet cost.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// Mean ns a run of the bare program, by turn.
    pub(crate) bare_ns: Vec<f64>,
    /// Mean ns a run of libxdp's default, by turn.
    pub(crate) default_ns: Vec<f64>,
    /// Mean ns a run of the receive program, by turn.
    pub(crate) receive_ns: Vec<f64>,
    /// Runs of the receive program, as the kernel counted them.
    pub(crate) runs: u64,
    /// Runs of the receive program, as it counted them.
    pub(crate) seen: u64,
    /// Packets it redirected.
    pub(crate) redirected: u64,
    /// Packets the sockets brought: the default's, the receive program's.
    pub(crate) read: [u64; 2],
}

impl Kind {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            bare_ns: Vec::new(),
            default_ns: Vec::new(),
            receive_ns: Vec::new(),
            runs: 0,
            seen: 0,
            redirected: 0,
            read: [0; 2],
        }
    }

    /// Redirected packets of all runs the kernel timed.
    pub(crate) fn redirected_share(&self) -> f64 {
        self.redirected as f64 / self.runs.max(1) as f64
    }

    /// What a program took more than the bare one beside it, by turn.
    pub(crate) fn added_ns(&self, took_ns: &[f64]) -> Vec<f64> {
        took_ns.iter().zip(&self.bare_ns).map(|(took, bare)| took - bare).collect()
    }
}

/// Measures every packet of a feed. The programs take turns, so that whatever else the machine does hits all.
pub(crate) fn feed(
    bed: &mut Bed,
    packets: &[(&'static str, Vec<Vec<u8>>)],
    options: &Options,
) -> Result<Vec<Kind>> {
    let _stats =
        enable_stats(Stats::RunTime).context("the kernel keeps no run times (5.8 or newer needed)")?;
    let mut kinds: Vec<Kind> = packets.iter().map(|(name, _)| Kind::new(name)).collect();
    for (_, variants) in packets {
        for end in End::ALL {
            turn(bed, end, &variants[0], options.packets)?; // warms caches up
        }
    }
    for round in 0..options.rounds {
        for (kind, (_, variants)) in kinds.iter_mut().zip(packets) {
            let packet = &variants[round % variants.len()];
            kind.bare_ns.push(turn(bed, End::Bare, packet, options.packets)?.0);
            let (before, read) = (redirected(&bed.verdicts()?), bed.read());
            kind.default_ns.push(turn(bed, End::Default, packet, options.packets)?.0);
            let (mean_ns, runs) = turn(bed, End::Receive, packet, options.packets)?;
            let after = redirected(&bed.verdicts()?);
            kind.receive_ns.push(mean_ns);
            kind.runs += runs;
            kind.redirected += after.0 - before.0;
            kind.seen += after.1 - before.1;
            let now = bed.read();
            kind.read = [0, 1].map(|end| kind.read[end] + now[end] - read[end]);
        }
    }
    Ok(kinds)
}

/// Mean ns a run, and runs.
fn turn(bed: &mut Bed, end: End, packet: &[u8], count: u32) -> Result<(f64, u64)> {
    let before = bed.info(end)?;
    bed.send(end, packet, count)?;
    let after = bed.info(end)?;
    let runs = after.run_count() - before.run_count();
    ensure!(runs > 0, "no packet arrived at the end {end:?}");
    let time = after.run_time() - before.run_time();
    Ok((time.as_nanos() as f64 / runs as f64, runs))
}
