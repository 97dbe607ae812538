//! The threads: a worker each, recovery beside those that have some to do, and this one, which watches.

use std::{
    sync::{
        PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, Scope, ScopedJoinHandle},
};

use anyhow::{Context, Result, anyhow};

use super::{Receiver, Site, Station, control::ControlSocket, watch};
use crate::{
    console::tell,
    cpu,
    recovery::thread::Desk,
    sink::{Count, Sink},
    source::af_xdp::AfXdp,
    worker::{Shared, Worker},
};

/// A worker, and who asks again for what its channels miss.
pub(super) struct Team<K> {
    pub(super) worker: Worker<AfXdp, Count<K>>,
    pub(super) desk: Option<Desk>,
}

/// Runs the workers until it is time to stop, then detaches and drains. One that fails ends all.
///
/// # Errors
/// The first thing that went wrong.
pub(super) fn work<K: Sink + Send>(
    receiver: &mut Receiver<'_>,
    teams: &mut [Team<K>],
    stop: &AtomicBool,
    control: Option<ControlSocket>,
) -> Result<()> {
    let several = teams.len() > 1;
    let worked = thread::scope(|scope| {
        let started: Result<Vec<_>> = teams
            .iter_mut()
            .zip(&receiver.stations)
            .enumerate()
            .map(|(number, (team, station))| start(scope, team, station, several.then_some(number)))
            .collect();
        // Those that were started end when there is nothing to drain.
        let started = started.inspect_err(|_| drain(&receiver.stations))?;
        let watched = receiver.watch(stop, control);
        watch::settle(receiver.args, &receiver.shared());
        // Nothing new from here on; what the driver and the rings still hold is taken before the workers end.
        for attached in receiver.sites.iter_mut().filter_map(|site| site.now.as_mut()) {
            attached.bound.detach();
        }
        drain(&receiver.stations);
        // Before the sockets go: who takes our place finds no rule of ours when the queues are free.
        receiver.sites.iter_mut().for_each(Site::unsteer);
        let mut worked = Ok(());
        for (number, handle) in started.into_iter().enumerate() {
            let ended = handle.join().map_err(|_| anyhow!("the worker panicked")).flatten();
            let ended = if several { ended.with_context(|| format!("worker {number}")) } else { ended };
            worked = worked.and(ended);
        }
        tell_news(receiver.shared());
        receiver.sites.iter_mut().for_each(Site::flush);
        worked.and(watched)
    });
    teams.iter_mut().for_each(|team| team.worker.close_recovery());
    worked
}

/// Starts a worker's thread, and the one of its recovery. `number` is its own, where there are several.
fn start<'scope, K: Sink + Send>(
    scope: &'scope Scope<'scope, '_>,
    Team { worker, desk }: &'scope mut Team<K>,
    Station { shared, cpu, .. }: &Station<'scope>,
    number: Option<usize>,
) -> Result<ScopedJoinHandle<'scope, Result<()>>> {
    let (shared, cpu): (&'scope Shared, _) = (*shared, *cpu);
    let name = |what: &str| number.map_or_else(|| what.to_owned(), |number| format!("{what}-{number}"));
    if let Some(desk) = desk {
        let recovery = thread::Builder::new().name(name("recovery"));
        recovery
            .spawn_scoped(scope, || desk.run(&shared.ended))
            .context("cannot start the recovery thread")?;
    }
    thread::Builder::new()
        .name(name("worker"))
        .spawn_scoped(scope, move || {
            // Whatever ends the worker ends recovery.
            let _ended = Raised(&shared.ended);
            cpu.map_or(Ok(()), cpu::pin)?;
            worker.run(shared)
        })
        .inspect_err(|_| shared.ended.store(true, Ordering::Relaxed))
        .context("cannot start the worker")
}

fn drain(stations: &[Station<'_>]) {
    stations.iter().for_each(|station| station.shared.drain.store(true, Ordering::Relaxed));
}

/// A flag that is raised when this goes, also by a panic.
pub(super) struct Raised<'a>(pub(super) &'a AtomicBool);

impl Drop for Raised<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Says what was made of channels whose protocol is to be recognised.
pub(super) fn tell_news<'a>(workers: impl Iterator<Item = &'a Shared>) {
    for shared in workers {
        for news in shared.news.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            tell(format_args!("xdpfeed: {}", news.text));
        }
    }
}
