//! `run`, from set-up to summary: the control plane around the workers.

mod announce; // what is received where, said
mod answer; // what is asked of it by `xdpfeed ctl`
mod bind; // a program and sockets on one device
mod control; // where it is asked
mod inlet; // interfaces as they were named
mod jumbo; // packets larger than a frame
mod lines; // lines that come and go
mod modes; // sockets in the best mode there is
mod partition; // which worker receives what
mod place; // the program's place, empty or another's
pub mod plain; // without XDP
mod polling; // busy polling, where it works
mod presence; // links and devices that come and go
mod recover;
mod self_test; // a packet through every queue
mod set_up;
mod site; // devices
mod station; // workers
mod steer; // each line on its queue
mod summary;
mod totals; // what all workers have counted
mod trace;
mod watch; // until it is time to stop
mod work; // the threads

use std::time::Instant;

pub use answer::Request;

use anyhow::Result;
use control::ControlSocket;
use inlet::Inlet;
use lines::{LineState, most_lines};
use partition::Partition;
use set_up::{hire, sources};
use site::Site;
use station::Station;
use summary::summary;
use totals::Totals;
use work::{Team, work};

use crate::{
    cli::run::{RunArgs, Timestamps},
    config::Feed,
    console::tell,
    cpu, evidence,
    failure::Failure,
    kernel,
    nic::Links,
    pipeline::{Account, Measured},
    recovery::thread::Desk,
    report,
    sink::Sink,
    stop,
    worker::{Shared, mailbox::mailbox},
};

/// The control plane: what is received, where, and the way to the workers that do it.
struct Receiver<'a> {
    args: &'a RunArgs,
    feed: Feed,
    /// By index of the line.
    lines: Vec<LineState>,
    most_lines: usize,
    /// Places for lines that each channel has with its worker.
    places: Vec<usize>,
    inlets: Vec<Inlet>,
    sites: Vec<Site>,
    links: Links,
    /// Which worker has what.
    partition: Partition,
    stations: Vec<Station<'a>>,
    /// How many lines' first packets were seen.
    arrived: u64,
    /// It was told that memberships cannot be looked at.
    unseen_told: bool,
    begun: Instant,
    begun_ns: u64,
    /// The IP stack's counters before anything was attached.
    ip_before: evidence::Counters,
    /// Packets that busy polling had brought before, with `--wait busy-poll`.
    busy_polled_before: Option<u64>,
}

/// Receives until told to stop, hands what comes to `sinks`, one a worker, on the workers' threads, and prints the
/// summary. Gives the sinks back.
///
/// # Errors
/// How it ended, if not well. Nothing stays attached or joined.
pub fn run<K: Sink + Send>(args: &RunArgs, feed: &Feed, sinks: Vec<K>) -> Result<Vec<K>, Failure> {
    kernel::require_oldest()?;
    args.cpu.iter().try_for_each(|cpu| cpu::may_pin(*cpu))?;
    let stop = stop::on_signal()?;
    let most_lines = most_lines(args.max_lines, args.control.is_some(), feed)?;
    let control = args.control.as_deref().map(ControlSocket::open).transpose()?;
    let shared: Vec<Shared> = sinks.iter().map(|_| Shared::default()).collect();
    let (worker_ends, control_ends): (Vec<_>, Vec<_>) = sinks.iter().map(|_| mailbox()).unzip();
    let mut sources = sources(args, most_lines, sinks.len());
    let ways = shared.iter().zip(control_ends).collect();
    let mut receiver = Receiver::set_up(args, (feed, most_lines), &mut sources, ways)?;
    let mut teams = Vec::new();
    let hired = sources.into_iter().zip(sinks).zip(worker_ends).enumerate();
    for (number, ((source, sink), worker_end)) in hired {
        teams.push(hire(&mut receiver, number, (source, sink), worker_end)?);
    }
    receiver.receive()?;
    let worked = work(&mut receiver, &mut teams, &stop, control);
    // Told even if a worker failed: what was received until then is accounted for.
    let account = account(&mut receiver, &teams);
    // What ended it is told, rather than what then stands in the way of its account.
    worked?;
    report::all_recognised(&receiver.feed, &account?)?;
    Ok(teams.into_iter().map(|team| team.worker.into_sink().into_next()).collect())
}

/// Prints the summary of what the workers did. Returns what their pipelines have counted.
fn account<K: Sink>(receiver: &mut Receiver<'_>, teams: &[Team<K>]) -> Result<Account, Failure> {
    receiver.take_back()?;
    let totals = Totals::of(&receiver.stations, teams.iter().map(|team| team.worker.counts()).collect());
    let done = receiver
        .stations
        .iter()
        .zip(teams)
        .map(|(station, team)| (station.channels.as_slice(), team.desk.as_ref().map(Desk::services)));
    let services = recover::services(done);
    summary(receiver, &totals, services.as_ref(), None)?.print(receiver.args.json)?;
    Ok(totals.account)
}

impl Receiver<'_> {
    /// Says something that happened, with the seconds since the beginning.
    fn tell(&self, what: std::fmt::Arguments<'_>) {
        tell(format_args!("xdpfeed: {:.1} s: {what}", self.begun.elapsed().as_secs_f64()));
    }
}

/// What is measured of each channel.
fn measured(args: &RunArgs) -> Measured {
    let latency = args.timestamps == Timestamps::Xdp;
    Measured { latency, one_way: args.clock.ahead_of_utc_ns() }
}
