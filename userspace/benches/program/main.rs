//! What the XDP program costs a packet on the matched, redirected path, stamps off, over a program that only passes, and
//! against libxdp's default, which redirects whatever comes.
//!
//! `cargo bench -p xdpfeed --bench program` (root). It sends live frames over three veth pairs, one for each program,
//! in turns, and asks the kernel for the time each program ran (`BPF_STATS_RUN_TIME`). The program's own counters prove
//! which path was measured: too few redirected packets and the bench fails.
//!
//! It also shows how what a packet costs depends on the number of groups: from 1 to 4,096, packets to 32 of them.
//!
//! The kernel reads its clock before and after each run. That is in all programs' figures and not in the differences.
#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

mod bed; // the interfaces, and what runs on them
mod measure; // turns, and what they took
mod packets; // what is sent
mod report; // the figures, as text and as JSON

use std::{env, process::ExitCode, thread};

use anyhow::{Context, Result, anyhow};
use clap::Parser;
use nix::{
    sched::{CloneFlags, CpuSet, sched_getaffinity, unshare},
    unistd::Pid,
};
use xdpfeed::cpu::pin;

/// Measures what the XDP program costs a packet.
#[derive(Clone, Debug, Parser)]
struct Options {
    /// Turns of each program per kind of packet. An odd number has a middle one.
    #[arg(long, default_value_t = 41)]
    rounds: usize,
    /// Packets a turn. Fewer than 10,000 and starting a turn shows in the figures.
    #[arg(long, default_value_t = 65_536)]
    packets: u32,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    /// What cargo passes to a bench; without it (`cargo test`) nothing is measured.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    // Before the arguments are looked at: `cargo test --all-targets` hands over the test harness's.
    if !env::args().any(|argument| argument == "--bench") {
        eprintln!("nothing measured: run `cargo bench -p xdpfeed --bench program`");
        return ExitCode::SUCCESS;
    }
    let options = Options::parse();
    // A thread of its own, since it changes its network namespace; that goes with the thread, and with it every
    // interface and every program.
    match thread::spawn(move || run(&options)).join().unwrap() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    unshare(CloneFlags::CLONE_NEWNET).context("cannot make a network namespace (run as root)")?;
    let (reader, sender) = cpus()?;
    pin(sender)?;
    let (mut measured, mut sizes) = (Vec::new(), Vec::new());
    for feed in packets::feeds().into_iter().chain(packets::by_groups()) {
        let mut bed = bed::Bed::new(feed.label, &feed.matches, reader)?;
        measured.extend(measure::feed(&mut bed, &feed.packets, options)?);
        if sizes.is_empty() {
            sizes.push(bed.size(bed::End::Default)?);
        }
        sizes.push(bed.size(bed::End::Receive)?);
    }
    if options.json {
        report::json(&measured, &sizes)?;
    } else {
        report::text(&measured, &sizes);
    }
    let strayed = measured.iter().find(|kind| kind.redirected_share() < measure::LEAST_REDIRECTED);
    strayed.map_or(Ok(()), |kind| {
        Err(anyhow!(
            "of the packets '{}' {:.2} % were redirected: these figures are not those of the redirected path",
            kind.name,
            kind.redirected_share() * 100.0
        ))
    })
}

/// A CPU for the socket's reader and one for the sender and the programs: the first and the last this process may use.
fn cpus() -> Result<(usize, usize)> {
    let allowed = sched_getaffinity(Pid::from_raw(0)).context("cannot ask for this process's CPUs")?;
    let mut usable = (0..CpuSet::count()).filter(|cpu| allowed.is_set(*cpu).unwrap_or(false));
    let first = usable.next().context("this process may use no CPU")?;
    Ok((first, usable.next_back().unwrap_or(first)))
}
